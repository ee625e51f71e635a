"""Django's settings. Everything that differs between installations comes from the environment."""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from keqiao.config import environment

PACKAGE = Path(__file__).resolve().parent.parent
DATA = environment.data_folder()
MEDIA_ROOT = DATA / "files"

DEBUG = environment.flag("KEQIAO_DEBUG")
DEMO = environment.flag("KEQIAO_DEMO")
BENCH = environment.flag("KEQIAO_BENCH")  # adds the bare pages that `keqiao bench` measures against
SECRET_KEY = environment.secret_key(DATA)
SEAL_KEYS = Path(os.environ.get("KEQIAO_KEYS") or DATA / "identity_keys.json").expanduser()
ALLOWED_HOSTS = os.environ.get("KEQIAO_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("KEQIAO_ORIGINS", "").split(",") if origin]
PUBLIC_URL = os.environ.get("KEQIAO_URL", f"http://localhost:{os.environ.get('KEQIAO_PORT', '8000')}")

# Floors, ground first; docs/architecture.md draws them.
APPS = [
    "kernel",
    "runtime",
    "audit",
    "mailing",
    "org",
    "search",
    "files",
    "calendars",
    "documents",
    "lists",
    "notices",
    "approvals",
    "webhooks",
    "staffing",
    "exports",
    "customers",
    "reception",
    "services",
    "care",
    "tickets",
    "badrecords",
    "visits",
    "surveys",
    "suggestions",
    "reports",
    "workspace",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_filters",
    *[f"keqiao.{app}" for app in APPS],
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "keqiao.org.middleware.ActorMiddleware",
    "keqiao.customers.privacy.middleware.FullReadings",
    "keqiao.customers.merging.middleware.MergedMiddleware",
    "keqiao.config.errors.RefusedMiddleware",
    "keqiao.config.forms.FormOnceMiddleware",
]
ROOT_URLCONF = "keqiao.config.urls"
WSGI_APPLICATION = "keqiao.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "keqiao.kernel.templatetags.ui",
                "keqiao.kernel.templatetags.ui_charts",
                "keqiao.kernel.templatetags.ui_forms",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "keqiao.config.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

DATABASES = {"default": environment.database(DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "org.Employee"
AUTHENTICATION_BACKENDS = ["keqiao.org.backends.EmployeeBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
    {"NAME": "keqiao.org.passwords.RulesValidator"},
]
SESSION_ENGINE = "keqiao.org.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 7
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"

globals().update(environment.mail())
WEBHOOK_ALLOW = os.environ.get("KEQIAO_WEBHOOK_ALLOW", "").split(",")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("英语"))]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = os.environ.get("KEQIAO_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"/static/keqiao/build/[\w-]+\.[0-9a-f]{10}\.\w+$"  # named by config.assets

# Nothing is loaded from another host; scripts and styles come from our own files only.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "style-src-attr": ["'unsafe-inline'"],  # ECharts and progress widths set style attributes
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("KEQIAO_LOG_LEVEL", "INFO")},
}
