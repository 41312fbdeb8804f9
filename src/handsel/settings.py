"""Django's settings, from the environment (the room env says what may be set)."""

import os
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from django.utils.csp import CSP

from handsel import env
from handsel.rules import example_people, session_imports

ENVIRONMENT = env.read(os.environ, Path.cwd())
PACKAGE = Path(__file__).resolve().parent

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.signing_key()
# Those that are given, or the file that holds them (access.encryption).
ENCRYPTION_KEYS = ENVIRONMENT.encryption_keys or ENVIRONMENT.key_file()
# This computer too where others are served: it is who asks /healthz.
ALLOWED_HOSTS = [*ENVIRONMENT.hosts, "localhost", "127.0.0.1", "[::1]"]

# Where https is, a browser takes our cookies from this host alone (web.cookies).
COOKIE_PREFIX = "__Host-" if ENVIRONMENT.production else ""

INSTALLED_APPS = [
    "handsel.apps.HandselConfig",  # first, so that its templates come before allauth's
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
]

MIDDLEWARE = [
    # Before all others: whatever they write down or refuse names the request.
    "handsel.web.observed.observed",
    "handsel.web.access_log.noted",
    # These two first, so that redirects to https, static files and refusals of the others carry their headers too.
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "handsel.web.middleware.compressed",
    "handsel.web.middleware.unchanged",
    "handsel.web.sessions.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "handsel.web.language.in_their_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "handsel.web.middleware.renewed",
    "handsel.web.middleware.last_seen",
    "handsel.web.middleware.not_stored",
    "handsel.web.cookies.of_devices",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "handsel.urls"
WSGI_APPLICATION = "handsel.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "handsel.web.icons",
                "handsel.web.map_links",
                "handsel.web.form_signs",
                "handsel.web.mail_addresses",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "handsel.web.navigation.example_people",
                "handsel.web.navigation.signed_in",
            ],
        },
    }
]

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
# Each by its own name. A person's is a setting of theirs, a stranger's a cookie or what the browser asks for.
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- data ---------------------------------------------------------------------------------------------------------

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if ENVIRONMENT.database is None:
    ENVIRONMENT.make_data_dir()
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": ENVIRONMENT.sqlite_file,
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # Writers take turns from their first statement on; with DEFERRED a transaction that reads and then
                # writes fails at once when another wrote in between.
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                # FULL: what was answered is on the disk, even when the power fails. recursive_triggers: otherwise
                # INSERT OR REPLACE deletes a row without asking the trigger that keeps events.
                "init_command": (
                    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA recursive_triggers = ON;"
                ),
            },
        }
    }
else:
    DATABASES = {
        # wsgi.py adds the pool. Tells a connection the server has closed (restart, failover) before a request gets it.
        "default": {**env.django_database(ENVIRONMENT.database), "CONN_HEALTH_CHECKS": True}
    }
    if ENVIRONMENT.replica is not None:
        # Each request begins with a question to it that tells the same, and need not wait long for one that is gone.
        DATABASES["replica"] = {**env.django_database({"connect_timeout": "2", **ENVIRONMENT.replica})}
        DATABASES["replica"] |= {"CONN_MAX_AGE": None, "TEST": {"MIRROR": "default"}}
        DATABASE_ROUTERS = ["handsel.access.replica.Router"]

# Each try of /healthz is a write, and a stranger may ask as often as they like. Seconds.
TRY_HEALTH_EVERY = 1.0
# On a connection of its own, and for two seconds at most, whatever the others wait for.
TRY_HEALTH_APART = True

# Nothing is cached: what has to hold over all workers stands in tables of its own (models/guards.py).
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

