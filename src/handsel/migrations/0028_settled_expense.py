"""Which approved period settled an expense: what stands in its stored lines. From here on it stays (promise
settled_expenses_stay).
"""

from django.db import migrations

from handsel.models import promises


def keep(apps, schema_editor):
    promises.keep(schema_editor)


def lift(apps, schema_editor):
    promises.lift(schema_editor)


def settle(apps, schema_editor):
    """Until now approving stored the lines of expenses, and left the expenses as they were."""
    approved = apps.get_model("handsel", "PayPeriod").objects.filter(status="APPROVED").select_related("amounts")
    expenses = apps.get_model("handsel", "Expense").objects.filter(status="APPROVED", pay_period=None)
    for period in approved.order_by("from_date").iterator():
        ids = [line["expenseId"] for line in period.amounts.lines if line["expenseId"]]
        expenses.filter(family=period.family_id, nanny=period.nanny_id, pk__in=ids).update(pay_period=period)
    # PostgreSQL remakes no trigger of a table while a check of it is put off.
    schema_editor.connection.check_constraints()


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0027_event_pay_period"),
    ]

    operations = [
        migrations.RunPython(settle, migrations.RunPython.noop),
        migrations.RunPython(keep, lift),
    ]
