"""What people are doing when something breaks: each act goes through pages and can be begun again by whoever waits.

An act is prepared, run until it is done, and may be in the states `allowed` at any moment, of which `final` is the end.
"""

import io
import itertools
import time
import uuid
from types import SimpleNamespace
from urllib.parse import urlencode

import openpyxl
import psycopg
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.tests.factories import nth_id_number
from members.tests.sheets import MIME, workbook
from members.tests.sheets import person as cells_of
from tests.faults.browsing import LOST

BROKEN = (*LOST, psycopg.OperationalError)  # what somebody sees when the server or the database goes away
PATIENCE = 90  # seconds until an act must have come to its end
_numbers = itertools.count()


class Act:
    title = ""
    final: object = None
    allowed: tuple = ()

    def __init__(self, installation, people):
        self.installation, self.people, self.world = installation, people, installation.world

    def prepare(self):
        """Do what comes before, and note the states."""

    def run(self):
        """Take the act as far as it goes; raises one of BROKEN when something breaks meanwhile."""

    def state(self):
        """Return where the act stands, from the database."""

    def is_done(self):
        return self.state() == self.final

    def finish(self):
        """Begin again until it is done, as people do."""
        ends = time.monotonic() + PATIENCE
        while not self.is_done():
            assert time.monotonic() < ends, f"{self.title}: not done, {self.state()}"
            try:
                self.run()
            except BROKEN:
                time.sleep(0.2)


class Import(Act):
    """A sheet of new members, confirmed in its request."""

    title, rows = "导入党员", 120

    def prepare(self):
        self.top = self.people("top0")
        file = SimpleUploadedFile("新增人员.xlsx", workbook(_people(self.rows, self.world["branches"])), MIME)
        self.top.send("/info/members/imports/", file=file)
        [(self.uid,)] = self.installation.ask("SELECT uid FROM members_memberimport ORDER BY id DESC LIMIT 1")
        self._wait_for("checked")
        before = self._members()
        self.final = (before + self.rows, "done")
        self.allowed = ((before, "checked"), self.final)

    def run(self):
        page = self.top.get(f"/info/members/imports/{uuid.UUID(str(self.uid))}/")  # SQLite keeps it without dashes
        confirm = f"{page.path}confirm/"
        if f'action="{confirm}"' in page.text:
            self.top.post(confirm, page.form(confirm))

    def state(self):
        return self._members(), self._session()

    def _members(self):
        return self.installation.count("members_member")

    def _session(self):
        return self.installation.ask("SELECT state FROM members_memberimport WHERE uid = %s", self.uid)[0][0]

    def _wait_for(self, state):
        ends = time.monotonic() + PATIENCE
        while self._session() != state:
            assert time.monotonic() < ends, f"the sheet is {self._session()}"
            time.sleep(0.1)


class LargeImport(Import):
    """A sheet that the worker brings in."""

    title, rows = "导入党员（后台）", 240

    def run(self):
        super().run()
        self._wait_for("done")


def _people(count, branches):
    """Cells of so many people who are nobody else, spread over the branches."""
    for number, branch in zip(itertools.islice(_numbers, count), itertools.cycle(branches), strict=False):
        right = nth_id_number(number, birthday="0303")
        card = {"id_number": right, "gender": "男" if int(right[16]) % 2 else "女", "phone": f"181{number:08d}"}
        yield cells_of(1, SimpleNamespace(**branch), **card, born_on=f"{right[6:10]}-03-03")


class Transfer(Act):
    """A member goes to a branch of the same general branch: started, passed, taken in by three people."""

    title = "组织关系转接"

    def prepare(self):
        self.source, self.target = self.world["branches"][:2]
        [(self.member,)] = self.installation.ask(
            "SELECT id FROM members_member WHERE organization_id = %s AND id NOT IN"
            " (SELECT member_id FROM transfers_transfer WHERE member_id IS NOT NULL) LIMIT 1",
            self.source["pk"],
        )
        self.final = (self.target["pk"], "done")
        self.allowed = ((self.source["pk"], None), (self.source["pk"], "submitted"), self.final)
        self.desks = {
            self.source["pk"]: self.people("branch0", to="/portal/"),
            self.target["pk"]: self.people("branch1", to="/portal/"),
            self.world["colleges"][0]["pk"]: self.people("college0a", to="/portal/"),
        }

    def run(self):
        if self.state()[1] is None:
            self._start()
        for _ in self.desks:  # one step each
            if self.state()[1] == "submitted":
                self._pass()

    def _start(self):
        month = timezone.localdate().strftime("%Y-%m")
        facts = {"cause": "work", "dues_paid_to": month, "valid_days": "", "note": ""}
        target = {"target_code": self.target["code"], "target_name": self.target["short_name"]}
        self.desks[self.source["pk"]].send(f"/portal/transfers/start/{self.member}/", **facts, **target)

    def _pass(self):
        [(pk, holder)] = self.installation.ask(
            "SELECT id, holder_id FROM transfers_transfer WHERE member_id = %s AND state = 'submitted'", self.member
        )
        desk, act = self.desks[holder], f"/portal/transfers/{pk}/pass/"
        settle = f"/portal/transfers/{pk}/settle/pass/"
        page = desk.get(f"/portal/transfers/{pk}/")
        if f'action="{act}"' in page.text:
            desk.post(act, page.form(act) | {"remark": "同意。"})
        elif f'"{settle}"' in page.text:  # the step that settles where the member belongs has a page of its own
            desk.send(settle, remark="同意。")

    def state(self):
        return self.installation.ask(
            "SELECT organization_id, (SELECT state FROM transfers_transfer WHERE member_id = m.id)"
            " FROM members_member m WHERE id = %s",
            self.member,
        )[0]


