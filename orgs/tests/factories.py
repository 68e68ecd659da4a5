"""Dull organisations: the smallest valid object, nothing surprising."""

import datetime

import factory
from django.db import transaction

from orgs import tree
from orgs.codes import OrgType
from orgs.models import Organization, Term
from orgs.search import search_text


class OrganizationFactory(factory.django.DjangoModelFactory):
    """A committee without a parent, or a branch under `parent`."""

    class Meta:
        model = Organization

    code = factory.Sequence(lambda n: f"0999{n:08d}")
    full_name = factory.Sequence(lambda n: f"中国共产党示范单位第{n}委员会")
    short_name = factory.Sequence(lambda n: f"示范第{n}")
    org_type = factory.LazyAttribute(lambda o: OrgType.BRANCH if o.parent else OrgType.COMMITTEE)
    affiliation = "2"
    founded_on = datetime.date(2018, 9, 18)
    unit_name = "示范大学"
    parent = None

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        organization = model_class(*args, **kwargs)
        organization.search_text = search_text(organization)
        with transaction.atomic():
            tree.insert(organization)
        return organization


class TermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Term

    organization = factory.SubFactory(OrganizationFactory)
    number = factory.Sequence(lambda n: n + 1)
    elected_on = datetime.date(2024, 6, 30)
    years = 3
    ends_on = datetime.date(2027, 6, 29)
    method = "1"
    voters_due = 10
    voters_present = 10
