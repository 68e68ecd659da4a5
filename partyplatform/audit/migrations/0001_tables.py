"""All tables of the app, as they stood before the first release; a database kept since then counts it as done."""

import django.db.models.deletion
from django.db import migrations, models

from partyplatform.migrating import NewTables


class Migration(NewTables):
    replaces = [("audit", "0001_initial"), ("audit", "0003_alarm"), ("audit", "0004_search_indexes")]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Record",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="序号")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("actor_uid", models.CharField(blank=True, max_length=36, verbose_name="操作人标识")),
                ("actor_name", models.CharField(max_length=100, verbose_name="操作人")),
                ("role_label", models.CharField(max_length=200, verbose_name="角色")),
                ("actor_organization_id", models.BigIntegerField(null=True, verbose_name="操作人所在党组织标识")),
                (
                    "actor_organization_name",
                    models.CharField(blank=True, max_length=300, verbose_name="操作人所在党组织"),
                ),
                ("action", models.CharField(max_length=64, verbose_name="操作")),
                ("object_type", models.CharField(blank=True, max_length=100, verbose_name="对象类型")),
                ("object_id", models.CharField(blank=True, max_length=64, verbose_name="对象标识")),
                ("object_label", models.CharField(blank=True, max_length=300, verbose_name="对象")),
                ("organization_id", models.BigIntegerField(null=True, verbose_name="所属党组织标识")),
                ("changes", models.JSONField(default=list, verbose_name="变动内容")),
                ("reason", models.TextField(blank=True, verbose_name="原因")),
                ("document", models.CharField(blank=True, max_length=200, verbose_name="文号")),
                ("succeeded", models.BooleanField(default=True, verbose_name="是否成功")),
                (
                    "level",
                    models.CharField(
                        choices=[("info", "一般"), ("alarm", "告警")], default="info", max_length=8, verbose_name="级别"
                    ),
                ),
                ("address_masked", models.CharField(blank=True, max_length=64, verbose_name="网络地址")),
                ("request_number", models.CharField(blank=True, max_length=64, verbose_name="请求编号")),
                ("key_id", models.CharField(max_length=64, verbose_name="密钥编号")),
                ("previous_mac", models.CharField(blank=True, max_length=64, verbose_name="上一条校验码")),
                ("mac", models.CharField(max_length=64, verbose_name="校验码")),
            ],
            options={
                "verbose_name": "审计记录",
                "verbose_name_plural": "审计记录",
                "indexes": [
                    models.Index(fields=["organization_id", "seq"], name="audit_record_organization"),
                    models.Index(fields=["actor_uid", "seq"], name="audit_record_actor"),
                    models.Index(fields=["actor_name", "seq"], name="audit_record_actor_name"),
                    models.Index(fields=["object_type", "object_id", "seq"], name="audit_record_object"),
                    models.Index(fields=["object_label", "seq"], name="audit_record_object_label"),
                    models.Index(fields=["action", "seq"], name="audit_record_action"),
                    models.Index(fields=["at", "seq"], name="audit_record_at"),
                    models.Index(
                        condition=models.Q(("request_number", ""), _negated=True),
                        fields=["request_number"],
                        name="audit_record_request",
                    ),
                    models.Index(condition=models.Q(("level", "alarm")), fields=["seq"], name="audit_record_alarms"),
                    models.Index(condition=models.Q(("succeeded", False)), fields=["seq"], name="audit_record_failed"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["info", "alarm"])), name="audit_record_level"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0, verbose_name="序号")),
                ("mac", models.CharField(blank=True, max_length=64, verbose_name="校验码")),
                ("at", models.DateTimeField(null=True, verbose_name="时间")),
                ("key_id", models.CharField(blank=True, max_length=64, verbose_name="密钥编号")),
                ("seal", models.CharField(blank=True, max_length=64, verbose_name="链头校验码")),
            ],
            options={
                "verbose_name": "审计链头",
                "verbose_name_plural": "审计链头",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="audit_chainhead_only_one")],
            },
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="alarm",
                        serialize=False,
                        to="audit.record",
                        verbose_name="审计记录",
                    ),
                ),
                ("superior_id", models.BigIntegerField(null=True, verbose_name="上级党组织标识")),
                ("committee_id", models.BigIntegerField(null=True, verbose_name="所属党委标识")),
                ("times", models.PositiveIntegerField(default=1, verbose_name="次数")),
                ("last_at", models.DateTimeField(verbose_name="最近一次")),
                ("handled_at", models.DateTimeField(null=True, verbose_name="处置时间")),
                ("handler_uid", models.CharField(blank=True, max_length=36, verbose_name="处置人标识")),
                ("handler_name", models.CharField(blank=True, max_length=100, verbose_name="处置人")),
                ("handler_label", models.CharField(blank=True, max_length=400, verbose_name="处置人角色")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="处置说明")),
            ],
            options={
                "verbose_name": "告警",
                "verbose_name_plural": "告警",
                "indexes": [
                    models.Index(
                        condition=models.Q(("handled_at__isnull", True)),
                        fields=["superior_id"],
                        name="audit_alarm_superior",
                    ),
                    models.Index(
                        condition=models.Q(("handled_at__isnull", True)),
                        fields=["committee_id"],
                        name="audit_alarm_committee",
                    ),
                ],
            },
        ),
    ]
