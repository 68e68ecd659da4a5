"""Lists of revoked certificates as files: several may follow each other in one PEM text."""

from cryptography import x509

_END = b"-----END X509 CRL-----"
_BEGIN = b"-----BEGIN X509 CRL-----"


def split(data: bytes) -> list[bytes]:
    """Return the lists of a PEM file one by one; what stands between them is dropped."""
    parts = data.split(_END)[:-1]
    return [part[part.index(_BEGIN) :] + _END + b"\n" for part in parts if _BEGIN in part]


def names(text: str, certificate: x509.Certificate) -> bool:
    """Whether one of the lists of the certificate's issuer names it."""
    lists = (x509.load_pem_x509_crl(part) for part in split(text.encode()))
    serial = certificate.serial_number
    return any(
        each.issuer == certificate.issuer and each.get_revoked_certificate_by_serial_number(serial) is not None
        for each in lists
    )
