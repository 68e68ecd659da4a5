"""Two installations on the loopback, each with its own database, keys and certificate. Source: docs/exchange.md."""

import base64
import contextlib
import json
import os
import secrets
import shutil
import ssl
import subprocess
import sys

import pytest
from django.conf import settings

from partyplatform.keyring import RINGS
from partyplatform.tests import tables
from tests.certificates.serving import write_server_certificate
from tests.server.processes import free_port, gunicorn

pytestmark = pytest.mark.looks  # it makes SQLite databases of its own, so once is enough


class Installation:
    """One platform: files, keys, address; `say` does something on it as people would."""

    def __init__(self, folder, name, database):
        folder.mkdir(mode=0o700)
        shutil.copy(database, folder / "platform.sqlite3")
        self.certificate, self.key = write_server_certificate(folder)
        self.port, self.tls = free_port(), ssl.create_default_context(cafile=self.certificate)
        self.environment = installed(folder) | {"EXCHANGE_ID": f"{name}.example.org", "PLATFORM_NAME": name}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        command = [sys.executable, "-m", "tests.server.exchanging"]
        self.people = subprocess.Popen(command, cwd=settings.BASE_DIR, env=self.environment, **pipes)

    def say(self, *words):
        self.people.stdin.write(json.dumps(words) + "\n")
        self.people.stdin.flush()
        return json.loads(self.people.stdout.readline())

    def card(self):
        return self.say("card", f"https://localhost:{self.port}", self.certificate.read_text())

    def served(self):
        arguments = ("--certfile", self.certificate, "--keyfile", self.key)
        return gunicorn(self.environment, *map(str, arguments), port=self.port, tls=self.tls)

    def close(self):
        self.people.stdin.close()
        self.people.wait(20)


def installed(folder):
    """The environment of an installation with keys of its own."""
    keys = {ring: "k1:" + base64.b64encode(secrets.token_bytes(32)).decode() for ring in RINGS}
    own = {"VAR_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder}/platform.sqlite3"}
    return {**os.environ, **keys, **own, "SECRET_KEY": secrets.token_urlsafe(64)}


@pytest.fixture
def two(tmp_path):
    """甲 and 乙, registered with each other."""
    empty = tmp_path / "platform.sqlite3"
    environment = installed(tmp_path)
    tables.lay_out(empty)
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=settings.BASE_DIR, env=environment, check=True)
    with contextlib.ExitStack() as stack:
        both = [Installation(tmp_path / name, name, empty) for name in ("jia", "yi")]
        for each in both:
            stack.callback(each.close)
            each.say("found", each.environment["PLATFORM_NAME"])
        for mine, other in (both, reversed(both)):
            mine.say("register", *other.card())
        yield both


def spoilt(text):
    data = bytearray(base64.b64decode(text))
    data[len(data) // 2] ^= 1
    return base64.b64encode(bytes(data)).decode()


def test_transfers_go_from_one_installation_to_the_other_and_receipts_come_back(two):
    jia, yi = two
    heading = "中国共产党yi委员会"
    with jia.served():
        # the other side is down: nothing is lost
        first = jia.say("leave", "张一", heading)
        sealed = jia.say("send", first, "https")
        assert jia.say("deliver") == 0
        [[_, state, tries, remark]] = jia.say("out")
        assert (state, tries, "连接失败" in remark) == ("waiting", 1, True)
        with yi.served():
            # it is back: delivered once, however often it comes
            assert (jia.say("deliver"), jia.say("deliver")) == (1, 0)
            assert yi.say("receive", sealed) is True
            assert yi.say("inbox") == [["transfer", "new", "张一"]]
            assert jia.say("state", first) == ["letter", "正常"]
            yi.say("accept", "张一")
            assert yi.say("deliver") == 1
            assert jia.say("state", first) == ["done", "已转出"]
            assert (yi.say("enrolled", "张一"), jia.say("enrolled", "张一")) == (1, 0)
            # somebody is sent back
            second = jia.say("leave", "张二", heading)
            jia.say("send", second, "https")
            assert jia.say("deliver") == 1
            yi.say("refuse", "张二")
            assert yi.say("deliver") == 1
            assert jia.say("out")[-1][1] == "returned"
            assert jia.say("state", second) == ["letter", "正常"]
            # a server that shows another certificate than the registered one gets nothing
            text, _ = yi.say("card", f"https://localhost:{yi.port}", jia.certificate.read_text())
            jia.say("register", text, "")
            jia.say("send", second, "https")
            assert jia.say("deliver") == 0
            assert "证书与登记的不符" in jia.say("out")[-1][3]
            assert yi.say("inbox") == [["transfer", "done", "张一"], ["transfer", "refused", "张二"]]
    # by file both ways, with both servers down
    third = jia.say("leave", "张三", heading)
    sealed = jia.say("send", third, "file")
    assert yi.say("receive", spoilt(sealed)) in ("signature", "form")
    assert jia.say("receive", sealed) == "addressee"
    assert (yi.say("receive", sealed), yi.say("receive", sealed)) == (False, True)
    yi.say("accept", "张三")
    answer = yi.say("newest_file")
    assert (jia.say("receive", answer), jia.say("receive", answer)) == (False, True)
    assert jia.say("state", third) == ["done", "已转出"]
    assert (yi.say("enrolled", "张三"), jia.say("enrolled", "张三")) == (1, 0)
