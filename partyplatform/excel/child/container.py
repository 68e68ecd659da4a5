"""The zip file around a workbook: everything that can be judged before a single row is looked at."""

import io
import struct
import zlib
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from .limits import Budget, Refused, megabytes
from .markup import Attributes, parse, refuse_doctype

NOT_XLSX = "文件不是 xlsx 工作簿，或已经损坏，请用 Excel 或 WPS 打开后另存为 xlsx 再上传"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BROKEN = (BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError, zlib.error, struct.error)
_METHODS = (ZIP_STORED, ZIP_DEFLATED)
_CONNECTIONS = ("xl/externallinks/", "xl/connections.xml", "xl/querytables/")


class Container:
    """The parts of a workbook, unpacked within the limits."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        self._budget, self._limits = budget, budget.limits
        _check_signature(data)
        try:
            self._zip = ZipFile(io.BytesIO(data))
        except _BROKEN:
            raise Refused(NOT_XLSX) from None
        self._infos = {_normal(info.filename): info for info in self._zip.infolist()}
        self._seen: set[str] = set()
        self._check_sizes(len(data))
        self._check_names()

    def __contains__(self, name: str) -> bool:
        return _normal(name) in self._infos

    def read(self, name: str) -> bytes:
        """Return a part. Raises Refused when it is missing, damaged or encrypted."""
        try:
            self._seen.add(_normal(name))
            return self._zip.read(self._infos[_normal(name)])
        except (KeyError, *_BROKEN):
            raise Refused(NOT_XLSX) from None

    def check_rest(self) -> None:
        """Look for document type declarations in the XML parts nobody has read."""
        for name in sorted(self._infos.keys() - self._seen):
            if name.endswith((".xml", ".rels")):
                refuse_doctype(self.read(name))

    def relations(self, owner: str) -> dict[str, tuple[str, str]]:
        """Return {id: (last word of the type, part name)} of what a part points to; "" is the package itself."""
        folder, _, name = owner.rpartition("/")
        part = f"{folder}/_rels/{name}.rels".lstrip("/")
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: Attributes) -> None:
            self._budget.count_element()
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = _joined(folder, attributes.get("Target", ""))
                found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], target)

        if part in self:
            parse(self.read(part), start=start)
        return found

    def _check_sizes(self, packed: int) -> None:
        limits, infos = self._limits, self._zip.infolist()
        if len(infos) > limits.parts:
            raise Refused(f"工作簿由 {len(infos)} 个部分组成，超过 {limits.parts} 个，请只保留数据后再上传")
        if (total := sum(info.file_size for info in infos)) > limits.unpacked:
            raise Refused(f"工作簿解压后为 {megabytes(total)}，超过 {megabytes(limits.unpacked)}，请拆分后分别上传")
        if total > limits.ratio * packed or any(map(self._is_inflated, infos)):
            raise Refused(f"工作簿的压缩比超过 {limits.ratio} 倍，疑似异常文件，没有读取")
        if any(info.flag_bits & 1 for info in infos):
            raise Refused("工作簿已加密，无法读取，请取消密码后再上传")
        if len(self._infos) != len(infos) or any(info.compress_type not in _METHODS for info in infos):
            raise Refused(NOT_XLSX)

    def _is_inflated(self, info: ZipInfo) -> bool:
        return info.file_size > self._limits.ratio * max(info.compress_size, 1)

    def _check_names(self) -> None:
        names = self._infos.keys()
        if any(name.endswith("vbaproject.bin") for name in names):
            raise Refused("工作簿含有宏，不能上传，请另存为不含宏的 xlsx 工作簿")
        if any(name.startswith(_CONNECTIONS) for name in names) or any(self._outside_targets()):
            raise Refused("工作簿链接了外部文件或数据，不能上传，请断开链接、只保留数值后再上传")
        if "[content_types].xml" not in names or "xl/workbook.bin" in names:
            raise Refused(NOT_XLSX)

    def _outside_targets(self) -> list[bool]:
        """Return whether each pointer out of the file is more than a link a reader may click."""
        found: list[bool] = []

        def start(tag: str, attributes: Attributes) -> None:
            self._budget.count_element()
            if tag == "Relationship" and attributes.get("TargetMode") == "External":
                found.append(not attributes.get("Type", "").endswith("/hyperlink"))

        for name in self._infos:
            if name.endswith(".rels"):
                parse(self.read(name), start=start)
        return found


def _check_signature(data: bytes) -> None:
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise Refused("工作簿已加密，无法读取，请取消密码后再上传")
        raise Refused("这是旧版 Excel 文件（xls），请另存为 xlsx 工作簿后再上传")
    if not data.startswith(b"PK\x03\x04"):
        raise Refused(NOT_XLSX)


def _joined(folder: str, target: str) -> str:
    """Return the part name a relative or absolute target means."""
    steps: list[str] = [] if target.startswith("/") else folder.split("/")
    for step in target.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(step for step in steps if step)


def _normal(name: str) -> str:
    """Part names differ neither by case nor, in files of careless programs, by the kind of slash."""
    return name.replace("\\", "/").lstrip("/").lower()
