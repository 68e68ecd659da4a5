"""Workbooks as people upload them."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from orgs.services.importing.rows import HEADINGS

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TREE_HEADINGS = tuple(HEADINGS.values())
ORDER_HEADINGS = ("组织编码", "组织简称", "排序号")


def book(lines, headings=TREE_HEADINGS, *, title_rows=()):
    """Return a workbook as bytes: title rows, the headings, the lines."""
    made = Workbook()
    sheet = made.active
    for line in (*title_rows, headings, *lines):
        sheet.append(list(line))
    return saved(made)


def saved(made):
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def line(**values):
    """Return a line under the headings of the template; `name` stands for matching full and short names."""
    if name := values.pop("name", ""):
        values = {"full_name": f"中国共产党示范大学{name}支部委员会", "short_name": f"{name}党支部"} | values
    given = {"org_type": "党支部(631)", "affiliation": "省(区、市)(2)", "founded_on": "2020-06-01"} | values
    return [given.get(field) for field in HEADINGS]


def upload(content, name="名册.xlsx"):
    return SimpleUploadedFile(name, content, MIME)
