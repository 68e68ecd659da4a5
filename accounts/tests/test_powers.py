import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.codes import RoleKind, System
from accounts.permissions_page import permissions_page
from accounts.powers import POWERS, TABLE, Power, holds
from partyplatform.manual_page import manual_pages

LOOKING = {Power.VIEW_ORGS, Power.VIEW_CHANGES, Power.VIEW_MEMBERS, Power.REVEAL_FIELDS}


def test_every_power_has_exactly_one_rule():
    assert [rule.power for rule in TABLE] == list(Power)


def test_every_power_can_be_held_by_somebody():
    assert [power for power in Power if not any(power in held for held in POWERS.values())] == []


def test_branch_administrators_look_ask_and_keep_their_members():
    asking = {Power.USE_INFO, Power.EXPORT_ORGS, Power.ASK_RENEWAL, Power.VIEW_GRANTS}
    asking |= {Power.ASK_ADMISSION, Power.EXPORT_MEMBERS_FULL, Power.QUERY, Power.QUERY_AFFAIRS}
    own = {Power.EDIT_MEMBER, Power.KEEP_MEMBERSHIP, Power.KEEP_MOBILITY, Power.MANAGE_ACCOUNTS}
    own |= {Power.VIEW_STATISTICS, Power.KEEP_STATISTICS}
    assert POWERS[RoleKind.BRANCH, System.INFO] == LOOKING | asking | own


def test_members_have_no_place_in_the_information_system():
    assert POWERS[RoleKind.MEMBER, System.INFO] == set()
    assert POWERS[RoleKind.MEMBER, System.PORTAL] == {
        *(Power.USE_PORTAL, Power.VIEW_OWN_RECORD, Power.LEAD_GROUP, Power.OWN_DEVELOPMENT)
    }


def test_applicants_have_their_own_development_and_nothing_else():
    assert POWERS[RoleKind.APPLICANT, System.PORTAL] == {Power.OWN_DEVELOPMENT}
    assert POWERS[RoleKind.APPLICANT, System.INFO] == set()


def test_a_grant_in_the_portal_changes_no_organisation():
    everybody = LOOKING | {Power.USE_PORTAL, Power.VIEW_OWN_RECORD, Power.VIEW_TRANSFERS, Power.HANDLE_TRANSFERS}
    everybody |= {Power.VIEW_GATHERINGS, Power.KEEP_GATHERINGS, Power.VIEW_DUES, Power.RESET_PASSWORDS}
    everybody |= {Power.KEEP_REGISTRATIONS, Power.KEEP_SCORES, Power.PUBLISH_NOTICES, Power.VIEW_DEVELOPMENT}
    everybody |= {Power.LEAD_GROUP}
    upper = {Power.SET_DUTIES, Power.REVIEW_GATHERINGS, Power.RELEASE_NEWS, Power.DECIDE_DEVELOPMENT}
    for kind, more in (
        (RoleKind.CITY, upper | {Power.DECIDE_DUES, Power.EXCHANGE_TRANSFERS}),
        (RoleKind.DISTRICT, upper),
        (RoleKind.BRANCH, {Power.KEEP_DUES, Power.KEEP_DEVELOPMENT}),
    ):
        assert POWERS[kind, System.PORTAL] == everybody | more


def test_auditors_read_the_audit_and_nothing_else():
    reading = {Power.USE_INFO, Power.VIEW_AUDIT, Power.EXPORT_AUDIT, Power.VIEW_ALARMS}
    assert POWERS[RoleKind.AUDITOR, System.INFO] == reading
    assert POWERS[RoleKind.AUDITOR, System.PORTAL] == set()


def test_only_committees_upgrade_decide_where_an_organisation_stands_and_manage_certificates():
    assert POWERS[RoleKind.CITY, System.INFO] - POWERS[RoleKind.DISTRICT, System.INFO] == {
        Power.UPGRADE_ORG,
        Power.DECIDE_PARENT_CHANGE,
        Power.MANAGE_CERTIFICATES,
        Power.MANAGE_API_TOKENS,
        Power.IMPORT_MEMBERS,
        Power.FILE_MOBILITY,
        Power.SET_COMPLETENESS,
    }


def test_an_unknown_power_is_an_error_and_never_a_no():
    with pytest.raises(ValueError, match="edit_everything"):
        holds("city", "info", "edit_everything")


def test_the_permissions_page_is_the_table():
    page = settings.BASE_DIR / "docs" / "permissions.md"
    assert page.read_text(encoding="utf-8") == permissions_page()


def test_write_docs_writes_it_and_its_like(tmp_path, capsys):
    call_command("write_docs", folder=tmp_path)
    assert (tmp_path / "permissions.md").read_text(encoding="utf-8") == permissions_page()
    written = ("permissions.md", "security.md", "third-party.md", "transfers.md")
    written += tuple(f"manual/{name}" for name in manual_pages())
    assert capsys.readouterr().out == "".join(f"已写入 {name}\n" for name in written)
