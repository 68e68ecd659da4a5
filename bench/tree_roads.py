"""The roads to a tree of 110,000 that were looked at for docs/decisions/0003-tree-numbers.md, side by side.

    POSTGRES_OPTIONS="-c fsync=on -c synchronous_commit=on -c full_page_writes=on" \\
        scripts/with-postgres python -m bench.tree_roads

Stock django-mptt in one tree and in a forest cut at the districts; dense numbers with range-limited updates of our
own; numbers with gaps, which `orgs.tree` is. Every road does the same acts in turn with plain SQL on a path table.
"""

import itertools
import os
import random
from collections.abc import Callable

from bench.preparing import prepare

prepare()

from django.db import connection, models, transaction  # noqa: E402
from mptt.models import MPTTModel, TreeForeignKey  # noqa: E402

from bench import cities, database, raw  # noqa: E402
from bench.lines import median, timed  # noqa: E402
from orgs import tree  # noqa: E402
from orgs.models import Organization  # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "15"))


class _Node(MPTTModel):
    parent = TreeForeignKey("self", models.PROTECT, null=True, related_name="children")
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=50)

    class Meta:
        abstract = True


class OneTree(_Node):
    class Meta:
        app_label = "bench"


class Forest(_Node):
    class Meta:
        app_label = "bench"


class RangeLimited(_Node):
    class Meta:
        app_label = "bench"


def fill(model: type[_Node], *, cut_at: int = 0) -> None:
    """Copy the city with dense numbers; with `cut_at` each node of that level starts a tree of its own."""
    with connection.schema_editor() as editor:
        editor.create_model(model)
    rows = Organization.objects.filter(level__gte=cut_at).order_by("tree_id", "lft")
    nodes, way, number, tree_id = [], [], 0, 0
    for pk, parent, level, code, name in rows.values_list("pk", "parent_id", "level", "code", "short_name"):
        while way and way[-1].level >= level - cut_at:
            number += 1
            way.pop().rght = number
        if level == cut_at:
            tree_id, number = tree_id + 1, 0
        number += 1
        node = model(pk=pk, parent_id=parent if level > cut_at else None, code=code, name=name)
        node.tree_id, node.level, node.lft = tree_id, level - cut_at, number
        nodes.append(node)
        way.append(node)
    while way:
        number += 1
        way.pop().rght = number
    model.objects.bulk_create(nodes, batch_size=2000)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            table = model._meta.db_table
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), MAX(id)) FROM {table}")


class Stock:
    """django-mptt as it is, under a lock."""

    def __init__(self, model: type[_Node]) -> None:
        self.model = model

    def create(self, parent: int, code: str) -> None:
        self.model(parent=self.model.objects.get(pk=parent), code=code, name=code).save()

    def move(self, pk: int, to: int) -> None:
        node = self.model.objects.get(pk=pk)
        node.parent = self.model.objects.get(pk=to)
        node.save()

    def delete(self, pk: int) -> None:
        self.model.objects.get(pk=pk).delete()


class Range(Stock):
    """Dense numbers, but only those between the old and the new place are written."""

    def create(self, parent: int, code: str) -> None:
        above = self.model.objects.get(pk=parent)
        at = above.rght
        self._shift(above.tree_id, at, None, 2)
        node = self.model(parent_id=parent, code=code, name=code)
        node.tree_id, node.level, node.lft, node.rght = above.tree_id, above.level + 1, at, at + 1
        models.Model.save(node, force_insert=True)

    def move(self, pk: int, to: int) -> None:
        node, target = self.model.objects.get(pk=pk), self.model.objects.get(pk=to)
        width, deeper = node.rght - node.lft + 1, target.level + 1 - node.level
        if target.rght > node.rght:
            low, high, own, others = node.lft, target.rght - 1, target.rght - 1 - node.rght, -width
        else:
            low, high, own, others = target.rght, node.rght, target.rght - node.lft, width
        inside = models.Q(lft__range=(node.lft, node.rght))
        rows = self.model.objects.filter(tree_id=node.tree_id).filter(
            models.Q(lft__range=(low, high)) | models.Q(rght__range=(low, high))
        )

        def shifted(column: str) -> models.Case:
            return models.Case(
                models.When(inside, then=models.F(column) + own),
                models.When(**{f"{column}__range": (low, high)}, then=models.F(column) + others),
                default=models.F(column),
                output_field=models.IntegerField(),
            )

        rows.update(
            lft=shifted("lft"),
            rght=shifted("rght"),
            level=models.Case(
                models.When(inside, then=models.F("level") + deeper),
                default=models.F("level"),
                output_field=models.IntegerField(),
            ),
        )
        self.model.objects.filter(pk=pk).update(parent=to)

    def delete(self, pk: int) -> None:
        node = self.model.objects.get(pk=pk)
        self.model.objects.filter(pk=pk)._raw_delete(connection.alias)
        self._shift(node.tree_id, node.rght, None, -2)

    def _shift(self, tree_id: int, low: int, high: int | None, by: int) -> None:
        rows = self.model.objects.filter(tree_id=tree_id, rght__gte=low)
        rows.update(
            lft=models.Case(
                models.When(lft__gte=low, then=models.F("lft") + by),
                default=models.F("lft"),
                output_field=models.IntegerField(),
            ),
            rght=models.F("rght") + by,
        )


