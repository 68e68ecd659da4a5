"""授权管理 of a committee offers 审计员 beside its administrator. Source: security.md 11, 36, 37."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.codes import RoleKind, System
from accounts.models import RoleGrant, User
from accounts.services.grants import grant_role
from accounts.tests.clients import act_as
from members.services import administrators
from members.services.members import move
from members.tests.factories import MemberFactory
from orgs.tests.factories import OrganizationFactory
from partyplatform.tests.kept import kept
from partyplatform.ui.form_keys import NAME, fresh
from tests.world import build

pytestmark = pytest.mark.django_db


@kept
def world():
    world = build()
    world.hospital = OrganizationFactory(
        parent=world.root, org_type="611", short_name="附属医院党委", full_name="中国共产党示范大学附属医院委员会"
    )
    world.ward = OrganizationFactory(parent=world.hospital, short_name="内科支部")
    world.nurse = MemberFactory(organization=world.ward, name="李思远")
    return world


@pytest.fixture
def top(world):
    return world.roles["top", "info"]


def appoint(world, by, kind=RoleKind.AUDITOR):
    return administrators.appoint(world.nurse, organization=world.hospital, system=System.INFO, by=by, kind=kind)


def kinds_offered(client, place):
    form = client.get(reverse("members:grant", args=[place.pk])).context["form"]
    return [label for value, label in form.fields["kind"].choices if value]


def test_only_a_committee_offers_it(client, world, top):
    act_as(client, top)
    assert kinds_offered(client, world.hospital) == ["市/区级管理员", "审计员"]
    assert kinds_offered(client, world.college) == ["区级管理员"]
    assert kinds_offered(client, world.staff) == ["支部管理员"]


def test_the_page_appoints_and_takes_it_away_again(client, world, top):
    act_as(client, top)
    address = reverse("members:grant", args=[world.hospital.pk])
    sent = {
        "step": "add",
        "kind": "auditor",
        "member": world.nurse.pk,
        "starts_on": f"{timezone.localdate()}",
        NAME: fresh(),
    }
    assert client.post(address, sent).status_code == 302
    grant = RoleGrant.objects.get(kind=RoleKind.AUDITOR)
    assert (grant.user_name, grant.duty, grant.organization_id) == ("李思远", "", world.hospital.pk)
    assert "审计员" in client.get(address).text
    listed = client.get(f"{reverse('members:grants')}?org={world.root.pk}").text
    assert '李思远<span class="muted">（审计员）</span>' in listed
    ending = reverse("members:dismiss", args=[world.hospital.pk, grant.pk])
    assert client.post(ending, {"reason": "工作调整", NAME: fresh()}).status_code == 302
    assert not RoleGrant.objects.open().filter(pk=grant.pk).exists()


def test_a_branch_is_given_none_however_the_form_is_sent(client, world, top):
    act_as(client, top)
    sent = {"step": "add", "kind": "auditor", "member": world.member.pk, "starts_on": "2030-01-01", NAME: fresh()}
    assert client.post(reverse("members:grant", args=[world.staff.pk]), sent).status_code == 422
    with pytest.raises(ValidationError, match="审计员只能在党委设置"):
        administrators.appoint(
            world.member, organization=world.staff, system=System.INFO, by=top, kind=RoleKind.AUDITOR
        )


@pytest.mark.parametrize(("first", "second"), ((RoleKind.AUDITOR, ""), ("", RoleKind.AUDITOR)))
def test_nobody_audits_what_they_administer(world, top, first, second):
    appoint(world, top, first)
    with pytest.raises(ValidationError, match="不能由同一党组织的管理员兼任"):
        appoint(world, top, second)
    assert RoleGrant.objects.managing().filter(organization=world.hospital).count() == (first == "")


def test_auditors_take_no_place_of_the_contacts(world, top, settings):
    settings.MOST_CONTACTS = 1
    appoint(world, top)
    world.nurse = MemberFactory(organization=world.ward)
    assert appoint(world, top, "").duty == "党务工作联系人"


def test_leaving_the_committee_ends_it(world, top):
    appoint(world, top)
    world.nurse.refresh_from_db()
    move(world.nurse, to=world.staff, by=top)
    assert not RoleGrant.objects.open().filter(kind=RoleKind.AUDITOR).exists()


def test_the_account_needs_a_certificate(client, world, top, settings):
    grant = appoint(world, top)
    [found] = RoleGrant.objects.filter(pk=grant.pk).with_certificate_need()
    assert found.needs_certificate
    assert User.objects.certified_by(top).filter(pk=grant.user_id).exists()
    settings.CERTIFICATES_REQUIRED = True
    assert act_as(client, grant).get(reverse("audit:records")).url.startswith("/login/")


def test_a_general_branch_gives_no_certificate_need(world, top):
    grant = grant_role(
        world.roles["own", "info"].user, organization=world.college, kind="district", system="info", by=top
    )
    [found] = RoleGrant.objects.filter(pk=grant.pk).with_certificate_need()
    assert not found.needs_certificate
