"""Settings, without a branch: what differs between installations is environment (env.py).

Nothing set: SQLite, a file broker and a file cache under DATA_DIR. With DATABASE_URL and
REDIS_URL: PostgreSQL and Redis. Bad combinations are found by `manage.py check --deploy`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from readiness import env, logs, schemes, stores

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.directory("READINESS_DATA", BASE_DIR / "var")
ROLE = env.text("ROLE", "command")
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret("SECRET_KEY", kept_in=DATA_DIR / "secret-key")
SECRET_KEY_FALLBACKS = list(env.words("SECRET_KEY_FALLBACKS"))
SECRET_KEY_GIVEN = bool(env.text("SECRET_KEY"))

# Where it is reached
PORT = env.integer("PORT", 8000)
HOST = env.text("HOST", "127.0.0.1")
SITE_URL = env.text("SITE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
_site = schemes.transport(SITE_URL)
ALLOWED_HOSTS = list(env.words("ALLOWED_HOSTS", (_site.host, "127.0.0.1", "localhost", "[::1]")))
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# How many proxies of ours stand in front: only what they add to a request is believed.
PROXY_COUNT = env.integer("PROXY_COUNT", 0)
EVIDENCE_MAX_BYTES = env.integer("EVIDENCE_MAX_MB", 25) * 1024 * 1024
MAX_BODY_BYTES = env.integer("MAX_BODY_BYTES", max(12 * 1024 * 1024, EVIDENCE_MAX_BYTES + 2**20))
WEB_THREADS = env.integer("WEB_THREADS", 4)
# Live streams of one web process, and of one person in it.
LIVE_MAX_STREAMS = env.integer("LIVE_MAX_STREAMS", 5000)
LIVE_MAX_STREAMS_PER_PERSON = env.integer("LIVE_MAX_STREAMS_PER_PERSON", 30)

INSTALLED_APPS = [
    "checklists.apps.ChecklistsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages compress to a tenth. Their tokens are masked anew each time, so lengths tell nothing.
    "django.middleware.gzip.GZipMiddleware",
    "readiness.middleware.RequestLog",
    "readiness.middleware.KeptByNobody",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "checklists.views.language.LanguageAndZone",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "checklists.views.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "readiness.urls"
WSGI_APPLICATION = "readiness.wsgi.application"
ASGI_APPLICATION = "readiness.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Data
DATABASE_URL = env.database_url("DATABASE_URL", default=DATA_DIR / "readiness.sqlite3", role=ROLE)
DATABASES = {"default": schemes.database(DATABASE_URL, role=ROLE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL")
# Rate limits and used one-time codes must hold across processes, so the cache is shared. Embedded
# it is files: the one host is all there is, and sign-ins cost no turn at SQLite's only writer.
CACHES = {"default": schemes.cache(REDIS_URL or f"files://{DATA_DIR}")}

# People
AUTH_USER_MODEL = "checklists.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "readiness.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# An address is proved by the invitation that was opened there.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# A new address replaces the old one when the link that was sent there is opened; see addresses.py.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_URL.partition(":")[0]
MFA_ADAPTER = "readiness.mfa.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 0
MFA_TOTP_ISSUER = "Readiness"
# Invited people sign in by a link sent to their address; allauth need not ask for it again.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_KEYS = env.words("MFA_KEYS")
USERSESSIONS_TRACK_ACTIVITY = False

# Mail
_mail = schemes.mail(env.text("EMAIL_URL", "console:"))
EMAIL_BACKEND = _mail.backend
EMAIL_HOST = _mail.host
EMAIL_PORT = _mail.port
EMAIL_HOST_USER = _mail.user
EMAIL_HOST_PASSWORD = _mail.password
EMAIL_USE_TLS = _mail.use_tls
EMAIL_USE_SSL = _mail.use_ssl
EMAIL_TIMEOUT = 10
EMAIL_GIVEN = bool(env.text("EMAIL_URL"))
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", f"Readiness <readiness@{_site.host}>")

# Cookies and headers
SESSION_COOKIE_NAME = f"{_site.cookie_prefix}readiness_session"
SESSION_COOKIE_SECURE = _site.secure
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_NAME = f"{_site.cookie_prefix}readiness_csrf"
CSRF_COOKIE_SECURE = _site.secure
# Our script takes the token from the page's form.
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = _site.secure
# Whoever probes the process itself comes without the proxy and its https.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = _site.hsts_seconds
SECURE_HSTS_INCLUDE_SUBDOMAINS = _site.secure
SECURE_HSTS_PRELOAD = _site.secure
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'", *env.words("IDENTITY_PROVIDERS")],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = min(MAX_BODY_BYTES, 12 * 1024 * 1024)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = ["checklists.files.arriving.MeasuringHandler"]
FILE_UPLOAD_TEMP_DIR = env.directory("UPLOAD_TEMP", DATA_DIR / "arriving")

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = env.directory("STATIC_ROOT", DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
EVIDENCE_URL = env.text("EVIDENCE_URL", f"files://{DATA_DIR}/evidence")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "evidence": stores.evidence(EVIDENCE_URL),
}
MEDIA_ROOT = DATA_DIR / "media"
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Languages and times. A person's choice counts first; see checklists/views/language.py.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# Background work. The database says what is due; a lost message is only a late one.
_broker = schemes.broker(REDIS_URL or f"files://{DATA_DIR}")
CELERY_BROKER_URL = _broker.url
CELERY_BROKER_TRANSPORT_OPTIONS = _broker.transport_options
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_ROUTES = {"checklists.tasks.run_chunk": {"queue": "probes"}}
CELERY_WORKER_PREFETCH_MULTIPLIER = _broker.prefetch
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "checklists.tasks.tick", "schedule": 3.0, "options": {"expires": 3.0}},
    "forget": {"task": "checklists.tasks.forget", "schedule": 3600.0},
    "links": {
        "task": "checklists.tasks.look_at_links",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "sweep": {"task": "checklists.tasks.sweep", "schedule": 6 * 3600.0},
}
CELERY_TIMEZONE = TIME_ZONE

# Probes. What a probe may reach beyond the public internet is the operator's word alone.
# The demo adds the two ports of its own targets, and the authority of their certificate.
PROBE_ALLOWED = env.words("PROBE_ALLOWED") + env.words_of(DATA_DIR / "demo" / "probe-allowed")
PROBE_RESOLVERS = env.words("PROBE_RESOLVERS")
PROBE_CA_FILE = env.text("PROBE_CA_FILE", env.file_if_there(DATA_DIR / "demo" / "ca.pem"))
PROBE_PORTS = env.integers("PROBE_PORTS", frozenset({80, 443, 8080, 8443, 8000, 9090}))
# Links given as evidence are asked for once a day, within the same limits as probes.
EVIDENCE_LINKS_CHECKED = env.flag("EVIDENCE_LINKS_CHECKED", True)
# Seconds the scheduler may be late before no decision is made on what probes say.
SCHEDULER_LAG_LIMIT = env.integer("SCHEDULER_LAG_LIMIT", 300)

# Logs: no bodies, no secrets; see logs.py.
LOG_FORMAT = env.text("LOG_FORMAT", "plain")
LOGGING = logs.configuration(LOG_FORMAT, level=env.text("LOG_LEVEL", "WARNING"))