class Gaps:
    """What orgs.tree does, on the full table with all its columns and indexes."""

    def create(self, parent: int, code: str) -> None:
        number = next(_numbers)
        made = cities.organization(Organization(pk=parent), number, "631", "新支部")
        tree.insert(made)

    def move(self, pk: int, to: int) -> None:
        tree.move(Organization(pk=pk), to=Organization(pk=to))

    def delete(self, pk: int) -> None:
        Organization.objects.filter(pk=pk).update(dissolved_on="2026-06-01")


class Raw:
    def create(self, parent: int, code: str) -> None:
        raw.create(parent, code)

    def move(self, pk: int, to: int) -> None:
        raw.move(pk, to)

    def delete(self, pk: int) -> None:
        raw.dissolve(pk)


_numbers = itertools.count(70_000_000)


def acts(chance: random.Random) -> dict[str, Callable[[object], None]]:
    """Return one round of acts, with the same nodes for every road."""
    general = list(Organization.objects.filter(org_type="621", level=5).order_by("pk").values_list("pk", "parent_id"))
    (source, committee), (target, _) = chance.choice(general), chance.choice(general)
    beside = chance.choice([pk for pk, parent in general if parent == committee and pk != source])
    branch, leaf = list(Organization.objects.filter(parent=source).order_by("pk").values_list("pk", flat=True)[:2])
    far = Organization.objects.filter(pk=target).values_list("parent_id", flat=True)[0]
    code = f"{next(_numbers)}"
    return {
        "新建党支部": lambda road: road.create(source, code),
        "支部在同一党委内变更上级": lambda road: (road.move(branch, beside), road.move(branch, source)),
        "党总支变更到另一区": lambda road: (road.move(source, far), road.move(source, committee)),
        "撤销（删除）党支部": lambda road: road.delete(leaf),
    }


def _fill(scale: str) -> None:
    with transaction.atomic():
        tree.insert_many(cities.organizations(scale))


def main() -> None:
    with database.scratch("city", fill=_fill):
        print(f"{Organization.objects.count():,} 个党组织，{database.label()}，每项 {ROUNDS} 次，毫秒（中位数）\n")
        raw.set_up()
        fill(OneTree)
        fill(RangeLimited)
        fill(Forest, cut_at=2)
        database.settle()
        roads = {
            "原始 SQL（路径列）": Raw(),
            "django-mptt，一棵树": Stock(OneTree),
            "django-mptt，每区一棵树": Stock(Forest),
            "连续编号，只改区间": Range(RangeLimited),
            "留空编号（orgs.tree）": Gaps(),
        }
        times = measure(roads)
        large = large_acts()
    for name in next(iter(times.values())):
        print(name)
        plain = median(times["原始 SQL（路径列）"][name])
        for road, found in times.items():
            print(f"    {median(found[name]):9.1f}  {median(found[name]) / plain:7.1f}×  {road}")
    print("orgs.tree，整体操作")
    for name, milliseconds in large.items():
        print(f"    {milliseconds:9.1f}  {name}")


def measure(roads: dict[str, object]) -> dict[str, dict[str, list[float]]]:
    chance = random.Random(20260601)
    times: dict[str, dict[str, list[float]]] = {road: {} for road in roads}
    for _ in range(ROUNDS):
        for name, act in acts(chance).items():
            for road, writer in roads.items():
                halves = 2 if "变更" in name else 1
                times[road].setdefault(name, []).append(timed(lambda: committed(act, writer)) / halves)  # noqa: B023
    return times


def large_acts() -> dict[str, float]:
    """Return the milliseconds of what concerns many rows at once."""
    root = Organization.objects.get(parent=None)
    one, other = root.get_children()[:2]
    district = one.get_children()[0]
    size = Organization.objects.within(district.pk).count()
    acts = {
        f"区（{size:,} 个党组织）变更上级": lambda _: tree.move(district, to=other),
        "全市重新留空": lambda _: tree.respace(root),
        "校验全表": lambda _: list(tree.problems()),
        "查找需要修复的行": lambda _: tree.corrections(),
    }
    return {name: timed(lambda act=act: committed(act, None)) for name, act in acts.items()}


def committed(act: Callable[[object], None], writer: object) -> None:
    with transaction.atomic():
        act(writer)


if __name__ == "__main__":
    main()
