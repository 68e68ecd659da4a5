"""The settings of a run: a real installation's, with keys of its own and nothing read from `.env`."""

import atexit
import base64
import os
import secrets
import shutil
import tempfile


def prepare() -> None:
    """Set the environment and load Django; call it before anything of the project is imported."""
    os.environ["ENV_FILE"] = os.devnull
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partyplatform.settings")
    os.environ.setdefault("DEMO", "1")  # plain HTTP on the loopback
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(64))
    for ring in ("FIELD_KEYS", "INDEX_KEYS", "AUDIT_KEYS"):
        os.environ.setdefault(ring, "b1:" + base64.b64encode(secrets.token_bytes(32)).decode())
    if "VAR_DIR" not in os.environ:
        os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="platform-bench-")
        atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{os.environ['VAR_DIR']}/bench.sqlite3")
    import django

    django.setup()
    from django.db import connection

    if connection.vendor == "sqlite":  # tests would be in memory, where nothing costs anything
        connection.settings_dict["TEST"]["NAME"] = f"{os.environ['VAR_DIR']}/scratch.sqlite3"
