import datetime

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from orgs.codes import AFFILIATIONS, OrgType, UnitRelation
from orgs.models import Organization
from orgs.services import organizations
from partyplatform import audit


class Command(BaseCommand):
    help = "建立一个没有上级党组织的党委：一套平台的第一个党组织，其余的由管理员在页面上新建或导入。"

    def add_arguments(self, parser):
        parser.add_argument("--full-name", required=True, metavar="全称", help="如：中国共产党示范大学委员会")
        parser.add_argument("--short-name", required=True, metavar="简称", help="如：示大党委")
        parser.add_argument("--unit", required=True, metavar="单位", help="所在单位，如：示范大学")
        levels = dict(AFFILIATIONS.choices)
        listed = f"党组织隶属关系：{'、'.join(levels.values())}"
        parser.add_argument("--affiliation", required=True, choices=list(levels), metavar="代码", help=listed)
        day = datetime.date.fromisoformat
        parser.add_argument(
            "--founded-on", required=True, type=day, metavar="日期", help="批准建立日期，例如 1955-09-01"
        )

    def handle(self, *, full_name, short_name, unit, affiliation, founded_on, **options):
        try:
            founded = organizations.create(
                None,
                by=audit.SYSTEM,
                full_name=full_name,
                short_name=short_name,
                org_type=OrgType.COMMITTEE,
                affiliation=affiliation,
                founded_on=founded_on,
                unit_relation=UnitRelation.LINKED_UNIT,
                unit_name=unit,
            )
        except ValidationError as refusal:
            labels = audit.labels(Organization, organizations.FIELDS)
            raise CommandError(
                "；".join(f"{labels[name]}：{text}" for name, texts in refusal.message_dict.items() for text in texts)
            ) from None
        self.stdout.write(f"已建立“{founded.short_name}”，党组织编码 {founded.code}。")
