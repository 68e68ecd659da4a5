"""The fixed XML parts of a workbook we write, and the frame around the rows of a sheet."""

from collections.abc import Iterable, Sequence

from . import texts

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

ROOT_RELATIONS = (
    f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)

_FONT = '<sz val="11"/>{}<name val="宋体"/><family val="3"/><charset val="134"/>'
_PLAIN, _RED = _FONT.format(""), _FONT.format('<color rgb="FFC00000"/>')
# fmt: off
_CELL_STYLES = (  # in the order of the names in encoding.py: number format, font, fill, alignment
    (0,   0, 0, ""),
    (0,   1, 2, '<alignment horizontal="center" vertical="center" wrapText="1"/>'),
    (49,  0, 0, ""),
    (164, 0, 0, ""),
    (165, 0, 0, ""),
    (166, 0, 0, ""),
    (0,   1, 0, '<alignment vertical="top"/>'),
    (49,  0, 3, ""),
    (49,  2, 0, '<alignment vertical="top" wrapText="1"/>'),
)
# fmt: on


def styles() -> str:
    cells = "".join(
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" applyNumberFormat="1" '
        f'applyFont="1" applyFill="1" applyAlignment="1">{alignment}</xf>'
        for number, font, fill, alignment in _CELL_STYLES
    )
    solid = '<fill><patternFill patternType="solid"><fgColor rgb="{}"/><bgColor indexed="64"/></patternFill></fill>'
    return (
        f'{_DECLARATION}<styleSheet xmlns="{_MAIN}">'
        '<numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
        '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/>'
        '<numFmt numFmtId="166" formatCode="0.0%"/></numFmts>'
        f'<fonts count="3"><font>{_PLAIN}</font><font><b/>{_PLAIN}</font><font>{_RED}</font></fonts>'
        '<fills count="4"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill>'
        f"{solid.format('FFE9EDF2')}{solid.format('FFFFD6D6')}</fills>"
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(_CELL_STYLES)}">{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def content_types(sheets: int) -> str:
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for number in range(1, sheets + 1)
    )
    return (
        f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{overrides}</Types>'
    )


def workbook(names: Sequence[str], *, repeated: Iterable[int] = ()) -> str:
    """Return the list of sheets; those in `repeated` (from 0) print their first row on every page."""
    sheets = "".join(
        f'<sheet name="{texts.quoted(name)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(names, 1)
    )
    titles = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{place}">'
        f"{texts.escaped(_in_formula(names[place]))}!$1:$1</definedName>"
        for place in repeated
    )
    return (
        f'{_DECLARATION}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<bookViews><workbookView/></bookViews><sheets>{sheets}</sheets>"
        f"{f'<definedNames>{titles}</definedNames>' if titles else ''}</workbook>"
    )


def workbook_relations(sheets: int) -> str:
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, sheets + 1)
    )
    return (
        f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
        f'<Relationship Id="rId{sheets + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    )


def sheet_head(widths: Sequence[float], *, frozen: int = 0) -> str:
    """Return what stands before the first row; `frozen` rows stay in sight."""
    pane = f'<pane ySplit="{frozen}" topLeftCell="A{frozen + 1}" activePane="bottomLeft" state="frozen"/>'
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(widths, 1)
    )
    return (
        f'{_DECLARATION}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0">{pane if frozen else ""}</sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/>{f"<cols>{columns}</cols>" if columns else ""}<sheetData>'
    )


def sheet_tail(*, texts_in: str = "", merges: Sequence[str] = ()) -> str:
    """Return what stands behind the last row; in the area `texts_in` digits as text get no green corner."""
    areas = "".join(f'<mergeCell ref="{area}"/>' for area in merges)
    merged = f'<mergeCells count="{len(merges)}">{areas}</mergeCells>' if merges else ""
    ignored = f'<ignoredErrors><ignoredError sqref="{texts_in}" numberStoredAsText="1"/></ignoredErrors>'
    return (
        f'</sheetData>{merged}<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter>"
        f"{ignored if texts_in else ''}</worksheet>"
    )


def _in_formula(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
