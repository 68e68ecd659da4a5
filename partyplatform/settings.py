"""The one settings file, read from top to bottom.

Every value comes from the environment or from the file `.env` beside manage.py. Without a value the safe
choice for production holds; without a key the service does not start and says which one is missing.
"""

import stat
from importlib.util import find_spec
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from partyplatform import keyring

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
_env_file = Path(env.str("ENV_FILE", str(BASE_DIR / ".env")))
if _env_file.is_file():
    if _env_file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ImproperlyConfigured(f"密钥文件 {_env_file.name} 对其他用户可读，请执行 chmod 600 {_env_file.name}")
    env.read_env(str(_env_file))


def _secret(name, minimum):
    value = env.str(name, "")
    if not value:
        raise ImproperlyConfigured(
            f"缺少密钥 {name}：请在环境变量或 .env 中设置（manage.py 之外可用 scripts/make-env 生成）"
        )
    if len(value) < minimum:
        raise ImproperlyConfigured(f"密钥 {name} 太短：至少 {minimum} 个字符")
    return value


def _key_ring(name):
    """Return {key id: key}, the current one last, from the key file if there is one, else from the environment."""
    if _key_file is None:
        return keyring.from_environment(name, _secret(name, 40))
    return _key_file.live(name)


def _secrets(ring):
    """Return {key id: 32 bytes} of a ring, also of one that grows while the process runs."""
    return keyring.Ring(lambda: {key.id: key.secret for key in ring.values()})


def _algorithm(name, ring):
    """Return the algorithm that new keys of a ring get."""
    known = keyring.RINGS[ring]
    if (value := env.str(name, known[0])) not in known:
        raise ImproperlyConfigured(f"{name} 不正确：应为 {'、'.join(known)}")
    return value


# ── keys ────────────────────────────────────────────────────────────────────────────────────────────────
SECRET_KEY = _secret("SECRET_KEY", 50)
KEYS_FILE = env.str("KEYS_FILE", "")  # rings in a file of their own, kept by `manage.py keys`
_key_file = keyring.KeyFile(KEYS_FILE) if KEYS_FILE else None
FIELD_KEYS = _key_ring("FIELD_KEYS")  # encrypts identity numbers
INDEX_KEYS = _key_ring("INDEX_KEYS")  # keyed blind index over them
AUDIT_KEYS = _secrets(_key_ring("AUDIT_KEYS"))  # chains the audit records
FIELD_ALGORITHM = _algorithm("FIELD_ALGORITHM", "FIELD_KEYS")  # of new keys: AES-256-GCM or SM4-GCM
INDEX_ALGORITHM = _algorithm("INDEX_ALGORITHM", "INDEX_KEYS")  # of new keys: HMAC-SHA-256 or HMAC-SM3

# ── where it runs ───────────────────────────────────────────────────────────────────────────────────────
DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)  # loopback demonstration: ready accounts, banner, plain HTTP
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEMO else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)  # reverse proxies whose X-Forwarded-For is believed
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))
AUDIT_HEADS_DIR = env.str("AUDIT_HEADS_DIR", "")  # where the worker publishes the head of the audit every day
ROOT_URLCONF = "partyplatform.urls"
WSGI_APPLICATION = "partyplatform.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "mptt",
    "django_htmx",
    "partyplatform.audit",
    "partyplatform.jobs",
    "partyplatform.sealing",
    "partyplatform.ui",
    "orgs",
    "accounts",
    "members",
    "transfers",
    "eforefront",
]

