"""manage.py keys: make, change, retire and count the keys of sealed fields."""

import base64
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from partyplatform import audit, keyring
from partyplatform.keyring import STATES, Key
from partyplatform.sealing import columns, keeping
from partyplatform.sealing.census import UNKNOWN, Census, census
from partyplatform.sealing.rotation import Tally, first, rotate

NAMES = {"field": "FIELD_KEYS", "index": "INDEX_KEYS", "audit": "AUDIT_KEYS"}
SHOWN = 20  # rows that could not be renewed
EVERY = 10_000  # rows between two lines of progress


class Command(BaseCommand):
    help = "字段加密的密钥：新建、更换、停用、查看。更换时可照常使用，随时可以中断并重新开始。"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        new = acts.add_parser("new", help="新建一把密钥，先只作待启用")
        new.add_argument("ring", choices=NAMES)
        new.add_argument("--algorithm", help="默认按 FIELD_ALGORITHM、INDEX_ALGORITHM 的设置")
        acts.add_parser("rotate", help="启用待启用的密钥，并用它重写全部旧数据")
        retire = acts.add_parser("retire", help="停用一把密钥；仍有数据使用时拒绝")
        retire.add_argument("ring", choices=NAMES)
        retire.add_argument("key")
        acts.add_parser("status", help="列出全部密钥及各自的数据行数")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        try:
            getattr(self, act)(**{name: options[name] for name in ("ring", "key", "algorithm") if name in options})
        except keeping.Refused as refusal:
            raise CommandError(str(refusal)) from None

    def new(self, *, ring: str, algorithm: str | None) -> None:
        name = NAMES[ring]
        algorithm = algorithm or getattr(settings, f"{ring.upper()}_ALGORITHM", keyring.RINGS[name][0])
        if algorithm not in keyring.RINGS[name]:
            raise CommandError(f"{name} 的算法应为 {'、'.join(keyring.RINGS[name])}")
        key = keeping.new_key(algorithm)
        if _file() is None:
            self._tell_line(name, key)
            return
        with transaction.atomic():
            audit.record(audit.SYSTEM, "keys.new", changes=[["密钥", "", f"{name} {key.id} {algorithm}"]])
            keeping.add(_file(), name, key)
        self.stdout.write(f"{name} 已加入密钥 {key.id}（{algorithm}，待启用）。")
        self.stdout.write("多台服务器时，请先把密钥文件分发到每一台，再执行 keys rotate；请另行备份密钥文件。")

    def rotate(self) -> None:
        if _file() is not None:
            self._promote()
        left = 0
        for column in columns():
            title = f"{column.model._meta.verbose_name} {column.label}"
            tally = rotate(column, say=lambda tally, title=title: self._progress(title, tally))
            self._result(title, tally)
            left += tally.busy + len(tally.stuck)
        if left:
            raise CommandError(f"还有 {left} 行未更换，旧密钥须保留", returncode=1)
        self.stdout.write("全部数据已使用当前密钥。")

    def retire(self, *, ring: str, key: str) -> None:
        name = NAMES[ring]
        known = _ring(name)
        if reasons := keeping.reasons_against_retiring(known, key, census(), name=name):
            raise CommandError("\n".join(reasons))
        if _file() is None:
            self.stdout.write(f"没有数据使用密钥 {key}：可以从 {name} 中删除它，并重启全部服务。")
            return
        with transaction.atomic():
            audit.record(audit.SYSTEM, "keys.retire", changes=[["密钥", f"{name} {key}", ""]])
            keeping.remove(_file(), name, key)
        self.stdout.write(f"密钥 {key} 已停用并从密钥文件中删除。此前的数据库备份仍需要它，请保留旧的密钥文件备份。")

    def status(self) -> None:
        counted = census()
        for name in NAMES.values():
            self.stdout.write(name)
            for key in _ring(name).values():
                words = [key.id, key.algorithm, STATES[key.state], *([key.made_at] if key.made_at else [])]
                self.stdout.write("  " + "  ".join([*words, *_rows(key.id, counted, name)]))
        for result in counted:
            self._warn(result)

    def _promote(self) -> None:
        """Use the waiting keys. Every running process has heard of them by the time one of them uses one."""
        if not any(key.state == keyring.READY for name in NAMES.values() for key in _ring(name).values()):
            return
        time.sleep(2 * keyring.LOOK_EVERY)
        with transaction.atomic():
            promoted = keeping.promote(_file())
            for name, key in promoted:
                audit.record(audit.SYSTEM, "keys.rotate", changes=[["密钥", "", f"{name} {key.id} {key.algorithm}"]])
        for name, key in promoted:
            self.stdout.write(f"{name} 改用密钥 {key.id}。")
        time.sleep(2 * keyring.LOOK_EVERY)

    def _tell_line(self, name: str, key: Key) -> None:
        encoded = base64.b64encode(key.secret).decode()
        self.stdout.write(f"密钥在环境变量中。请把下面一段加在 {name} 的最前面，并重启全部服务：")
        self.stdout.write(f"{key.id}:{key.algorithm}:{encoded},")
        self.stdout.write("所有服务重启之后，再把它移到最后（最后一把用于新数据），再次重启，然后执行 keys rotate。")

    def _progress(self, title: str, tally: Tally) -> None:
        if tally.looked % EVERY == 0:
            self.stdout.write(f"{title}：已检查 {tally.looked} 行，已更换 {tally.renewed} 行")
            self.stdout.flush()

    def _result(self, title: str, tally: Tally) -> None:
        self.stdout.write(f"{title}：共 {tally.looked} 行，已更换 {tally.renewed} 行")
        if tally.busy:
            self.stdout.write(f"    {tally.busy} 行正被他人使用，请稍后再执行一次")
        for pk, reason in first(tally.stuck, SHOWN):
            self.stdout.write(f"    第 {pk} 行：{reason}，未作改动")
        if len(tally.stuck) > SHOWN:
            self.stdout.write(f"    另有 {len(tally.stuck) - SHOWN} 行未作改动")

    def _warn(self, result: Census) -> None:
        title = f"{result.column.model._meta.verbose_name} {result.column.label}"
        missing = {key: rows for key, rows in result.field_keys.items() if key not in settings.FIELD_KEYS}
        for key_id, rows in sorted(missing.items()):
            which = "认不出的密钥" if key_id == UNKNOWN else f"没有的密钥 {key_id}"
            self.stdout.write(f"注意：{title}有 {rows} 行使用{which}")
        if result.unreadable:
            self.stdout.write(f"注意：{title}有 {result.unreadable} 行无法解密")
        if unknown := result.index_keys[UNKNOWN]:
            self.stdout.write(f"注意：{title}有 {unknown} 行的检索键不出自任何一把密钥")


def _file() -> Path | None:
    return Path(settings.KEYS_FILE) if settings.KEYS_FILE else None


def _ring(name: str) -> dict[str, Key]:
    """Return the ring as it is written down now."""
    path = _file()
    if path is not None:
        return keyring.read_file(path)[1][name]
    ring = getattr(settings, name)
    if name != "AUDIT_KEYS":
        return dict(ring)
    last = next(reversed(list(ring)))
    algorithm = keyring.RINGS[name][0]
    states = {key_id: keyring.CURRENT if key_id == last else keyring.OLD for key_id in ring}
    return {key_id: Key(key_id, secret, algorithm, states[key_id]) for key_id, secret in ring.items()}


def _rows(key_id: str, counted: list[Census], name: str) -> list[str]:
    if name == "AUDIT_KEYS":
        return []
    rows = {c.column: (c.field_keys if name == "FIELD_KEYS" else c.index_keys)[key_id] for c in counted}
    shown = [f"{column.model._meta.verbose_name} {column.label} {n} 行" for column, n in rows.items() if n]
    return shown or ["没有数据使用"]
