"""What must hold of stored files at any moment; `manage.py check_integrity` asks."""

from collections.abc import Iterator

from partyplatform.integrity import invariant

from .records import kept_files
from .storing import stored_size

_CHUNK = 2000


@invariant("附件文件")
def files_are_there() -> Iterator[str]:
    """Every record of a file has its file, as long as it was; files taken off the page too."""
    for model in kept_files():
        rows = model._base_manager.order_by("pk").values_list("uid", "stored_name", "size")
        for uid, name, size in rows.iterator(chunk_size=_CHUNK):
            found = stored_size(name)
            if found is None:
                yield f"{model._meta.verbose_name} {uid}：文件缺失"
            elif found != size + model.overhead:
                yield f"{model._meta.verbose_name} {uid}：文件长度为 {found}，应为 {size + model.overhead}"
