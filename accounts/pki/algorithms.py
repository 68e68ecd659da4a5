"""Which signatures a certificate may carry, as data: an algorithm that is not in the table is refused.

Source: security.md 18; docs/decisions/0014-certificates.md. SM2 certificates can be read, but the library cannot check
their signatures; they are named here so that the refusal can say why. No SM2 code of ours ever signs.
"""

from dataclasses import dataclass

SHORTEST_RSA = 2048  # bits


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One signature algorithm; `refusal` says why it is not accepted, "" when it is."""

    oid: str
    name: str
    refusal: str = ""


_NO_SM2 = "SM2 签名目前无法由本平台验证，请使用 RSA 或 ECDSA（P-256）证书"
_TOO_WEAK = "证书的签名算法 {name} 已不安全"

# fmt: off
TABLE = (
    Algorithm("1.2.840.10045.4.3.2",   "ECDSA-SHA256"),
    Algorithm("1.2.840.10045.4.3.3",   "ECDSA-SHA384"),
    Algorithm("1.2.840.10045.4.3.4",   "ECDSA-SHA512"),
    Algorithm("1.2.840.113549.1.1.11", "RSA-SHA256"),
    Algorithm("1.2.840.113549.1.1.12", "RSA-SHA384"),
    Algorithm("1.2.840.113549.1.1.13", "RSA-SHA512"),
    Algorithm("1.2.156.10197.1.501",   "SM2-SM3",      _NO_SM2),
    Algorithm("1.2.840.113549.1.1.5",  "RSA-SHA1",     _TOO_WEAK.format(name="RSA-SHA1")),
    Algorithm("1.2.840.113549.1.1.4",  "RSA-MD5",      _TOO_WEAK.format(name="RSA-MD5")),
)
# fmt: on

_BY_OID = {algorithm.oid: algorithm for algorithm in TABLE}
CURVES = ("secp256r1", "secp384r1", "secp521r1")


def refusal_of(oid: str) -> str:
    """Return why signatures of this algorithm are refused, "" for one that is accepted."""
    algorithm = _BY_OID.get(oid)
    if algorithm is None:
        return f"证书的签名算法（{oid}）不在允许的范围内"
    return algorithm.refusal


def name_of(oid: str) -> str:
    """Return what an algorithm is called, its number when the table does not know it."""
    return _BY_OID[oid].name if oid in _BY_OID else oid
