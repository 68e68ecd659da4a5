"""All tables of the app, as they stood before the first release; a database kept since then counts it as done."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import accounts.sealed_id_numbers
from partyplatform.migrating import NewTables


class Migration(NewTables):
    replaces = [
        ("transfers", "0001_transfers"),
        ("transfers", "0002_transfer_names"),
        ("transfers", "0003_letters"),
        ("transfers", "0004_arrivals"),
        ("transfers", "0005_returned_to_starter"),
        ("transfers", "0006_batches"),
        ("transfers", "0007_papers_and_releases"),
        ("transfers", "0008_receipt_sent_on"),
        ("transfers", "0009_exchange"),
        ("transfers", "0010_transfer_to_answer"),
    ]

    initial = True

    dependencies = [
        ("members", "0001_tables"),
        ("orgs", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Peer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                ("platform", models.CharField(max_length=63, unique=True, verbose_name="平台标识")),
                ("name", models.CharField(max_length=50, verbose_name="平台名称")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="地址")),
                ("certificates", models.TextField(blank=True, verbose_name="服务器证书")),
                ("is_inside", models.BooleanField(default=False, verbose_name="在内部网络")),
                ("signing_keys", models.JSONField(verbose_name="签名公钥")),
                ("sealing_keys", models.JSONField(verbose_name="加密公钥")),
                ("fingerprint", models.CharField(max_length=60, verbose_name="密钥指纹")),
                ("valid_until", models.DateField(verbose_name="登记有效期至")),
                ("is_on", models.BooleanField(default=True, verbose_name="启用")),
                ("registered_by", models.CharField(max_length=120, verbose_name="登记人")),
                ("registered_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="登记时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "verbose_name": "交换平台",
                "verbose_name_plural": "交换平台",
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("internal", "内部调动"),
                            ("city", "市内转接"),
                            ("out", "转往市外"),
                            ("in", "市外转入"),
                        ],
                        max_length=10,
                        verbose_name="转接类型",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "审批中"),
                            ("letter", "已开具介绍信"),
                            ("expired", "已过期"),
                            ("refused", "已退回"),
                            ("withdrawn", "已撤回"),
                            ("done", "已办结"),
                        ],
                        default="submitted",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("name", models.CharField(max_length=50, verbose_name="姓名")),
                ("heading", models.CharField(blank=True, max_length=100, verbose_name="抬头（接收党组织名称）")),
                ("destination", models.CharField(blank=True, max_length=100, verbose_name="转往（去何单位）")),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("study", "升学"),
                            ("work", "就业"),
                            ("post", "调动"),
                            ("residence", "居住地变动"),
                            ("graduation", "毕业"),
                            ("other", "其他"),
                        ],
                        max_length=10,
                        verbose_name="转接原因",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("dues_paid_to", models.DateField(verbose_name="党费交至")),
                ("valid_days", models.PositiveSmallIntegerField(default=0, verbose_name="介绍信有效期（天）")),
                ("released_on", models.DateField(blank=True, null=True, verbose_name="首次开具介绍信日期")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                (
                    "stage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("review_out", "转出审核"),
                            ("common", "共同上级审批"),
                            ("approve", "转出党委审批"),
                            ("receive", "转入党委接收"),
                            ("review_in", "转入审核"),
                            ("take_in", "转入支部接收"),
                            ("admit", "转入党委核收"),
                            ("receipt", "回执归档"),
                        ],
                        max_length=10,
                        verbose_name="当前环节",
                    ),
                ),
                ("holder_since", models.DateTimeField(blank=True, null=True, verbose_name="到达时间")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="办理期限")),
                ("is_advanced", models.BooleanField(default=False, verbose_name="已有组织审批")),
                ("reminded_days", models.PositiveSmallIntegerField(default=0, verbose_name="已提醒（逾期天数）")),
                ("started_by", models.CharField(max_length=120, verbose_name="发起人")),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="发起时间")),
                ("last_by", models.CharField(max_length=120, verbose_name="最近办理人")),
                ("last_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="最近办理时间")),
                ("finished_on", models.DateField(blank=True, null=True, verbose_name="办结日期")),
                ("received_on", models.DateField(blank=True, null=True, verbose_name="回执日期")),
                ("batch", models.CharField(blank=True, max_length=30, verbose_name="批次")),
                ("lacking", models.CharField(blank=True, max_length=200, verbose_name="党员信息尚缺")),
                ("release_reason", models.CharField(blank=True, max_length=200, verbose_name="免职理由")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "earlier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="later",
                        to="transfers.transfer",
                        verbose_name="原转接",
                    ),
                ),
                (
                    "escalated_to",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="督办组织",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="当前办理组织",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="members.member",
                        verbose_name="党员",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="转出组织",
                    ),
                ),
                (
                    "source_committee",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="转出基层党委",
                    ),
                ),
                (
                    "starter",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="发起组织",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="转入组织",
                    ),
                ),
                (
                    "target_committee",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="转入基层党委",
                    ),
                ),
            ],
            options={
                "verbose_name": "组织关系转接",
                "verbose_name_plural": "组织关系转接",
                "indexes": [
                    models.Index(fields=["name"], name="transfer_name", opclasses=["varchar_pattern_ops"]),
                    models.Index(fields=["source", "-id"], name="transfer_leaving"),
                    models.Index(fields=["target", "-id"], name="transfer_arriving"),
                    models.Index(
                        condition=models.Q(("batch", ""), _negated=True), fields=["batch"], name="transfer_batch"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("submitted", "letter", "expired"))),
                        fields=["holder", "due_on"],
                        name="transfer_held",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("submitted", "letter", "expired"))),
                        fields=["source"],
                        name="transfer_open_source",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("submitted", "letter", "expired"))),
                        fields=["target"],
                        name="transfer_open_target",
                    ),
                    models.Index(
                        condition=models.Q(("state", "refused")), fields=["starter"], name="transfer_returned"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("submitted", "letter", "expired"))),
                        fields=["escalated_to"],
                        name="transfer_escalated",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("submitted", "letter", "expired"))),
                        fields=["valid_until"],
                        name="transfer_validity",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("submitted", "letter", "expired"))),
                        fields=["due_on"],
                        name="transfer_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "done"), ("type", "in")),
                        fields=["target_committee"],
                        name="transfer_to_answer",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("submitted", "letter", "expired"))),
                        fields=("member",),
                        name="transfer_one_open_per_member",
                        violation_error_message="该党员有未办结的组织关系转接",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("type__in", ["internal", "city", "out", "in"])), name="transfer_type_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["submitted", "letter", "expired", "refused", "withdrawn", "done"])
                        ),
                        name="transfer_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "stage__in",
                                [
                                    "",
                                    "review_out",
                                    "common",
                                    "approve",
                                    "receive",
                                    "review_in",
                                    "take_in",
                                    "admit",
                                    "receipt",
                                ],
                            )
                        ),
                        name="transfer_stage_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ("submitted", "letter", "expired")),
                                ("due_on__isnull", False),
                                ("finished_on", None),
                                ("holder__isnull", False),
                            ),
                            models.Q(
                                models.Q(("state__in", ("submitted", "letter", "expired")), _negated=True),
                                ("due_on", None),
                                ("finished_on__isnull", False),
                                ("holder", None),
                            ),
                            _connector="OR",
                        ),
                        name="transfer_held_while_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", None), ("target__isnull", False), ("type", "in")),
                            models.Q(("source__isnull", False), ("target", None), ("type", "out")),
                            models.Q(
                                ("source__isnull", False), ("target__isnull", False), ("type__in", ["internal", "city"])
                            ),
                            _connector="OR",
                        ),
                        name="transfer_sides_fit_type",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", models.F("target")), _negated=True),
                            ("source", None),
                            ("target", None),
                            _connector="OR",
                        ),
                        name="transfer_goes_elsewhere",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(verbose_name="消息编号")),
                (
                    "kind",
                    models.CharField(
                        choices=[("transfer", "转接"), ("receipt", "回执"), ("refusal", "退回")],
                        max_length=10,
                        verbose_name="类型",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("https", "网络发送"), ("file", "文件传递")], max_length=10, verbose_name="方式"
                    ),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "待分派"),
                            ("taken", "办理中"),
                            ("done", "已接收"),
                            ("refused", "已退回对方"),
                            ("replaced", "已被新介绍信代替"),
                            ("applied", "已登记"),
                            ("held", "未能登记"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("reference", models.UUIDField(verbose_name="对方转接")),
                ("name", models.CharField(max_length=50, verbose_name="姓名")),
                ("letter_number", models.CharField(max_length=40, verbose_name="介绍信编号")),
                ("sender", models.CharField(max_length=100, verbose_name="发件党组织")),
                ("heading", models.CharField(blank=True, max_length=100, verbose_name="抬头（接收党组织名称）")),
                ("destination", models.CharField(blank=True, max_length=100, verbose_name="转往（去何单位）")),
                ("letter_until", models.DateField(blank=True, null=True, verbose_name="介绍信有效期至")),
                ("content_sealed", models.BinaryField(max_length=40000, verbose_name="内容（密文）")),
                ("row_uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="收到时间")),
                ("received_by", models.CharField(max_length=120, verbose_name="经办人")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "place",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="办理组织",
                    ),
                ),
                (
                    "peer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="transfers.peer",
                        verbose_name="发件平台",
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages_in",
                        to="transfers.transfer",
                        verbose_name="组织关系转接",
                    ),
                ),
            ],
            options={
                "verbose_name": "收到的交换消息",
                "verbose_name_plural": "收到的交换消息",
                "indexes": [models.Index(fields=["place", "-id"], name="exchange_in_place")],
                "constraints": [
                    models.UniqueConstraint(fields=("peer", "uid"), name="exchange_in_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "transfer"), ("state__in", ["new", "taken"])),
                        fields=("peer", "reference"),
                        name="exchange_in_one_open_each",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["new", "taken", "done", "refused", "replaced", "applied", "held"])
                        ),
                        name="exchange_in_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["transfer", "receipt", "refusal"])),
                        name="exchange_in_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="消息编号")),
                (
                    "kind",
                    models.CharField(
                        choices=[("transfer", "转接"), ("receipt", "回执"), ("refusal", "退回")],
                        max_length=10,
                        verbose_name="类型",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("https", "网络发送"), ("file", "文件传递")], max_length=10, verbose_name="方式"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待发送"),
                            ("file", "以文件传递"),
                            ("delivered", "已送达"),
                            ("answered", "已收到回执"),
                            ("returned", "对方已退回"),
                            ("rejected", "对方平台拒收"),
                            ("cancelled", "已取消"),
                            ("expired", "过期未送达"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("name", models.CharField(max_length=50, verbose_name="姓名")),
                ("letter_number", models.CharField(max_length=40, verbose_name="介绍信编号")),
                ("envelope", models.BinaryField(max_length=65536, verbose_name="消息")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="生成时间")),
                ("created_by", models.CharField(max_length=120, verbose_name="经办人")),
                ("expires_at", models.DateTimeField(verbose_name="有效期至")),
                ("delivered_at", models.DateTimeField(blank=True, null=True, verbose_name="送达时间")),
                ("tries", models.PositiveIntegerField(default=0, verbose_name="已尝试次数")),
                ("next_try_at", models.DateTimeField(blank=True, null=True, verbose_name="下次尝试")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "answers",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answered_by",
                        to="transfers.inmessage",
                        verbose_name="所答复的消息",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="发件党组织",
                    ),
                ),
                (
                    "peer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="transfers.peer",
                        verbose_name="收件平台",
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages_out",
                        to="transfers.transfer",
                        verbose_name="组织关系转接",
                    ),
                ),
            ],
            options={
                "verbose_name": "发出的交换消息",
                "verbose_name_plural": "发出的交换消息",
                "indexes": [
                    models.Index(fields=["place", "-id"], name="exchange_out_place"),
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["next_try_at"], name="exchange_out_due"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "transfer"), ("state__in", ["waiting", "file", "delivered"])),
                        fields=("transfer",),
                        name="exchange_out_one_open_each",
                        violation_error_message="该转接已发往对方平台",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "waiting",
                                    "file",
                                    "delivered",
                                    "answered",
                                    "returned",
                                    "rejected",
                                    "cancelled",
                                    "expired",
                                ],
                            )
                        ),
                        name="exchange_out_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["transfer", "receipt", "refusal"])),
                        name="exchange_out_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("next_try_at__isnull", False), ("state", "waiting")),
                            models.Q(models.Q(("state", "waiting"), _negated=True), ("next_try_at", None)),
                            _connector="OR",
                        ),
                        name="exchange_out_tried_while_waiting",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("number", models.PositiveIntegerField(verbose_name="编号")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("valid", "有效"),
                            ("receipted", "已回执"),
                            ("expired", "已过期"),
                            ("voided", "已作废"),
                        ],
                        default="valid",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("issued_on", models.DateField(verbose_name="开具日期")),
                ("valid_until", models.DateField(verbose_name="有效期至")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="失效日期")),
                ("facts_sealed", models.BinaryField(max_length=8000, verbose_name="介绍信内容（密文）")),
                ("check_sealed", models.BinaryField(max_length=200, verbose_name="核验码（密文）")),
                (
                    "check_index",
                    models.CharField(editable=False, max_length=64, unique=True, verbose_name="核验码（检索键）"),
                ),
                ("key_id", models.CharField(max_length=32, verbose_name="签名密钥")),
                ("signature", models.CharField(max_length=100, verbose_name="签名")),
                ("issued_by", models.CharField(max_length=120, verbose_name="开具人")),
                (
                    "committee",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="开具党委",
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="transfers.transfer",
                        verbose_name="组织关系转接",
                    ),
                ),
            ],
            options={
                "verbose_name": "介绍信",
                "verbose_name_plural": "介绍信",
                "indexes": [models.Index(fields=["transfer", "-id"], name="letter_of_transfer")],
                "constraints": [
                    models.UniqueConstraint(fields=("committee", "year", "number"), name="letter_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "valid")), fields=("transfer",), name="letter_one_valid_each"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["valid", "receipted", "expired", "voided"])),
                        name="letter_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Arrival",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                ("id_number_sealed", models.BinaryField(max_length=200, verbose_name="身份证号（密文）")),
                (
                    "id_number_index",
                    models.CharField(db_index=True, editable=False, max_length=64, verbose_name="身份证号（检索键）"),
                ),
                (
                    "phone_sealed",
                    models.BinaryField(blank=True, default=b"", max_length=200, verbose_name="联系方式（密文）"),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[("1", "正式党员"), ("2", "预备党员")], max_length=2, verbose_name="人员类别"
                    ),
                ),
                ("ethnicity", models.CharField(blank=True, max_length=2, verbose_name="民族")),
                ("joined_on", models.DateField(verbose_name="入党日期")),
                ("confirmed_on", models.DateField(blank=True, null=True, verbose_name="转正日期")),
                (
                    "values_sealed",
                    models.BinaryField(blank=True, default=b"", max_length=4000, verbose_name="其他党员信息（密文）"),
                ),
                ("letter_number", models.CharField(max_length=40, verbose_name="介绍信编号")),
                ("letter_on", models.DateField(verbose_name="开具日期")),
                ("letter_days", models.PositiveSmallIntegerField(verbose_name="介绍信有效期（天）")),
                ("letter_phone", models.CharField(blank=True, max_length=30, verbose_name="开具组织联系电话")),
                ("receipt_sent_on", models.DateField(blank=True, null=True, verbose_name="回执寄出日期")),
                (
                    "transfer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arrival",
                        to="transfers.transfer",
                        verbose_name="转接",
                    ),
                ),
            ],
            options={
                "verbose_name": "市外转入",
                "verbose_name_plural": "市外转入",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("category__in", ["1", "2"])), name="arrival_category_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("letter_days__range", (1, 90))), name="arrival_days_known"
                    ),
                ],
            },
            bases=(accounts.sealed_id_numbers.HasIdNumber, models.Model),
        ),
        migrations.CreateModel(
            name="TransferBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("sheet", "批量转接（导入）"), ("ticks", "批量转接"), ("pass", "批量通过")],
                        max_length=6,
                        verbose_name="类型",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("faulty", "有错误"),
                            ("checked", "待确认"),
                            ("running", "办理中"),
                            ("done", "已办理"),
                        ],
                        default="checked",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("owner_uid", models.UUIDField(db_index=True)),
                ("owner_name", models.CharField(max_length=50, verbose_name="办理人")),
                ("file_name", models.CharField(blank=True, max_length=255, verbose_name="文件名")),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="意见")),
                ("columns", models.JSONField(default=dict)),
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
                "verbose_name": "批量转接",
                "verbose_name_plural": "批量转接",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["sheet", "ticks", "pass"])), name="transfer_batch_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", False), ("state", "done")),
                            models.Q(("done_at", None), ("state__in", ["faulty", "checked", "running"])),
                            _connector="OR",
                        ),
                        name="transfer_batch_done_when_over",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferBatchRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                ("number", models.PositiveIntegerField(verbose_name="行")),
                (
                    "state",
                    models.CharField(
                        choices=[("faulty", "有错误"), ("ready", "将办理"), ("done", "已办理"), ("refused", "未办理")],
                        max_length=8,
                        verbose_name="结果",
                    ),
                ),
                ("version", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "type",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("internal", "内部调动"),
                            ("city", "市内转接"),
                            ("out", "转往市外"),
                            ("in", "市外转入"),
                        ],
                        max_length=10,
                        verbose_name="转接类型",
                    ),
                ),
                ("goal", models.CharField(blank=True, max_length=100, verbose_name="转入组织")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("content_sealed", models.BinaryField(blank=True, default=b"", verbose_name="内容（密文）")),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="transfers.transferbatch",
                    ),
                ),
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
                    "source",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="转出组织",
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="transfers.transfer",
                        verbose_name="组织关系转接",
                    ),
                ),
            ],
            options={
                "verbose_name": "批量转接的行",
                "verbose_name_plural": "批量转接的行",
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "number"), name="transfer_batch_row_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["faulty", "ready", "done", "refused"])),
                        name="transfer_batch_row_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True), ("transfer__isnull", False), _connector="OR"
                        ),
                        name="transfer_batch_row_done_has_transfer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField(max_length=10, verbose_name="办理事项")),
                ("sentence", models.CharField(max_length=60, verbose_name="内容")),
                ("substitute", models.CharField(blank=True, max_length=50, verbose_name="代办组织")),
                ("by_name", models.CharField(max_length=120, verbose_name="办理人")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="联系电话")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="意见")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="时间")),
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
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="transfers.transfer",
                        verbose_name="转接",
                    ),
                ),
            ],
            options={
                "verbose_name": "转接记录",
                "verbose_name_plural": "转接记录",
                "indexes": [models.Index(fields=["organization", "-id"], name="transfer_event_place")],
            },
        ),
        migrations.CreateModel(
            name="TransferFile",
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
                    "purpose",
                    models.CharField(
                        choices=[
                            ("receipt", "回执联"),
                            ("arriving", "转入介绍信"),
                            ("reopen", "原介绍信"),
                            ("replace", "遗失声明"),
                        ],
                        max_length=8,
                        verbose_name="内容",
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="transfers.transfer",
                        verbose_name="组织关系转接",
                    ),
                ),
            ],
            options={
                "verbose_name": "转接扫描件",
                "verbose_name_plural": "转接扫描件",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["receipt", "arriving", "reopen", "replace"])),
                        name="transfer_file_purpose_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferRelease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.post",
                        verbose_name="职务",
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="transfers.transfer",
                        verbose_name="组织关系转接",
                    ),
                ),
            ],
            options={
                "verbose_name": "同时免去的职务",
                "verbose_name_plural": "同时免去的职务",
                "constraints": [models.UniqueConstraint(fields=("transfer", "post"), name="transfer_release_once")],
            },
        ),
        migrations.CreateModel(
            name="TransferStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="顺序")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("review_out", "转出审核"),
                            ("common", "共同上级审批"),
                            ("approve", "转出党委审批"),
                            ("receive", "转入党委接收"),
                            ("review_in", "转入审核"),
                            ("take_in", "转入支部接收"),
                            ("admit", "转入党委核收"),
                            ("receipt", "回执归档"),
                        ],
                        max_length=10,
                        verbose_name="环节",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "未开始"),
                            ("open", "办理中"),
                            ("passed", "通过"),
                            ("returned", "退回"),
                            ("skipped", "由上级发起，无需办理"),
                            ("unreached", "未办理"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="到达时间")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="办理期限")),
                ("acted_at", models.DateTimeField(blank=True, null=True, verbose_name="办理时间")),
                ("acted_by", models.CharField(blank=True, max_length=120, verbose_name="办理人")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="联系电话")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="意见")),
                ("substitute", models.CharField(blank=True, max_length=50, verbose_name="代办组织")),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="办理组织",
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="transfers.transfer",
                        verbose_name="转接",
                    ),
                ),
            ],
            options={
                "verbose_name": "转接环节",
                "verbose_name_plural": "转接环节",
                "indexes": [
                    models.Index(
                        condition=models.Q(("outcome__in", ["waiting", "open"])),
                        fields=["organization", "transfer"],
                        name="transfer_step_to_come",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("transfer", "position"), name="transfer_step_in_order"),
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "open")), fields=("transfer",), name="transfer_one_open_step"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "stage__in",
                                [
                                    "review_out",
                                    "common",
                                    "approve",
                                    "receive",
                                    "review_in",
                                    "take_in",
                                    "admit",
                                    "receipt",
                                ],
                            )
                        ),
                        name="transfer_step_stage_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["waiting", "open", "passed", "returned", "skipped", "unreached"])
                        ),
                        name="transfer_step_outcome_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("last", models.PositiveIntegerField(default=0, verbose_name="末号")),
                (
                    "committee",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="基层党委",
                    ),
                ),
            ],
            options={
                "verbose_name": "介绍信编号",
                "verbose_name_plural": "介绍信编号",
                "constraints": [models.UniqueConstraint(fields=("committee", "year"), name="letter_series_once")],
            },
        ),
    ]
