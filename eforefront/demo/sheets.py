"""新增人员信息表: one that was brought in, and one that waits to be corrected."""

import datetime
import hashlib
from collections.abc import Sequence
from typing import Any

from accounts.id_numbers import check_digit
from accounts.models import RoleGrant
from eforefront.demo.numbers import REGION, gender
from members.services import importing
from members.services.importing.rows import Row
from orgs.models import Organization

_NAMES = ("周晓雯", "阿不都·热合曼", "王𠮷", "欧阳志远", "陈立", "马明")
_LAST_SERIAL = 998  # far behind those that are given out one by one
_ADULT = datetime.date(2004, 3, 12)


def bring_in(by: RoleGrant, branches: Sequence[Organization], today: datetime.date) -> None:
    """Let the committee enter three new members, and upload three others with mistakes."""
    rows = [_row(place, name, branches[place % len(branches)], today) for place, name in enumerate(_NAMES)]
    done = importing.check_kept(_kept("新增人员信息表_示大信息学院.xlsx", rows[:3], by), by=by)
    importing.confirm(done, by=by)
    faulty = rows[3:]
    faulty[0].values["branch_code"] = faulty[0].texts["branch_code"] = "000000000000"
    faulty[1].values["joined_on"] = datetime.date(2015, 6, 1)
    faulty[1].texts["joined_on"] = "2015-06-01"
    del faulty[2].values["address"], faulty[2].texts["address"]
    importing.check_kept(_kept("新增人员信息表_补充.xlsx", faulty, by), by=by)


def _kept(name: str, rows: list[Row], by: RoleGrant) -> Any:
    digest = hashlib.sha256(name.encode()).hexdigest()
    return importing.keep(importing.Sheet(name, digest, rows), target=by.organization, by=by)


def _row(place: int, name: str, branch: Organization, today: datetime.date) -> Row:
    born = _ADULT + datetime.timedelta(days=31 * place)
    first_17 = f"{REGION}{born:%Y%m%d}{_LAST_SERIAL - place}"
    values = {
        "branch_code": branch.code,
        "name": name,
        "gender": gender(first_17),
        "ethnicity": "05" if "·" in name else "01",
        "born_on": born,
        "id_number": first_17 + check_digit(first_17),
        "native_place": "110101",
        "education": "21",
        "title": "999",
        "social_class": "0",
        "job_post": "0212",
        "category": "2",
        "joined_on": today - datetime.timedelta(days=150),
        "phone": f"1808888{place:04d}",
        "address": "示范市海东区学院路1号学生公寓3号楼",
        "add_kind": "1",
    }
    return Row(place % 3 + 2, values, {field: str(value) for field, value in values.items()})
