"""A workbook from its bytes: which sheets it has, and what every one of them needs from the other parts."""

from dataclasses import dataclass, field

from .container import NOT_XLSX, Container
from .formats import cell_formats
from .limits import Budget, Limits, Refused
from .markup import Attributes, parse
from .sheets import Content, Page, SheetReader
from .values import plain


@dataclass
class Contents:
    """What workbook.xml says: the visible sheets as (name, relation), and whether days count from 1904."""

    sheets: list[tuple[str, str]] = field(default_factory=list)
    from_1904: bool = False


def read(data: bytes, limits: Limits) -> list[Page]:
    """Return the visible sheets of a workbook. Raises Refused naming the limit or the reason."""
    budget = Budget(limits)
    container = Container(data, budget)
    office = next((part for kind, part in container.relations("").values() if kind == "officeDocument"), "")
    if office not in container:
        raise Refused(NOT_XLSX)
    contents = _contents(container.read(office), budget)
    relations = container.relations(office)
    parts = dict(relations.values())
    shared = _shared_strings(container.read(parts["sharedStrings"]), budget) if "sharedStrings" in parts else []
    formats = cell_formats(container.read(parts["styles"]), budget) if "styles" in parts else []
    pages = []
    for name, relation in contents.sheets:
        kind, part = relations.get(relation, ("", ""))
        if kind == "worksheet":
            reader = SheetReader(name, budget, shared=shared, formats=formats, from_1904=contents.from_1904)
            pages.append(reader.read(container.read(part)))
    container.check_rest()
    if not pages:
        raise Refused("工作簿里没有可读取的工作表")
    return pages


def _contents(workbook: bytes, budget: Budget) -> Contents:
    contents = Contents()

    def start(tag: str, attributes: Attributes) -> None:
        budget.count_element()
        if tag == "workbookPr":
            contents.from_1904 = attributes.get("date1904") in ("1", "true")
        elif tag == "sheet" and attributes.get("state", "visible") == "visible":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            contents.sheets.append((attributes.get("name", "")[:64], relation))

    parse(workbook, start=start)
    return contents


def _shared_strings(data: bytes, budget: Budget) -> list[Content]:
    """Return what cells share, formatting left out, and the reading aids above characters too."""
    found: list[Content] = []
    pieces: list[str] = []
    listening, phonetic = False, 0

    def start(tag: str, _: Attributes) -> None:
        nonlocal listening, phonetic
        budget.count_element()
        if tag == "t":
            listening = not phonetic
        elif tag == "rPh":
            phonetic += 1
        elif tag == "si":
            pieces.clear()

    def end(tag: str) -> None:
        nonlocal listening, phonetic
        if tag == "t":
            listening = False
        elif tag == "rPh":
            phonetic -= 1
        elif tag == "si":
            found.append(plain("".join(pieces)))

    parse(data, start=start, end=end, text=lambda piece: pieces.append(piece) if listening else None)
    return found
