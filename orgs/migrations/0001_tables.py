"""All tables of the app, as they stood before the first release; a database kept since then counts it as done."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
import mptt.fields
from django.db import migrations, models

from partyplatform.migrating import NewTables


class Migration(NewTables):
    replaces = [
        ("orgs", "0001_initial"),
        ("orgs", "0003_development_rights"),
        ("orgs", "0004_import_as_job"),
        ("orgs", "0005_crowded_branches"),
        ("orgs", "0006_wholesale_moves"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CodeSequence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("prefix", models.CharField(max_length=8, unique=True, verbose_name="前缀")),
                ("last", models.PositiveBigIntegerField(default=0, verbose_name="最近一个序号")),
            ],
            options={
                "verbose_name": "党组织编码序列",
                "verbose_name_plural": "党组织编码序列",
            },
        ),
        migrations.CreateModel(
            name="Organization",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                ("tree_id", models.PositiveIntegerField(editable=False)),
                ("lft", models.BigIntegerField(editable=False)),
                ("rght", models.BigIntegerField(editable=False)),
                ("level", models.PositiveSmallIntegerField(editable=False)),
                ("code", models.CharField(editable=False, max_length=12, unique=True, verbose_name="党组织编码")),
                ("full_name", models.CharField(max_length=100, verbose_name="党组织全称")),
                ("short_name", models.CharField(max_length=50, verbose_name="党组织简称")),
                (
                    "org_type",
                    models.CharField(
                        choices=[
                            ("611", "党委"),
                            ("621", "党总支部"),
                            ("631", "党支部"),
                            ("632", "联合党支部"),
                            ("911", "临时党委"),
                            ("921", "临时党总支部"),
                            ("931", "临时党支部"),
                            ("932", "临时联合党支部"),
                        ],
                        max_length=3,
                        verbose_name="组织类别",
                    ),
                ),
                (
                    "affiliation",
                    models.CharField(
                        choices=[
                            ("1", "中央(1)"),
                            ("2", "省(区、市)(2)"),
                            ("4", "市(地、州、盟)(4)"),
                            ("5", "县(市、区、旗)(5)"),
                            ("6", "街道、镇、乡(6)"),
                            ("7", "居民委员会、村民委员会(7)"),
                            ("9", "其他(9)"),
                        ],
                        max_length=2,
                        verbose_name="党组织隶属关系",
                    ),
                ),
                ("founded_on", models.DateField(verbose_name="批准建立党组织日期")),
                ("founding_document", models.CharField(blank=True, max_length=60, verbose_name="批复文号")),
                ("is_functional", models.BooleanField(default=False, verbose_name="是否是功能型党支部")),
                ("is_elderly_majority", models.BooleanField(default=False, verbose_name="以老年党员为主的党支部")),
                (
                    "unit_relation",
                    models.CharField(
                        choices=[("1", "与上级党组织在同一法人单位"), ("2", "关联单位")],
                        default="1",
                        max_length=1,
                        verbose_name="所在单位情况",
                    ),
                ),
                ("unit_name", models.CharField(max_length=100, verbose_name="所在单位")),
                ("contact_name", models.CharField(blank=True, max_length=50, verbose_name="联系人")),
                ("contact_phone", models.CharField(blank=True, max_length=30, verbose_name="联系电话")),
                (
                    "may_develop",
                    models.BooleanField(
                        db_default=False, default=False, editable=False, verbose_name="使用发展党员模块"
                    ),
                ),
                (
                    "may_approve",
                    models.BooleanField(db_default=False, default=False, editable=False, verbose_name="批准预备党员"),
                ),
                ("dissolved_on", models.DateField(blank=True, editable=False, null=True, verbose_name="撤销日期")),
                (
                    "dissolving_document",
                    models.CharField(blank=True, editable=False, max_length=60, verbose_name="撤销文号"),
                ),
                ("full_members", models.PositiveIntegerField(default=0, editable=False, verbose_name="正式党员")),
                (
                    "probationary_members",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="预备党员"),
                ),
                ("filled_items", models.PositiveIntegerField(default=0, editable=False, verbose_name="已填项")),
                ("required_items", models.PositiveIntegerField(default=0, editable=False, verbose_name="应填项")),
                ("search_text", models.CharField(editable=False, max_length=300)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="建立时间")),
                (
                    "parent",
                    mptt.fields.TreeForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="orgs.organization",
                        verbose_name="上级组织名称",
                    ),
                ),
            ],
            options={
                "verbose_name": "党组织",
                "verbose_name_plural": "党组织",
                "indexes": [
                    models.Index(fields=["tree_id", "lft"], name="org_tree"),
                    models.Index(
                        condition=models.Q(
                            ("dissolved_on__isnull", True), ("filled_items__lt", models.F("required_items"))
                        ),
                        fields=["tree_id", "lft"],
                        name="org_incomplete",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("dissolved_on__isnull", True),
                            ("full_members__lt", 3),
                            ("is_functional", False),
                            ("org_type__in", ["631", "632"]),
                        ),
                        fields=["tree_id", "lft"],
                        name="org_thin",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("dissolved_on__isnull", True),
                            (
                                "full_members__gt",
                                django.db.models.expressions.CombinedExpression(
                                    models.Value(50), "-", models.F("probationary_members")
                                ),
                            ),
                            ("is_functional", False),
                            ("org_type__in", ["631", "632"]),
                        ),
                        fields=["tree_id", "lft"],
                        name="org_crowded",
                    ),
                    models.Index(fields=["parent", "lft"], name="org_children"),
                    models.Index(fields=["tree_id", "short_name"], name="org_short_name"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("dissolved_on__isnull", True)),
                        fields=("full_name",),
                        name="org_full_name_unique",
                        violation_error_message="党组织全称已存在",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("dissolved_on__isnull", True)),
                        fields=("parent", "short_name"),
                        name="org_short_name_unique_in_parent",
                        violation_error_message="同一上级党组织下已有相同的党组织简称",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("org_type__in", ["611", "621", "631", "632", "911", "921", "931", "932"])),
                        name="org_type_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("affiliation__in", ["1", "2", "4", "5", "6", "7", "9"])),
                        name="org_affiliation_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit_relation__in", ["1", "2"])), name="org_unit_relation_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("may_approve", False), ("org_type", "611"), _connector="OR"),
                        name="org_only_committees_approve",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("may_develop", False),
                            models.Q(
                                ("is_functional", False),
                                models.Q(("org_type__in", ["911", "921", "931", "932"]), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="org_only_lasting_ones_develop",
                    ),
                    models.CheckConstraint(condition=models.Q(("lft__lt", models.F("rght"))), name="org_interval_open"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("level", 0), ("parent__isnull", True)),
                            models.Q(("level__gt", 0), ("parent__isnull", False)),
                            _connector="OR",
                        ),
                        name="org_root_on_top",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("parent__isnull", True)), fields=("tree_id",), name="org_one_root_in_a_tree"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrganizationProfile",
            fields=[
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="profile",
                        serialize=False,
                        to="orgs.organization",
                        verbose_name="党组织",
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="通讯地址")),
                ("postcode", models.CharField(blank=True, max_length=6, verbose_name="邮编")),
                ("fax", models.CharField(blank=True, max_length=30, verbose_name="传真")),
                ("venue", models.CharField(blank=True, max_length=200, verbose_name="活动场所")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="备注")),
            ],
            options={
                "verbose_name": "扩展信息集",
                "verbose_name_plural": "扩展信息集",
            },
        ),
        migrations.CreateModel(
            name="SubtreeTotal",
            fields=[
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="total",
                        serialize=False,
                        to="orgs.organization",
                        verbose_name="党组织",
                    ),
                ),
                ("full", models.IntegerField(default=0, verbose_name="正式党员")),
                ("probationary", models.IntegerField(default=0, verbose_name="预备党员")),
                ("filled", models.IntegerField(default=0, verbose_name="已填项")),
                ("required", models.IntegerField(default=0, verbose_name="应填项")),
                ("committees", models.IntegerField(default=0, verbose_name="党委")),
                ("general_branches", models.IntegerField(default=0, verbose_name="党总支部")),
                ("branches", models.IntegerField(default=0, verbose_name="党支部")),
                ("functional", models.IntegerField(default=0, verbose_name="功能型党支部")),
            ],
            options={
                "verbose_name": "汇总数",
                "verbose_name_plural": "汇总数",
            },
        ),
        migrations.CreateModel(
            name="ImportSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("tree", "导入党组织"), ("order", "导入组织排序")], max_length=10, verbose_name="类型"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "检查中"),
                            ("faulty", "有错误"),
                            ("checked", "待确认"),
                            ("done", "已导入"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("owner_uid", models.UUIDField(db_index=True)),
                ("owner_name", models.CharField(max_length=50, verbose_name="导入人")),
                ("file_name", models.CharField(max_length=255, verbose_name="文件名")),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("stored_name", models.CharField(blank=True, max_length=80)),
                ("rows", models.JSONField(default=list)),
                ("faults", models.JSONField(default=list)),
                ("result", models.JSONField(default=dict)),
                ("job_uid", models.UUIDField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="上传时间")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
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
                "verbose_name": "导入",
                "verbose_name_plural": "导入",
                "ordering": ["-created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["tree", "order"])), name="import_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "faulty", "checked", "done"])),
                        name="import_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CounterChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("full", models.IntegerField(default=0)),
                ("probationary", models.IntegerField(default=0)),
                ("filled", models.IntegerField(default=0)),
                ("required", models.IntegerField(default=0)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="counter_changes",
                        to="orgs.organization",
                        verbose_name="党组织",
                    ),
                ),
            ],
            options={
                "verbose_name": "计数变动",
                "verbose_name_plural": "计数变动",
            },
        ),
        migrations.CreateModel(
            name="ParentChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "待审批"),
                            ("done", "已变更"),
                            ("refused", "已退回"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="asked",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="变更原因")),
                ("document", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                ("asked_by", models.CharField(max_length=120, verbose_name="申请人")),
                ("decided_by", models.CharField(blank=True, max_length=120, verbose_name="审批人")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="审批意见")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="申请时间")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="审批时间")),
                ("full_members", models.PositiveIntegerField(default=0, verbose_name="随同转移的正式党员")),
                ("probationary_members", models.PositiveIntegerField(default=0, verbose_name="随同转移的预备党员")),
                (
                    "asking_organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="申请党组织",
                    ),
                ),
                (
                    "decider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="审批党委",
                    ),
                ),
                (
                    "new_committee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="整建制转入党委",
                    ),
                ),
                (
                    "new_parent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="新上级党组织",
                    ),
                ),
                (
                    "old_committee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="整建制转出党委",
                    ),
                ),
                (
                    "old_parent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="原上级党组织",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parent_changes",
                        to="orgs.organization",
                        verbose_name="党组织",
                    ),
                ),
            ],
            options={
                "verbose_name": "上级党组织变更",
                "verbose_name_plural": "上级党组织变更",
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")),
                        fields=("organization",),
                        name="parent_change_one_open",
                        violation_error_message="该党组织已有待审批的上级党组织变更",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "done", "refused", "withdrawn"])),
                        name="parent_change_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("full_members", 0),
                                ("new_committee", None),
                                ("old_committee", None),
                                ("probationary_members", 0),
                            ),
                            models.Q(
                                ("new_committee__isnull", False), ("old_committee__isnull", False), ("state", "done")
                            ),
                            _connector="OR",
                        ),
                        name="parent_change_wholesale_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="届数")),
                ("elected_on", models.DateField(verbose_name="当选（换届）日期")),
                ("years", models.PositiveSmallIntegerField(verbose_name="任期年限")),
                ("ends_on", models.DateField(verbose_name="届满日期")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("1", "党员大会选举"),
                            ("2", "党员代表大会选举"),
                            ("3", "委员会全体会议选举"),
                            ("4", "上级党组织指派"),
                            ("5", "上级党组织指定（临时党组织）"),
                        ],
                        max_length=2,
                        verbose_name="选举方式",
                    ),
                ),
                ("voters_due", models.PositiveIntegerField(verbose_name="应到会人数")),
                ("voters_present", models.PositiveIntegerField(verbose_name="实到会人数")),
                ("ballots_sent", models.PositiveIntegerField(blank=True, null=True, verbose_name="发出票数")),
                ("ballots_returned", models.PositiveIntegerField(blank=True, null=True, verbose_name="收回票数")),
                ("ballots_valid", models.PositiveIntegerField(blank=True, null=True, verbose_name="有效票数")),
                ("committee_size", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="委员数")),
                ("alternates", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="候补委员数")),
                ("result", models.CharField(blank=True, max_length=500, verbose_name="选举结果")),
                ("document", models.CharField(blank=True, max_length=60, verbose_name="批准文号")),
                ("is_current", models.BooleanField(default=True, verbose_name="是否当届")),
                ("shifted_months", models.SmallIntegerField(default=0, verbose_name="延期/提前（月）")),
                ("shift_document", models.CharField(blank=True, max_length=60, verbose_name="延期/提前批准文号")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="terms",
                        to="orgs.organization",
                        verbose_name="党组织",
                    ),
                ),
            ],
            options={
                "verbose_name": "党组织届次",
                "verbose_name_plural": "党组织届次",
                "ordering": ["-elected_on", "-number"],
                "indexes": [
                    models.Index(condition=models.Q(("is_current", True)), fields=["ends_on"], name="term_current_end")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True)),
                        fields=("organization",),
                        name="term_one_current_per_organization",
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "number"),
                        name="term_number_unique",
                        violation_error_message="该届数已登记",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("method__in", ["1", "2", "3", "4", "5"])), name="term_method_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gt", models.F("elected_on"))), name="term_ends_after_election"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Renewal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("election", "换届选举"), ("extension", "延期换届"), ("early", "提前换届")],
                        max_length=10,
                        verbose_name="事项",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "待批复"),
                            ("replied", "已批复，待选举"),
                            ("drafted", "已选举，待报批"),
                            ("reported", "已报批，待审批"),
                            ("done", "已完成"),
                            ("refused", "未批准"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="asked",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                ("months", models.SmallIntegerField(default=0, verbose_name="延期/提前（月）")),
                ("planned_on", models.DateField(blank=True, null=True, verbose_name="拟选举日期")),
                ("seats", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="委员名额")),
                ("candidates", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="候选人数")),
                ("plan", models.CharField(blank=True, max_length=1000, verbose_name="换届方案")),
                ("reply_document", models.CharField(blank=True, max_length=60, verbose_name="批复文号")),
                ("draft", models.JSONField(blank=True, default=dict, verbose_name="选举结果（待批）")),
                ("asked_by", models.CharField(max_length=120, verbose_name="申请人")),
                ("decided_by", models.CharField(blank=True, max_length=120, verbose_name="批复人")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="申请时间")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewals",
                        to="orgs.organization",
                        verbose_name="党组织",
                    ),
                ),
                (
                    "term",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="orgs.term",
                        verbose_name="产生的届次",
                    ),
                ),
            ],
            options={
                "verbose_name": "换届事项",
                "verbose_name_plural": "换届事项",
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["done", "refused", "withdrawn"]), _negated=True),
                        fields=("organization",),
                        name="renewal_one_open_per_organization",
                        violation_error_message="该党组织已有办理中的换届事项",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["election", "extension", "early"])), name="renewal_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["asked", "replied", "drafted", "reported", "done", "refused", "withdrawn"])
                        ),
                        name="renewal_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
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
                    "purpose",
                    models.CharField(
                        choices=[("seal", "公章照片"), ("term", "换届材料"), ("other", "附件")],
                        default="other",
                        max_length=10,
                        verbose_name="用途",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="orgs.organization",
                        verbose_name="党组织",
                    ),
                ),
                (
                    "term",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="orgs.term",
                        verbose_name="届次",
                    ),
                ),
            ],
            options={
                "verbose_name": "附件",
                "verbose_name_plural": "附件",
                "ordering": ["-uploaded_at"],
            },
        ),
    ]
