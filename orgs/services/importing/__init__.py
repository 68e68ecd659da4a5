"""Bringing sheets in: check first, keep the outcome, confirm once, all rows or none.

checked = check_tree(sheet.rows, target=…, by=…)        # reads only
session = keep(sheet, checked, kind=…, target=…, by=…)  # nothing in the tree yet
session = confirm(session, by=…)                        # state DONE, or the new preview


A large sheet is kept unchecked; `orgs.jobs` checks and confirms it in the background.
"""

from orgs.services.importing.confirming import check_kept, check_sheet, confirm
from orgs.services.importing.sessions import Sheet, earlier, forget_old, keep, keep_unchecked, withdraw

__all__ = [
    "Sheet",
    "check_kept",
    "check_sheet",
    "confirm",
    "earlier",
    "forget_old",
    "keep",
    "keep_unchecked",
    "withdraw",
]
