"""完整度规则: putting other rules in force. The records follow in the background (`services.rescoring`)."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.powers import Power
from members import scoring
from members.completeness import Rule, Rules, choices_for
from members.models import RuleLine, RuleVersion
from orgs.reach import at_root
from partyplatform import audit
from partyplatform.ui.stale import Stale


def may_set(role: audit.ActingRole) -> bool:
    """Say whether a role changes the rules: they hold for the whole platform, so only its top does."""
    return bool(role.can(Power.SET_COMPLETENESS) and at_root(role))  # type: ignore[attr-defined]


@transaction.atomic
def put_in_force(rules: Sequence[Rule], *, version: int, reason: str, by: audit.ActingRole) -> RuleVersion:
    """Make a new version of the rules, which every record saved from now on is scored by.

    Raises PermissionDenied for others than the platform's operator, `Stale` when `version` is not the one in force any
    more, `Busy` while records are being saved for longer than a second, ValidationError for rules that count nothing
    for some member, give an item a condition under which it is locked, or change nothing.
    """
    if not may_set(by):
        raise PermissionDenied
    present = scoring.hold_alone()
    changes = differences(present, rules)
    if present.version != version:
        raise Stale([[label, after, before] for label, before, after in changes])
    _check(rules)
    if not changes:
        raise ValidationError("规则没有变化")
    made = RuleVersion.objects.create(by_name=by.user_name[:100], by_label=by.label[:200], reason=reason)
    RuleLine.objects.bulk_create(
        RuleLine(version=made, field=rule.field, condition=rule.condition, counts=rule.counts) for rule in rules
    )
    audit.record(by, "members.set_rules", made, organization=by.organization_id, changes=changes, reason=reason)
    return made


def differences(present: Rules, rules: Sequence[Rule]) -> list[list[str]]:
    """Return [label, before, after] of each item that would count for others than now."""
    before = {rule.field: rule.shown for rule in present.rules}
    return [[rule.label, before[rule.field], rule.shown] for rule in rules if rule.shown != before[rule.field]]


def _check(rules: Sequence[Rule]) -> None:
    if not any(rule.counts and rule.condition == "always" for rule in rules):
        raise ValidationError("至少要有一项对所有党员计入，否则有的党员没有完整度")
    for rule in rules:
        if rule.counts and rule.condition not in dict(choices_for(rule.field)):
            raise ValidationError(f"{rule.label}只由{dict(choices_for(rule.field)).popitem()[1]}填写，不能对其他人计入")
