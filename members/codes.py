"""Code tables of members. Sources and editions: docs/codes.md."""

from pathlib import Path

from django.db import models

from partyplatform.codetable import CodeTable

_DATA = Path(__file__).parent / "data"

# fmt: off
GENDERS               = CodeTable(_DATA / "gender.csv", style="plain", withheld=("0", "9"))
MARITAL_STATUSES      = CodeTable(_DATA / "marital_status.csv")
ETHNICITIES           = CodeTable(_DATA / "ethnicity.csv")
POLITICS              = CodeTable(_DATA / "politics.csv")
EDUCATION             = CodeTable(_DATA / "education.csv")
EDUCATION_GBT4658     = CodeTable(_DATA / "education_gbt4658.csv")
DEGREES               = CodeTable(_DATA / "degree.csv")
JOB_POSTS             = CodeTable(_DATA / "job_post.csv")
NEW_SOCIAL_CLASSES    = CodeTable(_DATA / "new_social_class.csv", unprinted=("0",))
FRONT_LINES           = CodeTable(_DATA / "front_line.csv")
PERSON_CATEGORIES     = CodeTable(_DATA / "person_category.csv", style="plain")
MEMBERSHIP_STATUSES   = CodeTable(_DATA / "membership_status.csv", style="plain")
ADD_KINDS             = CodeTable(_DATA / "member_add_kind.csv", style="plain")
REMOVE_KINDS          = CodeTable(_DATA / "member_remove_kind.csv", style="plain")
EXPEL_KINDS           = CodeTable(_DATA / "expel_kind.csv", style="plain")
DISCIPLINES           = CodeTable(_DATA / "discipline.csv", style="plain")
HONOURS               = CodeTable(_DATA / "honour.csv", style="plain")
HONOUR_LEVELS         = CodeTable(_DATA / "honour_level.csv", style="plain")
LOST_CONTACT_REASONS  = CodeTable(_DATA / "lost_contact_reason.csv", style="plain")
FLOW_REASONS          = CodeTable(_DATA / "flow_reason.csv", style="plain")
FLOW_SCOPES           = CodeTable(_DATA / "flow_scope.csv", style="plain")
ABROAD_KINDS          = CodeTable(_DATA / "abroad_kind.csv", style="plain")
PROFESSIONAL_TITLES   = CodeTable(_DATA / "prof_title.csv")
PROFESSIONAL_LEVELS   = CodeTable(_DATA / "prof_level.csv", style="plain")
REGIONS               = CodeTable(_DATA / "region.csv", style="plain")
RETIRED_REGIONS       = CodeTable(_DATA / "region_retired.csv", style="plain")
PARTY_DUTIES          = CodeTable(_DATA / "party_duty.csv", style="plain")
APPOINTMENT_KINDS     = CodeTable(_DATA / "appointment_kind.csv", style="plain")
REVIEW_GRADES         = CodeTable(_DATA / "review_grade.csv", style="plain")
REVIEW_HANDLING       = CodeTable(_DATA / "handling_after_review.csv", style="plain")
# fmt: on

MEMBER_HONOURS = [(code, label) for code, label in HONOURS.choices if code != "1"]  # the first is for organisations
_NO_DUTY = "0000"
POSTS = [(code, label) for code, label in PARTY_DUTIES.choices if code != _NO_DUTY]
COMMITTEE_DUTIES = [(code, label) for code, label in POSTS if code != "401A"]  # a group's leader is not elected here


class PersonCategory(models.TextChoices):
    """人员类别 of those who are members; the earlier stages belong to 党员发展."""

    FULL = "1", "正式党员"
    PROBATIONARY = "2", "预备党员"


class MembershipStatus(models.TextChoices):
    """党籍状态; the values above 3 are history."""

    NORMAL = "1", "正常"
    SUSPENDED = "2", "停止党籍"
    TRANSFERRED = "31", "已转出"
    EXPELLED = "32", "出党"
    DECEASED = "33", "死亡"
    OTHER = "39", "其他减少"


class Gender(models.TextChoices):
    """性别; the two that a record may have."""

    MALE = "1", "男"
    FEMALE = "2", "女"


class Duty(models.TextChoices):
    """党内职务 that the rules speak of; the whole list is in party_duty.csv."""

    SECRETARY = "001A", "书记"
    DEPUTY_SECRETARY = "001B", "副书记"
    GROUP_LEADER = "401A", "党小组组长"
