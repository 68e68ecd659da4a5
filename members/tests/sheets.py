"""《新增人员信息表》 as people upload it."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from accounts.tests.factories import id_number
from members.services.importing.rows import HEADINGS

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def person(number, branch, **changes):
    """Return the cells of a new probationary member without a fault, by field; `number` makes the 身份证号."""
    right = id_number(number, born="19900101")
    return {
        "branch_code": branch.code,
        "name": "李思远",
        "gender": "男" if int(right[16]) % 2 else "女",
        "ethnicity": "汉族 01",
        "born_on": "1990-01-01",
        "id_number": right,
        "native_place": "北京市东城区 110101",
        "education": "硕士研究生 12",
        "title": "无",
        "social_class": "无-",
        "job_post": "0212",
        "category": "预备党员",
        "joined_on": "2026-05-20",
        "phone": f"180{number:08d}",
        "address": "示范市学院路1号院8号楼101室",
        "add_kind": "发展党员",
    } | changes


def workbook(people, *, fields=tuple(HEADINGS)):
    """Return a workbook as bytes."""
    book = Workbook()
    book.active.append([HEADINGS[name] for name in fields])
    for cells in people:
        book.active.append([cells.get(name) for name in fields])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def uploaded(people, name="新增人员.xlsx", **options):
    return SimpleUploadedFile(name, workbook(people, **options), MIME)
