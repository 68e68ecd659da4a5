"""Excel files in and out: streamed lists, guarded reading, templates, sheets sent back with their errors.

Decisions and figures: docs/decisions/0002-excel.md.
"""

from .cells import Book, Cell, Line, Sheet
from .columns import SheetColumn, fill, find_table
from .dates import parse_date
from .limits import DEFAULT_LIMITS, BookRefused, Limits
from .marking import FAULT_LABEL, Fault, error_book
from .plain import csv_chunks, write_csv
from .reader import read_book
from .tables import SAMPLE_MARK, Row, Table, table
from .templates import template_book
from .writer import book_chunks, write_book, write_sheets

__all__ = [
    "DEFAULT_LIMITS",
    "FAULT_LABEL",
    "SAMPLE_MARK",
    "Book",
    "BookRefused",
    "Cell",
    "Fault",
    "Limits",
    "Line",
    "Row",
    "Sheet",
    "SheetColumn",
    "Table",
    "book_chunks",
    "csv_chunks",
    "error_book",
    "fill",
    "find_table",
    "parse_date",
    "read_book",
    "table",
    "template_book",
    "write_book",
    "write_csv",
    "write_sheets",
]
