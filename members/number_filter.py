"""The search for a 身份证号 that the lists of both systems share. Source: screens.md 2.4, 3.2."""

from django.core.exceptions import ValidationError

from accounts import id_numbers
from members import finding
from partyplatform.ui.forms import FilterForm

NUMBER_HINT = "完整号码，或末 4 至 6 位"


class NumberFilter(FilterForm):
    """A filter with a field `id_number`: a whole 身份证号 or the last 4 to 6 characters of one."""

    def clean_id_number(self):
        return finding.sought_number(self.cleaned_data["id_number"])

    def found(self, role, **asked):
        """Return the members in reach that were asked for; nobody, and a word at the field, when it fits too many."""
        try:
            return finding.members(role, **asked)
        except ValidationError as refusal:
            self.add_error("id_number", refusal)
            return finding.members(role).none()

    def described(self):
        """Return the filled filters in words, the number masked: they are written down."""
        number = self.values.get("id_number")
        return super().described().replace(number, id_numbers.masked(number)) if number else super().described()
