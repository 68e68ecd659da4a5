"""A university for the fault runs, written into the database of the environment: `python -m tests.faults.building`.

Prints who may log in and what there is as JSON. Everything after it goes through the pages.
"""

import json

import django

django.setup()

from django.db import transaction  # noqa: E402

from accounts.codes import System  # noqa: E402
from accounts.tests.factories import PASSWORD, RoleGrantFactory, UserFactory  # noqa: E402
from orgs.tests.factories import OrganizationFactory  # noqa: E402

COLLEGES, BRANCHES, WRITERS = 3, 3, 8


@transaction.atomic
def build():
    """A committee, general branches below it, branches below those; administrators of each, two of each committee."""
    root = OrganizationFactory(short_name="示范大学党委", full_name="中国共产党示范大学委员会", may_approve=True)
    colleges, branches = [], []
    for college in range(COLLEGES):
        name = f"第{college}学院"
        parent = OrganizationFactory(parent=root, org_type="621", **_called(f"{name}党总支"))
        colleges.append(parent)
        branches += [
            OrganizationFactory(parent=parent, **_called(f"{name}第{number}支部")) for number in range(BRANCHES)
        ]
    people = {}
    for name, organization in _seats(root, colleges, branches):
        user = UserFactory(name=f"示例{name}", password=PASSWORD)
        for system in System:
            RoleGrantFactory(user=user, organization=organization, system=system, is_default=True)
        people[name] = user.unsealed_id_number()
    return {
        "password": PASSWORD,
        "people": people,
        "root": _card(root),
        "colleges": [_card(each) for each in colleges],
        "branches": [_card(each) for each in branches],
    }


def _seats(root, colleges, branches):
    yield from ((f"top{number}", root) for number in range(2 + WRITERS))
    yield from ((f"college{number}{hand}", each) for number, each in enumerate(colleges) for hand in "ab")
    yield from ((f"branch{number}", each) for number, each in enumerate(branches))


def _called(short_name):
    return {"short_name": short_name, "full_name": f"中国共产党示范大学{short_name}委员会"}


def _card(organization):
    return {"pk": organization.pk, "code": organization.code, "short_name": organization.short_name}


if __name__ == "__main__":
    print(json.dumps(build()))
