"""Every form page of the organisations, with a world in which each of them has something to show."""

import datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from members.models import Post
from members.tests.factories import MemberFactory
from orgs.models import Attachment, Renewal
from orgs.services import importing
from orgs.tests.factories import OrganizationFactory, TermFactory
from orgs.tests.importing import kept, row
from partyplatform import uploads
from partyplatform.jobs import enqueue
from tests import world as worlds

LONG = "示大信息学院暑期社会实践第一党支部"


def build():
    """The small world, with a renewal in each state, a post, an attachment, and imports with and without faults."""
    world = worlds.build()
    admin = world.roles["top", "info"]
    world.long = OrganizationFactory(
        parent=world.college, short_name=LONG, full_name=f"中国共产党示范大学信息学院{LONG}支部委员会"
    )
    world.direct = OrganizationFactory(
        parent=world.root, short_name="机关党支部", full_name="中国共产党示范大学机关支部委员会"
    )
    MemberFactory(organization=world.direct, name="欧阳·娜")
    world.post = Post.objects.create(
        term=world.term, member=world.members[0], duty="001A", started_on=world.term.elected_on
    )
    stored = uploads.store(SimpleUploadedFile("关于同意换届的批复.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf"))
    world.attachment = Attachment.objects.create(
        organization=world.staff,
        original_name=stored.original_name,
        stored_name=stored.name,
        content_type=stored.content_type,
        size=stored.size,
        sha256=stored.sha256,
        uploaded_by="示例",
    )
    world.asked = world.renewal
    world.extension = _renewal(world.students, kind="extension", months=6, reason="学院合并，需要推迟换届")
    world.replied = _renewal(world.college, state="replied")
    world.drafted = _renewal(world.artists, state="drafted", draft=_draft(world))
    world.reported = _renewal(world.other, state="reported", draft=_draft(world))
    world.faulty = kept([row(2, name="博士生", parent="无此总支")], target=world.root, by=admin)
    world.checked = kept([row(2, name="硕士生", parent=world.college.code)], target=world.college, by=admin)
    world.imported = kept([row(2, name="本科生", parent=world.other.code)], target=world.other, by=admin)
    importing.confirm(world.imported, by=admin)
    world.job = enqueue("orgs.export", by=admin, title="导出党组织：示范大学党委", params={})
    return world


def _renewal(organization, *, kind="election", state="asked", **fields):
    if not organization.terms.exists():
        TermFactory(organization=organization, number=1)
    seats = {} if kind == "extension" else {"seats": 1, "planned_on": datetime.date(2027, 6, 1)}
    return Renewal.objects.create(
        organization=organization, kind=kind, state=state, asked_by="周敏", **(seats | fields)
    )


def _draft(world):
    return {
        "elected_on": "2026-06-30",
        "years": 3,
        "method": "1",
        "voters_due": 3,
        "voters_present": 3,
        "elected": [{"member": world.members[0].pk, "name": world.members[0].name, "duty": "001A", "votes": 3}],
    }


def addresses(world):
    """Return {name: address} of every form page, and of the pages on which the forms' outcomes are read."""
    w = world
    orgs, terms = f"/info/orgs/{w.staff.pk}", f"/info/orgs/{w.staff.pk}/terms"
    target = f"code={w.other.code}&name={w.other.short_name}"
    return {
        "create": f"/info/orgs/{w.college.pk}/create/",
        "update": f"{orgs}/",
        "profile": f"{orgs}/profile/",
        "attach": f"{orgs}/attach/",
        "create-term": f"/info/orgs/{w.long.pk}/terms/create/",
        "edit-term": f"{terms}/{w.term.pk}/edit/",
        "ask-renewal": f"/info/orgs/{w.long.pk}/renewals/create/",
        "renewals": "/info/renewals/",
        **{f"renewal-{name}": f"/info/renewals/{getattr(w, name).pk}/" for name in STATES},
        **{f"step-{verb}": f"/info/renewals/{getattr(w, name).pk}/{verb}/" for verb, name in STEPS.items()},
        "appoint": f"{orgs}/posts/create/",
        "edit-post": f"{orgs}/posts/{w.post.pk}/edit/",
        "release-post": f"{orgs}/posts/{w.post.pk}/release/",
        "ask-parent": f"{orgs}/parent/",
        "ask-parent-preview": f"/info/orgs/{w.long.pk}/parent/?{target}",
        "decide-parent": f"/info/parent-changes/{w.change.pk}/",
        "dissolve": f"/info/orgs/dissolve/?ids={w.long.pk}",
        "dissolve-blocked": f"/info/orgs/dissolve/?ids={w.staff.pk}&ids={w.students.pk}",
        "restore": f"/info/orgs/{w.closed.pk}/restore/",
        "merge": f"/info/orgs/{w.long.pk}/merge/",
        "merge-blocked": f"{orgs}/merge/",
        "upgrade": f"/info/orgs/{w.direct.pk}/upgrade/",
        "order": f"/info/orgs/{w.college.pk}/order/",
        "import": f"/info/orgs/{w.college.pk}/import/",
        "import-order": f"/info/orgs/{w.college.pk}/order/import/",
        **{f"import-{name}": f"/info/orgs/imports/{getattr(w, name).uid}/" for name in SHEETS},
        "export-as-job": f"/info/orgs/export/?org={w.root.pk}&everything=1",
        "job": f"/jobs/{w.job.uid}/",
        "jobs": "/jobs/",
    }


STATES = ("asked", "extension", "replied", "drafted", "reported")
SHEETS = ("faulty", "checked", "imported")
STEPS = {
    "reply": "asked",
    "refuse": "asked",
    "withdraw": "asked",
    "extend": "extension",
    "elect": "replied",
    "report": "drafted",
    "return": "reported",
    "confirm": "reported",
}

# Forms that refuse to be sent empty: the page then comes back with its errors.
REFUSING = (
    "create",
    "attach",
    "create-term",
    "ask-renewal",
    "step-refuse",
    "step-elect",
    "step-return",
    "appoint",
    "ask-parent-preview",
    "restore",
    "merge",
    "upgrade",
    "import",
    "import-order",
)
