"""What must hold of stored files at any moment; `manage.py check_integrity` asks."""

from collections.abc import Iterator
from itertools import groupby

from partyplatform.integrity import invariant

from .places import place
from .records import kept_files
from .storing import stored_size

_CHUNK = 2000


@invariant("附件文件")
def files_are_there() -> Iterator[str]:
    """Every record of a file has its file, as long as it was; files taken off the page too.

    A folder is listed at once; a file that is not as the list says is looked at by itself.
    """
    for model in kept_files():
        rows = model._base_manager.order_by("stored_name").values_list("uid", "stored_name", "size")
        for folder, records in groupby(rows.iterator(chunk_size=_CHUNK), lambda row: row[1].partition("/")[0]):
            listed = place().sizes(folder)
            for uid, name, size in records:
                expected = size + model.overhead
                found = listed.get(name)
                if found != expected:
                    found = stored_size(name)
                if found is None:
                    yield f"{model._meta.verbose_name} {uid}：文件缺失"
                elif found != expected:
                    yield f"{model._meta.verbose_name} {uid}：文件长度为 {found}，应为 {expected}"
