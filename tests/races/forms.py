"""Many forms of one person that arrive one after another, without the pages around them: a process of its own.

It is told the person's id and how many there shall be.
"""

import sys

import django

django.setup()

from django.db import connection  # noqa: E402  Django has to be set up
from django.utils import timezone  # noqa: E402

from handsel.actions import form_tokens  # noqa: E402
from handsel.models import FormToken, User  # noqa: E402

if connection.vendor == "sqlite":  # as the run's PostgreSQL: nothing here has to outlive it
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = OFF")
person = User.objects.get(pk=sys.argv[1])
for number in range(int(sys.argv[2])):
    assert form_tokens.use(f"form-{number:08}", by=person, at=timezone.now())
    if number == 0:
        sys.stdout.write("begun\n")
        sys.stdout.flush()
sys.stdout.write(f"{FormToken.objects.filter(person=person).count()}\n")
