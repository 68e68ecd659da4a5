from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0002_room_for_scores"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="batch",
            name="batch_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="batchrow",
            name="batch_row_state_known",
        ),
        migrations.AddField(
            model_name="batch",
            name="undone_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="撤销时间"),
        ),
        migrations.AddField(
            model_name="batchrow",
            name="was_sealed",
            field=models.BinaryField(blank=True, default=b"", verbose_name="原值（密文）"),
        ),
        migrations.AlterField(
            model_name="batch",
            name="state",
            field=models.CharField(
                choices=[
                    ("preview", "待确认"),
                    ("running", "办理中"),
                    ("done", "已办理"),
                    ("undoing", "撤销中"),
                    ("undone", "已撤销"),
                ],
                default="preview",
                max_length=8,
                verbose_name="状态",
            ),
        ),
        migrations.AlterField(
            model_name="batchrow",
            name="state",
            field=models.CharField(
                choices=[
                    ("ready", "将修改"),
                    ("same", "无变化"),
                    ("refused", "不能修改"),
                    ("done", "已修改"),
                    ("overtaken", "未修改"),
                    ("undone", "已撤回"),
                    ("kept", "保留"),
                ],
                max_length=9,
                verbose_name="结果",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["preview", "running", "done", "undoing", "undone"])),
                name="batch_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "undone"), ("undone_at__isnull", False)),
                    models.Q(models.Q(("state", "undone"), _negated=True), ("undone_at", None)),
                    _connector="OR",
                ),
                name="batch_undone_when_taken_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="batchrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["ready", "same", "refused", "done", "overtaken", "undone", "kept"])),
                name="batch_row_state_known",
            ),
        ),
    ]
