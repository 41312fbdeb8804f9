"""What a WSGI server calls; `handsel serve` does so itself."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handsel.settings")

application = get_wsgi_application()

# A server keeps its connections to PostgreSQL, as many as it has threads. A command opens one and is done.
for database in connections.settings.values():
    if database["ENGINE"] == "django.db.backends.postgresql":
        database["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 4, "timeout": 10}