MIDDLEWARE = [
    "partyplatform.ui.middleware.RequestNumber",
    "partyplatform.ui.metrics.Measured",
    "partyplatform.ui.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads with random bytes, so lengths tell nothing about tokens
    "partyplatform.ui.middleware.AllowedMethods",
    "partyplatform.ui.middleware.TodosCounted",
    "accounts.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "partyplatform.uploads.middleware.BodyLimit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.IdleLimit",
    "accounts.middleware.ClientCertificate",
    "accounts.middleware.ActingRole",
    "accounts.middleware.PasswordFirst",
    "accounts.middleware.LoginRequired",
    "accounts.middleware.LostRole",
    "partyplatform.audit.middleware.RequestContext",
    "partyplatform.ui.middleware.Busy",
    "partyplatform.replicas.ReadFromReplica",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "builtins": ["partyplatform.ui.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.messages.context_processors.messages",
                "partyplatform.ui.context.page",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]


# ── data ────────────────────────────────────────────────────────────────────────────────────────────────
def _prepared(database):
    """Return the address of a database with what the platform asks of every connection."""
    # Also for SQLite: with a connection kept open, reading goes on while the disk is full.
    database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 60)
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",  # a writer that upgrades a read lock fails at once instead of waiting
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;",
        }
        return database
    database["ENGINE"] = "partyplatform.postgresql"
    database.setdefault("OPTIONS", {})
    database["OPTIONS"].update(
        connect_timeout=3,
        # a server that vanished from the network is noticed within ten seconds
        tcp_user_timeout=10_000,
        keepalives_idle=4,
        keepalives_interval=2,
        keepalives_count=3,
        # compiling a plan costs more than the short statements here gain by it
        options=f"-c jit=off -c lock_timeout=5000 -c statement_timeout={env.int('STATEMENT_SECONDS', 60)}s",
    )
    database["CONN_HEALTH_CHECKS"] = True
    database["DISABLE_SERVER_SIDE_CURSORS"] = env.bool("DISABLE_SERVER_SIDE_CURSORS", False)
    return database


