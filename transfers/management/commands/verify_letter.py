"""Prove a 介绍信 by its signature file, without the database and, with a key file, without this installation."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from partyplatform import signatures
from transfers.letter_facts import PURPOSE, read_signature_file, spelled

_MOST = 64 * 1024  # bytes of a signature file
_SHOWN = (
    ("number", "编号"),
    ("committee", "开具党委"),
    ("name", "姓名"),
    ("source", "由"),
    ("destination", "去"),
    ("issued_on", "开具日期"),
    ("valid_until", "有效期至"),
)


class Command(BaseCommand):
    help = "核验介绍信签名文件；--public-key 输出本平台的公钥，供其他单位离线核验"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", help="介绍信签名文件（.json）")
        parser.add_argument("--key", help="开具方平台的公钥文件（PEM）；不写则用本平台的密钥")
        parser.add_argument("--public-key", action="store_true", help="输出本平台的公钥")

    def handle(self, *, file, key, public_key, **options):
        if public_key:
            for key_id, pem in signatures.public_keys(purpose=PURPOSE).items():
                self.stdout.write(f"# {key_id}\n{pem}", ending="")
            return
        if not file:
            raise CommandError("请给出介绍信签名文件。")
        facts, key_id, signature = self._read(file)
        if not self._is_signed(spelled(facts), signature, key_id=key_id, key=key):
            raise CommandError("核验不通过：内容与签名不符，或不是由该平台开具。")
        self.stdout.write(
            "核验通过：介绍信由该平台开具，内容未被改动。是否已使用或作废，请在开具方平台的“介绍信核验”查询。"
        )
        for name, label in _SHOWN:
            self.stdout.write(f"{label}：{facts.get(name, '')}")

    def _read(self, file):
        try:
            return read_signature_file(_content(Path(file)))
        except (OSError, ValueError) as fault:
            reason = "不能读取该文件" if isinstance(fault, OSError) else fault
            raise CommandError(f"{file}：{reason}。") from None

    def _is_signed(self, data, signature, *, key_id, key):
        if key is None:
            return signatures.is_signed(data, signature, key_id=key_id, purpose=PURPOSE)
        try:
            keys = signatures.read_public_keys(_content(Path(key)))
        except (OSError, ValueError):
            raise CommandError(f"{key}：不是公钥文件。") from None
        return any(signatures.is_signed_by(each, data, signature) for each in keys)


def _content(path):
    """Return the bytes of a small file, of the standard input for "-"; raises ValueError for a large one."""
    with sys.stdin.buffer if str(path) == "-" else path.open("rb") as source:
        content = source.read(_MOST + 1)
    if len(content) > _MOST:
        raise ValueError("文件过大")
    return content
