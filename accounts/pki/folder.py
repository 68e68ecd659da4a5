"""The folder of our own authority: its key, which is nowhere else, and the public files a proxy reads.

    ca.key        the authority's key, encrypted with a passphrase, mode 0600
    ca.pem        its certificate
    clients.pem   the chains of all accepted authorities   (nginx: ssl_client_certificate, gunicorn: ca_certs)
    revoked.pem   their lists of revoked certificates      (nginx: ssl_crl)

The folder lies outside the repository and the database; a backup of either holds no key. Source: security.md 66.
"""

import os
import stat
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings

from accounts.pki.issuing import passphrase_fault

KEY, CERTIFICATE, CLIENTS, REVOKED = "ca.key", "ca.pem", "clients.pem", "revoked.pem"


class FolderFault(Exception):
    """The folder or the key cannot be used; the text says why, for the operator."""


class Folder:
    """CA_DIR, or another folder; made with mode 0700 at the first use."""

    def __init__(self, path: Path | None = None):
        path = path or settings.CA_DIR
        if path is None:
            raise FolderFault("没有设置 CA_DIR：请在环境变量或 .env 中指定保存发证机构密钥的目录（在代码目录之外）")
        if path.resolve().is_relative_to(settings.BASE_DIR) and not settings.DEMO:
            raise FolderFault(f"CA_DIR（{path}）在代码目录之内，请换到代码目录之外")
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_mode(path)
        self.path = path

    def keep_key(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate, passphrase: str) -> None:
        """Write key and certificate of a new authority; a key that is there is never overwritten."""
        if fault := passphrase_fault(passphrase):
            raise FolderFault(fault)
        encryption = BestAvailableEncryption(passphrase.encode())
        data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
        try:
            descriptor = os.open(self.path / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise FolderFault(f"{self.path / KEY} 已存在：本目录已有一个发证机构") from None
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        self.publish(CERTIFICATE, certificate.public_bytes(Encoding.PEM))

    def key(self, passphrase: str) -> ec.EllipticCurvePrivateKey:
        """Return the authority's key. Raises `FolderFault` for none, a readable one, a wrong passphrase."""
        path = self.path / KEY
        if not path.is_file():
            raise FolderFault(f"{path} 不存在：请先执行 manage.py ca create")
        _check_mode(path)
        try:
            key = load_pem_private_key(path.read_bytes(), passphrase.encode())
        except (ValueError, TypeError):
            raise FolderFault("口令不正确，或密钥文件已损坏") from None
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise FolderFault("密钥文件不是本平台建立的")
        return key

    def certificate(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self.path / CERTIFICATE).read_bytes())

    def publish(self, name: str, data: bytes) -> Path:
        """Put a public file in its place at once: a reader finds the old one or the new one."""
        path, fresh = self.path / name, self.path / f".{name}.new"
        fresh.write_bytes(data)
        fresh.chmod(0o644)
        fresh.replace(path)
        return path


def _check_mode(path: Path) -> None:
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        mode = "700" if path.is_dir() else "600"
        raise FolderFault(f"{path} 对其他用户可读，请执行 chmod {mode} {path}")
