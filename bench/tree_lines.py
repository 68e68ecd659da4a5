"""P1–P3: writing the tree. Ours and raw SQL act in turn, on organisations drawn anew each round."""

import itertools
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts.models import RoleGrant
from bench import cities, database, raw
from bench.lines import Line, median, timed
from bench.people import administrator
from orgs import totals, tree
from orgs.figures import own_figures
from orgs.models import Organization
from orgs.services import closing, organizations, parents
from orgs.tests.processes import Processes
from partyplatform.locks import tree_lock

ROUNDS = 30
WRITERS, ACTS = 8, 50

_numbers = itertools.count(70_000_000)


def lines() -> Iterator[Line]:
    where, is_served = database.label(), connection.vendor == "postgresql"
    raw.set_up()
    by = administrator(Organization.objects.get(parent=None))
    chance, ids = random.Random(20260601), _general_branches()
    times: dict[str, list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        _round(chance, ids, by, times)
    for act in ("新建", "变更上级", "撤销"):
        ours, plain = median(times[act]), median(times[f"{act} raw"])
        yield Line(f"P1 {act} · {where}", ours, "ms", 30)
        structure = median(times[f"{act} tree"])
        yield Line(f"P1 {act}，只写树 · {where}", structure, "ms", 30)
        yield Line(f"P1 {act}，只写树，与原始 SQL 之比 · {where}", structure / plain, "×", 10 if is_served else None)
        yield Line(f"P1 {act}，与原始 SQL 之比 · {where}", ours / plain, "×")
    yield from _writers(where)
    yield from _loading(where)
    yield Line(f"P2 树校验（只读，全表） · {where}", timed(lambda: list(tree.problems())) / 1000, "s")


def _round(chance: random.Random, ids: list[int], by: Any, times: dict[str, list[float]]) -> None:
    """Create a branch, move it to another general branch, dissolve it; each with ours and with raw SQL."""
    place, other = Organization.objects.in_bulk(chance.sample(ids, 2)).values()
    made = cities.organization(None, next(_numbers), "631", "新支部")
    fields = {name: getattr(made, name) for name in organizations.FIELDS} | {"unit_relation": "1"}
    kept: dict[str, Any] = {}

    def run(name: str, act: Callable[[], Any]) -> None:
        times[name].append(timed(lambda: kept.update({name: _committed(act)})))

    run("新建 raw", lambda: raw.create(place.pk, made.code))
    run("新建", lambda: organizations.create(place, by=by, **fields))
    run("新建 tree", lambda: _only_insert(place))
    ours, plain = kept["新建"], kept["新建 raw"]
    change = parents.ask(ours, to=other, by=by, reason="调整隶属关系")
    run("变更上级 raw", lambda: raw.move(plain, other.pk))
    run("变更上级", lambda: parents.approve(change, by=by))
    run("变更上级 tree", lambda: tree.move(ours, to=place))
    run("撤销 raw", lambda: raw.dissolve(plain))
    run("撤销 tree", lambda: _only_dissolve(kept["新建 tree"]))
    run("撤销", lambda: closing.dissolve([ours], by=by, on=cities.TODAY))


def _only_insert(place: Organization) -> Organization:
    made = cities.organization(place, next(_numbers), "631", "新支部")
    tree.insert(made)
    return made


def _only_dissolve(organization: Organization) -> None:
    tree_lock()
    before, organization.dissolved_on = own_figures(organization), cities.TODAY
    organization.save(update_fields=["dissolved_on"])
    totals.reclassify(organization, before=before)


def _committed(act: Callable[[], Any]) -> Any:
    with transaction.atomic():
        return act()


def _general_branches() -> list[int]:
    return list(Organization.objects.living().filter(org_type="621").order_by("pk").values_list("pk", flat=True))


def _writers(where: str) -> Iterator[Line]:
    """Eight processes create and move at once: the tree alone, then through the services.

    Creating, asking for a move and approving it are one operation each.
    """
    count = WRITERS if connection.vendor == "postgresql" else 4
    failures = []
    for title, write, operations in (("，只写树", _write_tree, 1), ("", _write, 1.5)):
        processes = Processes()
        elapsed = timed(lambda: _run(processes, write, count)) / 1000  # noqa: B023
        failures += processes.finish(within=1)
        rate = operations * count * ACTS / elapsed
        yield Line(f"P2 {count} 个进程同时写{title} · {where}", rate, "次/秒", 40, at_least=True)
    for failure in failures:
        print(failure, file=sys.stderr)
    yield Line(f"P2 出错 · {where}", len(failures), "个", 0)
    yield Line(f"P2 损坏的组织 · {where}", sum(1 for _ in tree.problems()), "个", 0)


def _run(processes: Processes, write: Callable[[int], None], count: int) -> None:
    for number in range(count):
        processes.start(write, number)
    for process in processes.running:
        process.join(300)


def _write(number: int) -> None:
    chance, ids = random.Random(number), _general_branches()
    by = RoleGrant.objects.select_related("organization", "user").latest("pk")
    mine: list[Organization] = []
    for act in range(ACTS):
        place, other = Organization.objects.in_bulk(chance.sample(ids, 2)).values()
        if act % 2:
            try:
                parents.approve(parents.ask(chance.choice(mine), to=other, by=by, reason="调整隶属关系"), by=by)
            except ValidationError as refusal:
                if "相同" not in str(refusal):  # drawn the parent it has
                    raise
            continue
        made = cities.organization(None, 80_000_000 + number * 1000 + act, "631", "新支部")
        fields = {name: getattr(made, name) for name in organizations.FIELDS} | {"unit_relation": "1"}
        mine.append(organizations.create(place, by=by, **fields))


def _write_tree(number: int) -> None:
    chance, ids = random.Random(number), _general_branches()
    mine: list[Organization] = []
    for act in range(ACTS):
        place = Organization(pk=chance.choice(ids))
        with transaction.atomic():
            if act % 2:
                tree.move(chance.choice(mine), to=place)
            else:
                made = cities.organization(place, 90_000_000 + number * 1000 + act, "631", "新支部")
                tree.insert(made)
                mine.append(made)


def _loading(where: str) -> Iterator[Line]:
    """A whole committee of a thousand at once, children before parents: the tree's part of an import."""
    root = Organization.objects.get(parent=None)
    top = cities.organization(root, next(_numbers), "611", "新党委")
    general = [cities.organization(top, next(_numbers), "621", "新党总支") for _ in range(99)]
    branches = [cities.organization(general[n % 99], next(_numbers), "631", "新支部") for n in range(900)]
    elapsed = timed(lambda: _committed(lambda: tree.insert_many([*branches, *general, top])))
    yield Line(f"P3 写入 1,000 个党组织（只写树） · {where}", elapsed / 1000, "s", 3)
