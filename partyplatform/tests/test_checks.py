"""Each unsafe setting has a check that fails; the shipped settings have none. Source: security.md 66, 71."""

import os
import secrets
import subprocess
import sys

import pytest
from django.conf import settings as project
from django.core.checks import Error

from accounts.hashers import Argon2id
from partyplatform import checks
from partyplatform.sealing.tests.rings import field_ring, index_ring


@pytest.fixture
def safe(settings, tmp_path, monkeypatch):
    """The settings of a real installation."""
    tmp_path.chmod(0o700)
    monkeypatch.setattr(Argon2id, "memory_cost", 47104)
    settings.DEBUG = settings.DEMO = False
    settings.VAR_DIR = tmp_path
    settings.ALLOWED_HOSTS = ["dj.example.edu.cn"]
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31536000
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.TRUSTED_PROXY_COUNT = 1
    settings.CERTIFICATES_REQUIRED = True
    settings.FIELD_KEYS = field_ring({"k1": secrets.token_bytes(32)})
    settings.INDEX_KEYS = index_ring({"k1": secrets.token_bytes(32)})
    settings.AUDIT_KEYS = {"k1": secrets.token_bytes(32)}
    return settings


def found():
    return [message.id for message in checks.unsafe_settings(None)]


def test_safe_settings_pass(safe):
    assert found() == []
    assert list(checks.demo_stays_on_this_machine(None)) == []


