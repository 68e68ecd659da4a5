"""Files too large for a form whose other fields are worth reading: thrown away while they arrive, and noted."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest


class Oversized(FileUploadHandler):
    """The first handler of a request: lets a file pass up to `limit` bytes, then forgets it.

    Nothing of it stays in memory or on the disk; `fields` names where it was handed in. The form is read to its end.
    """

    def __init__(self, request: HttpRequest, limit: int) -> None:
        super().__init__(request)
        self.limit = limit
        self.fields: list[str] = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > self.limit:
            self.fields.append(str(self.field_name))
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        return None
