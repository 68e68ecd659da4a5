import pytest

from partyplatform import keyring
from partyplatform.keyring import Key, KeyFile, Ring


@pytest.fixture
def key_file(tmp_path, settings, monkeypatch):
    """An installation that keeps the keys of the test run in a file; running processes look at it each time."""
    path = tmp_path / "keys.json"
    rings = {"FIELD_KEYS": b"f", "INDEX_KEYS": b"i", "AUDIT_KEYS": b"a"}
    keyring.write_file(path, {name: [Key("t1", letter * 32, keyring.RINGS[name][0])] for name, letter in rings.items()})
    monkeypatch.setattr(keyring, "LOOK_EVERY", 0)
    file = KeyFile(path)
    settings.KEYS_FILE = str(path)
    settings.FIELD_KEYS, settings.INDEX_KEYS = file.live("FIELD_KEYS"), file.live("INDEX_KEYS")
    audit_keys = file.live("AUDIT_KEYS")
    settings.AUDIT_KEYS = Ring(lambda: {key.id: key.secret for key in audit_keys.values()})
    return path


@pytest.fixture
def new_keys(settings):
    """Keys of both rings are being changed: t2 is in use, t1 still known."""
    from partyplatform.sealing.tests.rings import field_ring, index_ring

    def change():
        settings.FIELD_KEYS = field_ring({"t1": b"f" * 32, "t2": ("SM4-GCM", b"g" * 32)})
        settings.INDEX_KEYS = index_ring({"t1": b"i" * 32, "t2": ("HMAC-SM3", b"j" * 32)})

    return change
