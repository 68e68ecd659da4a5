import pytest

from accounts.models import User
from members.models import Member
from partyplatform.sealing import SealedColumn, columns, enter


def test_every_model_with_a_sealed_field_has_entered_it():
    from django.apps import apps

    fields = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.name.endswith("_sealed")
    }
    assert {(column.model, column.field) for column in columns()} == fields


def test_a_field_or_a_place_is_entered_once():
    with pytest.raises(ValueError, match="already"):
        enter(SealedColumn(User, "id_number_sealed", "身份证号", place=("accounts_user", "other")))
    with pytest.raises(ValueError, match="already"):
        enter(SealedColumn(Member, "phone_sealed", "电话", place=("members_member", "id_number")))
