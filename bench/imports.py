"""P3: a sheet of a thousand organisations through the pages an administrator uses."""

import random
import re
from collections.abc import Iterator
from io import BytesIO

import openpyxl
from django.test import Client
from django.urls import reverse

from bench import database
from bench.cities import TODAY
from bench.lines import Line, timed
from bench.people import Viewer, administrator
from orgs.models import ImportSession, Organization
from orgs.services.importing.rows import HEADINGS

COLUMNS = ("full_name", "short_name", "org_type", "affiliation", "parent", "founded_on")


def sheet(parent: str) -> BytesIO:
    """Return a workbook of one committee under `parent`, 99 general branches, 900 branches, in any order."""
    rows = [("中国共产党导入学院委员会", "导入学院党委", "611", parent)]
    rows += [(f"中国共产党导入学院第{n}总支部委员会", f"第{n}党总支", "621", rows[0][0]) for n in range(99)]
    rows += [(f"中国共产党导入学院第{n}支部委员会", f"第{n}党支部", "631", rows[1 + n % 99][0]) for n in range(900)]
    random.Random(20260601).shuffle(rows)
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet()
    page.append([HEADINGS[name] for name in COLUMNS])
    for full_name, short_name, org_type, above in rows:
        page.append([full_name, short_name, org_type, "2", above, f"{TODAY:%Y-%m-%d}"])
    stream = BytesIO()
    book.save(stream)
    stream.seek(0)
    stream.name = "导入.xlsx"
    return stream


def lines() -> Iterator[Line]:
    root = Organization.objects.get(parent=None)
    client = Viewer("", administrator(root)).client()
    before = Organization.objects.count()
    upload_page, book = reverse("orgs:import_tree", args=[root.pk]), sheet(root.full_name)
    checked = timed(lambda: client.post(upload_page, {"file": book, "form_key": key_of(client, upload_page)}))
    session = ImportSession.objects.latest("pk")
    if session.state != ImportSession.State.CHECKED:
        raise RuntimeError(f"the sheet was refused: {session.faults[:3]}")
    page = reverse("orgs:import_session", args=[session.uid])
    confirm = reverse("orgs:confirm_import", args=[session.uid])
    stored = timed(lambda: client.post(confirm, {"form_key": key_of(client, page)}))
    if Organization.objects.count() != before + 1000:
        raise RuntimeError("the sheet was not brought in")
    where = database.label()
    yield Line(f"P3 导入 1,000 个党组织：检查 · {where}", checked / 1000, "s")
    yield Line(f"P3 导入 1,000 个党组织：写入 · {where}", stored / 1000, "s")
    yield Line(f"P3 导入 1,000 个党组织 · {where}", (checked + stored) / 1000, "s", 3)


def key_of(client: Client, page: str) -> str:
    """Return the one-time key of the form on a page."""
    found = re.search(r'name="form_key" value="([^"]+)"', client.get(page).content.decode())
    return found.group(1) if found else ""
