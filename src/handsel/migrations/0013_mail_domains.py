"""Domains with letters beyond ASCII in their xn-- form. An address of which somebody else has that form stays."""

from django.db import migrations

from handsel.rules.fields import Wrong, email


def keep_in_ascii(apps, schema_editor):
    for model in ("handsel.User", "handsel.Invitation", "account.EmailAddress"):
        rows = apps.get_model(model).objects
        for pk, address in rows.exclude(email__regex=r"^[ -~]*$").values_list("pk", "email"):
            try:
                kept = email(address)
            except Wrong:
                continue
            if model == "handsel.Invitation" or not rows.filter(email__iexact=kept).exists():
                rows.filter(pk=pk).update(email=kept)


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0012_open_notices"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(keep_in_ascii, migrations.RunPython.noop)]
