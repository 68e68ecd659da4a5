"""Models whose rows carry a sealed 身份证号: accounts and members show it alike."""

from typing import Any

from accounts import id_numbers
from partyplatform.crypto import Undecipherable
from partyplatform.sealing import SealedColumn, column_of


class HasIdNumber:
    """Mixed into models with `id_number_sealed` and `id_number_index`, entered as a sealed column."""

    @classmethod
    def id_number_column(cls) -> SealedColumn:
        return column_of(cls, "id_number_sealed")

    def seal_id_number(self: Any, number: str) -> None:
        """Put in a normalised 身份证号 that was found right; saving is the caller's."""
        self.id_number_column().put(self, number)

    def unsealed_id_number(self: Any) -> str:
        """Return the 身份证号 in clear; raises `Undecipherable`. Showing it to anybody is a logged act of its own."""
        return self.id_number_column().text(self)

    @property
    def masked_id_number(self) -> str:
        """The last four characters, as lists show it, or 无法解密."""
        return self._id_number_by(id_numbers.masked)

    @property
    def shown_id_number(self) -> str:
        """The first three and the last four characters, as the page of one person shows it, or 无法解密."""
        return self._id_number_by(id_numbers.shown)

    def _id_number_by(self, mask: Any) -> str:
        try:
            return mask(self.unsealed_id_number())
        except Undecipherable:
            return "无法解密"
