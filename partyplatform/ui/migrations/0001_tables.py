"""All tables of the app, as they stood before the first release; a database kept since then counts it as done."""

from django.db import migrations, models

from partyplatform.migrating import NewTables


class Migration(NewTables):
    replaces = [
        ("ui", "0001_initial"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="UsedFormKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=32, verbose_name="表单键")),
                ("user_uid", models.CharField(max_length=64, verbose_name="用户")),
                ("location", models.TextField(blank=True, default="", verbose_name="结果地址")),
                ("created_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="使用时间")),
            ],
            options={
                "verbose_name": "已使用的表单键",
                "verbose_name_plural": "已使用的表单键",
                "constraints": [models.UniqueConstraint(fields=("user_uid", "key"), name="ui_form_key_once")],
            },
        ),
    ]
