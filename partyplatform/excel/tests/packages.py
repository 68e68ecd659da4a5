"""Workbooks put together by hand, part by part, to be as unusual or as hostile as a test needs."""

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def relations(*targets):
    """Return a .rels part of (id, last word of the type, target) or (id, word, target, "External")."""
    inner = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{word}" Target="{target}"'
        + (f' TargetMode="{mode[0]}"' if mode else "")
        + "/>"
        for key, word, target, *mode in targets
    )
    return f'<Relationships xmlns="{RELATIONS}">{inner}</Relationships>'


def sheet(rows, *, before="", after=""):
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def workbook(inner="", *, sheets='<sheet name="表一" sheetId="1" r:id="rId1"/>'):
    return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{inner}<sheets>{sheets}</sheets></workbook>'


def parts(rows="", *, before="", after="", **more):
    """Return the parts of a workbook with one sheet; `more` replaces shared, styles or book."""
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": more.get("book", workbook()),
        "xl/_rels/workbook.xml.rels": relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            ("rId2", "sharedStrings", "sharedStrings.xml"),
            ("rId3", "styles", "styles.xml"),
        ),
        "xl/worksheets/sheet1.xml": sheet(rows, before=before, after=after),
        "xl/sharedStrings.xml": more.get("shared", f'<sst xmlns="{MAIN}"/>'),
        "xl/styles.xml": more.get("styles", f'<styleSheet xmlns="{MAIN}"/>'),
    }


def packed(contents, *, method=zipfile.ZIP_DEFLATED):
    """Return the parts as an open xlsx file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    stream.seek(0)
    return stream


def book(rows="", **more):
    return packed(parts(rows, **more))


def text_row(number, *texts):
    """Return a row of inline strings from column A on."""
    cells = "".join(
        f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for place, text in enumerate(texts)
        if text
    )
    return f'<row r="{number}">{cells}</row>'
