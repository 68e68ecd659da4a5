"""Jobs and the roles that hand them in."""

from dataclasses import dataclass

from partyplatform.jobs import enqueue

from . import jobs  # noqa: F401  # the kinds of jobs tests use


@dataclass(frozen=True)
class Owner:
    """An acting role as far as the jobs read it."""

    pk: int | None = 5
    user_uid: str = "0b9c1f7e-0000-4000-8000-000000000001"
    user_name: str = "周敏"
    label: str = "党总支管理员"
    organization_id: int | None = 17
    organization_name: str = "信息学院党总支"


def make_job(kind="test.count", *, by=None, title="数一数", **params):
    if kind == "test.count":
        params.setdefault("numbers", 3)
    return enqueue(kind, by=by or Owner(), title=title, params=params)
