from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0002_pairs_and_allowed"),
    ]

    operations = [
        migrations.AddField(
            model_name="charge",
            name="priced_by",
            field=models.CharField(blank=True, max_length=10),
        ),
    ]
