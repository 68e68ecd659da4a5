"""What is announced or called off and not over: few among all gatherings, and asked for by every reader of 通知."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("eforefront", "0010_items_of_applicants"),
        ("orgs", "0003_organization_pasts"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="gathering",
            index=models.Index(
                condition=models.Q(("state__in", ["2", "9"])), fields=["ends_at"], name="gathering_told"
            ),
        ),
    ]
