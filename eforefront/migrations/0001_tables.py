"""All tables of the app, as they stood before the first release; a database kept since then counts it as done."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from partyplatform.migrating import NewTables


class Migration(NewTables):
    replaces = [
        ("eforefront", "0001_gatherings"),
        ("eforefront", "0002_dues"),
        ("eforefront", "0004_registrations_and_scores"),
        ("eforefront", "0005_reviews_and_study"),
        ("eforefront", "0006_notices_and_reminders"),
        ("eforefront", "0007_activity_sign_up"),
        ("eforefront", "0008_upcoming_gatherings"),
    ]

    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("members", "0001_tables"),
        ("orgs", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Composition",
            fields=[
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="orgs.organization",
                        verbose_name="党组织",
                    ),
                ),
                ("counted_on", models.DateField(verbose_name="统计日期")),
                ("ages", models.JSONField(default=list, verbose_name="年龄")),
                ("education", models.JSONField(default=list, verbose_name="学历")),
                ("months", models.JSONField(default=list, verbose_name="近 6 个月组织生活")),
            ],
            options={
                "verbose_name": "党员构成",
                "verbose_name_plural": "党员构成",
            },
        ),
        migrations.CreateModel(
            name="DailyRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True, verbose_name="日期")),
                ("holder", models.CharField(blank=True, max_length=120, verbose_name="执行者")),
                ("leased_until", models.DateTimeField(blank=True, null=True, verbose_name="租期至")),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="开始时间")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="次数")),
                ("failed", models.CharField(blank=True, max_length=500, verbose_name="未完成的事项")),
            ],
            options={
                "verbose_name": "每日任务",
                "verbose_name_plural": "每日任务",
            },
        ),
        migrations.CreateModel(
            name="DuesOpening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(unique=True, verbose_name="月份")),
                ("reached", models.PositiveBigIntegerField(default=0, verbose_name="已处理到的党员")),
                ("is_done", models.BooleanField(default=False, verbose_name="已完成")),
            ],
            options={
                "verbose_name": "党费月份开立",
                "verbose_name_plural": "党费月份开立",
            },
        ),
        migrations.CreateModel(
            name="RegistrationCount",
            fields=[
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="orgs.organization",
                    ),
                ),
                ("registered", models.PositiveIntegerField(default=0, verbose_name="已报到人数")),
            ],
            options={
                "verbose_name": "已报到人数",
                "verbose_name_plural": "已报到人数",
            },
        ),
        migrations.CreateModel(
            name="DuesReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("number", models.PositiveIntegerField(verbose_name="编号")),
                (
                    "kind",
                    models.CharField(
                        choices=[("1", "收据"), ("2", "冲正")], default="1", max_length=1, verbose_name="类型"
                    ),
                ),
                ("total_fen", models.IntegerField(verbose_name="金额（分）")),
                ("paid_on", models.DateField(verbose_name="缴纳日期")),
                (
                    "method",
                    models.CharField(
                        choices=[("1", "现金"), ("2", "银行转账"), ("3", "移动支付"), ("4", "刷卡")],
                        max_length=1,
                        verbose_name="方式",
                    ),
                ),
                (
                    "payer_kind",
                    models.CharField(
                        choices=[("1", "本人"), ("2", "亲属代交"), ("3", "其他党员代交")],
                        max_length=1,
                        verbose_name="代缴人",
                    ),
                ),
                ("payer_name", models.CharField(blank=True, max_length=50, verbose_name="代缴人姓名")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("by_name", models.CharField(max_length=120, verbose_name="经办人")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="登记时间")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dues_receipts",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="收缴党支部",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="eforefront.duesreceipt",
                        verbose_name="冲正的收据",
                    ),
                ),
            ],
            options={
                "verbose_name": "党费收据",
                "verbose_name_plural": "党费收据",
                "indexes": [models.Index(fields=["organization", "-paid_on", "-id"], name="dues_receipt_days")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "year", "number"), name="dues_receipt_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "1"), ("reverses", None), ("total_fen__gt", 0)),
                            models.Q(("kind", "2"), ("reverses__isnull", False), ("total_fen__lt", 0)),
                            _connector="OR",
                        ),
                        name="dues_receipt_sign_fits_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("payer_kind", "1"),
                            models.Q(("payer_kind__in", ["2", "3"]), models.Q(("payer_name", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="dues_receipt_payer_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("method__in", ["1", "2", "3", "4"])), name="dues_receipt_method_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DuesEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(blank=True, null=True, verbose_name="所属月份")),
                (
                    "kind",
                    models.CharField(
                        choices=[("1", "缴纳"), ("2", "补缴"), ("3", "预缴"), ("4", "自愿多交")],
                        max_length=1,
                        verbose_name="类型",
                    ),
                ),
                ("amount_fen", models.IntegerField(verbose_name="金额（分）")),
                ("paid_on", models.DateField(verbose_name="缴纳日期")),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="收缴党支部",
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="eforefront.duesreceipt",
                        verbose_name="收据",
                    ),
                ),
            ],
            options={
                "verbose_name": "党费明细",
                "verbose_name_plural": "党费明细",
                "indexes": [
                    models.Index(fields=["member", "month"], name="dues_entry_member"),
                    models.Index(fields=["organization", "paid_on"], name="dues_entry_days"),
                    models.Index(
                        condition=models.Q(("amount_fen__gte", 100000), ("kind", "4")),
                        fields=["organization", "-paid_on"],
                        name="dues_entry_large_gift",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "4"), ("month", None)),
                            models.Q(("kind__in", ["1", "2", "3"]), ("month__isnull", False)),
                            _connector="OR",
                        ),
                        name="dues_entry_month_fits_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen", 0), _negated=True), name="dues_entry_not_empty"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DuesRelief",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("1", "待审批"),
                            ("2", "已批准"),
                            ("3", "未批准"),
                            ("4", "已撤回"),
                            ("5", "已提前终止"),
                        ],
                        default="1",
                        max_length=1,
                        verbose_name="状态",
                    ),
                ),
                ("monthly_fen", models.PositiveIntegerField(verbose_name="每月缴纳（分）")),
                ("from_month", models.DateField(verbose_name="起始月份")),
                ("until_month", models.DateField(verbose_name="截止月份")),
                ("reason", models.CharField(max_length=200, verbose_name="原因")),
                ("document", models.CharField(blank=True, max_length=60, verbose_name="批准文号")),
                ("opinion", models.CharField(blank=True, max_length=200, verbose_name="审批意见")),
                ("asked_by", models.CharField(max_length=120, verbose_name="提出人")),
                ("asked_at", models.DateTimeField(auto_now_add=True, verbose_name="提出时间")),
                ("decided_by", models.CharField(blank=True, max_length=120, verbose_name="审批人")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="审批时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "decider",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="审批党委",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dues_reliefs",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="提出党支部",
                    ),
                ),
            ],
            options={
                "verbose_name": "党费减免",
                "verbose_name_plural": "党费减免",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "1")), fields=["decider", "id"], name="dues_relief_queue"
                    ),
                    models.Index(fields=["organization", "-id"], name="dues_relief_place"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["1", "2", "3", "4", "5"])), name="dues_relief_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_month__day", 1),
                            ("until_month__day", 1),
                            ("until_month__gte", models.F("from_month")),
                        ),
                        name="dues_relief_months",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "1")), fields=("member",), name="dues_relief_one_asked"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DuesMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(verbose_name="所属月份")),
                (
                    "state",
                    models.CharField(
                        choices=[("1", "待缴"), ("2", "已缴"), ("3", "已补缴"), ("4", "免缴"), ("5", "暂停")],
                        default="1",
                        max_length=1,
                        verbose_name="状态",
                    ),
                ),
                ("due_fen", models.PositiveIntegerField(verbose_name="应缴（分）")),
                ("paid_fen", models.PositiveIntegerField(default=0, verbose_name="实缴（分）")),
                ("cause", models.CharField(blank=True, max_length=20, verbose_name="暂停原因")),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dues_months",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="收缴党支部",
                    ),
                ),
                (
                    "relief",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="months",
                        to="eforefront.duesrelief",
                        verbose_name="减免",
                    ),
                ),
            ],
            options={
                "verbose_name": "党费月份",
                "verbose_name_plural": "党费月份",
                "indexes": [
                    models.Index(fields=["organization", "month", "member"], name="dues_month_grid"),
                    models.Index(
                        condition=models.Q(("state", "1")),
                        fields=["organization", "member", "month"],
                        name="dues_month_unpaid",
                    ),
                    models.Index(
                        condition=models.Q(("state", "1")),
                        fields=["month", "organization", "member"],
                        name="dues_month_overdue",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("member", "month"), name="dues_month_once"),
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="dues_month_first"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due_fen__gt", 0), ("paid_fen", models.F("due_fen")), ("state__in", ["2", "3"])),
                            models.Q(("due_fen__gt", 0), ("paid_fen", 0), ("state", "1")),
                            models.Q(("due_fen", 0), ("paid_fen", 0), ("state", "4")),
                            models.Q(("paid_fen", 0), ("state", "5")),
                            _connector="OR",
                        ),
                        name="dues_month_paid_as_due",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DuesSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("last", models.PositiveIntegerField(default=0, verbose_name="最后编号")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="党支部",
                    ),
                ),
            ],
            options={
                "verbose_name": "党费收据编号",
                "verbose_name_plural": "党费收据编号",
                "constraints": [models.UniqueConstraint(fields=("organization", "year"), name="dues_series_once")],
            },
        ),
        migrations.CreateModel(
            name="DuesShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.CharField(
                        choices=[("1", "党支部"), ("2", "党总支"), ("3", "下级党委")],
                        max_length=1,
                        verbose_name="适用层级",
                    ),
                ),
                ("percent", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="留存比例（%）")),
                ("from_month", models.DateField(verbose_name="起始月份")),
                ("document", models.CharField(max_length=60, verbose_name="依据文号")),
                ("by_name", models.CharField(max_length=120, verbose_name="登记人")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="规定的党委",
                    ),
                ),
            ],
            options={
                "verbose_name": "党费留存比例",
                "verbose_name_plural": "党费留存比例",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("percent__gte", 0), ("percent__lte", 100)), name="dues_share_percent"
                    ),
                    models.UniqueConstraint(fields=("organization", "level", "from_month"), name="dues_share_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DuesStandard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("1", "按月领取工资人员"),
                            ("2", "年薪制人员"),
                            ("3", "不按月取得收入的个体经营者等"),
                            ("4", "离退休人员"),
                            ("5", "农民"),
                            ("6", "学生"),
                            ("7", "下岗失业人员"),
                            ("8", "依靠抚恤或救济生活、领取最低生活保障金人员"),
                            ("9", "经批准少交、免交"),
                        ],
                        max_length=1,
                        verbose_name="缴纳类别",
                    ),
                ),
                (
                    "base_sealed",
                    models.BinaryField(blank=True, default=b"", max_length=200, verbose_name="计算基数（密文）"),
                ),
                (
                    "rate",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=5, null=True, verbose_name="比例"),
                ),
                ("monthly_fen", models.PositiveIntegerField(verbose_name="月应缴（分）")),
                ("from_month", models.DateField(verbose_name="生效月份")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="核定说明")),
                ("by_name", models.CharField(max_length=120, verbose_name="核定人")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="核定时间")),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dues_standards",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="核定党支部",
                    ),
                ),
            ],
            options={
                "verbose_name": "党费缴纳标准",
                "verbose_name_plural": "党费缴纳标准",
                "indexes": [models.Index(fields=["member", "-from_month", "-id"], name="dues_standard_in_force")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("category__in", ["1", "2", "3", "4", "5", "6", "7", "8", "9"])),
                        name="dues_standard_category_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("from_month__day", 1)), name="dues_standard_from_first"),
                    models.CheckConstraint(condition=models.Q(("monthly_fen__gt", 0)), name="dues_standard_pays"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DuesTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("month", models.PositiveSmallIntegerField(verbose_name="月份")),
                ("due_fen", models.BigIntegerField(default=0, verbose_name="应缴（分）")),
                ("paid_fen", models.BigIntegerField(default=0, verbose_name="实缴（分）")),
                ("due_count", models.IntegerField(default=0, verbose_name="应缴人次")),
                ("paid_count", models.IntegerField(default=0, verbose_name="已缴人次")),
                ("late_count", models.IntegerField(default=0, verbose_name="其中补缴")),
                ("exempt_count", models.IntegerField(default=0, verbose_name="免缴人次")),
                ("paused_count", models.IntegerField(default=0, verbose_name="暂停人次")),
                ("received_fen", models.BigIntegerField(default=0, verbose_name="收款（分）")),
                ("gift_fen", models.BigIntegerField(default=0, verbose_name="自愿多交（分）")),
                ("large_gift_fen", models.BigIntegerField(default=0, verbose_name="1,000 元以上（分）")),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="党支部",
                    ),
                ),
            ],
            options={
                "verbose_name": "党费合计",
                "verbose_name_plural": "党费合计",
                "constraints": [
                    models.UniqueConstraint(fields=("year", "month", "organization"), name="dues_total_once"),
                    models.CheckConstraint(condition=models.Q(("month__lte", 12)), name="dues_total_month"),
                ],
            },
        ),
        migrations.CreateModel(
            name="News",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                ("title", models.CharField(max_length=100, verbose_name="标题")),
                ("body", models.TextField(max_length=20000, verbose_name="正文")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("submitted", "待审核"),
                            ("returned", "已退回"),
                            ("released", "已发布"),
                            ("withdrawn", "已撤下"),
                            ("dropped", "已作废"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("written_by", models.CharField(max_length=120, verbose_name="起草人")),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="起草时间")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="报送时间")),
                ("decided_by", models.CharField(blank=True, max_length=120, verbose_name="审核人")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="审核时间")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="news",
                        to="orgs.organization",
                        verbose_name="报送组织",
                    ),
                ),
                (
                    "released_in",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="发布组织",
                    ),
                ),
            ],
            options={
                "verbose_name": "动态",
                "verbose_name_plural": "动态",
                "indexes": [
                    models.Index(fields=["organization", "-id"], name="news_of_organization"),
                    models.Index(
                        condition=models.Q(("state", "released")),
                        fields=["released_in", "-decided_at"],
                        name="news_released",
                    ),
                    models.Index(
                        condition=models.Q(("state", "submitted")), fields=["organization"], name="news_waiting"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "submitted", "returned", "released", "withdrawn", "dropped"])
                        ),
                        name="news_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("released_in__isnull", False), ("state__in", ["released", "withdrawn"])),
                            models.Q(
                                models.Q(("state__in", ["released", "withdrawn"]), _negated=True), ("released_in", None)
                            ),
                            _connector="OR",
                        ),
                        name="news_released_somewhere",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                ("title", models.CharField(max_length=100, verbose_name="标题")),
                ("body", models.TextField(max_length=20000, verbose_name="正文")),
                (
                    "range",
                    models.CharField(
                        choices=[
                            ("own", "本组织"),
                            ("below", "本组织及所有下级党组织"),
                            ("chosen", "指定的党组织（含其下级）"),
                        ],
                        max_length=10,
                        verbose_name="发布范围",
                    ),
                ),
                ("is_pinned", models.BooleanField(default=False, verbose_name="置顶")),
                ("closes_on", models.DateField(blank=True, null=True, verbose_name="截止日期")),
                ("needs_receipt", models.BooleanField(default=False, verbose_name="需要回执")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("published", "已发布"),
                            ("withdrawn", "已撤回"),
                            ("dropped", "已作废"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("written_by", models.CharField(max_length=120, verbose_name="起草人")),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="起草时间")),
                ("published_by", models.CharField(blank=True, max_length=120, verbose_name="发布人")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="发布时间")),
                ("reminded_at", models.DateTimeField(blank=True, null=True, verbose_name="提醒时间")),
                ("withdrawn_by", models.CharField(blank=True, max_length=120, verbose_name="撤回人")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="撤回时间")),
                ("withdrawn_reason", models.CharField(blank=True, max_length=200, verbose_name="撤回原因")),
                ("read_count", models.PositiveIntegerField(default=0, editable=False, verbose_name="已读人数")),
                ("receipt_count", models.PositiveIntegerField(default=0, editable=False, verbose_name="回执人数")),
                ("counted_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="统计时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="orgs.organization",
                        verbose_name="发布组织",
                    ),
                ),
            ],
            options={
                "verbose_name": "通知",
                "verbose_name_plural": "通知",
                "indexes": [
                    models.Index(fields=["organization", "-id"], name="notice_of_organization"),
                    models.Index(
                        condition=models.Q(("state", "published")), fields=["-published_at"], name="notice_by_day"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "published", "withdrawn", "dropped"])),
                        name="notice_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("range__in", ["own", "below", "chosen"])), name="notice_range_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at", None), ("state__in", ["draft", "dropped"])),
                            models.Q(("published_at__isnull", False), ("state__in", ["published", "withdrawn"])),
                            _connector="OR",
                        ),
                        name="notice_published_when_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), ("withdrawn_at__isnull", False)),
                            models.Q(("state", "withdrawn"), _negated=True),
                            _connector="OR",
                        ),
                        name="notice_withdrawn_when_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("original_name", models.CharField(max_length=255, verbose_name="文件名")),
                ("stored_name", models.CharField(max_length=80, unique=True)),
                ("content_type", models.CharField(max_length=60, verbose_name="类型")),
                ("size", models.PositiveIntegerField(verbose_name="大小（字节）")),
                ("sha256", models.CharField(max_length=64)),
                ("uploaded_by", models.CharField(max_length=120, verbose_name="上传人")),
                ("uploaded_at", models.DateTimeField(auto_now_add=True, verbose_name="上传时间")),
                ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="移除时间")),
                (
                    "news",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="eforefront.news",
                        verbose_name="动态",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="eforefront.notice",
                        verbose_name="通知",
                    ),
                ),
            ],
            options={
                "verbose_name": "通知附件",
                "verbose_name_plural": "通知附件",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("news__isnull", False), ("notice", None)),
                            models.Q(("news", None), ("notice__isnull", False)),
                            _connector="OR",
                        ),
                        name="notice_file_of_one",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeRead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("read_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="阅读时间")),
                ("receipted_at", models.DateTimeField(blank=True, null=True, verbose_name="回执时间")),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reads",
                        to="eforefront.notice",
                        verbose_name="通知",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="阅读时所在组织",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="阅读人",
                    ),
                ),
            ],
            options={
                "verbose_name": "阅读记录",
                "verbose_name_plural": "阅读记录",
                "indexes": [
                    models.Index(fields=["notice", "member", "receipted_at"], name="notice_read_member"),
                    models.Index(fields=["read_at"], name="notice_read_lately"),
                    models.Index(
                        condition=models.Q(("receipted_at__isnull", False)),
                        fields=["receipted_at"],
                        name="notice_receipted_lately",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("notice", "user"), name="notice_read_once")],
            },
        ),
        migrations.CreateModel(
            name="NoticeTarget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("with_below", models.BooleanField(default=True, verbose_name="含下级")),
                (
                    "notice",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="targets",
                        to="eforefront.notice",
                        verbose_name="通知",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="党组织",
                    ),
                ),
            ],
            options={
                "verbose_name": "发布范围",
                "verbose_name_plural": "发布范围",
                "indexes": [models.Index(fields=["organization", "notice", "with_below"], name="notice_target_place")],
                "constraints": [models.UniqueConstraint(fields=("notice", "organization"), name="notice_target_once")],
            },
        ),
        migrations.CreateModel(
            name="PartyGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=30, verbose_name="名称")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="撤销日期")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "leader",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="组长",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="党支部",
                    ),
                ),
            ],
            options={
                "verbose_name": "党小组",
                "verbose_name_plural": "党小组",
                "ordering": ["organization", "name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_on", None)),
                        fields=("organization", "name"),
                        name="group_name_unique",
                        violation_error_message="本支部已有同名党小组",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Gathering",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                (
                    "kind",
                    models.CharField(choices=[("1", "组织生活"), ("2", "支部活动")], max_length=1, verbose_name="类别"),
                ),
                ("type", models.CharField(max_length=2, verbose_name="类型")),
                ("topic", models.CharField(max_length=100, verbose_name="主题")),
                ("agenda", models.CharField(blank=True, max_length=1000, verbose_name="议程")),
                ("begins_at", models.DateTimeField(verbose_name="开始时间")),
                ("ends_at", models.DateTimeField(verbose_name="结束时间")),
                ("place", models.CharField(max_length=100, verbose_name="地点")),
                ("chair", models.CharField(max_length=50, verbose_name="主持人")),
                ("recorder", models.CharField(blank=True, max_length=50, verbose_name="记录人")),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("1", "全体党员"),
                            ("2", "支委"),
                            ("3", "党小组"),
                            ("4", "指定人员"),
                            ("5", "报名参加"),
                        ],
                        default="1",
                        max_length=1,
                        verbose_name="参加范围",
                    ),
                ),
                ("guests", models.CharField(blank=True, max_length=300, verbose_name="列席人员")),
                ("notifies", models.BooleanField(default=True, verbose_name="发送通知")),
                ("is_study", models.BooleanField(default=False, verbose_name="计入学时")),
                (
                    "state",
                    models.CharField(
                        choices=[("1", "草稿"), ("2", "已发布"), ("4", "已记录"), ("5", "已审阅"), ("9", "已取消")],
                        default="1",
                        max_length=1,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="取消、退回原因")),
                ("content", models.TextField(blank=True, max_length=20000, verbose_name="会议内容")),
                ("resolution", models.CharField(blank=True, max_length=2000, verbose_name="决议")),
                ("due", models.PositiveSmallIntegerField(default=0, verbose_name="应到")),
                ("present", models.PositiveSmallIntegerField(default=0, verbose_name="实到")),
                ("is_late_entry", models.BooleanField(default=False, verbose_name="补录")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="发布时间")),
                ("recorded_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                ("recorded_by", models.CharField(blank=True, max_length=120, verbose_name="提交人")),
                ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="审阅时间")),
                ("reviewed_by", models.CharField(blank=True, max_length=120, verbose_name="审阅人")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="党组织",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="eforefront.partygroup",
                        verbose_name="党小组",
                    ),
                ),
            ],
            options={
                "verbose_name": "组织生活、支部活动",
                "verbose_name_plural": "组织生活、支部活动",
                "indexes": [
                    models.Index(fields=["organization", "kind", "-begins_at"], name="gathering_place"),
                    models.Index(fields=["kind", "-begins_at"], name="gathering_latest"),
                    models.Index(
                        condition=models.Q(("state", "2")),
                        fields=["organization", "ends_at"],
                        name="gathering_announced",
                    ),
                    models.Index(
                        condition=models.Q(("state", "4")), fields=["organization"], name="gathering_to_review"
                    ),
                    models.Index(condition=models.Q(("state", "2")), fields=["begins_at"], name="gathering_upcoming"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "1"),
                                ("type__in", ["11", "12", "13", "14", "21", "22", "23", "24", "31", "32", "33", "99"]),
                            ),
                            models.Q(("kind", "2"), ("type__in", ["1", "2", "3", "4", "5", "9"])),
                            _connector="OR",
                        ),
                        name="gathering_type_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["1", "2", "4", "5", "9"])), name="gathering_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("audience__in", ["1", "2", "3", "4", "5"])), name="gathering_audience_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("begins_at"))), name="gathering_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("audience", "3"), ("group__isnull", False)),
                            models.Q(models.Q(("audience", "3"), _negated=True), ("group", None)),
                            _connector="OR",
                        ),
                        name="gathering_group_where_asked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("recorded_at__isnull", False), ("state__in", ["4", "5"])),
                            models.Q(models.Q(("state__in", ["4", "5"]), _negated=True), ("recorded_at", None)),
                            _connector="OR",
                        ),
                        name="gathering_recorded_with_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("present__lte", models.F("due"))), name="gathering_present_are_due"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignUp",
            fields=[
                (
                    "gathering",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="sign_up",
                        serialize=False,
                        to="eforefront.gathering",
                    ),
                ),
                ("closes_at", models.DateTimeField(verbose_name="报名截止")),
                ("places", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="人数上限")),
                ("taken", models.PositiveSmallIntegerField(default=0, verbose_name="已报名")),
            ],
            options={
                "verbose_name": "活动报名",
                "verbose_name_plural": "活动报名",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("places", None), ("taken__lte", models.F("places")), _connector="OR"),
                        name="sign_up_within_places",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("1", "已报名"), ("2", "候补"), ("3", "已取消")], max_length=1, verbose_name="状态"
                    ),
                ),
                ("entered_at", models.DateTimeField(auto_now_add=True, verbose_name="报名时间")),
                ("promoted_at", models.DateTimeField(blank=True, null=True, verbose_name="递补时间")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="取消时间")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
                (
                    "gathering",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="eforefront.gathering",
                        verbose_name="支部活动",
                    ),
                ),
            ],
            options={
                "verbose_name": "活动报名名单",
                "verbose_name_plural": "活动报名名单",
                "indexes": [
                    models.Index(fields=["gathering", "state", "id"], name="enrolment_line"),
                    models.Index(fields=["member", "-gathering"], name="enrolment_of_member"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "3"), _negated=True),
                        fields=("gathering", "member"),
                        name="enrolment_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["1", "2", "3"])), name="enrolment_state_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("1", "出席"),
                            ("2", "列席"),
                            ("3", "迟到"),
                            ("4", "病假"),
                            ("5", "事假"),
                            ("6", "公假"),
                            ("7", "缺席"),
                        ],
                        max_length=1,
                        verbose_name="出席情况",
                    ),
                ),
                ("votes", models.BooleanField(default=False, verbose_name="有表决权")),
                (
                    "excuse",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("1", "年老体弱，不作要求"),
                            ("2", "不能表达意志"),
                            ("3", "自费出国半年以上"),
                            ("4", "服刑"),
                            ("5", "长期卧病"),
                            ("6", "应转出组织关系而未转出"),
                            ("7", "会前已转出"),
                        ],
                        max_length=1,
                        verbose_name="不计入应到",
                    ),
                ),
                (
                    "wrong_codes",
                    models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="签到码输错次数"),
                ),
                ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="签到时间")),
                ("reason", models.CharField(blank=True, max_length=100, verbose_name="原因")),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
                (
                    "gathering",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendance",
                        to="eforefront.gathering",
                        verbose_name="组织生活、支部活动",
                    ),
                ),
            ],
            options={
                "verbose_name": "出席情况",
                "verbose_name_plural": "出席情况",
                "indexes": [models.Index(fields=["member", "-gathering"], name="attendance_of_member")],
                "constraints": [
                    models.UniqueConstraint(fields=("gathering", "member"), name="attendance_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["", "1", "3", "4", "5", "6", "7"])),
                        name="attendance_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("excuse__in", ["", "1", "2", "3", "4", "5", "6", "7"])),
                        name="attendance_excuse_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ActivityHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hours", models.DecimalField(decimal_places=1, max_digits=3, verbose_name="服务时长（小时）")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
                (
                    "gathering",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hours",
                        to="eforefront.gathering",
                        verbose_name="支部活动",
                    ),
                ),
            ],
            options={
                "verbose_name": "活动服务时长",
                "verbose_name_plural": "活动服务时长",
                "constraints": [
                    models.UniqueConstraint(fields=("gathering", "member"), name="activity_hours_once"),
                    models.CheckConstraint(
                        condition=models.Q(("hours__gt", 0), ("hours__lte", 24)), name="activity_hours_of_one_day"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GatheringEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=20, verbose_name="办理")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="内容")),
                ("by_name", models.CharField(max_length=120, verbose_name="办理人")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="时间")),
                (
                    "gathering",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="eforefront.gathering",
                        verbose_name="组织生活、支部活动",
                    ),
                ),
            ],
            options={
                "verbose_name": "办理记录",
                "verbose_name_plural": "办理记录",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="GatheringFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("original_name", models.CharField(max_length=255, verbose_name="文件名")),
                ("stored_name", models.CharField(max_length=80, unique=True)),
                ("content_type", models.CharField(max_length=60, verbose_name="类型")),
                ("size", models.PositiveIntegerField(verbose_name="大小（字节）")),
                ("sha256", models.CharField(max_length=64)),
                ("uploaded_by", models.CharField(max_length=120, verbose_name="上传人")),
                ("uploaded_at", models.DateTimeField(auto_now_add=True, verbose_name="上传时间")),
                ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="移除时间")),
                ("key_sealed", models.BinaryField(max_length=300, verbose_name="文件密钥（密文）")),
                ("is_photo", models.BooleanField(default=False, verbose_name="照片")),
                (
                    "gathering",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="eforefront.gathering",
                        verbose_name="组织生活、支部活动",
                    ),
                ),
                (
                    "thumbnail_of",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="thumbnail",
                        to="eforefront.gatheringfile",
                        verbose_name="缩略图",
                    ),
                ),
            ],
            options={
                "verbose_name": "组织生活、支部活动附件",
                "verbose_name_plural": "组织生活、支部活动附件",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="GroupMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="eforefront.partygroup",
                        verbose_name="党小组",
                    ),
                ),
            ],
            options={
                "verbose_name": "党小组成员",
                "verbose_name_plural": "党小组成员",
            },
        ),
        migrations.CreateModel(
            name="PaymentSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("faulty", "有错误"), ("checked", "待确认"), ("done", "已导入")],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("owner_uid", models.UUIDField(db_index=True)),
                ("owner_name", models.CharField(max_length=50, verbose_name="导入人")),
                ("file_name", models.CharField(max_length=255, verbose_name="文件名")),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("rows", models.JSONField(default=list)),
                ("faults", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="上传时间")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="导入时间")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="党支部",
                    ),
                ),
            ],
            options={
                "verbose_name": "缴费表导入",
                "verbose_name_plural": "缴费表导入",
                "ordering": ["-created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", False), ("state", "done")),
                            models.Q(("done_at", None), ("state__in", ["faulty", "checked"])),
                            _connector="OR",
                        ),
                        name="dues_sheet_done_when_confirmed",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "done")), fields=("organization", "sha256"), name="dues_sheet_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Registration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("community", models.CharField(blank=True, max_length=60, verbose_name="社区名称")),
                ("began_on", models.DateField(verbose_name="报到日期")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="撤销日期")),
                ("end_reason", models.CharField(blank=True, max_length=200, verbose_name="撤销原因")),
                ("entered_by", models.CharField(max_length=120, verbose_name="登记人")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "branch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="居住地党支部",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="registrations",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                    ),
                ),
            ],
            options={
                "verbose_name": "社区报到",
                "verbose_name_plural": "社区报到",
                "indexes": [
                    models.Index(fields=["organization", "-began_on", "-id"], name="registration_roll"),
                    models.Index(
                        condition=models.Q(("ended_on", None)),
                        fields=["branch", "-began_on"],
                        name="registration_received",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)), fields=("member",), name="registration_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on", None), ("ended_on__gte", models.F("began_on")), _connector="OR"
                        ),
                        name="registration_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("branch__isnull", False), ("community", "")),
                            models.Q(models.Q(("community", ""), _negated=True), ("branch", None)),
                            _connector="OR",
                        ),
                        name="registration_one_place",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommunityService",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("served_on", models.DateField(verbose_name="服务日期")),
                ("project", models.CharField(max_length=100, verbose_name="服务项目")),
                ("hours", models.DecimalField(decimal_places=1, max_digits=3, verbose_name="服务时长（小时）")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "待确认"),
                            ("confirmed", "已确认"),
                            ("refused", "未确认"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("confirmed_by", models.CharField(blank=True, max_length=100, verbose_name="确认单位")),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("entered_by", models.CharField(max_length=120, verbose_name="登记人")),
                ("entered_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                ("decided_by", models.CharField(blank=True, max_length=120, verbose_name="办理人")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="办理时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="services",
                        to="eforefront.registration",
                        verbose_name="社区报到",
                    ),
                ),
            ],
            options={
                "verbose_name": "服务详情",
                "verbose_name_plural": "服务详情",
                "indexes": [
                    models.Index(fields=["member", "-served_on", "-id"], name="community_service_own"),
                    models.Index(fields=["state", "registration", "-id"], name="community_service_state"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("hours__gt", 0), ("hours__lte", 24)),
                        name="community_service_hours_of_one_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminded",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=40, verbose_name="提醒类型")),
                ("key", models.CharField(max_length=60, verbose_name="对象")),
                ("due_on", models.DateField(verbose_name="到期日期")),
                ("stage", models.SmallIntegerField(verbose_name="提前天数")),
                ("noted_on", models.DateField(verbose_name="提醒日期")),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="党组织",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "提醒",
                "verbose_name_plural": "提醒",
                "indexes": [
                    models.Index(fields=["organization", "noted_on"], name="reminded_place"),
                    models.Index(
                        condition=models.Q(("user__isnull", False)), fields=["user", "noted_on"], name="reminded_person"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("rule", "key", "due_on", "stage"), name="reminded_once"),
                    models.CheckConstraint(
                        condition=models.Q(("organization__isnull", False), ("user__isnull", False), _connector="OR"),
                        name="reminded_tells_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReminderAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                ("address_sealed", models.BinaryField(max_length=600, verbose_name="邮箱（密文）")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminder_address",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "提醒邮箱",
                "verbose_name_plural": "提醒邮箱",
            },
        ),
        migrations.CreateModel(
            name="ReviewCycle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("step", models.PositiveSmallIntegerField(default=1, verbose_name="当前步骤")),
                ("began_on", models.DateField(verbose_name="开展日期")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="退回原因")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="党支部",
                    ),
                ),
            ],
            options={
                "verbose_name": "民主评议",
                "verbose_name_plural": "民主评议",
                "indexes": [models.Index(fields=["year", "organization"], name="cycle_of_year")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "year"),
                        name="cycle_once_a_year",
                        violation_error_message="该年度已开展民主评议",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_on", None), ("step__lte", 9)),
                            models.Q(("ended_on__isnull", False), ("step", 10)),
                            _connector="OR",
                        ),
                        name="cycle_ended_with_step",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CycleStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="步骤")),
                ("label", models.CharField(max_length=20, verbose_name="办理")),
                ("on", models.DateField(verbose_name="日期")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="情况")),
                ("by_name", models.CharField(max_length=120, verbose_name="办理人")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="eforefront.reviewcycle",
                        verbose_name="民主评议",
                    ),
                ),
            ],
            options={
                "verbose_name": "民主评议办理记录",
                "verbose_name_plural": "民主评议办理记录",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Appraisal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("takes_part", models.BooleanField(default=True, verbose_name="参加评议")),
                ("absence", models.CharField(blank=True, max_length=100, verbose_name="未参加原因")),
                ("is_probationary", models.BooleanField(default=False, verbose_name="预备党员")),
                ("appraised_self", models.BooleanField(default=False, verbose_name="已自评")),
                ("appraised_by_others", models.BooleanField(default=False, verbose_name="已互评")),
                ("excellent", models.PositiveSmallIntegerField(default=0, verbose_name="优秀票")),
                ("good", models.PositiveSmallIntegerField(default=0, verbose_name="合格票")),
                ("basic", models.PositiveSmallIntegerField(default=0, verbose_name="基本合格票")),
                ("failed", models.PositiveSmallIntegerField(default=0, verbose_name="不合格票")),
                (
                    "grade",
                    models.CharField(
                        blank=True,
                        choices=[("1", "优秀"), ("2", "合格"), ("3", "基本合格"), ("4", "不合格"), ("9", "不评定等次")],
                        max_length=2,
                        verbose_name="评定等次",
                    ),
                ),
                (
                    "handling",
                    models.CharField(
                        blank=True,
                        choices=[("1", "限期改正"), ("2", "劝退"), ("3", "劝而不退除名"), ("4", "自行脱党除名")],
                        max_length=2,
                        verbose_name="处置",
                    ),
                ),
                ("opinion", models.CharField(blank=True, max_length=200, verbose_name="评定意见")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appraisals",
                        to="eforefront.reviewcycle",
                        verbose_name="民主评议",
                    ),
                ),
            ],
            options={
                "verbose_name": "党员评议",
                "verbose_name_plural": "党员评议",
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "member"), name="appraisal_once"),
                    models.CheckConstraint(
                        condition=models.Q(("is_probationary", False), ("grade__in", ["", "9"]), _connector="OR"),
                        name="appraisal_probationary_without_grade",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("handling", ""), ("grade", "4"), _connector="OR"),
                        name="appraisal_handled_where_failed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScoreEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="日期")),
                ("reason", models.CharField(max_length=100, verbose_name="事由")),
                ("points", models.DecimalField(decimal_places=1, max_digits=5, verbose_name="分值")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("attendance", "组织生活"),
                            ("activity", "支部活动"),
                            ("service", "社区服务"),
                            ("hand", "手工登记"),
                        ],
                        max_length=10,
                        verbose_name="来源",
                    ),
                ),
                ("key", models.CharField(blank=True, max_length=40, verbose_name="来源事项")),
                ("entered_by", models.CharField(max_length=120, verbose_name="登记人")),
                ("entered_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                (
                    "corrects",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="eforefront.scoreentry",
                        verbose_name="更正",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="score_entries",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "分数明细",
                "verbose_name_plural": "分数明细",
                "indexes": [
                    models.Index(fields=["member", "-on", "-id"], name="score_entry_ledger"),
                    models.Index(
                        condition=models.Q(("key", ""), _negated=True), fields=["key", "member"], name="score_entry_key"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("points", 0), _negated=True), name="score_entry_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["attendance", "activity", "service", "hand"])),
                        name="score_entry_source_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScoreYear",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("points", models.DecimalField(decimal_places=1, default=0, max_digits=6, verbose_name="分数")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="score_years",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "年度分数",
                "verbose_name_plural": "年度分数",
                "constraints": [models.UniqueConstraint(fields=("member", "year"), name="score_year_once")],
            },
        ),
        migrations.CreateModel(
            name="StudyEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="日期")),
                ("subject", models.CharField(max_length=100, verbose_name="学习内容")),
                ("halves", models.PositiveSmallIntegerField(verbose_name="半学时数")),
                ("by_name", models.CharField(max_length=120, verbose_name="登记人")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="移除时间")),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "学时登记",
                "verbose_name_plural": "学时登记",
                "ordering": ["-on", "-pk"],
                "indexes": [models.Index(fields=["member", "on"], name="study_of_member")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("halves__gte", 1), ("halves__lte", 16)), name="study_hours_in_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=200, verbose_name="表决事项")),
                ("admits", models.BooleanField(default=False, verbose_name="接收预备党员或转正")),
                ("due", models.PositiveSmallIntegerField(verbose_name="应到有表决权")),
                ("present", models.PositiveSmallIntegerField(verbose_name="实到有表决权")),
                ("written", models.PositiveSmallIntegerField(default=0, verbose_name="书面意见")),
                ("agree", models.PositiveSmallIntegerField(verbose_name="赞成")),
                ("against", models.PositiveSmallIntegerField(verbose_name="反对")),
                ("abstain", models.PositiveSmallIntegerField(verbose_name="弃权")),
                (
                    "gathering",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="votes",
                        to="eforefront.gathering",
                        verbose_name="组织生活",
                    ),
                ),
            ],
            options={
                "verbose_name": "表决",
                "verbose_name_plural": "表决",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "due__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("present"), "+", models.F("written")
                                ),
                            ),
                            (
                                "present__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("agree"), "+", models.F("against")
                                        ),
                                        "+",
                                        models.F("abstain"),
                                    ),
                                    "-",
                                    models.F("written"),
                                ),
                            ),
                        ),
                        name="vote_figures_possible",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="日期")),
                ("text", models.TextField(max_length=4000, verbose_name="内容")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待发送"),
                            ("sending", "发送中"),
                            ("sent", "已发送"),
                            ("failed", "发送失败"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="次数")),
                ("next_try_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="下次发送")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="发送时间")),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "提醒邮件",
                "verbose_name_plural": "提醒邮件",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["next_try_at"], name="digest_waiting"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "day"), name="digest_once_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "sending", "sent", "failed"])),
                        name="digest_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DuesConfirmation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("members", models.PositiveIntegerField(verbose_name="党员人数")),
                ("by_name", models.CharField(max_length=120, verbose_name="确认人")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="确认时间")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="党支部",
                    ),
                ),
            ],
            options={
                "verbose_name": "党费标准年度确认",
                "verbose_name_plural": "党费标准年度确认",
                "constraints": [models.UniqueConstraint(fields=("organization", "year"), name="dues_confirmed_once")],
            },
        ),
        migrations.CreateModel(
            name="DuesPublication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("figures", models.JSONField(default=dict, verbose_name="合计")),
                ("rows", models.JSONField(default=list, verbose_name="各党员")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("by_name", models.CharField(max_length=120, verbose_name="公示人")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="公示时间")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="党支部",
                    ),
                ),
            ],
            options={
                "verbose_name": "党费公示",
                "verbose_name_plural": "党费公示",
                "constraints": [models.UniqueConstraint(fields=("organization", "year"), name="dues_published_once")],
            },
        ),
    ]
