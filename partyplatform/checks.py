"""What `manage.py check --deploy` asks beyond Django: each setting that would be unsafe. Source: security.md 71.

A check is a sentence for the operator and a function that says whether the settings are at fault.
"""

import ipaddress
import re
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.utils.module_loading import import_string

from partyplatform import working_days

ARGON2_KIB = 46 * 1024
NEEDED = (
    "partyplatform.ui.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "partyplatform.ui.middleware.AllowedMethods",
    "partyplatform.uploads.middleware.BodyLimit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.IdleLimit",
    "accounts.middleware.ActingRole",
    "accounts.middleware.LoginRequired",
    "partyplatform.audit.middleware.RequestContext",
)
MAY_BE_SILENT = {"security.W002"}
DISCREET = {"partyplatform.ui.logs.Discreet", "partyplatform.ui.logs.DiscreetJson"}
OWN_SESSIONS = {"accounts.session_store", "accounts.cached_sessions"}
SEALING_RINGS = ("FIELD_KEYS", "INDEX_KEYS")


def open_hosts() -> bool:
    return any("*" in host or host.startswith(".") for host in settings.ALLOWED_HOSTS)


def reachable_demo() -> bool:
    return settings.DEMO and not all(_is_loopback(host) for host in settings.ALLOWED_HOSTS)


def foreign_origins() -> bool:
    return any("*" in origin or not origin.startswith("https://") for origin in settings.CSRF_TRUSTED_ORIGINS)


def plain_http() -> bool:
    return not (settings.SECURE_SSL_REDIRECT and settings.SECURE_HSTS_SECONDS >= 31536000)


def loose_cookies() -> bool:
    names = settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME
    flags = [
        getattr(settings, f"{which}_COOKIE_{flag}") for which in ("SESSION", "CSRF") for flag in ("SECURE", "HTTPONLY")
    ]
    same_site = {settings.SESSION_COOKIE_SAMESITE, settings.CSRF_COOKIE_SAMESITE} <= {"Lax", "Strict"}
    return not (all(name.startswith("__Host-") for name in names) and all(flags) and same_site)


def own_sessions_missing() -> bool:
    return settings.SESSION_ENGINE not in OWN_SESSIONS


def proxy_unknown() -> bool:
    """Behind a proxy whose X-Forwarded-For is not read, everybody has one address and locks out everybody."""
    return settings.SECURE_PROXY_SSL_HEADER is not None and settings.TRUSTED_PROXY_COUNT < 1


def weak_hash() -> bool:
    hasher = import_string(settings.PASSWORD_HASHERS[0])
    is_argon2 = getattr(hasher, "algorithm", "") == "argon2"
    return not is_argon2 or hasher.memory_cost < ARGON2_KIB or hasher.time_cost < 1


def too_many_hashes() -> bool:
    return not 1 <= settings.HASH_PARALLEL <= 16


def endless_guessing() -> bool:
    per_account, per_network = settings.LOGIN_TRIES_PER_ACCOUNT, settings.LOGIN_TRIES_PER_NETWORK
    return not (1 <= per_account <= 10 and 1 <= per_network <= 200 and settings.LOGIN_WINDOW_MINUTES >= 5)


def endless_sessions() -> bool:
    idle = max(settings.IDLE_MINUTES_ADMIN, settings.IDLE_MINUTES_MEMBER)
    return not (1 <= idle <= 60 and 1 <= settings.SESSION_HOURS <= 12 and 1 <= settings.PROOF_MINUTES <= 30)


def repeated_keys() -> bool:
    """One key for two purposes, or a key that is one byte over and over."""
    sealing = [key.secret for ring in SEALING_RINGS for key in getattr(settings, ring).values()]
    keys = [*sealing, *settings.AUDIT_KEYS.values()]
    return len(set(keys)) != len(keys) or any(len(set(key)) < 8 for key in keys)


def open_folder() -> bool:
    folder = settings.VAR_DIR
    return folder.exists() and bool(stat.S_IMODE(folder.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO))


def guards_missing() -> bool:
    return any(name not in settings.MIDDLEWARE for name in NEEDED)


def silenced() -> bool:
    return not set(settings.SILENCED_SYSTEM_CHECKS) <= MAY_BE_SILENT


def talkative_logs() -> bool:
    formatters = settings.LOGGING["formatters"].values()
    return not {formatter.get("()") for formatter in formatters} <= DISCREET


def endless_waiting() -> bool:
    """A page that waits for a frozen database without end holds its thread."""
    return settings.DATABASES["default"]["ENGINE"].startswith("django.db.backends.postgresql")


