"""Code tables of 党员E先锋. Sources and editions: docs/codes.md."""

from pathlib import Path

from django.db import models

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
SCORE_RULES           = Rules(_DATA / "score_rule.csv")
BANDS                 = Rules(_DATA / "band.csv")
# fmt: on


class ScoreSource(models.TextChoices):
    """Where an entry of the ledger 分数 comes from. Source: screens.md 3.10."""

    ATTENDANCE = "attendance", "组织生活"
    ACTIVITY = "activity", "支部活动"
    SERVICE = "service", "社区服务"
    HAND = "hand", "手工登记"
