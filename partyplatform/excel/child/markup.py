"""Reading XML nobody vouches for: names without prefixes, and no document type, so no entity of its own."""

import re
from collections.abc import Callable
from xml.parsers.expat import ExpatError, ParserCreate, errors

from .limits import Refused

Attributes = dict[str, str]
Start = Callable[[str, Attributes], None]
End = Callable[[str], None]
Text = Callable[[str], None]

_NO_MEMORY = errors.codes[errors.XML_ERROR_NO_MEMORY]
DAMAGED = "工作簿的内容已损坏，无法读取，请用 Excel 或 WPS 打开后另存为 xlsx 再上传"

# Most programs write <row>; some write <x:row>. Only then is it worth cutting every name.
_PREFIXED_ROOT = re.compile(rb"(?s)[^<]*(?>(?:<\?.*?\?>|<!--.*?-->)[^<]*)*+<[\w.-]+:")


def parse(data: bytes, *, start: Start | None = None, end: End | None = None, text: Text | None = None) -> None:
    """Call back for each element with its name, prefix cut off. Raises Refused for anything but plain XML."""
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    if _PREFIXED_ROOT.match(data[:4096]) or b"\x00" in data[:4]:  # UTF-16 is taken to have prefixes
        parser.StartElementHandler = start and (lambda tag, values: start(tag.rpartition(":")[2], values))
        parser.EndElementHandler = end and (lambda tag: end(tag.rpartition(":")[2]))
    try:
        parser.Parse(data, True)
    except ExpatError as error:
        if error.code == _NO_MEMORY:
            raise MemoryError from None
        raise Refused(DAMAGED) from None


def refuse_doctype(data: bytes) -> None:
    """Raise Refused for a document type in XML that is not used otherwise; other faults in it do not matter."""
    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(data, True)
    except ExpatError:
        return


def _refuse(*_: object) -> None:
    raise Refused("工作簿含有不允许的文档类型声明（DTD），没有读取")
