"""All tables of the app, as they stood before the first release; a database kept since then counts it as done."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.marks
import accounts.sealed_id_numbers
from partyplatform.migrating import NewTables


class Migration(NewTables):
    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_grant_marks"),
        ("accounts", "0003_grant_reviews_and_portfolios"),
        ("accounts", "0004_auditor"),
        ("accounts", "0005_first_login"),
        ("accounts", "0006_initial_tries"),
        ("accounts", "0007_certificates"),
        ("accounts", "0008_ending_reason"),
        ("accounts", "0009_list_columns"),
    ]

    initial = True

    dependencies = [
        ("orgs", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Authority",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="名称")),
                ("fingerprint", models.CharField(max_length=64, unique=True, verbose_name="指纹（SHA-256）")),
                ("chain", models.TextField(verbose_name="证书链")),
                ("revocations", models.TextField(blank=True, verbose_name="吊销列表")),
                ("is_own", models.BooleanField(default=False, verbose_name="本平台自建")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="导入时间")),
            ],
            options={
                "verbose_name": "发证机构",
                "verbose_name_plural": "发证机构",
            },
        ),
        migrations.CreateModel(
            name="LoginCounter",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name="键")),
                ("tries", models.PositiveIntegerField(verbose_name="次数")),
                ("strikes", models.PositiveSmallIntegerField(default=0, verbose_name="连续锁定次数")),
                ("ends_at", models.DateTimeField(db_index=True, verbose_name="窗口结束时间")),
            ],
            options={
                "verbose_name": "登录计数",
                "verbose_name_plural": "登录计数",
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                ("name", models.CharField(max_length=50, verbose_name="姓名")),
                ("id_number_sealed", models.BinaryField(max_length=200, verbose_name="身份证号（密文）")),
                (
                    "id_number_index",
                    models.CharField(editable=False, max_length=64, unique=True, verbose_name="身份证号（检索键）"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                (
                    "text_size",
                    models.CharField(
                        choices=[("normal", "标准字号"), ("large", "大字版")],
                        default="normal",
                        max_length=6,
                        verbose_name="字号",
                    ),
                ),
                (
                    "list_columns",
                    models.JSONField(blank=True, default=dict, editable=False, verbose_name="列表显示的列"),
                ),
                ("password_set_at", models.DateTimeField(editable=False, null=True, verbose_name="密码设置时间")),
                (
                    "last_login_address",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="上次登录地址"),
                ),
                (
                    "session_mark",
                    models.CharField(blank=True, editable=False, max_length=32, verbose_name="当前会话标记"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="建立时间")),
            ],
            options={
                "verbose_name": "账号",
                "verbose_name_plural": "账号",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text_size__in", ["normal", "large"])), name="user_text_size_known"
                    )
                ],
            },
            bases=(accounts.sealed_id_numbers.HasIdNumber, models.Model),
        ),
        migrations.CreateModel(
            name="AccountNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=300, verbose_name="内容")),
                ("is_warning", models.BooleanField(default=False, verbose_name="需要核对")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="时间")),
                ("shown_at", models.DateTimeField(null=True, verbose_name="显示时间")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "账号提醒",
                "verbose_name_plural": "账号提醒",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="ActivationCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                ("code_hash", models.CharField(max_length=128, verbose_name="启用码（哈希）")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="次数")),
                ("expires_at", models.DateTimeField(verbose_name="有效期至")),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="发放时间")),
                (
                    "issuer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发放人",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activation_code",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "启用码",
                "verbose_name_plural": "启用码",
            },
        ),
        migrations.CreateModel(
            name="Challenge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                ("nonce", models.CharField(max_length=64, unique=True, verbose_name="随机数")),
                ("session_mark", models.CharField(max_length=64, verbose_name="会话标记")),
                ("origin", models.CharField(max_length=200, verbose_name="来源")),
                ("created_at", models.DateTimeField(verbose_name="生成时间")),
                ("expires_at", models.DateTimeField(db_index=True, verbose_name="失效时间")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="使用时间")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "签名挑战",
                "verbose_name_plural": "签名挑战",
            },
        ),
        migrations.CreateModel(
            name="FormerPassword",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="密码（哈希）")),
                ("replaced_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="更换时间")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_passwords",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "用过的密码",
                "verbose_name_plural": "用过的密码",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                ("session_mark", models.CharField(max_length=32, verbose_name="会话标记")),
                ("slips_sealed", models.BinaryField(verbose_name="领取单（密文）")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="建立时间")),
                ("expires_at", models.DateTimeField(db_index=True, verbose_name="显示至")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发放人",
                    ),
                ),
            ],
            options={
                "verbose_name": "启用码领取单",
                "verbose_name_plural": "启用码领取单",
            },
        ),
        migrations.CreateModel(
            name="InitialTry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("network", models.CharField(max_length=64, verbose_name="网络（检索键）")),
                ("account", models.CharField(blank=True, max_length=64, verbose_name="账号（检索键）")),
                ("tried_at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "初始密码尝试",
                "verbose_name_plural": "初始密码尝试",
                "constraints": [models.UniqueConstraint(fields=("network", "account"), name="initial_try_once")],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="内部标识")),
                ("der", models.BinaryField(verbose_name="证书")),
                ("fingerprint", models.CharField(max_length=64, unique=True, verbose_name="指纹（SHA-256）")),
                ("serial", models.CharField(max_length=40, verbose_name="序列号")),
                ("urn", models.CharField(blank=True, max_length=64, verbose_name="账号标识")),
                ("algorithm", models.CharField(max_length=40, verbose_name="签名算法")),
                ("not_before", models.DateTimeField(verbose_name="生效时间")),
                ("not_after", models.DateTimeField(db_index=True, verbose_name="到期时间")),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "有效"), ("retired", "已换新"), ("revoked", "已吊销")],
                        default="active",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("registered_by_name", models.CharField(blank=True, max_length=100, verbose_name="登记人")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                ("first_used_at", models.DateTimeField(blank=True, null=True, verbose_name="首次使用时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="停用时间")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="accounts.authority",
                        verbose_name="发证机构",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewal",
                        to="accounts.certificate",
                        verbose_name="接替",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="持有人",
                    ),
                ),
            ],
            options={
                "verbose_name": "数字证书",
                "verbose_name_plural": "数字证书",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["active", "retired", "revoked"])), name="cert_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("state", "active")),
                            models.Q(models.Q(("state", "active"), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="cert_ends_when_not_active",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("city", "市/区级管理员"),
                            ("district", "区级管理员"),
                            ("branch", "支部管理员"),
                            ("member", "党员"),
                            ("auditor", "审计员"),
                        ],
                        max_length=10,
                        verbose_name="角色",
                    ),
                ),
                (
                    "system",
                    models.CharField(
                        choices=[("info", "党内信息管理系统"), ("portal", "党员E先锋")],
                        max_length=6,
                        verbose_name="系统",
                    ),
                ),
                ("duty", models.CharField(blank=True, max_length=50, verbose_name="职务")),
                ("by_duty", models.BooleanField(default=False, verbose_name="因职务产生")),
                ("is_default", models.BooleanField(default=False, verbose_name="是否默认")),
                ("starts_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="开始日期")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="解除日期")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                ("ending_reason", models.CharField(blank=True, db_default="", max_length=200, verbose_name="解除原因")),
                ("portfolio", models.CharField(blank=True, db_default="", max_length=100, verbose_name="分工")),
                ("granted_by_name", models.CharField(blank=True, max_length=100, verbose_name="授权人")),
                ("confirmed_on", models.DateField(blank=True, null=True, verbose_name="上次确认日期")),
                (
                    "confirmed_by_name",
                    models.CharField(blank=True, db_default="", max_length=100, verbose_name="确认人"),
                ),
                ("version", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="授权时间")),
                (
                    "mark",
                    accounts.marks.MarkField(default="", editable=False, max_length=100, verbose_name="防篡改标记"),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to="orgs.organization",
                        verbose_name="组织机构",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="管理员",
                    ),
                ),
            ],
            options={
                "verbose_name": "授权",
                "verbose_name_plural": "授权",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ends_on__isnull", True)),
                        fields=("user", "organization", "kind", "system"),
                        name="grant_given_once",
                        violation_error_message="该人员已是该党组织管理员",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("user", "system"),
                        name="grant_one_default_per_system",
                        violation_error_message="该人员在本系统已有默认角色",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["city", "district", "branch", "member", "auditor"])),
                        name="grant_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("system__in", ["info", "portal"])), name="grant_system_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "member"), _negated=True), ("system", "portal"), _connector="OR"
                        ),
                        name="grant_member_in_portal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "auditor"), _negated=True), ("system", "info"), _connector="OR"
                        ),
                        name="grant_auditor_in_info",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="grant_ends_after_start",
                    ),
                ],
            },
        ),
    ]
