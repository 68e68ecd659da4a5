"""What the records of the demonstration say: believable for the branch, and here and there incomplete."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from eforefront.demo.numbers import gender
from eforefront.demo.words import words
from members.codes import PersonCategory
from orgs.dates import add_months
from orgs.models import Organization

_ETHNICITIES = ("01",) * 92 + ("03", "04", "05", "06", "08", "11", "11", "15")
_PLACES = words("110101 120102 130102 130406 140105 210102 220102 230102 310104 320102 330102 340102 350102 360102") + (
    words("370102 410102 420102 430102 440103 450102 460105 500103 510104 520102 530102 540102 610102 620102 630102")
    + words("640104 650102 710000")
)
_STREETS = words("学院路 人民路 建设路 解放路 文化路 和平街 新华街 长安街")
_GAPS = (
    ("native_place",),
    ("title",),
    ("social_class",),
    ("native_place", "title"),
    ("title", "social_class"),
    ("phone",),
)
_YEAR = datetime.timedelta(days=366)


@dataclass(frozen=True)
class Kind:
    """What people of one kind of branch are like: years of birth, and what they do (职务岗位, 学历, 职称)."""

    born: tuple[int, int]
    lives: tuple[tuple[str, str, str], ...]


# fmt: off
_STUDENTS = {
    "本科生": Kind((2002, 2007), (("0623", "61", "999"), ("0621", "61", "999"), ("0622", "61", "999"))),
    "硕士生": Kind((1998, 2003), (("0613", "21", "999"), ("0611", "21", "999"), ("0612", "21", "999"))),
    "博士生": Kind((1993, 2000), (("0613", "12", "999"), ("0611", "12", "999"))),
}
_RETIRED = Kind((1938, 1962), (
    ("0702", "21", "011"), ("0702", "22", "013"), ("0701", "61", "999"), ("0702", "41", "999"),
))
_WORKING = Kind((1968, 1998), (
    ("0212", "11", "012"), ("0212", "12", "013"), ("0211", "21", "999"), ("0212", "11", "011"),
    ("0211", "12", "999"), ("0312", "44", "999"), ("0222", "21", "999"), ("0401", "71", "999"),
))
# fmt: on
FIELDS = words(
    "gender ethnicity born_on native_place education title social_class job_post is_migrant_worker joined_on",
    "confirmed_on is_lost lost_since is_floating floating_to",
)


def kind_of(branch: Organization) -> Kind:
    """Return what the people of a branch are like, by its name."""
    if branch.is_elderly_majority:
        return _RETIRED
    return next((kind for word, kind in _STUDENTS.items() if word in branch.short_name), _WORKING)


def values(kind: Kind, id_number: str, category: str, rng: Random, today: datetime.date) -> dict[str, object]:
    """Return the plain items of one record: {field of FIELDS: value}, a few of them left empty."""
    born_on = datetime.date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))
    job_post, education, title = rng.choice(kind.lives)
    joined_on = _joined(born_on, category, rng, today)
    is_lost, is_floating = rng.random() < 0.003, rng.random() < 0.01
    record: dict[str, object] = {
        "gender": gender(id_number),
        "ethnicity": rng.choice(_ETHNICITIES),
        "born_on": born_on,
        "native_place": rng.choice(_PLACES),
        "education": education,
        "title": title,
        "social_class": "0",
        "job_post": job_post,
        "is_migrant_worker": False if job_post.startswith("03") else None,
        "joined_on": joined_on,
        "confirmed_on": add_months(joined_on, 12) if category == PersonCategory.FULL else None,
        "is_lost": is_lost,
        "lost_since": add_months(today.replace(day=1), -rng.randint(1, 14)) if is_lost else None,
        "is_floating": is_floating,
        "floating_to": rng.choice(_PLACES) if is_floating else "",
    }
    return record


def gaps(rng: Random) -> Sequence[str]:
    """Return the items one record lacks: most lack none."""
    return rng.choice(_GAPS) if rng.random() < 0.12 else ()


def phone(rng: Random) -> str:
    """Return a mobile number of a range that is given to nobody."""
    return f"100{rng.randrange(100_000_000):08d}"


def address(rng: Random) -> str:
    return f"示范市{rng.choice(_STREETS)}{rng.randint(1, 300)}号院{rng.randint(1, 40)}号楼{rng.randint(101, 2404)}室"


def _joined(born_on: datetime.date, category: str, rng: Random, today: datetime.date) -> datetime.date:
    if category == PersonCategory.PROBATIONARY:
        return today - datetime.timedelta(days=rng.randint(5, 350))
    first = add_months(born_on, 12 * 18) + datetime.timedelta(days=30)
    usual = add_months(born_on, 12 * 32)
    last = min(today - _YEAR, usual)
    span = max(0, (last - first).days)
    days = rng.randint(0, span)
    if span and last < usual:  # of the young fewer joined of late: whoever did is 预备党员 still
        days = days * days // span
    return first + datetime.timedelta(days=days)
