"""What a page needs from the database, written by hand: as few statements as it takes, no columns too many."""

from typing import Any

from django.db import connection

from accounts.models import RoleGrant
from orgs.models import Organization

_SESSION = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"
_ROLE = """
    SELECT u.uid, u.name, u.is_active, u.session_mark, u.text_size, g.kind, g.system, g.duty,
           o.id, o.short_name, o.full_name, o.org_type, o.tree_id, o.lft, o.rght, o.level
    FROM accounts_rolegrant g
    JOIN accounts_user u ON u.id = g.user_id
    JOIN orgs_organization o ON o.id = g.organization_id
    WHERE g.id = %s AND g.ends_on IS NULL
"""
_ROWS = """
    SELECT o.id, o.short_name, o.code, o.affiliation, o.org_type, o.unit_name, o.dissolved_on, o.parent_id,
           t."full", t.probationary, t.filled, t.required, o.full_members, o.probationary_members
    FROM orgs_organization o LEFT JOIN orgs_subtreetotal t ON t.organization_id = o.id
    WHERE (o.parent_id = %s OR o.id = %s) AND o.dissolved_on IS NULL ORDER BY o.lft LIMIT 25
"""
_COUNT = "SELECT COUNT(*) FROM orgs_organization WHERE (parent_id = %s OR id = %s) AND dissolved_on IS NULL"
_TREE = """
    SELECT o.id, o.short_name, o.org_type, t."full", t.probationary,
           EXISTS (SELECT 1 FROM orgs_organization c WHERE c.parent_id = o.id AND c.dissolved_on IS NULL)
    FROM orgs_organization o LEFT JOIN orgs_subtreetotal t ON t.organization_id = o.id
    WHERE o.parent_id = %s AND o.dissolved_on IS NULL ORDER BY o.lft LIMIT 200
"""
_JOURNAL = """
    SELECT b.tree_id, b.lft, SUM(c."full"), SUM(c.probationary), SUM(c.filled), SUM(c.required)
    FROM orgs_counterchange c JOIN orgs_organization b ON b.id = c.organization_id GROUP BY b.id, b.tree_id, b.lft
"""
_LEADERS = """
    SELECT p.duty, m.name FROM members_post p
    JOIN orgs_term t ON t.id = p.term_id AND t.is_current JOIN members_member m ON m.id = p.member_id
    WHERE t.organization_id = %s AND p.ended_on IS NULL
"""
_TERM = "SELECT number, elected_on, ends_on, method FROM orgs_term WHERE organization_id = %s AND is_current"
_CARD = """
    SELECT o.*, p.short_name, p.full_name, f.* FROM orgs_organization o
    LEFT JOIN orgs_organization p ON p.id = o.parent_id
    LEFT JOIN orgs_organizationprofile f ON f.organization_id = o.id
    WHERE o.id = %s AND o.tree_id = %s AND o.lft BETWEEN %s AND %s
"""
_GRANTS = """
    SELECT g.id, g.kind, g.system, o.short_name FROM accounts_rolegrant g
    JOIN orgs_organization o ON o.id = g.organization_id WHERE g.user_id = %s AND g.ends_on IS NULL
"""
_WAITING = """
    SELECT COUNT(*) FROM orgs_parentchange c JOIN orgs_organization o ON o.id = c.decider_id
    WHERE c.state = 'asked' AND o.tree_id = %s AND o.lft BETWEEN %s AND %s
"""


def listed(session_key: str, role: RoleGrant, organization: Organization) -> None:
    """The list of the role's own organisation, with the tree beside it."""
    top = role.organization
    _ask(_SESSION, session_key, "2000-01-01")
    _ask(_ROLE, role.pk)
    _ask(_ROWS, top.pk, top.pk)
    _ask(_COUNT, top.pk, top.pk)
    _ask(_TREE, top.pk)
    _ask(_JOURNAL)
    _ask(_LEADERS, top.pk)
    _ask(_TERM, top.pk)
    _frame(role)


def detail(session_key: str, role: RoleGrant, organization: Organization) -> None:
    """组织信息 of an organisation in reach."""
    top = role.organization
    _ask(_SESSION, session_key, "2000-01-01")
    _ask(_ROLE, role.pk)
    _ask(_CARD, organization.pk, top.tree_id, top.lft, top.rght)
    _ask(_LEADERS, organization.pk)
    _ask(_TERM, organization.pk)
    _frame(role)


def _frame(role: RoleGrant) -> None:
    """What stands round every page: the roles to switch to, and how much waits for a decision."""
    top = role.organization
    _ask(_GRANTS, role.user_id)
    _ask(_WAITING, top.tree_id, top.lft, top.rght)


def _ask(sql: str, *params: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
