"""Work that runs in the background: `enqueue` it, handle it with `@handler(kind)`, find its result under /jobs/.

@handler("orgs.export")
def export(context):
    with context.result("党组织.xlsx") as file:
        ...

enqueue("orgs.export", by=request.role, title="导出党组织", params={"organization": 17})
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .registry import handler

if TYPE_CHECKING:
    from .context import Context, Stopped
    from .queue import enqueue, job_of
    from .running import run_waiting

__all__ = ["Context", "Stopped", "enqueue", "handler", "job_of", "run_waiting"]

# These read the models, which exist only after Django has loaded the apps: fetched at their first use.
_LATER = {"Context": "context", "Stopped": "context", "enqueue": "queue", "job_of": "queue", "run_waiting": "running"}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_LATER[name]}", __name__), name)
