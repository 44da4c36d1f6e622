"""Settings, all from the environment; a wrong value stops the start with a sentence.

`HELPDESK_MODE` is production unless something says otherwise: `bin/dev` sets development, `bin/test` sets test.
"""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
MODE = env.str("HELPDESK_MODE", "production")
if MODE not in {"development", "test", "production"}:
    raise ImproperlyConfigured(f"HELPDESK_MODE is {MODE!r}; it must be development, test or production.")
PRODUCTION = MODE == "production"
DEVELOPMENT = MODE == "development"
DATA_DIR = Path(env.str("HELPDESK_DATA", str(BASE_DIR / "var")))

# Security

INSECURE_SECRET_KEY = "insecure-key-for-development-and-tests-only"
SECRET_KEY = env.str("SECRET_KEY", INSECURE_SECRET_KEY)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = env.bool("DEBUG", False)
SIMULATOR = env.bool("SIMULATOR", False)
SIMULATOR_URL = env.str("SIMULATOR_URL", "")
if PRODUCTION and (SECRET_KEY == INSECURE_SECRET_KEY or len(SECRET_KEY) < 32):
    raise ImproperlyConfigured("Set SECRET_KEY to a random text of at least 32 characters.")
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG shows secrets to visitors; it cannot be on in production.")
if PRODUCTION and SIMULATOR:
    raise ImproperlyConfigured("The phone simulator lets anyone play a customer; it cannot be on in production.")

PUBLIC_URL = env.str("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
_public = urlsplit(PUBLIC_URL)
if _public.scheme not in {"http", "https"} or not _public.hostname or _public.path:
    raise ImproperlyConfigured(f"PUBLIC_URL is {PUBLIC_URL!r}; it must look like https://desk.example.com.")
HTTPS = _public.scheme == "https"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_public.hostname])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", HTTPS)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "helpdesk.errors.csrf_failure"

# Bodies: WhatsApp sends up to 3 MB of JSON; files are streamed to disk and have limits of their own.
WEBHOOK_MAX_BYTES = 4 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = WEBHOOK_MAX_BYTES + 1024
UPLOAD_MAX_BYTES = 105 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640

# Applications

INSTALLED_APPS = [
    "helpdesk.accounts",
    "helpdesk.realtime",
    "helpdesk.audit",
    "helpdesk.files",
    "messaging",
    "helpdesk.administration.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "django_htmx",
    "ninja",  # the pages of its API document come from here, not from another site
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "helpdesk.visitors.VisitorAddress",
    "helpdesk.security.ContentSecurityPolicy",
    "helpdesk.errors.DatabaseAway",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "helpdesk.bodies.BodyLimit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "helpdesk.urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {"environment": "helpdesk.templating.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

# Database: pages, jobs and tests use the application role; only `migrate` uses the owner's address.


def _database(url: str) -> dict[str, Any]:
    config = env.db_url_config(url)
    if config.get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL must be a postgres:// address; no other database is supported.")
    options = config.setdefault("OPTIONS", {})
    config["HOST"] = options.pop("host", None) or unquote(config.get("HOST") or "")
    config["PORT"] = str(options.pop("port", "") or config.get("PORT") or "")
    options["pool"] = {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", 12), "timeout": 10}
    options["options"] = "-c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"
    return dict(config)


DATABASE_URL = env.str("DATABASE_URL", "")
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", "")
if not DATABASE_URL:
    raise ImproperlyConfigured(
        "DATABASE_URL is not set. Use bin/dev and bin/manage, which start a database of their own, or set it."
    )
DATABASES = {"default": _database(DATABASE_URL)}
DATABASE_OWNER = _database(DATABASE_OWNER_URL) if DATABASE_OWNER_URL else None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"

# People

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ACCOUNT_ADAPTER = "helpdesk.accounts.signin.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_RATE_LIMITS = {"reset_password": "20/m/ip,5/h/key"}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:workspaces"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
SESSION_COOKIE_AGE = 30 * 24 * 3600

# Languages and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("id", "Bahasa Indonesia")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# Files

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "helpdesk.bundles.BundleFinder",
]
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG


def _file_storage(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": parts.path, "base_url": None, "file_permissions_mode": 0o640},
        }
    if parts.scheme == "s3":
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        return {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": parts.hostname,
                "endpoint_url": query.get("endpoint"),
                "region_name": query.get("region"),
                "file_overwrite": False,
                "signature_version": "s3v4",
                "max_memory_size": 5 * 1024 * 1024,
                "querystring_auth": True,
                "querystring_expire": 120,
                "default_acl": None,
            },
        }
    raise ImproperlyConfigured(f"STORAGE_URL is {url!r}; it must start with file:/// or s3://.")


STORAGES = {
    "default": _file_storage(env.str("STORAGE_URL", f"file://{DATA_DIR / 'files'}")),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Mail

_mail = env.email_url_config(env.str("EMAIL_URL", "consolemail://"))
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail.get("EMAIL_HOST", "")
EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = _mail.get("EMAIL_FILE_PATH") or None
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", f"helpdesk@{_public.hostname}")

# Provider

WHATSAPP_API_URL = env.str("WHATSAPP_API_URL", (SIMULATOR and SIMULATOR_URL) or "https://graph.facebook.com")
WHATSAPP_API_VERSION = env.str("WHATSAPP_API_VERSION", "v24.0")
DELIVERY_RETENTION_DAYS = env.int("DELIVERY_RETENTION_DAYS", 30)
if DELIVERY_RETENTION_DAYS < 8:
    raise ImproperlyConfigured("DELIVERY_RETENTION_DAYS must be 8 or more: the provider repeats itself for 7 days.")

# Logs

LOG_FORMAT = env.str("LOG_FORMAT", "text")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "helpdesk.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
    },
}
