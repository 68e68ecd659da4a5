"""The writing of standing totals.

A change of members writes its organisation's own counters and one line of a journal, and locks nothing above it: ten
thousand branches can be busy at once. Lines are added to the totals of the ancestors later, in one go, under the tree
lock (`fold`). A change of the tree happens under that lock anyway and writes the totals at once.

    figures(X) = total of X + journal lines of organisations below X          (orgs.figures, one statement)

Reasons and figures: docs/decisions/0008-standing-totals.md.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from django.db import connection, transaction
from django.db.models import F, Sum

from orgs.codes import BRANCHES
from orgs.figures import COUNTERS, FIELDS, Figures, own_figures
from orgs.models import CounterChange, Organization, SubtreeTotal
from partyplatform import bulk
from partyplatform.locks import tree_lock, try_tree_lock

LONG = 200  # journal lines from which the next change folds them
AT_ONCE = 5000  # lines folded in one transaction
BATCH = 500  # totals written in one statement

_ORG, _TOTAL = Organization._meta.db_table, SubtreeTotal._meta.db_table
_BRANCHES = ", ".join(f"'{kind}'" for kind in sorted(BRANCHES))
_ROW = f"({', '.join(['%s'] * (len(FIELDS) + 1))})"
_ADDING = f"""
    WITH new (id, {", ".join(f'"{name}"' for name in FIELDS)}) AS (VALUES {{rows}})
    INSERT INTO {_TOTAL} (organization_id, {", ".join(f'"{name}"' for name in FIELDS)})
    SELECT o.id, {", ".join(f'CAST(new."{name}" AS INTEGER)' for name in FIELDS)}
      FROM new JOIN {_ORG} o ON o.id = new.id WHERE o.org_type NOT IN ({_BRANCHES})
    ON CONFLICT (organization_id) DO UPDATE
       SET {", ".join(f'"{name}" = {_TOTAL}."{name}" + excluded."{name}"' for name in FIELDS)}
"""
_OWN = {
    "full": "full_members",
    "probationary": "probationary_members",
    "filled": "filled_items",
    "required": "required_items",
}
_OWN_ADDING = f"""
    WITH new (id, {", ".join(f'"{name}"' for name in COUNTERS)}) AS (VALUES {{rows}})
    UPDATE {_ORG} SET {", ".join(f'{_OWN[name]} = {_OWN[name]} + new."{name}"' for name in COUNTERS)}
      FROM new WHERE {_ORG}.id = new.id
"""


def change(organization_id: int, **amounts: int) -> None:
    """Add to an organisation's own counters: `full`, `probationary`, `filled`, `required` (negative to take away).

    Runs in the caller's transaction; locks only this organisation's row.
    """
    amounts = {name: amount for name, amount in amounts.items() if amount}
    if not amounts:
        return
    columns = {_OWN[name]: F(_OWN[name]) + amount for name, amount in amounts.items()}
    Organization.objects.filter(pk=organization_id).update(**columns)
    CounterChange.objects.create(organization_id=organization_id, **amounts)
    transaction.on_commit(fold_if_long)


def change_many(amounts: Mapping[int, Mapping[str, int]], *, folds: bool = True) -> None:
    """`change` for many organisations in a few statements: {organisation id: {"filled": 3, …}}.

    A caller of many such changes of the same organisations folds the journal itself (`fold_if_long`).
    """
    rows = [
        (pk, *(amount.get(name, 0) for name in COUNTERS))
        for pk, amount in sorted(amounts.items())
        if any(amount.values())
    ]
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        with connection.cursor() as cursor:
            marks = ", ".join([f"({', '.join(['%s'] * (len(COUNTERS) + 1))})"] * len(batch))
            cursor.execute(_OWN_ADDING.format(rows=marks), [value for row in batch for value in row])
        bulk.insert(
            [CounterChange(organization_id=pk, **dict(zip(COUNTERS, numbers, strict=True))) for pk, *numbers in batch]
        )
    if rows and folds:
        transaction.on_commit(fold_if_long)


def fold() -> int:
    """Add the oldest journal lines to the totals above them; return how many. Needs a transaction."""
    tree_lock()
    return _folded()


def enter(organizations: Sequence[Organization]) -> None:
    """Take organisations just saved into the totals. `orgs.tree` calls it, holding the lock."""
    mine: dict[int, Figures] = defaultdict(Figures)
    for organization in sorted(organizations, key=lambda org: -org.level):
        mine[organization.pk] += own_figures(organization)
        if organization.parent_id is not None:
            mine[organization.parent_id] += mine[organization.pk]
    new = {organization.pk for organization in organizations}
    outside = {pk: amount for pk, amount in mine.items() if pk not in new}
    _add({org.pk: mine[org.pk] for org in organizations} | _upward(outside))


def folded(organization: Organization) -> Figures:
    """Return what the totals above the organisation contain of it and of everything below it."""
    total = SubtreeTotal.objects.filter(pk=organization.pk).values_list(*FIELDS).first()
    return Figures(*total) if total else _folded_own(organization)


def moved(amount: Figures, *, away_from: Collection[int], to: Collection[int]) -> None:
    """Take a subtree's figures from the ancestors it left and give them to those it came under."""
    left, joined = set(away_from) - set(to), set(to) - set(away_from)
    _add(dict.fromkeys(left, Figures() - amount) | dict.fromkeys(joined, amount))