DATABASES = {"default": _prepared(env.db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'platform.sqlite3'}"))}
if env.str("REPLICA_URL", ""):  # a copy that pages read from (partyplatform/replicas.py)
    DATABASES["replica"] = _prepared(env.db_url("REPLICA_URL")) | {"TEST": {"MIRROR": "default"}}
    DATABASE_ROUTERS = ["partyplatform.replicas.Router"]
REPLICA_PIN_SECONDS = env.int("REPLICA_PIN_SECONDS", 10)  # how long after an act its person reads the primary only
DATABASE_SILENCE_SECONDS = env.float(
    "SILENCE_SECONDS", 0
)  # a server that says nothing is given up after this; 0: never
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def _in_redis(prefix):
    # Named outright: django-environ would map redis:// to the separate django-redis package.
    return {"BACKEND": "partyplatform.forgiving_redis.ForgivingRedis", "LOCATION": REDIS_URL, "KEY_PREFIX": prefix}


REDIS_URL = env.str("REDIS_URL", "")
SESSIONS_IN_REDIS = env.bool("SESSIONS_IN_REDIS", False)  # read from there, kept in the database all the same
if SESSIONS_IN_REDIS and not REDIS_URL:
    raise ImproperlyConfigured("SESSIONS_IN_REDIS 已打开，而没有 REDIS_URL：请设置 REDIS_URL，或关闭 SESSIONS_IN_REDIS")
_in_process = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
CACHES = {
    "default": _in_redis("") if REDIS_URL else _in_process,
    "process": _in_process | {"LOCATION": "process"},  # what nobody else may tell us
}
if SESSIONS_IN_REDIS:
    CACHES["sessions"] = _in_redis("session")
TODO_SECONDS = env.int("TODO_SECONDS", 20)  # how long the number beside the bell is kept while nobody acts

# ── people and sessions ─────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.IdNumberBackend"]
PASSWORD_HASHERS = ["accounts.hashers.Argon2id"]
AUTH_PASSWORD_VALIDATORS = []  # accounts.passwords holds the rules, with the person at hand
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "accounts:entrance"
HASH_PARALLEL = env.int("HASH_PARALLEL", 2)  # password hashes computed at once in one process
LOGIN_TRIES_PER_ACCOUNT = env.int("LOGIN_TRIES_PER_ACCOUNT", 5)
LOGIN_TRIES_PER_NETWORK = env.int("LOGIN_TRIES_PER_NETWORK", 20)
LOGIN_WINDOW_MINUTES = env.int("LOGIN_WINDOW_MINUTES", 15)
API_REQUESTS = env.int("API_REQUESTS", 3_000)  # of one token in a window of LOGIN_WINDOW_MINUTES
WEBHOOK_HOSTS = env.list("WEBHOOK_HOSTS", default=[])  # that may be told of changes, inner ones too
API_WRONG_TOKENS = env.int("API_WRONG_TOKENS", 20)  # unknown tokens of one network in the same window
# The manual's public initial password as a code for new accounts, in these networks only; for rehearsals.
INITIAL_PASSWORD_AS_IN_MANUAL = env.bool("INITIAL_PASSWORD_AS_IN_MANUAL", False)
INITIAL_PASSWORD_NETWORKS = env.list("INITIAL_PASSWORD_NETWORKS", default=[])
PASSWORD_DAYS_ADMIN = env.int("PASSWORD_DAYS_ADMIN", 90)  # then an administrator has to change it; 0 = never
ACTIVATION_HOURS = env.int("ACTIVATION_HOURS", 72)  # how long a code for a first or a new password is good
HANDOVER_MINUTES = env.int("HANDOVER_MINUTES", 30)  # how long fresh codes can be shown and printed
IDLE_MINUTES_ADMIN = env.int("IDLE_MINUTES_ADMIN", 15)
IDLE_MINUTES_MEMBER = env.int("IDLE_MINUTES_MEMBER", 30)
SESSION_HOURS = env.int("SESSION_HOURS", 8)
PROOF_MINUTES = env.int("PROOF_MINUTES", 10)  # how long a login or 身份验证 is proof enough for dangerous acts

# Administrators of committees log in with certificate and password; off only where nothing real is kept.
CERTIFICATES_REQUIRED = env.bool("CERTIFICATES_REQUIRED", not DEMO)
CERTIFICATE_PROXY_SECRET = _secret("CERTIFICATE_PROXY_SECRET", 32) if env.str("CERTIFICATE_PROXY_SECRET", "") else ""
CERTIFICATE_ORIGIN = env.str("CERTIFICATE_ORIGIN", "")  # the address that asks for certificates: https://host:port
CA_DIR = Path(env.str("CA_DIR", "")) if env.str("CA_DIR", "") else None  # our authority's key and lists (manage.py ca)

# Transfers to and from other installations (docs/exchange.md); off without a name of our own: dj.example.edu.cn.
EXCHANGE_ID = env.str("EXCHANGE_ID", "")

SESSION_ENGINE = "accounts.cached_sessions" if SESSIONS_IN_REDIS else "accounts.session_store"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie beside the two named below
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not DEMO
SESSION_COOKIE_NAME = "session" if DEMO else "__Host-session"
CSRF_COOKIE_NAME = "csrf" if DEMO else "__Host-csrf"
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
CSRF_FAILURE_VIEW = "partyplatform.ui.errors.csrf_failure"

# ── transport and headers (the rest is in partyplatform.ui.middleware) ─────────────────────────────────
if env.bool("BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if DEMO else 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEMO
SECURE_REFERRER_POLICY = "same-origin"
SILENCED_SYSTEM_CHECKS = ["security.W002"]  # SecurityHeaders sends X-Frame-Options with the other headers

# ── files ───────────────────────────────────────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILES_S3_BUCKET = env.str("FILES_S3_BUCKET", "")  # files lie in object storage then (partyplatform/uploads/places.py)
FILES_S3_ENDPOINT = env.str("FILES_S3_ENDPOINT", "")
FILES_S3_REGION = env.str("FILES_S3_REGION", "")
FILES_S3_PREFIX = env.str("FILES_S3_PREFIX", "").strip("/")
FILES_S3_ACCESS_KEY = env.str("FILES_S3_ACCESS_KEY", "")
FILES_S3_SECRET_KEY = env.str("FILES_S3_SECRET_KEY", "")
FILES_PLACE = "partyplatform.uploads.disk.Disk"
if FILES_S3_BUCKET:
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured("FILES_S3_BUCKET 已设置，而没有安装对象存储所需的软件包：请安装 requirements-s3.txt")
    if bool(FILES_S3_ACCESS_KEY) != bool(FILES_S3_SECRET_KEY):
        raise ImproperlyConfigured("FILES_S3_ACCESS_KEY 和 FILES_S3_SECRET_KEY 须同时设置")
    FILES_PLACE = "partyplatform.uploads.objects.Objects"
    STORAGES["default"] = {"BACKEND": "partyplatform.uploads.objects.Bucket"}
MEDIA_ROOT = VAR_DIR / "files"  # never served by path: downloads check the reader each time
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 8000
UPLOAD_FREE_FLOOR = env.int("UPLOAD_FREE_FLOOR_MB", 256) * 1024 * 1024  # free disk space uploads leave alone

# ── language and time ───────────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = "partyplatform.formats"

# ── the subject ─────────────────────────────────────────────────────────────────────────────────────────
DAILY_HOUR = env.int("DAILY_HOUR", 6)  # from when on the worker runs the day: reminders, standing figures
# One e-mail a day to whoever gave an address for it; off, because it leaves the house.
REMINDER_EMAILS = env.bool("REMINDER_EMAILS", False)
PLATFORM_ADDRESS = env.str("PLATFORM_ADDRESS", "")  # https://…: what such an e-mail leads to
vars().update(env.email_url("EMAIL_URL", "dummymail://"))  # smtp+tls://user:password@host:587
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 10)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "platform@localhost")
PLATFORM_NAME = env.str("PLATFORM_NAME", "基层党建综合管理平台")
ANNOUNCEMENT = env.str("ANNOUNCEMENT", "本次发版对党内信息管理系统的身份证号等信息进行了安全加密。")
ORG_CODE_PREFIX = env.str("ORG_CODE_PREFIX", "0111")  # first digits of each 党组织编码 given by this installation
TENURE_OF_UNIVERSITIES = env.bool("TENURE_OF_UNIVERSITIES", True)  # terms after 高校条例 instead of the general ones
# 中国共产党基层组织选举工作条例 (2020), chapter 4: the share of the voters due who must be present and whether exactly
# this share is enough (article 19: 不少于应到会人数的五分之四), and whether the elected need more than half of those
# due instead of those present (the rule: 超过实到会有选举权人数的半数).
ELECTION_QUORUM = env.float("ELECTION_QUORUM", 0.8)
ELECTION_QUORUM_EXACT = env.bool("ELECTION_QUORUM_EXACT", True)
ELECTION_MAJORITY_OF_DUE = env.bool("ELECTION_MAJORITY_OF_DUE", False)
STUDY_HOURS = env.int("STUDY_HOURS", 32)  # 学时 a year
STUDY_HOURS_OF_COMMITTEES = env.int("STUDY_HOURS_OF_COMMITTEES", 56)  # of 书记 and 委员
REVIEW_EXCELLENT_BAR = env.bool("REVIEW_EXCELLENT_BAR", False)  # 优秀 above a third is refused, not only told
IMPORT_MAX_ROWS = min(env.int("IMPORT_MAX_ROWS", 5_000), 20_000)  # rows of one uploaded sheet
STATISTICS_DIR = env.str("STATISTICS_DIR", "")  # own tables of 党内统计, a folder a year, beside those shipped
WORKING_DAYS_FILE = env.str("WORKING_DAYS_FILE", "")  # days off and weekends worked beside those shipped
GRANT_REVIEW_MONTHS = env.int("GRANT_REVIEW_MONTHS", 12)  # grants nobody has confirmed for so long are reviewed
MOST_CONTACTS = env.int("MOST_CONTACTS", 2)  # 党务工作联系人 of one 基层党委, 党总支 or 直属党支部
IMPORT_AT_ONCE = env.int("IMPORT_AT_ONCE", 1_000)  # rows; a larger sheet is checked and brought in by a background job
RENEWAL_REMINDER_MONTHS = env.int("RENEWAL_REMINDER_MONTHS", 6)
COMMUNITY_REGISTRATION = env.bool("COMMUNITY_REGISTRATION", DEMO)  # 社区报到 and its services; else only the column
# 党员发展: "talk=2,notice=7" replaces single numbers of eforefront/development/limits.py.
DEVELOPMENT_LIMITS = env.dict("DEVELOPMENT_LIMITS", default={})
PROBATION_PAUSED_ABROAD = env.bool("PROBATION_PAUSED_ABROAD", False)  # six months abroad put the 预备期 off
MEMBER_SCORES = env.bool("MEMBER_SCORES", DEMO)  # the ledger 分数; else only the column

# ── what can be watched ─────────────────────────────────────────────────────────────────────────────────
METRICS_TOKEN = _secret("METRICS_TOKEN", 32) if env.str("METRICS_TOKEN", "") else ""  # /metrics answers to it only
SLOW_QUERY_MS = env.int("SLOW_QUERY_MS", 0)  # statements that took longer stand in the log, without values; 0: none
LOG_FORMAT = env.str("LOG_FORMAT", "line")
if LOG_FORMAT not in ("line", "json"):
    raise ImproperlyConfigured("LOG_FORMAT 不正确：应为 line、json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_number": {"()": "partyplatform.ui.logs.RequestNumberFilter"},
        "refusals": {"()": "partyplatform.ui.logs.RefusalFilter"},
    },
    "formatters": {
        "line": {
            "()": "partyplatform.ui.logs.Discreet",
            "format": "%(asctime)s %(levelname)s %(request_number)s %(name)s %(message)s",
        },
        "json": {"()": "partyplatform.ui.logs.DiscreetJson"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["request_number", "refusals"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "botocore": {"level": "WARNING"},  # lower levels spell out requests and where keys come from
    },
}
