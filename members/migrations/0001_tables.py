"""All tables of the app, as they stood before the first release; a database kept since then counts it as done."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import accounts.sealed_id_numbers
import members.name_order
from partyplatform.migrating import NewTables


class Migration(NewTables):
    replaces = [
        ("members", "0001_initial"),
        ("members", "0002_member_id_number"),
        ("members", "0003_member_record"),
        ("members", "0004_score_members"),
        ("members", "0005_member_user"),
        ("members", "0006_record_sections"),
        ("members", "0007_membership_history"),
        ("members", "0008_member_orders"),
        ("members", "0009_fill_member_orders"),
        ("members", "0010_member_order_indexes"),
        ("members", "0011_completeness_rules"),
        ("members", "0012_batches"),
        ("members", "0013_corrections"),
        ("members", "0014_member_imports"),
        ("members", "0015_admissions"),
        ("members", "0016_member_papers"),
        ("members", "0017_export_requests"),
        ("members", "0018_mobility"),
        ("members", "0019_matters_of_records"),
        ("members", "0020_checks"),
        ("members", "0021_secret_scans"),
        ("members", "0022_phone_doubts"),
        ("members", "0023_batch_sheets"),
    ]

    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("orgs", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                ("name", models.CharField(max_length=50, verbose_name="姓名")),
                (
                    "id_number_sealed",
                    models.BinaryField(blank=True, default=b"", max_length=200, verbose_name="身份证号（密文）"),
                ),
                (
                    "id_number_index",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=64, verbose_name="身份证号（检索键）"
                    ),
                ),
                (
                    "id_number_end",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=64, verbose_name="身份证号末四位（检索键）"
                    ),
                ),
                (
                    "name_pinyin",
                    members.name_order.NameKey(
                        default="",
                        editable=False,
                        key=members.name_order.pinyin_key,
                        max_length=90,
                        verbose_name="姓名拼音序",
                    ),
                ),
                (
                    "name_strokes",
                    members.name_order.NameKey(
                        default="",
                        editable=False,
                        key=members.name_order.strokes_key,
                        max_length=36,
                        verbose_name="姓名笔画序",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[("1", "正式党员"), ("2", "预备党员")], max_length=2, verbose_name="人员类别"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("1", "正常"),
                            ("2", "停止党籍"),
                            ("31", "已转出"),
                            ("32", "出党"),
                            ("33", "死亡"),
                            ("39", "其他减少"),
                        ],
                        default="1",
                        max_length=2,
                        verbose_name="党籍状态",
                    ),
                ),
                (
                    "gender",
                    models.CharField(blank=True, choices=[("1", "男"), ("2", "女")], max_length=1, verbose_name="性别"),
                ),
                ("ethnicity", models.CharField(blank=True, max_length=2, verbose_name="民族")),
                ("born_on", models.DateField(blank=True, null=True, verbose_name="出生日期")),
                ("native_place", models.CharField(blank=True, max_length=6, verbose_name="籍贯")),
                ("education", models.CharField(blank=True, max_length=2, verbose_name="最高学历")),
                ("title", models.CharField(blank=True, max_length=3, verbose_name="职称")),
                ("social_class", models.CharField(blank=True, max_length=2, verbose_name="新社会阶层情况")),
                ("job_post", models.CharField(blank=True, max_length=4, verbose_name="工作岗位")),
                ("is_migrant_worker", models.BooleanField(blank=True, null=True, verbose_name="农民工标识")),
                ("joined_on", models.DateField(blank=True, null=True, verbose_name="入党日期")),
                ("confirmed_on", models.DateField(blank=True, null=True, verbose_name="转正日期")),
                ("is_lost", models.BooleanField(default=False, verbose_name="是否为失联党员")),
                ("lost_since", models.DateField(blank=True, null=True, verbose_name="失去联系日期")),
                ("is_floating", models.BooleanField(default=False, verbose_name="是否为流动党员")),
                ("floating_to", models.CharField(blank=True, max_length=6, verbose_name="外出流向")),
                (
                    "phone_sealed",
                    models.BinaryField(blank=True, default=b"", max_length=200, verbose_name="联系方式（密文）"),
                ),
                (
                    "phone_index",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=64, verbose_name="联系方式（检索键）"
                    ),
                ),
                (
                    "address_sealed",
                    models.BinaryField(blank=True, default=b"", max_length=1000, verbose_name="家庭住址（密文）"),
                ),
                ("filled", models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="已填项")),
                ("required", models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="应填项")),
                (
                    "percent",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                required__gt=0,
                                then=django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("filled"), "*", models.Value(100)
                                    ),
                                    "/",
                                    models.F("required"),
                                ),
                            )
                        ),
                        output_field=models.PositiveSmallIntegerField(null=True),
                        verbose_name="信息完整度",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="orgs.organization",
                        verbose_name="人员所在支部",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="member",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "党员",
                "verbose_name_plural": "党员",
                "indexes": [
                    models.Index(fields=["organization", "name", "id", "status", "category"], name="member_roll"),
                    models.Index(
                        fields=["name", "organization", "id", "status", "category"],
                        name="member_name",
                        opclasses=["varchar_pattern_ops", "int8_ops", "int8_ops", "varchar_ops", "varchar_ops"],
                    ),
                    models.Index(
                        condition=models.Q(("status", "1"), _negated=True),
                        fields=["organization", "name", "id"],
                        name="member_not_normal",
                    ),
                    models.Index(
                        condition=models.Q(("category", "2"), ("status", "1")),
                        fields=["organization", "name", "id"],
                        name="member_probation",
                    ),
                    models.Index(
                        condition=models.Q(("is_lost", True)), fields=["organization", "name", "id"], name="member_lost"
                    ),
                    models.Index(
                        condition=models.Q(("is_floating", True)),
                        fields=["organization", "name", "id"],
                        name="member_floating",
                    ),
                    models.Index(fields=["id_number_end", "organization"], name="member_number_end"),
                    models.Index(fields=["phone_index"], name="member_phone"),
                    models.Index(
                        fields=["name_pinyin", "id", "organization", "status", "category"], name="member_by_pinyin"
                    ),
                    models.Index(
                        fields=["name_strokes", "id", "organization", "status", "category"], name="member_by_strokes"
                    ),
                    models.Index(fields=["born_on", "id", "organization", "status", "category"], name="member_by_born"),
                    models.Index(
                        fields=["joined_on", "id", "organization", "status", "category"], name="member_by_joined"
                    ),
                    models.Index(
                        fields=["percent", "id", "organization", "status", "category"], name="member_by_percent"
                    ),
                    models.Index(
                        condition=models.Q(("category", "2"), ("status", "1")),
                        fields=["joined_on"],
                        name="member_probation_joined",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("category__in", ["1", "2"])), name="member_category_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["1", "2", "31", "32", "33", "39"])),
                        name="member_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("gender__in", ["", "1", "2"])), name="member_gender_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("filled__lte", models.F("required"))), name="member_filled_within_required"
                    ),
                    models.UniqueConstraint(
                        models.F("id_number_index"),
                        models.Case(
                            models.When(
                                models.Q(("status__in", ["1", "2"]), models.Q(("id_number_index", ""), _negated=True)),
                                then=models.Value(0),
                            ),
                            default=models.F("id"),
                            output_field=models.BigIntegerField(),
                        ),
                        name="member_enrolled_once",
                        violation_error_message="该身份证号已登记，请联系上级组织部门",
                    ),
                ],
            },
            bases=(accounts.sealed_id_numbers.HasIdNumber, models.Model),
        ),
        migrations.CreateModel(
            name="Matter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                (
                    "procedure",
                    models.CharField(
                        choices=[
                            ("flow", "流动党员"),
                            ("lost", "失联党员"),
                            ("abroad", "出国（境）党员"),
                            ("retention", "组织关系暂留"),
                        ],
                        max_length=10,
                        verbose_name="业务",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("11", "待报到"),
                            ("12", "已报到"),
                            ("21", "失联"),
                            ("22", "已停止党籍"),
                            ("31", "已报告"),
                            ("32", "待上级审核"),
                            ("33", "待组织部备案"),
                            ("34", "保留组织关系"),
                            ("35", "待恢复组织生活"),
                            ("41", "暂留"),
                            ("81", "已返回"),
                            ("82", "转为转接"),
                            ("83", "已取得联系"),
                            ("84", "已恢复组织生活"),
                            ("85", "未同意"),
                            ("86", "已转出"),
                            ("88", "已撤销"),
                            ("89", "已终止"),
                        ],
                        max_length=2,
                        verbose_name="状态",
                    ),
                ),
                ("began_on", models.DateField(blank=True, null=True, verbose_name="开始日期")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="截止日期")),
                ("limit_on", models.DateField(blank=True, null=True, verbose_name="期限")),
                ("contact_due_on", models.DateField(blank=True, null=True, verbose_name="应联系日期")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="办结日期")),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5"), ("6", "6"), ("9", "9")],
                        max_length=2,
                        verbose_name="原因",
                    ),
                ),
                ("region", models.CharField(blank=True, max_length=6, verbose_name="外出流向")),
                (
                    "scope",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("1", "跨省（区、市）流动"),
                            ("2", "省（区、市）内跨市（地）流动"),
                            ("3", "市（地）内跨县（区）流动"),
                        ],
                        max_length=2,
                        verbose_name="流动范围",
                    ),
                ),
                ("occupation", models.CharField(blank=True, max_length=50, verbose_name="原职业")),
                ("certificate", models.CharField(blank=True, max_length=30, verbose_name="流动证号")),
                ("host", models.CharField(blank=True, max_length=100, verbose_name="流入地党组织")),
                ("country", models.CharField(blank=True, max_length=50, verbose_name="国家（地区）")),
                (
                    "way",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("11", "驻外机构"),
                            ("12", "劳务输出"),
                            ("13", "公派留学"),
                            ("21", "自费留学"),
                            ("22", "工作"),
                            ("23", "探亲"),
                            ("24", "定居"),
                            ("9", "其他"),
                        ],
                        max_length=2,
                        verbose_name="出国（境）方式",
                    ),
                ),
                ("degree", models.CharField(blank=True, max_length=50, verbose_name="攻读学位")),
                ("contact_name", models.CharField(blank=True, max_length=50, verbose_name="联系人")),
                (
                    "phone_sealed",
                    models.BinaryField(blank=True, default=b"", max_length=200, verbose_name="联系电话（密文）"),
                ),
                ("remark", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matters",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "党员管理业务",
                "verbose_name_plural": "党员管理业务",
                "indexes": [
                    models.Index(fields=["procedure", "state", "member"], name="matter_state"),
                    models.Index(
                        condition=models.Q(("ended_on", None)),
                        fields=["procedure", "contact_due_on"],
                        name="matter_contact",
                    ),
                    models.Index(
                        condition=models.Q(("ended_on", None)), fields=["procedure", "ends_on"], name="matter_end"
                    ),
                    models.Index(
                        condition=models.Q(("ended_on", None)), fields=["procedure", "limit_on"], name="matter_limit"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)), fields=("member", "procedure"), name="matter_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_on", None),
                                ("state__in", ["11", "12", "21", "22", "31", "32", "33", "34", "35", "41"]),
                            ),
                            models.Q(
                                ("ended_on__isnull", False),
                                ("state__in", ["81", "82", "83", "84", "85", "86", "88", "89"]),
                            ),
                            _connector="OR",
                        ),
                        name="matter_ended_with_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("procedure__in", ["flow", "lost", "abroad", "retention"])),
                        name="matter_procedure_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("began_on", None),
                            ("ends_on__gte", models.F("began_on")),
                            _connector="OR",
                        ),
                        name="matter_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="启用时间")),
                ("by_name", models.CharField(max_length=100, verbose_name="启用人")),
                ("by_label", models.CharField(max_length=200, verbose_name="角色")),
                ("reason", models.CharField(max_length=200, verbose_name="变更原因")),
                ("scored_to", models.BigIntegerField(default=0, editable=False, verbose_name="已重新计算到")),
                (
                    "scored_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="重新计算完成时间"),
                ),
                ("changed", models.PositiveIntegerField(default=0, editable=False, verbose_name="完整度有变化的党员")),
                ("job_uid", models.UUIDField(editable=False, null=True, verbose_name="后台任务")),
            ],
            options={
                "verbose_name": "完整度规则版本",
                "verbose_name_plural": "完整度规则版本",
            },
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("preview", "待确认"), ("running", "办理中"), ("done", "已办理")],
                        default="preview",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("owner_uid", models.UUIDField(db_index=True)),
                ("owner_name", models.CharField(max_length=50, verbose_name="办理人")),
                ("role_id", models.BigIntegerField()),
                ("fields", models.JSONField(default=list, verbose_name="项目")),
                ("values_sealed", models.BinaryField(verbose_name="新值（密文）")),
                ("file_name", models.CharField(blank=True, max_length=255, verbose_name="文件")),
                ("job_uid", models.UUIDField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="提交时间")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="办理时间")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="办理的党组织",
                    ),
                ),
            ],
            options={
                "verbose_name": "批量维护",
                "verbose_name_plural": "批量维护",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["preview", "running", "done"])), name="batch_state_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExportRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "待审批"), ("approved", "已批准"), ("refused", "已退回")],
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("owner_uid", models.UUIDField(db_index=True)),
                ("owner_name", models.CharField(max_length=50, verbose_name="申请人")),
                ("role_id", models.BigIntegerField()),
                ("role_label", models.CharField(max_length=200, verbose_name="角色")),
                ("query_sealed", models.BinaryField(max_length=4000, verbose_name="筛选条件（密文）")),
                ("described", models.CharField(blank=True, max_length=500, verbose_name="筛选条件")),
                ("rows", models.PositiveIntegerField(verbose_name="人数")),
                ("by_branch", models.BooleanField(default=False, verbose_name="每个党支部一张工作表")),
                ("reason", models.CharField(max_length=200, verbose_name="用途")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="申请时间")),
                ("expires_at", models.DateTimeField(verbose_name="有效期至")),
                ("decider_uid", models.UUIDField(blank=True, null=True)),
                ("decider_name", models.CharField(blank=True, max_length=50, verbose_name="审批人")),
                ("decider_label", models.CharField(blank=True, max_length=200, verbose_name="审批人角色")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="审批时间")),
                ("remark", models.CharField(blank=True, max_length=200, verbose_name="审批意见")),
                ("job_uid", models.UUIDField(blank=True, null=True)),
                ("exported_at", models.DateTimeField(blank=True, null=True, verbose_name="导出时间")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="导出范围",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="申请人所在党组织",
                    ),
                ),
            ],
            options={
                "verbose_name": "全项导出申请",
                "verbose_name_plural": "全项导出申请",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["place"], name="export_request_waiting"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "approved", "refused"])),
                        name="export_request_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decider_uid", models.F("owner_uid")), _negated=True),
                        name="export_request_by_two",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MatterStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField(max_length=10, verbose_name="代码")),
                ("label", models.CharField(max_length=20, verbose_name="办理")),
                ("on", models.DateField(verbose_name="日期")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("11", "待报到"),
                            ("12", "已报到"),
                            ("21", "失联"),
                            ("22", "已停止党籍"),
                            ("31", "已报告"),
                            ("32", "待上级审核"),
                            ("33", "待组织部备案"),
                            ("34", "保留组织关系"),
                            ("35", "待恢复组织生活"),
                            ("41", "暂留"),
                            ("81", "已返回"),
                            ("82", "转为转接"),
                            ("83", "已取得联系"),
                            ("84", "已恢复组织生活"),
                            ("85", "未同意"),
                            ("86", "已转出"),
                            ("88", "已撤销"),
                            ("89", "已终止"),
                        ],
                        max_length=2,
                        verbose_name="状态",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="情况")),
                ("document", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                ("by_name", models.CharField(max_length=100, verbose_name="办理人")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="members.matter",
                        verbose_name="业务",
                    ),
                ),
            ],
            options={
                "verbose_name": "办理记录",
                "verbose_name_plural": "办理记录",
                "ordering": ["-on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="MemberProfile",
            fields=[
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="profile",
                        serialize=False,
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
                (
                    "former_number_sealed",
                    models.BinaryField(blank=True, default=b"", max_length=200, verbose_name="曾用证件号（密文）"),
                ),
                (
                    "former_number_index",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=64, verbose_name="曾用证件号（检索键）"
                    ),
                ),
                ("former_name", models.CharField(blank=True, max_length=50, verbose_name="曾用名")),
                (
                    "marital_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("10", "未婚 10"),
                            ("21", "初婚 21"),
                            ("22", "再婚 22"),
                            ("23", "复婚 23"),
                            ("30", "丧偶 30"),
                            ("40", "离婚 40"),
                            ("90", "未说明的婚姻状况 90"),
                        ],
                        max_length=2,
                        verbose_name="婚姻状况",
                    ),
                ),
                ("health", models.CharField(blank=True, max_length=50, verbose_name="健康状况")),
                ("began_work_on", models.DateField(blank=True, null=True, verbose_name="参加工作日期")),
                ("has_kin_outside", models.BooleanField(blank=True, null=True, verbose_name="港澳台属")),
                ("is_from_taiwan", models.BooleanField(blank=True, null=True, verbose_name="是否台湾省籍")),
                ("household_place", models.CharField(blank=True, max_length=6, verbose_name="户口所在地")),
                (
                    "residence_sealed",
                    models.BinaryField(blank=True, default=b"", max_length=1000, verbose_name="现居住地（密文）"),
                ),
                ("emergency_name", models.CharField(blank=True, max_length=50, verbose_name="紧急联系人")),
                (
                    "emergency_phone_sealed",
                    models.BinaryField(blank=True, default=b"", max_length=200, verbose_name="紧急联系电话（密文）"),
                ),
                ("introducers", models.CharField(blank=True, max_length=100, verbose_name="入党介绍人")),
                ("joining_branch", models.CharField(blank=True, max_length=100, verbose_name="入党时所在支部")),
                (
                    "joining_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("1", "发展党员"),
                            ("11", "其中重新入党"),
                            ("21", "停止党籍后恢复党籍"),
                            ("22", "错误处理纠正后恢复党籍"),
                            ("31", "内部调动"),
                            ("32", "市内转接转入"),
                            ("33", "市外转入"),
                            ("38", "整建制转入"),
                            ("4", "补录"),
                            ("9", "系统启用时导入"),
                        ],
                        max_length=2,
                        verbose_name="增加方式",
                    ),
                ),
                (
                    "probation_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="延长预备期（月）"),
                ),
                ("seniority_correction", models.SmallIntegerField(default=0, verbose_name="党龄校正（月）")),
                (
                    "front_line",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("0", "否 0"),
                            ("01", "企业生产第一线 01"),
                            ("02", "农村生产第一线 02"),
                            ("03", "教学科研第一线 03"),
                            ("05", "机关第一线 05"),
                        ],
                        max_length=2,
                        verbose_name="一线情况",
                    ),
                ),
                ("is_volunteer", models.BooleanField(blank=True, null=True, verbose_name="党员志愿者")),
                ("specialty", models.CharField(blank=True, max_length=100, verbose_name="专业特长")),
                ("file_place", models.CharField(blank=True, max_length=100, verbose_name="党员档案所在单位")),
                ("flow_certificate", models.CharField(blank=True, max_length=30, verbose_name="流动证号")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="备注")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "verbose_name": "党员补充信息",
                "verbose_name_plural": "党员补充信息",
                "indexes": [
                    models.Index(
                        condition=models.Q(("former_number_index", ""), _negated=True),
                        fields=["former_number_index"],
                        name="profile_former_number",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("marital_status__in", ["", "10", "20", "21", "22", "23", "30", "40", "90"])
                        ),
                        name="profile_marital_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "joining_kind__in",
                                ["", "1", "11", "2", "21", "22", "3", "31", "32", "33", "38", "4", "9"],
                            )
                        ),
                        name="profile_joining_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Honour",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("removed_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="移除时间")),
                (
                    "kind",
                    models.CharField(
                        choices=[("2", "优秀共产党员"), ("3", "优秀党务工作者")], max_length=2, verbose_name="表彰"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("1", "中央一级"),
                            ("2", "省（区、市）一级"),
                            ("3", "市（地、州、盟）一级"),
                            ("4", "县（市、区、旗）一级"),
                            ("5", "其他（基层党委等）"),
                        ],
                        max_length=2,
                        verbose_name="级别",
                    ),
                ),
                ("given_on", models.DateField(verbose_name="日期")),
                ("authority", models.CharField(max_length=100, verbose_name="批准机关")),
                ("document", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                ("revoked_on", models.DateField(blank=True, null=True, verbose_name="撤销日期")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "表彰",
                "verbose_name_plural": "表彰",
                "ordering": ["-given_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Hardship",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("removed_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="移除时间")),
                ("kind", models.CharField(max_length=50, verbose_name="困难类型")),
                ("since_on", models.DateField(verbose_name="认定日期")),
                ("until_on", models.DateField(blank=True, null=True, verbose_name="解除日期")),
                ("measures", models.CharField(blank=True, max_length=200, verbose_name="帮扶措施")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "困难情况",
                "verbose_name_plural": "困难情况",
                "ordering": ["-since_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Doubt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("born", "出生日期与身份证号不一致"),
                            ("long", "预备期过长"),
                            ("short", "预备期不足一年"),
                            ("faulty", "不符合填写规则"),
                            ("number", "没有身份证号"),
                            ("phone", "手机号与他人相同"),
                            ("work", "参加工作时不满 14 周岁"),
                        ],
                        max_length=10,
                        verbose_name="问题",
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="说明")),
                ("fingerprint", models.CharField(editable=False, max_length=32)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待核对"), ("confirmed", "已确认无误"), ("gone", "已更正")],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("found_at", models.DateTimeField(verbose_name="发现时间")),
                ("confirmed_by", models.CharField(blank=True, max_length=120, verbose_name="确认人")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
                ("why", models.CharField(blank=True, max_length=200, verbose_name="确认理由")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="doubts",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "信息疑点",
                "verbose_name_plural": "信息疑点",
                "indexes": [models.Index(fields=["state", "-found_at", "-id"], name="doubt_latest")],
                "constraints": [
                    models.UniqueConstraint(fields=("member", "kind"), name="doubt_once_per_kind"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "confirmed", "gone"])), name="doubt_state_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                ("field", models.CharField(max_length=30, verbose_name="项目")),
                ("value_sealed", models.BinaryField(max_length=1000, verbose_name="新值（密文）")),
                (
                    "base_sealed",
                    models.BinaryField(blank=True, default=b"", max_length=1000, verbose_name="原值（密文）"),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="申请理由")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "待支部审核"),
                            ("forwarded", "待上级审核"),
                            ("accepted", "已采纳"),
                            ("refused", "未采纳"),
                            ("withdrawn", "已撤回"),
                            ("replaced", "已重新申请"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("is_own", models.BooleanField(default=True, verbose_name="本人申请")),
                ("proposed_by", models.CharField(max_length=120, verbose_name="申请人")),
                ("proposer_uid", models.UUIDField(verbose_name="申请人标识")),
                ("proposed_at", models.DateTimeField(auto_now_add=True, verbose_name="申请时间")),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="答复")),
                ("decided_by", models.CharField(blank=True, max_length=120, verbose_name="办理人")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="办理时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "更正申请",
                "verbose_name_plural": "更正申请",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("proposed", "forwarded"))),
                        fields=["-proposed_at"],
                        name="correction_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["proposed", "forwarded", "accepted", "refused", "withdrawn", "replaced"])
                        ),
                        name="correction_state_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("proposed", "forwarded"))),
                        fields=("member", "field"),
                        name="correction_one_open_per_item",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BatchRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=50, verbose_name="表中姓名")),
                ("place", models.PositiveIntegerField(verbose_name="序号")),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "将修改"),
                            ("same", "无变化"),
                            ("refused", "不能修改"),
                            ("done", "已修改"),
                            ("overtaken", "未修改"),
                        ],
                        max_length=9,
                        verbose_name="结果",
                    ),
                ),
                ("changes", models.JSONField(default=list, verbose_name="变动")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="members.batch"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "批量维护的党员",
                "verbose_name_plural": "批量维护的党员",
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "member"), name="batch_row_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["ready", "same", "refused", "done", "overtaken"])),
                        name="batch_row_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("member", None), ("state", "refused")),
                            models.Q(("member", None), _negated=True),
                            _connector="OR",
                        ),
                        name="batch_row_of_whom",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Admission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                (
                    "add_kind",
                    models.CharField(
                        choices=[("1", "新发展"), ("4", "其他原因增加")], max_length=2, verbose_name="增加方式"
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[("1", "正式党员"), ("2", "预备党员")], max_length=2, verbose_name="人员类别"
                    ),
                ),
                ("name", models.CharField(max_length=50, verbose_name="姓名")),
                (
                    "id_number_sealed",
                    models.BinaryField(blank=True, default=b"", max_length=200, verbose_name="身份证号（密文）"),
                ),
                (
                    "id_number_index",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=64, verbose_name="身份证号（检索键）"
                    ),
                ),
                (
                    "values_sealed",
                    models.BinaryField(blank=True, default=b"", max_length=8000, verbose_name="申请内容（密文）"),
                ),
                ("checked", models.CharField(blank=True, max_length=500, verbose_name="核查情况")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="补录原因")),
                ("development", models.CharField(blank=True, max_length=40, verbose_name="发展党员编号")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("submitted", "待基层党委审核"),
                            ("reviewed", "待上级审核"),
                            ("admitted", "已入库"),
                            ("returned", "已退回"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("asked_by", models.CharField(max_length=120, verbose_name="申请人")),
                ("asker_uid", models.UUIDField(verbose_name="申请人标识")),
                ("reviewer_uid", models.UUIDField(blank=True, null=True, verbose_name="初审人标识")),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="审核意见")),
                ("decided_by", models.CharField(blank=True, max_length=120, verbose_name="办理人")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="申请时间")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="最近办理")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "asking_organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="申请组织",
                    ),
                ),
                (
                    "decider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="审核组织",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="党支部",
                    ),
                ),
                (
                    "member",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="admission",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "补录申请",
                "verbose_name_plural": "补录申请",
                "indexes": [models.Index(fields=["-updated_at"], name="admission_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "submitted", "reviewed", "admitted", "returned", "withdrawn"])
                        ),
                        name="admission_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("member__isnull", False), ("state", "admitted")),
                            models.Q(models.Q(("state", "admitted"), _negated=True), ("member", None)),
                            _connector="OR",
                        ),
                        name="admission_member_when_admitted",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ("submitted", "reviewed")), models.Q(("id_number_index", ""), _negated=True)
                        ),
                        fields=("id_number_index",),
                        name="admission_one_waiting_per_number",
                    ),
                ],
            },
            bases=(accounts.sealed_id_numbers.HasIdNumber, models.Model),
        ),
        migrations.CreateModel(
            name="MemberImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "检查中"),
                            ("faulty", "有错误"),
                            ("checked", "待确认"),
                            ("done", "已导入"),
                            ("undone", "已撤销"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("owner_uid", models.UUIDField(db_index=True)),
                ("owner_name", models.CharField(max_length=50, verbose_name="导入人")),
                ("file_name", models.CharField(max_length=255, verbose_name="文件名")),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("result", models.JSONField(default=dict)),
                ("job_uid", models.UUIDField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="上传时间")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="导入时间")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="导入到",
                    ),
                ),
            ],
            options={
                "verbose_name": "新增党员导入",
                "verbose_name_plural": "新增党员导入",
                "ordering": ["-created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "faulty", "checked", "done", "undone"])),
                        name="member_import_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", False), ("state__in", ["done", "undone"])),
                            models.Q(("done_at", None), ("state__in", ["waiting", "faulty", "checked"])),
                            _connector="OR",
                        ),
                        name="member_import_done_when_confirmed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "undone"), ("undone_at__isnull", False)),
                            models.Q(models.Q(("state", "undone"), _negated=True), ("undone_at", None)),
                            _connector="OR",
                        ),
                        name="member_import_undone_when_taken_back",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                ("number", models.PositiveIntegerField(verbose_name="行")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "未检查"),
                            ("new", "新增"),
                            ("update", "更新"),
                            ("same", "无变化"),
                            ("faulty", "有错误"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("has_remarks", models.BooleanField(default=False, verbose_name="有提示")),
                ("version", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "ending",
                    models.CharField(
                        blank=True,
                        choices=[("", "—"), ("undone", "已撤回"), ("kept", "保留")],
                        default="",
                        max_length=10,
                        verbose_name="撤销结果",
                    ),
                ),
                ("why_kept", models.CharField(blank=True, max_length=200, verbose_name="保留的原因")),
                ("content_sealed", models.BinaryField(blank=True, default=b"", verbose_name="内容（密文）")),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="members.memberimport"
                    ),
                ),
            ],
            options={
                "verbose_name": "新增党员导入的行",
                "verbose_name_plural": "新增党员导入的行",
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("sheet", "number"), name="import_row_once"),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["waiting", "new", "update", "same", "faulty"])),
                        name="import_row_outcome_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MemberPhoto",
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
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "党员照片",
                "verbose_name_plural": "党员照片",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)), fields=("member",), name="member_photo_one_shown"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Office",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("removed_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="移除时间")),
                ("unit", models.CharField(max_length=100, verbose_name="单位")),
                ("department", models.CharField(blank=True, max_length=100, verbose_name="部门")),
                ("title", models.CharField(max_length=60, verbose_name="职务")),
                ("rank", models.CharField(blank=True, max_length=30, verbose_name="级别")),
                ("begins_on", models.DateField(verbose_name="开始日期")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "行政职务",
                "verbose_name_plural": "行政职务",
                "ordering": ["-begins_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("begins_on")), _connector="OR"),
                        name="office_ends_after_start",
                        violation_error_message="结束日期不能早于开始日期",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Penalty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("removed_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="移除时间")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("1", "警告"),
                            ("2", "严重警告"),
                            ("3", "撤销党内职务"),
                            ("4", "留党察看"),
                            ("5", "开除党籍"),
                        ],
                        max_length=2,
                        verbose_name="处分",
                    ),
                ),
                ("given_on", models.DateField(verbose_name="日期")),
                ("authority", models.CharField(max_length=100, verbose_name="批准机关")),
                ("document", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                ("revoked_on", models.DateField(blank=True, null=True, verbose_name="撤销日期")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "处分",
                "verbose_name_plural": "处分",
                "ordering": ["-given_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "duty",
                    models.CharField(
                        choices=[
                            ("0000", "普通党员（无党内职务）"),
                            ("001A", "书记"),
                            ("001B", "副书记"),
                            ("030U", "组织委员"),
                            ("031U", "宣传委员"),
                            ("034U", "纪律检查委员"),
                            ("035U", "青年委员"),
                            ("036U", "工会委员"),
                            ("037U", "保密委员"),
                            ("038U", "妇女委员"),
                            ("099U", "委员"),
                            ("401A", "党小组组长"),
                        ],
                        max_length=4,
                        verbose_name="党内职务",
                    ),
                ),
                (
                    "appointment",
                    models.CharField(
                        blank=True,
                        choices=[("1", "选任"), ("2", "委任（指派、指定）"), ("3", "聘任"), ("9", "其他")],
                        max_length=2,
                        verbose_name="任职方式",
                    ),
                ),
                ("started_on", models.DateField(verbose_name="任职日期")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="离任日期")),
                ("document", models.CharField(blank=True, max_length=60, verbose_name="批准文号")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="排序")),
                ("portfolio", models.CharField(blank=True, max_length=100, verbose_name="分工")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="members.member",
                        verbose_name="姓名",
                    ),
                ),
                (
                    "term",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="orgs.term",
                        verbose_name="届次",
                    ),
                ),
            ],
            options={
                "verbose_name": "班子成员",
                "verbose_name_plural": "班子成员",
                "ordering": ["position", "duty", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("duty", "001A"), ("ended_on__isnull", True)),
                        fields=("term",),
                        name="post_one_secretary_per_term",
                        violation_error_message="本届次已有书记",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on__isnull", True)),
                        fields=("term", "member", "duty"),
                        name="post_once_per_term_and_duty",
                        violation_error_message="该人员在本届次已任此职务",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "duty__in",
                                [
                                    "0000",
                                    "001A",
                                    "001B",
                                    "030U",
                                    "031U",
                                    "034U",
                                    "035U",
                                    "036U",
                                    "037U",
                                    "038U",
                                    "099U",
                                    "401A",
                                ],
                            )
                        ),
                        name="post_duty_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on__isnull", True), ("ended_on__gte", models.F("started_on")), _connector="OR"
                        ),
                        name="post_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Relative",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("removed_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="移除时间")),
                ("name", models.CharField(max_length=50, verbose_name="姓名")),
                ("relation", models.CharField(max_length=20, verbose_name="称谓")),
                ("born_on", models.DateField(blank=True, null=True, verbose_name="出生日期")),
                (
                    "politics",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("01", "中国共产党党员 01"),
                            ("02", "中国共产党预备党员 02"),
                            ("03", "中国共产主义青年团团员 03"),
                            ("04", "中国国民党革命委员会会员 04"),
                            ("05", "中国民主同盟盟员 05"),
                            ("06", "中国民主建国会会员 06"),
                            ("07", "中国民主促进会会员 07"),
                            ("08", "中国农工民主党党员 08"),
                            ("09", "中国致公党党员 09"),
                            ("10", "九三学社社员 10"),
                            ("11", "台湾民主自治同盟盟员 11"),
                            ("12", "无党派民主人士 12"),
                            ("13", "群众 13"),
                        ],
                        max_length=2,
                        verbose_name="政治面貌",
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=100, verbose_name="工作单位及职务")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "家庭成员",
                "verbose_name_plural": "家庭成员",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("removed_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="移除时间")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                (
                    "grade",
                    models.CharField(
                        choices=[("1", "优秀"), ("2", "合格"), ("3", "基本合格"), ("4", "不合格"), ("9", "不评定等次")],
                        max_length=2,
                        verbose_name="等次",
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
                ("branch", models.CharField(max_length=100, verbose_name="评议支部")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "民主评议",
                "verbose_name_plural": "民主评议",
                "ordering": ["-year", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("member", "year"),
                        name="review_once_a_year",
                        violation_error_message="该年度已有评议结果",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=30, verbose_name="项目")),
                ("condition", models.CharField(max_length=20, verbose_name="计入条件")),
                ("counts", models.BooleanField(verbose_name="计入")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="members.ruleversion",
                        verbose_name="版本",
                    ),
                ),
            ],
            options={
                "verbose_name": "完整度规则",
                "verbose_name_plural": "完整度规则",
                "constraints": [
                    models.UniqueConstraint(fields=("version", "field"), name="rule_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "condition__in",
                                ["always", "full", "probationary", "worker", "lost", "in_touch", "floating"],
                            )
                        ),
                        name="rule_line_condition_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Scan",
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
                (
                    "admission",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scans",
                        to="members.admission",
                        verbose_name="补录申请",
                    ),
                ),
                (
                    "correction",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scans",
                        to="members.correction",
                        verbose_name="更正申请",
                    ),
                ),
            ],
            options={
                "verbose_name": "证明材料",
                "verbose_name_plural": "证明材料",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("admission__isnull", False), ("correction", None)),
                            models.Q(("admission", None), ("correction__isnull", False)),
                            _connector="OR",
                        ),
                        name="scan_belongs_to_one",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Schooling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("removed_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="移除时间")),
                ("school", models.CharField(max_length=100, verbose_name="学校")),
                ("major", models.CharField(blank=True, max_length=60, verbose_name="专业")),
                (
                    "education",
                    models.CharField(
                        choices=[
                            ("11", "博士研究生 11"),
                            ("12", "硕士研究生 12"),
                            ("13", "硕士生班 13"),
                            ("1A", "中央党校研究生 1A"),
                            ("1B", "省（区、市）委党校研究生 1B"),
                            ("21", "大学 21"),
                            ("22", "大专 22"),
                            ("23", "大学普通班 23"),
                            ("24", "第二学士学位班 24"),
                            ("2A", "中央党校大学 2A"),
                            ("2B", "省（区、市）委党校大学 2B"),
                            ("2C", "中央党校大专 2C"),
                            ("2D", "省（区、市）委党校大专 2D"),
                            ("41", "中等专科 41"),
                            ("44", "职业高中 44"),
                            ("47", "技工学校 47"),
                            ("61", "普通高中 61"),
                            ("71", "初中 71"),
                            ("81", "小学 81"),
                            ("9", "其他 9"),
                        ],
                        max_length=2,
                        verbose_name="学历",
                    ),
                ),
                (
                    "degree",
                    models.CharField(
                        blank=True,
                        choices=[("1", "名誉博士 1"), ("2", "博士 2"), ("3", "硕士 3"), ("4", "学士 4")],
                        max_length=2,
                        verbose_name="学位",
                    ),
                ),
                ("begins_on", models.DateField(blank=True, null=True, verbose_name="入学日期")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="毕业日期")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "学历学位",
                "verbose_name_plural": "学历学位",
                "ordering": ["-ends_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "category",
                    models.CharField(
                        choices=[("1", "正式党员"), ("2", "预备党员")], max_length=2, verbose_name="人员类别"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("1", "正常"),
                            ("2", "停止党籍"),
                            ("31", "已转出"),
                            ("32", "出党"),
                            ("33", "死亡"),
                            ("39", "其他减少"),
                        ],
                        max_length=2,
                        verbose_name="党籍状态",
                    ),
                ),
                ("begins_on", models.DateField(verbose_name="开始日期")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                ("cause", models.CharField(max_length=20, verbose_name="变动")),
                ("kind", models.CharField(blank=True, max_length=2, verbose_name="增加、减少方式")),
                ("document", models.CharField(blank=True, max_length=60, verbose_name="依据、文号")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                ("by_name", models.CharField(blank=True, max_length=100, verbose_name="操作人")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standings",
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
                        verbose_name="人员所在支部",
                    ),
                ),
            ],
            options={
                "verbose_name": "党籍变动",
                "verbose_name_plural": "党籍变动",
                "indexes": [models.Index(fields=["organization", "begins_on"], name="standing_place")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ends_on", None)), fields=("member",), name="standing_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("begins_on")), _connector="OR"),
                        name="standing_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("category__in", ["1", "2"])), name="standing_category_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["1", "2", "31", "32", "33", "39"])),
                        name="standing_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MemberFile",
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
                ("table", models.CharField(blank=True, max_length=20, verbose_name="表")),
                ("entry", models.PositiveBigIntegerField(blank=True, null=True, verbose_name="行")),
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
                    "standing",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.standing",
                        verbose_name="党籍变动",
                    ),
                ),
            ],
            options={
                "verbose_name": "党员附件",
                "verbose_name_plural": "党员附件",
                "ordering": ["-uploaded_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entry", None), ("table", "")),
                            models.Q(
                                models.Q(("table", ""), _negated=True), ("entry__isnull", False), ("standing", None)
                            ),
                            _connector="OR",
                        ),
                        name="member_file_one_place",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Training",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("removed_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="移除时间")),
                ("name", models.CharField(max_length=100, verbose_name="培训名称")),
                ("organizer", models.CharField(blank=True, max_length=100, verbose_name="主办单位")),
                ("begins_on", models.DateField(verbose_name="开始日期")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                ("hours", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="学时")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "培训",
                "verbose_name_plural": "培训",
                "ordering": ["-begins_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Twin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待核对"), ("distinct", "不是同一人"), ("merged", "已合并")],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("found_at", models.DateTimeField(auto_now_add=True, verbose_name="发现时间")),
                ("decided_by", models.CharField(blank=True, max_length=120, verbose_name="办理人")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="办理时间")),
                ("why", models.CharField(blank=True, max_length=200, verbose_name="理由")),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员一",
                    ),
                ),
                (
                    "gone",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="被合并",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="党员二",
                    ),
                ),
            ],
            options={
                "verbose_name": "疑似重复党员",
                "verbose_name_plural": "疑似重复党员",
                "indexes": [
                    models.Index(condition=models.Q(("state", "open")), fields=["-found_at"], name="twin_open")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("first", "second"), name="twin_once"),
                    models.CheckConstraint(condition=models.Q(("first__lt", models.F("second"))), name="twin_in_order"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "distinct", "merged"])), name="twin_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("gone__isnull", False), ("state", "merged")),
                            models.Q(models.Q(("state", "merged"), _negated=True), ("gone", None)),
                            _connector="OR",
                        ),
                        name="twin_gone_when_merged",
                    ),
                ],
            },
        ),
    ]
