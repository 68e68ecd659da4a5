"""Sealed columns: the fields whose text is kept as ciphertext. Each model enters its own once, below the class:

    enter(SealedColumn(Member, "phone_sealed", "电话", place=("members_member", "phone")))

What goes over all of them (rotation of keys, integrity) asks `columns()`: what is entered is never forgotten.
"""

from .columns import SealedColumn, column_of, columns, enter

__all__ = ["SealedColumn", "column_of", "columns", "enter"]
