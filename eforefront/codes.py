"""Code tables of 党员E先锋. Sources and editions: docs/codes.md."""

from pathlib import Path

from partyplatform.codetable import CodeTable, Rules

_DATA = Path(__file__).parent / "data"

# fmt: off
DEVELOPMENT_STAGES    = CodeTable(_DATA / "development_stage.csv", style="plain")
DEVELOPMENT_STEPS     = CodeTable(_DATA / "development_step.csv", style="plain")
MEETING_TYPES         = CodeTable(_DATA / "meeting_type.csv", style="plain")
ACTIVITY_TYPES        = CodeTable(_DATA / "activity_type.csv", style="plain")
ATTENDANCE            = CodeTable(_DATA / "attendance.csv", style="plain")
DUES_CATEGORIES       = CodeTable(_DATA / "dues_category.csv", style="plain")
STATISTICS_TABLES     = CodeTable(_DATA / "stat_table.csv", style="plain")
DUES_RATES            = Rules(_DATA / "dues_rate.csv")
MEETING_FREQUENCIES   = Rules(_DATA / "meeting_frequency.csv")
# fmt: on