def odd_exchange_name() -> bool:
    """Other installations know this one by a domain name."""
    name = getattr(settings, "EXCHANGE_ID", "")
    return bool(name) and re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", name, re.ASCII) is None


def optional_certificates() -> bool:
    return not getattr(settings, "CERTIFICATES_REQUIRED", True)


def readable_on_its_way() -> bool:
    """Whether files travel to the object storage for everybody on the way to read."""
    address = urlsplit(settings.FILES_S3_ENDPOINT)
    return address.scheme == "http" and not _is_loopback(address.hostname or "")


def unread_working_days() -> bool:
    return bool(settings.WORKING_DAYS_FILE and working_days.faults(Path(settings.WORKING_DAYS_FILE)))


Fault = tuple[str, type[CheckMessage], Callable[[], bool], str]

# fmt: off
FAULTS: tuple[Fault, ...] = (
    # id              kind     asks                    what it says
    ("platform.E001", Error,   lambda: settings.DEBUG, "DEBUG 已打开：错误页面会显示代码和数据，请关闭"),
    ("platform.E002", Error,   lambda: settings.DEMO,  "DEMO 已打开：演示账号公开，且不使用 HTTPS，正式运行请关闭"),
    ("platform.E003", Error,   open_hosts,             "ALLOWED_HOSTS 含通配，任何域名都能访问，请写明域名"),
    ("platform.E004", Error,   foreign_origins,        "CSRF_TRUSTED_ORIGINS 含通配或非 https 的来源"),
    ("platform.E005", Error,   plain_http,             "没有强制 HTTPS，或 HSTS 不足一年"),
    ("platform.E006", Error,   loose_cookies,          "Cookie 缺少 __Host-、Secure、HttpOnly 或 SameSite"),
    ("platform.E007", Error,   own_sessions_missing,   "SESSION_ENGINE 不是本平台的会话存储"),
    ("platform.E008", Error,   weak_hash,              "密码散列弱于 argon2id 46 MiB"),
    ("platform.E009", Error,   too_many_hashes,        "HASH_PARALLEL 应为 1 至 16"),
    ("platform.E010", Error,   endless_guessing,       "登录限制过宽：每账号 10 次、每网络 200 次、5 分钟以上"),
    ("platform.E011", Error,   endless_sessions,       "会话过长：闲置最多 60 分钟、总长 12 小时、身份验证 30 分钟"),
    ("platform.E012", Error,   repeated_keys,          "密钥重复或过于简单：每种用途须有各自的随机密钥"),
    ("platform.E013", Error,   open_folder,            "数据目录 VAR_DIR 对其他用户开放，请执行 chmod 700"),
    ("platform.E014", Error,   guards_missing,         "MIDDLEWARE 缺少安全组件"),
    ("platform.E015", Error,   silenced,               "SILENCED_SYSTEM_CHECKS 关闭了安全检查"),
    ("platform.E016", Error,   talkative_logs,         "日志格式不是 Discreet，可能写出身份证号"),
    ("platform.E017", Error,   endless_waiting,        "数据库后端不是本平台的，数据库无响应时会一直等待"),
    ("platform.E019", Error,   odd_exchange_name,      "EXCHANGE_ID 应为小写域名，如 dj.example.edu.cn"),
    ("platform.W001", Warning, proxy_unknown,          "在代理之后而 TRUSTED_PROXY_COUNT 为 0：来访地址会全部相同"),
    ("platform.W002", Warning, optional_certificates,  "CERTIFICATES_REQUIRED 已关闭：党委管理员只凭密码就能登录"),
    ("platform.W003", Warning, unread_working_days,    "WORKING_DAYS_FILE 不能读取或有错误的行，没有采用"),
    ("platform.W004", Warning, readable_on_its_way,    "FILES_S3_ENDPOINT 不是 https：附件在传送途中可被读取"),
)
# fmt: on


@register(Tags.security, deploy=True)
def unsafe_settings(app_configs: Any, **_: Any) -> Iterable[CheckMessage]:
    """Name each setting that is unsafe in a real installation."""
    return [kind(f"{text}。", id=number) for number, kind, is_at_fault, text in FAULTS if is_at_fault()]


@register(Tags.security)
def demo_stays_on_this_machine(app_configs: Any, **_: Any) -> Iterable[CheckMessage]:
    """Refuse to start a demonstration that other machines can reach."""
    if not reachable_demo():
        return []
    return [Error("DEMO 只能在本机使用：ALLOWED_HOSTS 中有本机以外的名称。", id="platform.E018")]


def _is_loopback(host: str) -> bool:
    if host in ("localhost", "testserver"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
