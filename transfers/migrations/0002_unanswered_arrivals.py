from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("transfers", "0001_tables"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="arrival",
            index=models.Index(
                condition=models.Q(("receipt_sent_on", None)),
                fields=["transfer"],
                name="arrival_unanswered",
            ),
        ),
    ]
