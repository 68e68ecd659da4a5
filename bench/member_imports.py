"""P7: a sheet of five thousand new members through the pages and jobs an administrator uses."""

import datetime
import time
from collections.abc import Iterator
from io import BytesIO

import openpyxl
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import id_number
from bench import database
from bench.imports import key_of
from bench.lines import Line, median, percentile, timed
from bench.people import Viewer, administrator, viewers
from members.models import Member, MemberImport
from members.services.importing.rows import HEADINGS
from members.tests.sheets import person
from orgs.models import Organization
from orgs.tests.processes import Processes
from partyplatform.jobs import run_waiting

ROWS = 5_000
FIRST = datetime.date(1920, 1, 1)  # older than anybody of the demonstration: every number is free


def sheet(branches: list[Organization]) -> BytesIO:
    """Return a workbook of new members, shared out among the branches."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet()
    page.append(list(HEADINGS.values()))
    for place in range(ROWS):
        born = FIRST + datetime.timedelta(days=place)
        cells = person(1, branches[place % len(branches)], id_number=id_number(998, born=f"{born:%Y%m%d}"))
        cells |= {"gender": "女", "born_on": f"{born}", "phone": f"181{place:08d}", "add_kind": "补录"}
        page.append([cells.get(name) for name in HEADINGS])
    stream = BytesIO()
    book.save(stream)
    stream.seek(0)
    stream.name = "新增人员.xlsx"
    return stream


def lines() -> Iterator[Line]:
    root = Organization.objects.get(parent=None)
    client, other = Viewer("", administrator(root)).client(), viewers()[1]
    branches = [row for row in Organization.objects.below(root.pk).living().filter(org_type="631") if row.holds_members]
    before, page, book = Member.objects.count(), reverse("members:imports"), sheet(branches[:100])
    read = timed(lambda: client.post(page, {"file": book, "form_key": key_of(client, page)}))
    checked = read + timed(run_waiting)
    session = MemberImport.objects.latest("pk")
    if session.state != MemberImport.State.CHECKED:
        raise RuntimeError(f"the sheet was refused: {session.result}")
    page = reverse("members:import_session", args=[session.uid])
    client.post(reverse("members:confirm_import", args=[session.uid]), {"form_key": key_of(client, page)})
    stored, pages = _stored(other)
    if Member.objects.count() != before + ROWS:
        raise RuntimeError("the sheet was not brought in")
    where = database.label()
    yield Line(f"P7 导入 5,000 名党员：检查 · {where}", checked / 1000, "s", 10)
    yield Line(f"P7 导入 5,000 名党员：写入 · {where}", stored / 1000, "s", 10)
    yield Line(f"P7 写入时他人的党员列表，中位 · {where}", median(pages), "ms")
    yield Line(f"P7 写入时他人的党员列表，95% · {where}", percentile(pages, 0.95), "ms")


def _stored(other: Viewer) -> tuple[float, list[float]]:
    """Let a process of its own bring the sheet in; return how long it took, and what pages took meanwhile."""
    reader, processes, pages = other.client(), Processes(), []
    address = reverse("members:list", args=[other.role.organization_id])
    _read(reader, address)
    began = time.perf_counter()
    worker = processes.start(run_waiting)
    while worker.is_alive():
        pages.append(timed(lambda: _read(reader, address)))
        time.sleep(0.05)
    return (time.perf_counter() - began) * 1000, pages


def _read(reader: Client, address: str) -> None:
    if reader.get(address).status_code != 200:
        raise RuntimeError("the list did not open during the import")
