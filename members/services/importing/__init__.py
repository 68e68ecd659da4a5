"""新增党员（汇总表导入）: check first, keep the outcome sealed, confirm once, all or none, take back within 30 days.

sheet = keep(Sheet(name, sha256, rows), target=…, by=…)   # nothing in the roll yet
sheet = check_kept(sheet, by=…)                           # FAULTY or CHECKED
sheet = repair(sheet, rows=…, dropped=…, by=…)            # the cells as corrected in the page; WAITING again
sheet = confirm(sheet, by=…)                              # DONE, or the new preview
sheet = undo(sheet, by=…)                                 # UNDONE, each row with what became of it

A large sheet is checked, brought in and taken back by background jobs.
"""

from members.services.importing.confirming import check_kept, confirm
from members.services.importing.sessions import Sheet, earlier, forget_old, keep, repair, withdraw
from members.services.importing.undoing import undo

__all__ = [
    "Sheet",
    "check_kept",
    "confirm",
    "earlier",
    "forget_old",
    "keep",
    "repair",
    "undo",
    "withdraw",
]
