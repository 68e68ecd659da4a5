from django.db import migrations, models


class Migration(migrations.Migration):
    """证明材料 become files with keys of their own; no released version has stored any without."""

    dependencies = [
        ("members", "0020_checks"),
    ]

    operations = [
        migrations.AddField(
            model_name="admission",
            name="reviewer_uid",
            field=models.UUIDField(blank=True, null=True, verbose_name="初审人标识"),
        ),
        migrations.AddField(
            model_name="scan",
            name="key_sealed",
            field=models.BinaryField(default=b"", max_length=300, verbose_name="文件密钥（密文）"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="scan",
            name="removed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="移除时间"),
        ),
    ]
