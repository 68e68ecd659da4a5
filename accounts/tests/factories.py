"""Dull people: accounts with made-up numbers of a place that does not exist, and one role each."""

import datetime

import factory
from django.utils import timezone

from accounts.codes import RoleKind, System, admin_kind
from accounts.id_numbers import check_digit
from accounts.models import ApiToken, RoleGrant, User
from accounts.services.api_tokens import digest_of
from orgs.tests.factories import OrganizationFactory

PASSWORD = "三月的雨 落在旧操场上面"


def id_number(serial, born="19900101", region="990000"):
    """Return a valid 身份证号 of region 990000, which is given to no place."""
    first_17 = f"{region}{born}{serial % 1000:03d}"
    return first_17 + check_digit(first_17)


def nth_id_number(n, birthday="0101"):
    return id_number(n, born=f"{1950 + n // 1000 % 50}{birthday}")


class UserFactory(factory.django.DjangoModelFactory):
    """An account nobody can log in to, unless `password` is given."""

    class Meta:
        model = User

    name = factory.Sequence(lambda n: f"示例{n}")
    id_number = factory.Sequence(nth_id_number)


class RoleGrantFactory(factory.django.DjangoModelFactory):
    """An administrator of a committee in 党内信息管理系统; the kind follows the organisation."""

    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    organization = factory.SubFactory(OrganizationFactory)
    kind = factory.LazyAttribute(lambda grant: admin_kind(grant.organization.org_type))
    system = factory.LazyAttribute(lambda grant: System.PORTAL if grant.kind == RoleKind.MEMBER else System.INFO)
    starts_on = datetime.date(2018, 11, 1)


def api_token_of(organization, *scopes, secret="", **facts):
    """A token of another system; with a secret it can be used."""
    digest = digest_of(secret or f"of nobody {ApiToken.objects.count()}")
    facts = {"name": "示范数据中心", "ends_on": timezone.localdate() + datetime.timedelta(days=30)} | facts
    return ApiToken.objects.create(organization=organization, digest=digest, scopes=list(scopes), **facts)
