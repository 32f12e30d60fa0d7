from django.db import migrations, models


def name_both_accounts(apps, schema_editor):
    """A charge moved money out of `charges` into what the payer or the patient owes; below zero the other way."""
    entries = apps.get_model("billing", "LedgerEntry").objects
    entries.filter(amount=0).delete()
    for row in list(entries.filter(into="").select_related("claim")):
        owes = "payer" if row.claim_id and row.claim.coverage_id else "patient"
        row.into, row.out_of = (owes, "charges") if row.amount > 0 else ("charges", owes)
        row.amount = abs(row.amount)
        row.save(update_fields=["into", "out_of", "amount"])


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0004_files_and_ledger'),
    ]

    operations = [
        migrations.RunPython(name_both_accounts, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='ledger_amount_above_zero'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('into', models.F('out_of')), _negated=True), models.Q(('into', ''), _negated=True), models.Q(('out_of', ''), _negated=True)), name='ledger_two_accounts'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.UniqueConstraint(condition=models.Q(('reverses__isnull', False)), fields=('organization', 'reverses'), name='ledger_reversed_once'),
        ),
    ]
