"""Handsel's own settings of server, database and people; between a request and its answer lies nothing but what a view
asks for itself.
"""

from pathlib import Path

from handsel.settings import *  # noqa: F403 (the same book and the same server are the point)

ROOT_URLCONF = "bench.yardsticks.urls"
WSGI_APPLICATION = "bench.yardsticks.wsgi.application"
MIDDLEWARE: list[str] = []
INSTALLED_APPS = [
    "bench.yardsticks.apps.WithoutMiddleware" if app == "allauth.account" else app
    for app in INSTALLED_APPS  # noqa: F405 (Handsel's)
    if app != "django.contrib.admin.apps.SimpleAdminConfig"  # asks for middleware too
]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {"context_processors": []},
    }
]
DATABASES["default"]["CONN_MAX_AGE"] = None  # noqa: F405 (the leanest way to keep a connection)
