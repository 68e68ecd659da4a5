"""What must hold of the jobs at any moment."""

from collections.abc import Iterable

from partyplatform.integrity import invariant
from partyplatform.uploads.places import place

from .models import Job
from .results import FOLDER, place_of


@invariant("后台任务的结果文件齐全")
def results_are_there() -> Iterable[str]:
    kept = Job.objects.exclude(result_path="").order_by("pk").values_list("pk", "result_path")
    listed = place().sizes(FOLDER) if kept.exists() else {}
    for number, stored in kept.iterator(chunk_size=2000):
        if place_of(stored) not in listed and place().size(place_of(stored)) is None:
            yield f"任务编号 {number} 的结果文件缺失"
