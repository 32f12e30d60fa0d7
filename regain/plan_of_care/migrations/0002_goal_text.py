from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def keep_the_words(apps, schema_editor):
    """Sections signed before this column existed stand for the goal's words of that time, which are those of now."""
    goals = apps.get_model("plan_of_care", "Goal").objects.filter(pk=OuterRef("goal_id"))
    said = apps.get_model("plan_of_care", "Contribution").objects.filter(section__signed_at__isnull=False)
    said.update(goal_text=Subquery(goals.values("text")[:1]))


class Migration(migrations.Migration):
    dependencies = [("plan_of_care", "0001_initial")]

    operations = [
        migrations.AddField(model_name="contribution", name="goal_text", field=models.TextField(blank=True)),
        migrations.RunPython(keep_the_words, migrations.RunPython.noop),
    ]