def reclassify(organization: Organization, *, before: Figures) -> None:
    """Follow a change of type, of being functional, or of being dissolved; `before` is `own_figures` before it.

    A branch that is no branch any more gets a total of its own, and the other way round.
    """
    tree_lock()
    difference = own_figures(organization) - before
    above = ancestors([organization.pk])[organization.pk]
    if organization.org_type in BRANCHES:
        SubtreeTotal.objects.filter(pk=organization.pk).delete()
    elif SubtreeTotal.objects.filter(pk=organization.pk).exists():
        above = [*above, organization.pk]
    else:
        _add({organization.pk: _folded_own(organization)})
    if difference != Figures():
        _add(dict.fromkeys(above, difference))


def recount() -> list[int]:
    """Count all totals anew and write those that were wrong; return their organisations. Needs a transaction."""
    tree_lock()
    while _folded():
        pass
    wrong = [pk for pk, _, _ in differences()]
    right = {pk: figures for pk, figures in _counted() if pk in set(wrong)}
    SubtreeTotal.objects.filter(pk__in=wrong).delete()
    _add(right)
    return wrong


def differences() -> Iterator[tuple[int, Figures, Figures]]:
    """Yield (organisation, stored, counted) for each total that is not the sum of its subtree."""
    stored = {pk: Figures(*numbers) for pk, *numbers in SubtreeTotal.objects.values_list("pk", *FIELDS).iterator()}
    for pk, counted in _counted():
        found = stored.pop(pk, None)
        if found != counted:
            yield pk, found or Figures(), counted
    for pk, left in stored.items():
        yield pk, left, Figures()


def ancestors(ids: Collection[int]) -> dict[int, list[int]]:
    """Return the ids of all ancestors of each organisation, in one statement, by parent alone."""
    chains: dict[int, list[int]] = {pk: [] for pk in ids}
    if not chains:
        return chains
    marks = ", ".join(["%s"] * len(chains))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE up(start, id) AS (SELECT id, parent_id FROM {_ORG} WHERE id IN ({marks})"
            f" UNION ALL SELECT up.start, o.parent_id FROM {_ORG} o JOIN up ON o.id = up.id)"
            " SELECT start, id FROM up WHERE id IS NOT NULL",
            list(chains),
        )
        for start, pk in cursor.fetchall():
            chains[start].append(pk)
    return chains


def _folded() -> int:
    lines = list(CounterChange.objects.order_by("pk").values_list("pk", "organization_id", *COUNTERS)[:AT_ONCE])
    amounts: dict[int, Figures] = defaultdict(Figures)
    for _, organization, *numbers in lines:
        amounts[organization] += Figures(*numbers)
    _add(_upward(amounts))
    CounterChange.objects.filter(pk__in=[pk for pk, *_ in lines]).delete()
    return len(lines)


def fold_if_long() -> None:
    """Add the journal to the totals when it has become long and nobody works on the tree."""
    if CounterChange.objects.count() < LONG:
        return
    with transaction.atomic():
        if try_tree_lock():
            _folded()


def _upward(amounts: Mapping[int, Figures]) -> dict[int, Figures]:
    """Return the amounts for the organisations themselves and for every ancestor."""
    found: dict[int, Figures] = defaultdict(Figures)
    for pk, chain in ancestors(list(amounts)).items():
        for above in [pk, *chain]:
            found[above] += amounts[pk]
    return dict(found)


def _add(amounts: Mapping[int, Figures]) -> None:
    """Add to the totals, making rows that do not exist yet; a branch has none."""
    rows = [(pk, *(getattr(amount, name) for name in FIELDS)) for pk, amount in sorted(amounts.items())]
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            cursor.execute(
                _ADDING.format(rows=", ".join([_ROW] * len(batch))), [value for row in batch for value in row]
            )


def _folded_own(organization: Organization) -> Figures:
    """Return a branch's own figures without its journal lines, read in one statement."""
    row = (
        Organization.objects.filter(pk=organization.pk)
        .annotate(**{f"new_{name}": Sum(f"counter_changes__{name}", default=0) for name in COUNTERS})
        .get()
    )
    waiting = Figures(*(getattr(row, f"new_{name}") for name in COUNTERS))
    return own_figures(row) - waiting


def _counted() -> Iterator[tuple[int, Figures]]:
    """Yield every organisation that should have a total, with the sum over its subtree without the journal."""
    waiting = (
        CounterChange.objects.values_list("organization_id").annotate(*(Sum(name) for name in COUNTERS)).order_by()
    )
    journal = {pk: Figures(*numbers) for pk, *numbers in waiting}
    open_chain: list[tuple[Organization, Figures]] = []
    for row in Organization.objects.in_tree_order().only(*_COUNTED).iterator(chunk_size=5000):
        yield from _closed(open_chain, row)
        open_chain.append((row, own_figures(row) - journal.get(row.pk, Figures())))
    yield from _closed(open_chain, None)


_COUNTED = ("tree_id", "lft", "rght", "org_type", "dissolved_on", "is_functional", *_OWN.values())


def _closed(chain: list[tuple[Organization, Figures]], row: Organization | None) -> Iterator[tuple[int, Figures]]:
    """Take from the chain what ends before `row`, giving each sum to the one around it."""
    while chain and (row is None or row.tree_id != chain[-1][0].tree_id or chain[-1][0].rght < row.lft):
        ended, total = chain.pop()
        if chain and chain[-1][0].tree_id == ended.tree_id:
            chain[-1] = (chain[-1][0], chain[-1][1] + total)
        if ended.org_type not in BRANCHES:
            yield ended.pk, total
