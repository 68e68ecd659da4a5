"""Saved queries: kept, changed, taken away. Source: screens.md 2.8."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import RoleGrant
from eforefront.models import SavedQuery
from eforefront.models.queries import DEFINITIONS
from eforefront.queries.checking import Checked, names_people
from eforefront.queries.definition import Query, dump
from partyplatform import audit
from partyplatform.ui.stale import Stale
from partyplatform.ui.views import NO_POWER

MOST = 100  # of one person
ACTIONS = {
    "eforefront.save_query": "保存查询",
    "eforefront.change_query": "修改已保存的查询",
    "eforefront.remove_query": "删除已保存的查询",
    "eforefront.withdraw_query": "收回查询的共享",
    "eforefront.export_query": "导出查询结果",
}
WITHDRAWN_ABOVE = "共享的查询由保存人修改，或由上级党组织收回。"
PRIVATE = "条件中有姓名、身份证号或电话，只能保存为仅本人使用"


@transaction.atomic
def save(query: Query, *, name: str, sharing: str, by: RoleGrant) -> SavedQuery:
    """Keep a query under a name; raises ValidationError for one that cannot be asked, a name used already, too many."""
    own = SavedQuery.objects.managed_by(by)
    if own.count() >= MOST:
        raise ValidationError(f"已保存的查询不能超过 {MOST} 个，请先删除不用的")
    saved = SavedQuery(owner_uid=str(by.user_uid), owner_name=by.user_name, organization_id=by.organization_id)
    _fill(saved, query, name=name, sharing=sharing, by=by)
    saved.save(force_insert=True)
    _tell(saved, "eforefront.save_query", by=by)
    return saved


@transaction.atomic
def change(
    saved: SavedQuery, query: Query | None, *, name: str, sharing: str, version: int, by: RoleGrant
) -> SavedQuery:
    """Give a saved query another name, other readers or another definition.

    It is the acting organisation's from then on: nobody changes what the administrators of a former one share.
    Raises PermissionDenied for another's, `Stale` when somebody was faster, ValidationError as `save` does.
    """
    stored = _taken(saved, by=by)
    if stored.version != version:
        raise Stale([("查询名称", name, stored.name)], who=stored.owner_name, when=stored.updated_at)
    _fill(stored, query or stored.query, name=name, sharing=sharing, by=by)
    stored.organization_id = by.organization_id
    stored.version += 1
    stored.save()
    _tell(stored, "eforefront.change_query", by=by)
    return stored


@transaction.atomic
def remove(saved: SavedQuery, *, by: RoleGrant) -> None:
    """Take a saved query away for everybody; raises PermissionDenied for another's."""
    stored = _taken(saved, by=by)
    _tell(stored, "eforefront.remove_query", by=by)
    stored.delete()


@transaction.atomic
def withdraw(saved: SavedQuery, *, version: int, reason: str, by: RoleGrant) -> SavedQuery:
    """Take back the sharing of a query of an organisation below; it stays its owner's.

    Raises PermissionDenied for one the level above is not asked about, `Stale` when somebody was faster.
    """
    stored = SavedQuery.objects.select_for_update(no_key=True).get(pk=saved.pk)
    if stored.version != version:
        raise Stale([("共享范围", "", stored.get_sharing_display())], who=stored.owner_name, when=stored.updated_at)
    if not SavedQuery.objects.withdrawable_by(by).filter(pk=stored.pk).exists():
        raise PermissionDenied(WITHDRAWN_ABOVE)
    before, stored.sharing = stored.get_sharing_display(), SavedQuery.Sharing.NOBODY
    stored.version += 1
    stored.save(update_fields=["sharing", "version"])
    changes = [["查询名称", "", stored.name], ["共享范围", before, stored.get_sharing_display()]]
    audit.record(
        by, "eforefront.withdraw_query", stored, organization=stored.organization_id, changes=changes, reason=reason
    )
    return stored


def _taken(saved: SavedQuery, *, by: RoleGrant) -> SavedQuery:
    stored = SavedQuery.objects.select_for_update(no_key=True).get(pk=saved.pk)
    if str(stored.owner_uid) != str(by.user_uid):
        raise PermissionDenied(NO_POWER.format(role=by.label))
    return stored


def _fill(saved: SavedQuery, query: Query, *, name: str, sharing: str, by: RoleGrant) -> None:
    Checked(query, by).refuse()
    if sharing != SavedQuery.Sharing.NOBODY and names_people(query):
        raise ValidationError({"sharing": PRIVATE})
    same = SavedQuery.objects.managed_by(by).filter(name=name).exclude(pk=saved.pk)
    if same.exists():
        raise ValidationError({"name": "已有同名的查询"})
    saved.name, saved.sharing = name, sharing
    saved.use = SavedQuery.Use.TABLE if query.rows else SavedQuery.Use.LIST
    DEFINITIONS.put(saved, dump(query))


def _tell(saved: SavedQuery, action: str, *, by: RoleGrant) -> None:
    changes = [["查询名称", "", saved.name], ["共享范围", "", saved.get_sharing_display()]]
    audit.record(by, action, saved, organization=saved.organization_id, changes=changes)
