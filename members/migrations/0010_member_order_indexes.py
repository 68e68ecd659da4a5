from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0009_fill_member_orders")]

    operations = [
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                condition=models.Q(("is_lost", True)), fields=["organization", "name", "id"], name="member_lost"
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                condition=models.Q(("is_floating", True)), fields=["organization", "name", "id"], name="member_floating"
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(fields=["id_number_end", "organization"], name="member_number_end"),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                fields=["name_pinyin", "id", "organization", "status", "category"], name="member_by_pinyin"
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                fields=["name_strokes", "id", "organization", "status", "category"], name="member_by_strokes"
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(fields=["born_on", "id", "organization", "status", "category"], name="member_by_born"),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                fields=["joined_on", "id", "organization", "status", "category"], name="member_by_joined"
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                fields=["percent", "id", "organization", "status", "category"], name="member_by_percent"
            ),
        ),
    ]