# --- people -------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "handsel.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# Passwords of before are kept by the second until their person next signs in with one (actions.sign_ins).
PASSWORD_HASHERS = ["handsel.access.passwords.Hasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "handsel.access.passwords.KnownPasswordValidator"},
    {"NAME": "handsel.access.passwords.OwnWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
# Two months from the last use on (web/sessions.py): a nanny signs in on a phone and stays signed in.
SESSION_COOKIE_AGE = 60 * 24 * 60 * 60
SESSION_ENGINE = "handsel.web.sessions"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
MESSAGE_STORAGE = "handsel.web.cookies.Messages"

ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "handsel.web.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "handsel.web.forms.account.SignInForm",
    "signup": "handsel.web.forms.sign_in.SignUpForm",
    "add_email": "handsel.web.forms.account.NewAddressForm",
    "change_password": "handsel.web.forms.account.ChangePasswordForm",
    "set_password": "handsel.web.forms.account.SetPasswordForm",
    "reset_password": "handsel.web.forms.account.ForgottenPasswordForm",
    "reset_password_from_key": "handsel.web.forms.account.NewPasswordForm",
    "reauthenticate": "handsel.web.forms.account.PasswordAgainForm",
    "request_login_code": "handsel.web.forms.account.AskForCodeForm",
    "confirm_login_code": "handsel.web.forms.account.SignInCodeForm",
    "confirm_email_verification_code": "handsel.web.forms.account.AddressCodeForm",
}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# One answer whether an address is known or not, and one that takes as long: a letter is written to an address that
# never signed up too, and never sent (web.adapters).
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
# Nobody gets in with an address before its mail was read, so that signing up tells nobody who has an account.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if ENVIRONMENT.mail else "none"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = ENVIRONMENT.mail is not None
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 10 * 60  # seconds
ACCOUNT_LOGIN_BY_CODE_ENABLED = ENVIRONMENT.mail is not None
# Who changes how one signs in has signed in a moment ago, or does so again.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = ENVIRONMENT.mail is not None
ACCOUNT_CHANGE_EMAIL = True

MFA_ADAPTER = "handsel.web.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_FORMS = {
    "authenticate": "handsel.web.forms.sign_in.CodeForm",
    "reauthenticate": "handsel.web.forms.sign_in.CodeAgainForm",
    "activate_totp": "handsel.web.forms.sign_in.AppForm",
    "add_webauthn": "handsel.web.forms.sign_in.PasskeyForm",
    "edit_webauthn": "handsel.web.forms.sign_in.RenamePasskeyForm",
    "authenticate_webauthn": "handsel.web.forms.sign_in.ByPasskeyForm",
    "login_webauthn": "handsel.web.forms.sign_in.SignInByPasskeyForm",
    "reauthenticate_webauthn": "handsel.web.forms.sign_in.PasskeyAgainForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Handsel"
# The code before and the one after count too: it takes a while to type one. Each still counts once (web/forms/sign_in).
MFA_TOTP_TOLERANCE = 1
# Without mail no address is ever proved, and none gives anything away.
MFA_ALLOW_UNVERIFIED_EMAIL = ENVIRONMENT.mail is None
# A browser makes passkeys on https, and on http for this computer alone.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENVIRONMENT.production

# --- mail ---------------------------------------------------------------------------------------------------------

MAIL_IS_SET_UP = ENVIRONMENT.mail is not None
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from or f"Handsel <handsel@{ALLOWED_HOSTS[0].strip('.[]')}>"
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAILERS = {}  # nothing is sent where no mail is set up
if ENVIRONMENT.mail is not None:
    MAILERS["default"] = {
        "BACKEND": "handsel.outbound.smtp.Backend",  # it has limits of its own for each step
        "OPTIONS": {
            "host": ENVIRONMENT.mail.host,
            "port": ENVIRONMENT.mail.port,
            "username": ENVIRONMENT.mail.user,
            "password": ENVIRONMENT.mail.password,
            "use_tls": ENVIRONMENT.mail.tls == "starttls",
            "use_ssl": ENVIRONMENT.mail.tls == "tls",
        },
    }

# To whom nothing is mailed or pushed: the addresses that the example made up, unless they are wanted.
SILENT_ADDRESSES = frozenset[str]() if ENVIRONMENT.example_sends else frozenset(example_people.ADDRESSES)

# --- push ---------------------------------------------------------------------------------------------------------

PUSH_KEY = ENVIRONMENT.push_key()
PUSH_LOOPBACK = ENVIRONMENT.push_loopback
# Whom a push service may write to when we ring too often.
PUSH_CONTACT = (
    f"mailto:{parseaddr(ENVIRONMENT.mail_from)[1]}"
    if ENVIRONMENT.mail_from
    else f"https://{ALLOWED_HOSTS[0].strip('.')}"
)

# --- the web ------------------------------------------------------------------------------------------------------

# Whose X-Forwarded-For is believed (access.client_address); nobody's where no proxy is.
PROXIES = ENVIRONMENT.proxies if ENVIRONMENT.production else 0
API_RATE = ENVIRONMENT.api_rate
LIMITS = ENVIRONMENT.limits
# Whether outside calendars are also read from private networks.
PRIVATE_CALENDARS = ENVIRONMENT.private_calendars
# Where the links in mails lead; without a proxy in front `serve` knows better which port it is.
_usual = f"https://{ALLOWED_HOSTS[0].strip('.')}" if ENVIRONMENT.production else "http://127.0.0.1:8000"
ADDRESS = ENVIRONMENT.address or _usual
# The people of the example families are shown to everybody who looks in. `serve --example` sets it too.
EXAMPLE = ENVIRONMENT.example

# The record as ZIP, for whoever asked for it; in a bucket where there is one (documents.export_files).
EXPORTS_DIR = ENVIRONMENT.data_dir / "exports"

# How long what wages rest on is kept when its family or child is erased, and the list of what was erased.
WAGE_RECORDS_YEARS = ENVIRONMENT.wage_records_years
ERASED_LIST = ENVIRONMENT.data_dir / "erased.jsonl"

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.data_dir / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "receipts": ENVIRONMENT.receipts_storage(),
    **ENVIRONMENT.exports_storage(),
    # Names with a hash of what is in the file, so that a browser may keep it for ever. `serve` collects them.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # no page asks for the others, and compressing takes seconds of a first start

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
LARGEST_TABLE = session_imports.MOST_BYTES  # of sessions from a spreadsheet
# One place takes a file; what is sent elsewhere all the same is dropped as it comes.
FILE_UPLOAD_HANDLERS = ["handsel.web.uploads.ReceiptHandler"]

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "worker-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "handsel.urls.csrf_refused"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

if ENVIRONMENT.production:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    # Asked on the machine itself, or by the proxy, who speak http to us.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True

SILENCED_SYSTEM_CHECKS = [
    "mail.W001",  # where no mail is set up none is sent
    "security.W005",  # what lies beside us on the domain is not ours to say
    "security.W021",  # to be shipped with browsers binds the whole domain, which is its owner's to say
]

# --- what is written down -----------------------------------------------------------------------------------------

# One line for each request; and after how many seconds a statement is slow enough to be written down, if any is.
# What is counted for /metrics, and where each process writes it (observability.metrics).
METRICS_TOKEN = ENVIRONMENT.metrics_token
METRICS_DIR = ENVIRONMENT.data_dir / "metrics"
LOG_REQUESTS = ENVIRONMENT.log_requests
SLOW_STATEMENT = ENVIRONMENT.slow_statement

# Breakages are logged, by the route instead of the address, because an address may hold an invitation's secret; and
# API tokens made and revoked, by ids. Bodies, query strings and names are never logged.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "route_only": {"()": "handsel.apps.RouteOnly"},
        "outage_once": {"()": "handsel.apps.OutageOnce"},
        "host_once": {"()": "handsel.apps.HostOnce"},
    },
    "formatters": {
        "plain": {
            "()": "handsel.observability.logs.PlainFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "json": {"()": "handsel.observability.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": ENVIRONMENT.log_format,
            "filters": ["route_only", "outage_once"],
        },
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "handsel": {"level": "INFO"},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},
        # A client that sends too much or nonsense breaks nothing. A host that is not served may be one forgotten.
        "django.security": {"level": "CRITICAL"},
        "django.security.DisallowedHost": {"level": "ERROR", "filters": ["host_once"]},
        "gunicorn.http": {"level": "ERROR"},  # warns of every HEAD
    },
}
if ENVIRONMENT.error_reports is not None:
    LOGGING["handlers"]["error_reports"] = {
        "class": "handsel.outbound.error_reports.Handler",
        "endpoint": ENVIRONMENT.error_reports.endpoint,
        "key": ENVIRONMENT.error_reports.key,
    }
    LOGGING["root"]["handlers"].append("error_reports")
