"""`make load SCALE=university|city SECONDS=60`: wrk asks a real server for a mix of pages, as many as it gives.

gunicorn with two workers on a PostgreSQL of its own, every write synced; eight connections that never rest. The mix:
first pages, lists, records and searches by form, by administrators of three heights in both systems. Printed: pages a
second, latencies, answers that were no page, and the memory of the larger worker after a third of the time and at its
end. SECONDS=1200 is the soak.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.__main__ import SYNCED
from bench.lines import Line, table

CONNECTIONS, THREADS = 8, 2
SOAK, GROWTH = 600, 1.1  # seconds from which on a worker's memory is judged, and by how much it may grow
# How often each kind of page is asked for; what is not named counts once.
OFTEN = {"首页": 6, "E先锋首页": 6, "提醒": 2, "待办转接": 2}
OFTEN |= dict.fromkeys(("列表", "组织信息", "党员名册", "E先锋党员信息"), 4)
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.load")
    parser.add_argument("--scale", choices=("university", "city"), default="university")
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        print("没有找到 wrk：请先安装软件包 wrk。", file=sys.stderr)
        return 2
    if "DATABASE_URL" not in os.environ:
        words = [sys.executable, "-m", "bench.load", "--scale", options.scale, "--seconds", str(options.seconds)]
        with tempfile.TemporaryDirectory(prefix="platform-") as var:
            environment = os.environ | {"POSTGRES_OPTIONS": SYNCED, "VAR_DIR": var}
            return subprocess.run(["scripts/with-postgres", *words], env=environment).returncode
    lines = list(_measured(options.scale, options.seconds))
    print(f"\n{table(lines)}\n")
    return 0 if all(line.ok for line in lines) else 1


def _measured(scale: str, seconds: int) -> Iterator[Line]:
    from bench.preparing import prepare

    prepare()
    from django.core.management import call_command

    from bench import database
    from bench.serving import served

    call_command("collectstatic", verbosity=0, interactive=False)
    with database.scratch(scale), tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
        file.writelines("\t".join(request) + "\n" for request in _mix())
        file.flush()
        with served("partyplatform.wsgi:application", "partyplatform.settings") as server:
            megabytes: list[float] = []
            found = _asked(server.port, file.name, seconds, lambda: megabytes.append(server.worker_megabytes()))
    warm, is_soak = megabytes[len(megabytes) // 3], seconds >= SOAK
    yield Line("P10 混合负载", found["requests"] / found["seconds"], "页/秒")
    for name in ("p50", "p95", "p99"):
        yield Line(f"P10 混合负载 {name}，{CONNECTIONS} 个连接", found[name], "ms")
    yield Line(f"P10 {found['requests']} 个请求中的错误答复", found["refused"] + found["failed"], "个", 0)
    yield Line("P10 每个进程的内存，开始", warm, "MB")
    yield Line("P10 每个进程的内存，结束", megabytes[-1], "MB", warm * GROWTH if is_soak else None)


def _mix() -> Iterator[tuple[str, str, str, str]]:
    """Yield (method, address, cookie, body) of every request, as often as its share is."""
    from django.urls import reverse

    from bench import pages
    from bench.people import viewers
    from bench.serving import cookie

    for viewer in viewers():
        portal = viewer.of_portal()
        for who, addresses in ((viewer, pages.addresses(viewer)), (portal, pages.portal_addresses(portal))):
            client = who.client()
            key = cookie(client.session.session_key)
            for title, address in addresses.items():
                if client.get(address).status_code == 200:
                    yield from [("GET", address, key, "")] * OFTEN.get(title, 1)
        search = reverse("eforefront:members")  # by this viewer's administrator in 党员E先锋, who came last
        token = _TOKEN.search(client.get(search).text)
        if token:
            body = urlencode({"csrfmiddlewaretoken": token[1], "name": "王"})
            kept = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
            yield from [("POST", search, kept, body)] * 4


def _asked(port: int, requests: str, seconds: int, sample: Any) -> dict[str, float]:
    """Let wrk ask, call `sample` every few seconds meanwhile; return what it counted."""
    command = ["wrk", "-t", str(THREADS), "-c", str(CONNECTIONS), "-d", f"{seconds}s", "--timeout", "30s", "--latency"]
    command += ["-s", str(Path(__file__).with_suffix(".lua")), f"http://127.0.0.1:{port}/"]
    environment = os.environ | {"LOAD_REQUESTS": requests}
    over = threading.Event()

    def watch() -> None:
        while not over.wait(max(seconds / 60, 1)):
            sample()

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    finally:
        over.set()
        watching.join()
    return json.loads(said.strip().rpartition("\n")[2])


if __name__ == "__main__":
    sys.exit(main())