class Move(Act):
    """A branch with its members goes below another general branch: asked for and approved."""

    title = "变更上级党组织"

    def prepare(self):
        self.top, self.branch = self.people("top1"), self.world["branches"][-1]
        parent = self._parent()
        self.target = next(each for each in self.world["colleges"] if each["pk"] != parent)
        self.final = (self.target["pk"], 0)
        self.allowed = ((parent, 0), (parent, 1), self.final)

    def run(self):
        if self.state()[1] == 0 and not self.is_done():
            target = urlencode({"code": self.target["code"], "name": self.target["short_name"]})
            self.top.send(f"/info/orgs/{self.branch['pk']}/parent/?{target}", reason="机构调整", document="")
        for (pk,) in self.installation.ask("SELECT id FROM orgs_parentchange WHERE state = 'asked'"):
            self.top.send(f"/info/parent-changes/{pk}/", verb="approve", remark="同意")

    def state(self):
        return self._parent(), self.installation.count("orgs_parentchange", "state = 'asked'")

    def _parent(self):
        return self.installation.ask("SELECT parent_id FROM orgs_organization WHERE id = %s", self.branch["pk"])[0][0]


class Export(Act):
    """The roll of a general branch as a workbook, made while it is sent."""

    title = "导出党员"

    def prepare(self):
        self.college = self.world["colleges"][0]
        self.top = self.people("top1")
        self.rows, self.final = None, self._enrolled()
        self.allowed = (None, self.final)

    def run(self):
        page = self.top.get(f"/info/orgs/{self.college['pk']}/members/export/")
        if page.status == 200:
            self.rows = _people_in(page.content)

    def state(self):
        return self.rows

    def _enrolled(self):
        return self.installation.ask(
            "SELECT count(*) FROM members_member m JOIN orgs_organization o ON o.id = m.organization_id"
            " JOIN orgs_organization r ON r.id = %s"
            " WHERE o.tree_id = r.tree_id AND o.lft BETWEEN r.lft AND r.rght",
            self.college["pk"],
        )[0][0]


class FullExport(Export):
    """Full records, written by the worker."""

    title = "全项导出（后台）"
    _askers = itertools.cycle(f"top{number}" for number in range(2, 10))

    def prepare(self):
        self.branch = self.world["branches"][3]
        self.top, self.asked, self.rows = self.people(next(self._askers)), None, None
        self.final = self.installation.count("members_member", "organization_id = %s", self.branch["pk"])
        self.allowed = (None, self.final)

    def run(self):
        before = self._newest()
        if self.asked is None:
            self.top.send(f"/info/orgs/{self.branch['pk']}/members/full-export/", reason="核对")
        self.asked = self._newest() if self._newest() != before else self.asked
        ends = time.monotonic() + PATIENCE
        while self.asked and self._job_state() in ("queued", "running"):
            assert time.monotonic() < ends, "the export is not done"
            time.sleep(0.1)
        if self.asked and self._job_state() == "done":
            self.rows = _people_in(self.top.get(f"/jobs/{self.asked}/download/").content)

    def _newest(self):
        found = self.installation.ask("SELECT uid FROM jobs_job WHERE kind LIKE 'members.%%' ORDER BY id DESC LIMIT 1")
        return found[0][0] if found else None

    def _job_state(self):
        return self.installation.ask("SELECT state FROM jobs_job WHERE uid = %s", self.asked)[0][0]


class Rotation(Act):
    """New keys for all sealed fields, while people go on working."""

    title = "更换密钥"
    final = 0

    def prepare(self):
        for ring in ("field", "index"):
            self.installation.manage("keys", "new", ring)
        self.code, self.program = None, None
        self.allowed = (None, 0)

    def run(self):
        self.program = self.installation.program("keys", "rotate")
        self.program.start()
        self.code = self.program.result()

    def state(self):
        return self.code if self.code == 0 else None

    def break_off(self):
        """Kill the program of the act itself."""
        self.program.kill()


def _people_in(content):
    """The rows of people in a workbook: those that begin with a name below the heading row."""
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    return sum(1 for row in sheet.iter_rows(values_only=True) if "李思远" in row)
