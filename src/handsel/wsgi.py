"""What a WSGI server calls. `handsel serve` does so itself."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handsel.settings")

application = get_wsgi_application()
