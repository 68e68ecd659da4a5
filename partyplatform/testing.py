"""Keys for the test run, set before the settings are read (`-p partyplatform.testing` in pytest.ini)."""

import base64
import os
import tempfile


def _key(letter):
    return "t1:" + base64.b64encode(letter * 32).decode()


os.environ["ENV_FILE"] = os.devnull
os.environ.setdefault("SECRET_KEY", "only-for-the-test-run-" * 3)
os.environ.setdefault("FIELD_KEYS", _key(b"f"))
os.environ.setdefault("INDEX_KEYS", _key(b"i"))
os.environ.setdefault("AUDIT_KEYS", _key(b"a"))
os.environ.setdefault("DEMO", "1")
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="platform-test-"))
