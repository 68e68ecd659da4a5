"""What must hold of the jobs at any moment."""

from collections.abc import Iterable

from partyplatform.integrity import invariant

from .models import Job
from .results import folder


@invariant("后台任务的结果文件齐全")
def results_are_there() -> Iterable[str]:
    kept = Job.objects.exclude(result_path="").order_by("pk").values_list("pk", "result_path")
    for number, stored in kept.iterator(chunk_size=2000):
        if not (folder() / stored).is_file():
            yield f"任务编号 {number} 的结果文件缺失"
