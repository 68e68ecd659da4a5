from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0004_pasts_and_counted_as"),
        ("orgs", "0003_organization_pasts"),
        ("transfers", "0002_unanswered_arrivals"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(
                condition=models.Q(("state__in", ("submitted", "letter", "expired")), _negated=True),
                fields=["source", "-id"],
                name="transfer_left",
            ),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(
                condition=models.Q(("state__in", ("submitted", "letter", "expired")), _negated=True),
                fields=["target", "-id"],
                name="transfer_arrived",
            ),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(
                condition=models.Q(("state__in", ("submitted", "letter", "expired"))),
                fields=["-id"],
                name="transfer_open_newest",
            ),
        ),
    ]
