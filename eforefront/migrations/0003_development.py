"""党员发展: applicants, the history of their steps, who goes along, papers and files on their way."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.sealed_id_numbers
from partyplatform.migrating import NewTables


class Migration(NewTables):
    dependencies = [
        ("eforefront", "0002_dues_only_added"),
        ("members", "0002_room_for_scores"),
        ("orgs", "0002_search_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Applicant",
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
                    "gender",
                    models.CharField(blank=True, choices=[("1", "男"), ("2", "女")], max_length=1, verbose_name="性别"),
                ),
                ("born_on", models.DateField(blank=True, null=True, verbose_name="出生日期")),
                ("ethnicity", models.CharField(blank=True, max_length=2, verbose_name="民族")),
                ("native_place", models.CharField(blank=True, max_length=6, verbose_name="籍贯")),
                ("education", models.CharField(blank=True, max_length=2, verbose_name="最高学历")),
                ("job_post", models.CharField(blank=True, max_length=4, verbose_name="工作岗位")),
                ("post", models.CharField(blank=True, max_length=100, verbose_name="单位、职务或专业、班级")),
                (
                    "phone_sealed",
                    models.BinaryField(blank=True, default=b"", max_length=200, verbose_name="联系方式（密文）"),
                ),
                (
                    "address_sealed",
                    models.BinaryField(blank=True, default=b"", max_length=1000, verbose_name="家庭住址（密文）"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("10", "办理中"),
                            ("20", "已转正归档"),
                            ("81", "退出"),
                            ("82", "终止培养"),
                            ("83", "未通过"),
                            ("84", "取消预备党员资格"),
                            ("85", "材料移交外单位"),
                            ("86", "组织关系已离开"),
                        ],
                        default="10",
                        max_length=2,
                        verbose_name="状态",
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("01", "递交入党申请书"),
                            ("02", "党组织派人谈话"),
                            ("03", "推荐和确定入党积极分子"),
                            ("04", "上级党委备案"),
                            ("05", "指定培养联系人"),
                            ("06", "培养教育考察"),
                            ("07", "确定发展对象"),
                            ("08", "上级党委备案"),
                            ("09", "确定入党介绍人"),
                            ("10", "进行政治审查"),
                            ("11", "开展短期集中培训"),
                            ("12", "支部委员会审查"),
                            ("13", "上级党委预审"),
                            ("14", "填写入党志愿书"),
                            ("15", "支部大会讨论"),
                            ("16", "上级党委派人谈话"),
                            ("17", "上级党委审批"),
                            ("18", "再上一级党委组织部门备案"),
                            ("19", "编入党支部和党小组"),
                            ("20", "入党宣誓"),
                            ("21", "继续教育考察"),
                            ("22", "提出转正申请"),
                            ("23", "支部大会讨论"),
                            ("24", "上级党委审批"),
                            ("25", "材料归档"),
                        ],
                        default="01",
                        max_length=2,
                        verbose_name="当前步骤",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("1", "申请入党"),
                            ("2", "入党积极分子的确定和培养教育"),
                            ("3", "发展对象的确定和考察"),
                            ("4", "预备党员的接收"),
                            ("5", "预备党员的教育、考察和转正"),
                        ],
                        default="1",
                        max_length=1,
                        verbose_name="当前阶段",
                    ),
                ),
                (
                    "began_at",
                    models.CharField(
                        choices=[
                            ("01", "递交入党申请书"),
                            ("02", "党组织派人谈话"),
                            ("03", "推荐和确定入党积极分子"),
                            ("04", "上级党委备案"),
                            ("05", "指定培养联系人"),
                            ("06", "培养教育考察"),
                            ("07", "确定发展对象"),
                            ("08", "上级党委备案"),
                            ("09", "确定入党介绍人"),
                            ("10", "进行政治审查"),
                            ("11", "开展短期集中培训"),
                            ("12", "支部委员会审查"),
                            ("13", "上级党委预审"),
                            ("14", "填写入党志愿书"),
                            ("15", "支部大会讨论"),
                            ("16", "上级党委派人谈话"),
                            ("17", "上级党委审批"),
                            ("18", "再上一级党委组织部门备案"),
                            ("19", "编入党支部和党小组"),
                            ("20", "入党宣誓"),
                            ("21", "继续教育考察"),
                            ("22", "提出转正申请"),
                            ("23", "支部大会讨论"),
                            ("24", "上级党委审批"),
                            ("25", "材料归档"),
                        ],
                        default="01",
                        max_length=2,
                        verbose_name="开始步骤",
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="办理期限")),
                ("applied_on", models.DateField(blank=True, null=True, verbose_name="申请入党日期")),
                ("activist_on", models.DateField(blank=True, null=True, verbose_name="确定为积极分子日期")),
                ("candidate_on", models.DateField(blank=True, null=True, verbose_name="确定为发展对象日期")),
                ("joined_on", models.DateField(blank=True, null=True, verbose_name="入党日期")),
                ("approved_on", models.DateField(blank=True, null=True, verbose_name="批准为预备党员日期")),
                ("probation_ends_on", models.DateField(blank=True, null=True, verbose_name="预备期满日期")),
                ("is_extended", models.BooleanField(default=False, verbose_name="延长过预备期")),
                ("postponed_to", models.DateField(blank=True, null=True, verbose_name="推迟讨论至")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="转正审批日期")),
                ("confirmed_on", models.DateField(blank=True, null=True, verbose_name="转正日期")),
                ("observed_on", models.DateField(blank=True, null=True, verbose_name="最近考察日期")),
                ("reported_on", models.DateField(blank=True, null=True, verbose_name="最近思想汇报日期")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="建立时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="办理组织",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="developments",
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
                        verbose_name="所在支部",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "发展党员",
                "verbose_name_plural": "发展党员",
                "indexes": [
                    models.Index(fields=["organization", "state", "stage"], name="applicant_roll"),
                    models.Index(condition=models.Q(("state", "10")), fields=["holder", "step"], name="applicant_held"),
                    models.Index(condition=models.Q(("state", "10")), fields=["due_on"], name="applicant_due"),
                    models.Index(fields=["name"], name="applicant_name"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "10"), models.Q(("id_number_index", ""), _negated=True)),
                        fields=("id_number_index",),
                        name="applicant_one_open_per_number",
                        violation_error_message="该身份证号已有发展党员记录在办理",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "10")), fields=("member",), name="applicant_one_open_per_member"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("member", None), ("id_number_index", ""), _connector="OR"),
                        name="applicant_is_no_member",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("member", None), ("step__lte", "17")),
                            models.Q(("member__isnull", False), ("step__gte", "18")),
                            _connector="OR",
                        ),
                        name="applicant_member_from_approval_on",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["10", "20", "81", "82", "83", "84", "85", "86"])),
                        name="applicant_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "step__in",
                                [
                                    "01",
                                    "02",
                                    "03",
                                    "04",
                                    "05",
                                    "06",
                                    "07",
                                    "08",
                                    "09",
                                    "10",
                                    "11",
                                    "12",
                                    "13",
                                    "14",
                                    "15",
                                    "16",
                                    "17",
                                    "18",
                                    "19",
                                    "20",
                                    "21",
                                    "22",
                                    "23",
                                    "24",
                                    "25",
                                ],
                            )
                        ),
                        name="applicant_step_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_on__isnull", False), ("state__in", ["20", "81", "82", "83", "84", "85", "86"])
                            ),
                            models.Q(("ended_on", None), ("state", "10")),
                            _connector="OR",
                        ),
                        name="applicant_ended_with_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("applied_on", None),
                            ("activist_on", None),
                            ("activist_on__gte", models.F("applied_on")),
                            _connector="OR",
                        ),
                        name="applicant_activist_on_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("activist_on", None),
                            ("candidate_on", None),
                            ("candidate_on__gte", models.F("activist_on")),
                            _connector="OR",
                        ),
                        name="applicant_candidate_on_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("candidate_on", None),
                            ("joined_on", None),
                            ("joined_on__gte", models.F("candidate_on")),
                            _connector="OR",
                        ),
                        name="applicant_joined_on_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("joined_on", None),
                            ("approved_on", None),
                            ("approved_on__gte", models.F("joined_on")),
                            _connector="OR",
                        ),
                        name="applicant_approved_on_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("joined_on", None),
                            ("confirmed_on", None),
                            ("confirmed_on__gte", models.F("joined_on")),
                            _connector="OR",
                        ),
                        name="applicant_confirmed_on_later",
                    ),
                ],
            },
            bases=(accounts.sealed_id_numbers.HasIdNumber, models.Model),
        ),
        migrations.CreateModel(
            name="DevelopmentFile",
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
                    "step",
                    models.CharField(
                        choices=[
                            ("01", "递交入党申请书"),
                            ("02", "党组织派人谈话"),
                            ("03", "推荐和确定入党积极分子"),
                            ("04", "上级党委备案"),
                            ("05", "指定培养联系人"),
                            ("06", "培养教育考察"),
                            ("07", "确定发展对象"),
                            ("08", "上级党委备案"),
                            ("09", "确定入党介绍人"),
                            ("10", "进行政治审查"),
                            ("11", "开展短期集中培训"),
                            ("12", "支部委员会审查"),
                            ("13", "上级党委预审"),
                            ("14", "填写入党志愿书"),
                            ("15", "支部大会讨论"),
                            ("16", "上级党委派人谈话"),
                            ("17", "上级党委审批"),
                            ("18", "再上一级党委组织部门备案"),
                            ("19", "编入党支部和党小组"),
                            ("20", "入党宣誓"),
                            ("21", "继续教育考察"),
                            ("22", "提出转正申请"),
                            ("23", "支部大会讨论"),
                            ("24", "上级党委审批"),
                            ("25", "材料归档"),
                        ],
                        max_length=2,
                        verbose_name="步骤",
                    ),
                ),
                ("paper", models.CharField(blank=True, max_length=30, verbose_name="材料")),
                (
                    "applicant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="eforefront.applicant",
                        verbose_name="发展党员",
                    ),
                ),
            ],
            options={
                "verbose_name": "发展党员材料",
                "verbose_name_plural": "发展党员材料",
                "ordering": ["step", "pk"],
            },
        ),
        migrations.CreateModel(
            name="DevelopmentRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("01", "递交入党申请书"),
                            ("02", "党组织派人谈话"),
                            ("03", "推荐和确定入党积极分子"),
                            ("04", "上级党委备案"),
                            ("05", "指定培养联系人"),
                            ("06", "培养教育考察"),
                            ("07", "确定发展对象"),
                            ("08", "上级党委备案"),
                            ("09", "确定入党介绍人"),
                            ("10", "进行政治审查"),
                            ("11", "开展短期集中培训"),
                            ("12", "支部委员会审查"),
                            ("13", "上级党委预审"),
                            ("14", "填写入党志愿书"),
                            ("15", "支部大会讨论"),
                            ("16", "上级党委派人谈话"),
                            ("17", "上级党委审批"),
                            ("18", "再上一级党委组织部门备案"),
                            ("19", "编入党支部和党小组"),
                            ("20", "入党宣誓"),
                            ("21", "继续教育考察"),
                            ("22", "提出转正申请"),
                            ("23", "支部大会讨论"),
                            ("24", "上级党委审批"),
                            ("25", "材料归档"),
                        ],
                        max_length=2,
                        verbose_name="步骤",
                    ),
                ),
                (
                    "deed",
                    models.CharField(
                        choices=[
                            ("step", "办理"),
                            ("review", "审议"),
                            ("return", "退回"),
                            ("observation", "考察"),
                            ("report", "思想汇报"),
                            ("sponsors", "更换联系人、介绍人"),
                            ("postpone", "推迟讨论"),
                            ("exit", "结束"),
                            ("move", "移交"),
                            ("follow", "随党员记录变更"),
                            ("begin", "建立"),
                            ("correct", "更正资料"),
                        ],
                        max_length=12,
                        verbose_name="办理",
                    ),
                ),
                ("outcome", models.CharField(blank=True, max_length=10, verbose_name="结果")),
                ("label", models.CharField(blank=True, max_length=60, verbose_name="结果说明")),
                ("on", models.DateField(verbose_name="日期")),
                (
                    "facts_sealed",
                    models.BinaryField(blank=True, default=b"", max_length=40000, verbose_name="内容（密文）"),
                ),
                ("marks", models.CharField(blank=True, max_length=500, verbose_name="提示")),
                ("due", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="应到有表决权")),
                ("present", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="实到有表决权")),
                ("written", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="书面意见")),
                ("agree", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="赞成")),
                ("against", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="反对")),
                ("abstain", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="弃权")),
                ("by_name", models.CharField(max_length=120, verbose_name="办理人")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="办理时间")),
                (
                    "applicant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="eforefront.applicant",
                        verbose_name="发展党员",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="办理组织",
                    ),
                ),
            ],
            options={
                "verbose_name": "发展党员办理记录",
                "verbose_name_plural": "发展党员办理记录",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["applicant", "step"], name="development_history")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "deed__in",
                                [
                                    "step",
                                    "review",
                                    "return",
                                    "observation",
                                    "report",
                                    "sponsors",
                                    "postpone",
                                    "exit",
                                    "move",
                                    "follow",
                                    "begin",
                                    "correct",
                                ],
                            )
                        ),
                        name="development_deed_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "step__in",
                                [
                                    "01",
                                    "02",
                                    "03",
                                    "04",
                                    "05",
                                    "06",
                                    "07",
                                    "08",
                                    "09",
                                    "10",
                                    "11",
                                    "12",
                                    "13",
                                    "14",
                                    "15",
                                    "16",
                                    "17",
                                    "18",
                                    "19",
                                    "20",
                                    "21",
                                    "22",
                                    "23",
                                    "24",
                                    "25",
                                ],
                            )
                        ),
                        name="development_step_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due", None),
                            models.Q(
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
                            _connector="OR",
                        ),
                        name="development_vote_possible",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DossierHandOver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待接收"),
                            ("accepted", "已接收"),
                            ("refused", "未接收"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="移交原因")),
                ("asked_by", models.CharField(max_length=120, verbose_name="移交人")),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="移交时间")),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="意见")),
                ("decided_by", models.CharField(blank=True, max_length=120, verbose_name="接收人")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="接收时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "applicant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hand_overs",
                        to="eforefront.applicant",
                        verbose_name="发展党员",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="移出支部",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="移入支部",
                    ),
                ),
            ],
            options={
                "verbose_name": "发展党员材料移交",
                "verbose_name_plural": "发展党员材料移交",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")), fields=("applicant",), name="dossier_one_waiting"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "accepted", "refused", "withdrawn"])),
                        name="dossier_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("target")), _negated=True), name="dossier_goes_elsewhere"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sponsorship",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("mentor", "培养联系人"), ("introducer", "入党介绍人")],
                        max_length=10,
                        verbose_name="身份",
                    ),
                ),
                ("since", models.DateField(verbose_name="开始日期")),
                ("until", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                (
                    "applicant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sponsorships",
                        to="eforefront.applicant",
                        verbose_name="发展党员",
                    ),
                ),
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
                "verbose_name": "培养联系人、入党介绍人",
                "verbose_name_plural": "培养联系人、入党介绍人",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("applicant", "member", "kind"),
                        name="sponsorship_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["mentor", "introducer"])), name="sponsorship_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="sponsorship_ends_after_start",
                    ),
                ],
            },
        ),
    ]
