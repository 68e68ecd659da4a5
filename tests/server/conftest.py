"""Servers as they are started in a real installation."""

import secrets

import pytest

from tests.server.processes import gunicorn, prepare

PRODUCTION = {"DEMO": "0", "ALLOWED_HOSTS": "dj.example.edu.cn", "BEHIND_TLS_PROXY": "1", "TRUSTED_PROXY_COUNT": "1"}


@pytest.fixture(scope="session")
def production(tmp_path_factory):
    """The port of the platform in its production settings, on SQLite; in front of it a proxy is assumed."""
    folder = tmp_path_factory.mktemp("installation")
    own = {"DATABASE_URL": f"sqlite:///{folder}/platform.sqlite3", "SECRET_KEY": secrets.token_urlsafe(64)}
    with gunicorn(prepare(folder, **PRODUCTION, **own)) as port:
        yield port
