"""Source: decision 0061."""

import pytest
from django.core.management import CommandError, call_command

from orgs.models import Organization
from partyplatform.audit.models import Record

pytestmark = pytest.mark.django_db

GIVEN = {
    "full_name": "中国共产党示范大学委员会",
    "short_name": "示大党委",
    "unit": "示范大学",
    "affiliation": "2",
    "founded_on": "1955-09-01",
}


def run(**wrong):
    call_command(
        "create_committee", *[f"--{name.replace('_', '-')}={value}" for name, value in (GIVEN | wrong).items()]
    )


def test_an_empty_platform_gets_its_first_organisation(capsys):
    run()
    founded = Organization.objects.get()
    assert capsys.readouterr().out == f"已建立“示大党委”，党组织编码 {founded.code}。\n"
    assert (founded.parent, founded.org_type, founded.unit_name, f"{founded.founded_on}") == (
        None,
        "611",
        "示范大学",
        "1955-09-01",
    )
    assert list(Record.objects.values_list("action", flat=True)) == ["orgs.create"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    (
        ({"founded_on": "2999-01-01"}, "批准建立党组织日期："),
        ({"full_name": "示范大学"}, "党组织全称："),
        ({"affiliation": "z"}, "invalid choice"),
    ),
)
def test_what_the_rules_refuse_is_named(wrong, told):
    with pytest.raises(CommandError, match=told):
        run(**wrong)
    assert not Organization.objects.exists()
