"""`python -m bench --scale university|city`: measure, print a table, write var/bench.json.

university: on SQLite and on PostgreSQL. city: on PostgreSQL. Without DATABASE_URL a throw-away cluster is started,
with every write synced to disk as in production.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.lines import Line, table, write_json

ROOT = Path(__file__).resolve().parent.parent
SYNCED = "-c fsync=on -c synchronous_commit=on -c full_page_writes=on"
BUSY = 0.5  # a machine with more to do at the start measures itself, not the platform
SERVERS = {"university": ("sqlite", "postgresql"), "city": ("postgresql",)}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--scale", choices=sorted(SERVERS), default="university")
    scale = parser.parse_args().scale
    os.chdir(ROOT)
    if (busy := os.getloadavg()[0]) > BUSY:
        print(f"机器正忙（负载 {busy:.1f}），数值会偏大。", file=sys.stderr)
    lines = [line for server in SERVERS[scale] for line in measured(scale, server)]
    lines.sort(key=lambda line: int(line.name[1:].split()[0]))
    print(f"\n{table(lines)}\n")
    write_json(lines, ROOT / "var" / "bench.json")
    missed = sum(not line.ok for line in lines)
    print(f"{len(lines)} 项，{missed} 项未达到目标。" if missed else f"{len(lines)} 项，全部达到目标。")
    return 0


def measured(scale: str, server: str) -> list[Line]:
    """Run the measurements on one kind of server in a process of its own."""
    print(f"── {scale} · {server} ──", file=sys.stderr, flush=True)
    environment = os.environ.copy()
    command = [sys.executable, "-m", "bench.measuring", "--scale", scale]
    if server == "sqlite":
        environment.pop("DATABASE_URL", None)
    elif "DATABASE_URL" not in environment:
        environment["POSTGRES_OPTIONS"] = SYNCED
        command.insert(0, "scripts/with-postgres")
    with tempfile.NamedTemporaryFile(suffix=".json") as file, tempfile.TemporaryDirectory(prefix="platform-") as var:
        environment["VAR_DIR"] = var
        subprocess.run([*command, "--to", file.name], env=environment, check=True)
        return [Line(**row) for row in json.loads(Path(file.name).read_text(encoding="utf-8"))]


if __name__ == "__main__":
    sys.exit(main())
