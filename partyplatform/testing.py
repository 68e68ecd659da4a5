"""Keys and places of the test run; conftest.py calls `prepare()` before the settings are read."""

import atexit
import base64
import os
import shutil
import tempfile


def _key(letter: bytes) -> str:
    return "t1:" + base64.b64encode(letter * 32).decode()


def prepare() -> None:
    """Set the environment of the settings; what is set already stays, the `.env` beside manage.py is not read."""
    os.environ["ENV_FILE"] = os.devnull
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partyplatform.settings")
    os.environ.setdefault("SECRET_KEY", "only-for-the-test-run-" * 3)
    os.environ.setdefault("FIELD_KEYS", _key(b"f"))
    os.environ.setdefault("INDEX_KEYS", _key(b"i"))
    os.environ.setdefault("AUDIT_KEYS", _key(b"a"))
    os.environ.setdefault("DEMO", "1")
    os.environ.setdefault("TODO_SECONDS", "0")  # a page costs the same whoever was here before
    os.environ.setdefault("DAILY_HOUR", "24")  # never: tests that run the chores want no thread beside them
    if "VAR_DIR" not in os.environ:
        os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="platform-test-")
        atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)
