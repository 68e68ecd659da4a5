"""All tables of the app, as they stood before the first release; a database kept since then counts it as done."""

import uuid

from django.db import migrations, models

from partyplatform.migrating import NewTables


class Migration(NewTables):
    replaces = [
        ("jobs", "0001_initial"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="标识")),
                ("kind", models.CharField(max_length=64, verbose_name="类别")),
                ("title", models.CharField(max_length=200, verbose_name="任务")),
                ("params", models.JSONField(default=dict, verbose_name="参数")),
                ("owner_uid", models.CharField(max_length=36, verbose_name="提交人标识")),
                ("owner_name", models.CharField(max_length=100, verbose_name="提交人")),
                ("role_id", models.BigIntegerField(null=True, verbose_name="角色标识")),
                ("role_label", models.CharField(max_length=200, verbose_name="角色")),
                ("organization_id", models.BigIntegerField(null=True, verbose_name="党组织标识")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "排队中"),
                            ("running", "处理中"),
                            ("done", "已完成"),
                            ("failed", "未完成"),
                            ("cancelled", "已取消"),
                        ],
                        default="queued",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("done", models.BigIntegerField(default=0, verbose_name="已处理")),
                ("total", models.BigIntegerField(default=0, verbose_name="总数")),
                ("message", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("result_path", models.CharField(blank=True, max_length=100, verbose_name="结果存储名")),
                ("result_name", models.CharField(blank=True, max_length=255, verbose_name="结果文件名")),
                ("result_size", models.BigIntegerField(default=0, verbose_name="结果大小")),
                ("lease_until", models.DateTimeField(null=True, verbose_name="租约到期")),
                ("worker", models.CharField(blank=True, max_length=100, verbose_name="处理程序")),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="已尝试次数")),
                ("max_attempts", models.PositiveIntegerField(default=3, verbose_name="最多尝试次数")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="提交时间")),
                ("started_at", models.DateTimeField(null=True, verbose_name="开始时间")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="结果保留至")),
            ],
            options={
                "verbose_name": "后台任务",
                "verbose_name_plural": "后台任务",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["owner_uid", "-id"], name="jobs_job_owner"),
                    models.Index(
                        condition=models.Q(("state__in", ("queued", "running"))), fields=["id"], name="jobs_job_open"
                    ),
                    models.Index(
                        condition=models.Q(("result_path", ""), _negated=True),
                        fields=["expires_at"],
                        name="jobs_job_kept_result",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["queued", "running", "done", "failed", "cancelled"])),
                        name="jobs_job_state",
                    )
                ],
            },
        ),
    ]
