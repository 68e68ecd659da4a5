"""Dull members: active full members of a branch of their own, counted as the services count them."""

import datetime

import factory

from accounts.tests.factories import nth_id_number
from members.codes import Duty
from members.models import Member, Post
from members.shares import share
from orgs import totals
from orgs.tests.factories import OrganizationFactory, TermFactory


class MemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Member

    name = factory.Sequence(lambda n: f"示例{n}")
    id_number = factory.Sequence(lambda n: nth_id_number(n, birthday="0202"))  # never that of an account
    category = "1"
    organization = factory.SubFactory(OrganizationFactory, parent=factory.SubFactory(OrganizationFactory))

    @classmethod
    def _create(cls, model_class, *args, id_number, **kwargs):
        member = model_class(*args, **kwargs)
        member.seal_id_number(id_number)
        member.save(force_insert=True)
        totals.change(member.organization_id, **share(member))
        return member


class PostFactory(factory.django.DjangoModelFactory):
    """The secretary of a term."""

    class Meta:
        model = Post

    term = factory.SubFactory(TermFactory)
    member = factory.SubFactory(MemberFactory)
    duty = Duty.SECRETARY
    started_on = datetime.date(2024, 6, 30)