# fmt: off
UNSAFE = (
    ("E001", {"DEBUG": True}),
    ("E002", {"DEMO": True}),
    ("E003", {"ALLOWED_HOSTS": ["*"]}),
    ("E003", {"ALLOWED_HOSTS": [".example.edu.cn"]}),
    ("E004", {"CSRF_TRUSTED_ORIGINS": ["https://*.example.edu.cn"]}),
    ("E004", {"CSRF_TRUSTED_ORIGINS": ["http://dj.example.edu.cn"]}),
    ("E005", {"SECURE_SSL_REDIRECT": False}),
    ("E005", {"SECURE_HSTS_SECONDS": 3600}),
    ("E006", {"SESSION_COOKIE_NAME": "session"}),
    ("E006", {"CSRF_COOKIE_NAME": "csrf"}),
    ("E006", {"SESSION_COOKIE_SECURE": False}),
    ("E006", {"CSRF_COOKIE_SECURE": False}),
    ("E006", {"SESSION_COOKIE_HTTPONLY": False}),
    ("E006", {"CSRF_COOKIE_HTTPONLY": False}),
    ("E006", {"SESSION_COOKIE_SAMESITE": "None"}),
    ("E006", {"CSRF_COOKIE_SAMESITE": False}),
    ("E007", {"SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies"}),
    ("E008", {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]}),
    ("E009", {"HASH_PARALLEL": 0}),
    ("E009", {"HASH_PARALLEL": 64}),
    ("E010", {"LOGIN_TRIES_PER_ACCOUNT": 100}),
    ("E010", {"LOGIN_TRIES_PER_NETWORK": 0}),
    ("E010", {"LOGIN_WINDOW_MINUTES": 1}),
    ("E011", {"IDLE_MINUTES_ADMIN": 480}),
    ("E011", {"SESSION_HOURS": 24}),
    ("E011", {"PROOF_MINUTES": 0}),
    ("E012", {"FIELD_KEYS": field_ring({"k1": b"x" * 32})}),
    ("E014", {"MIDDLEWARE": [name for name in checks.NEEDED if "Csrf" not in name]}),
    ("E015", {"SILENCED_SYSTEM_CHECKS": ["security.W008"]}),
    ("E016", {"LOGGING": {"formatters": {"line": {"format": "%(message)s"}}}}),
    ("E017", {"DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}}}),
    ("E019", {"EXCHANGE_ID": "示范大学"}),
    ("W001", {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"), "TRUSTED_PROXY_COUNT": 0}),
    ("W002", {"CERTIFICATES_REQUIRED": False}),
    ("W003", {"WORKING_DAYS_FILE": "/nowhere.csv"}),
    ("W004", {"FILES_S3_ENDPOINT": "http://files.example.edu.cn:9000"}),
)
# fmt: on


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
@pytest.mark.parametrize(("number", "change"), UNSAFE)
def test_each_unsafe_setting_is_named(safe, number, change):
    for name, value in change.items():
        setattr(safe, name, value)
    assert found() == [f"platform.{number}"]


def test_a_hash_that_is_too_cheap_is_named(safe, monkeypatch):
    monkeypatch.setattr(Argon2id, "memory_cost", 1024)
    assert found() == ["platform.E008"]


def test_one_key_for_two_purposes_is_named(safe):
    safe.INDEX_KEYS = safe.FIELD_KEYS
    assert found() == ["platform.E012"]


def test_a_folder_others_can_read_is_named(safe):
    safe.VAR_DIR.chmod(0o755)
    assert found() == ["platform.E013"]


@pytest.mark.parametrize("host", ("dj.example.edu.cn", "10.1.2.3", "*"))
def test_a_demonstration_that_others_can_reach_is_an_error_without_deploy(safe, host):
    safe.DEMO, safe.ALLOWED_HOSTS = True, ["127.0.0.1", "[::1]", "localhost", host]
    assert [message.id for message in checks.demo_stays_on_this_machine(None)] == ["platform.E018"]
    safe.ALLOWED_HOSTS = ["127.0.0.1", "[::1]", "localhost"]
    assert list(checks.demo_stays_on_this_machine(None)) == []


def test_every_fault_is_tried_here():
    tried = {f"platform.{number}" for number, _ in UNSAFE} | {"platform.E013"}
    assert {number for number, *_ in checks.FAULTS} == tried
    assert {kind.__name__[0] == number[9] for number, kind, *_ in checks.FAULTS} == {True}
    assert issubclass(checks.FAULTS[0][1], Error)


# ── the command, as an operator runs it ─────────────────────────────────────────────────────────────────


def run(*arguments, **environment):
    command = ["scripts/with-production-env", "env", *(f"{name}={value}" for name, value in environment.items())]
    command += [sys.executable, "manage.py", "check", *arguments]
    clean = {name: value for name, value in os.environ.items() if not name.endswith("_KEYS") and name != "SECRET_KEY"}
    return subprocess.run(command, cwd=project.BASE_DIR, env=clean, capture_output=True, text=True, timeout=60)


def test_the_shipped_production_settings_give_no_warning(tmp_path):
    done = run("--deploy", "--fail-level", "WARNING", VAR_DIR=tmp_path)
    assert (done.returncode, "no issues" in done.stdout) == (0, True), done.stderr


def test_the_command_fails_for_an_unsafe_installation(tmp_path):
    """Each unsafe setting has its line above; that the command listens to them is asked once."""
    done = run("--deploy", "--fail-level", "WARNING", VAR_DIR=tmp_path, ALLOWED_HOSTS="*", HASH_PARALLEL="0", DEMO="1")
    assert done.returncode == 1
    assert [name for name in ("E002", "E003") if name not in done.stderr] == []


@pytest.mark.parametrize("mode", (0o644, 0o640, 0o604))
def test_a_file_of_keys_that_others_can_read_stops_everything(tmp_path, mode):
    """security.md 66"""
    keys = tmp_path / "keys"
    keys.write_text("DEMO=0\n")
    keys.chmod(mode)
    done = run(ENV_FILE=keys)
    assert (done.returncode != 0, "chmod 600" in done.stderr) == (True, True)


def test_a_file_of_keys_for_its_owner_alone_is_read(tmp_path):
    keys = tmp_path / "keys"
    keys.write_text("DEMO=0\n")
    keys.chmod(0o600)
    assert run(ENV_FILE=keys).returncode == 0


def test_sessions_in_redis_need_to_know_which_one():
    done = run(SESSIONS_IN_REDIS="on")
    assert done.returncode != 0
    assert "SESSIONS_IN_REDIS 已打开，而没有 REDIS_URL：请设置 REDIS_URL，或关闭 SESSIONS_IN_REDIS" in done.stderr


def test_sessions_in_redis_are_sessions_of_ours(safe):
    program = "from django.conf import settings; print(settings.SESSION_ENGINE, sorted(settings.CACHES))"
    chosen = settings_with(program, SESSIONS_IN_REDIS="1", REDIS_URL="redis://127.0.0.1:1/0")
    assert chosen == (True, "accounts.cached_sessions ['default', 'process', 'sessions']\n")
    safe.SESSION_ENGINE = "accounts.cached_sessions"
    assert found() == []


NAMED = {"FILES_S3_BUCKET": "files", "FILES_S3_ACCESS_KEY": "a", "FILES_S3_SECRET_KEY": "b"}
PLACES = "from django.conf import settings; print(settings.FILES_PLACE, settings.STORAGES['default'])"


def settings_with(program, **given):
    """What a program says that reads the settings, and whether it ends well."""
    given |= {"DJANGO_SETTINGS_MODULE": "partyplatform.settings"}
    command = ["scripts/with-production-env", "env", *(f"{name}={value}" for name, value in given.items())]
    done = subprocess.run(
        [*command, sys.executable, "-c", program], cwd=project.BASE_DIR, capture_output=True, text=True
    )
    return done.returncode == 0, done.stdout + done.stderr


def test_a_bucket_is_where_the_files_are():
    objects = "partyplatform.uploads.objects"
    assert settings_with(PLACES, **NAMED) == (True, f"{objects}.Objects {{'BACKEND': '{objects}.Bucket'}}\n")


def test_a_bucket_without_its_packages_or_half_a_pair_of_keys_stops_everything():
    sentence = "FILES_S3_BUCKET 已设置，而没有安装对象存储所需的软件包：请安装 requirements-s3.txt"
    is_well, said = settings_with(f"import sys; sys.modules['boto3'] = None; {PLACES}", **NAMED)
    assert (is_well, sentence in said) == (False, True)
    is_well, said = settings_with(PLACES, **NAMED | {"FILES_S3_SECRET_KEY": ""})
    assert (is_well, "FILES_S3_ACCESS_KEY 和 FILES_S3_SECRET_KEY 须同时设置" in said) == (False, True)


@pytest.mark.parametrize("key", ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEYS", "AUDIT_KEYS"))
@pytest.mark.parametrize(("value", "says"), (("", "缺少密钥"), ("k1:abc", "太短")))
def test_a_key_that_is_missing_or_too_short_stops_everything_and_is_named(key, value, says):
    done = run(**{key: value})
    assert done.returncode != 0
    assert f"{says} {key}" in done.stderr or f"密钥 {key} {says}" in done.stderr
