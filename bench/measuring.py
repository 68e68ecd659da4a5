"""The run on one server: `python -m bench.measuring --scale … --to lines.json [--only P1,P2]`."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.preparing import prepare

prepare()

from bench import database, tree_lines  # noqa: E402
from bench.lines import Line  # noqa: E402


def lines(scale: str) -> Iterator[Line]:
    with database.scratch(scale):
        yield from tree_lines.lines()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", choices=("university", "city"), required=True)
    parser.add_argument("--to", type=Path, required=True)
    options = parser.parse_args()
    found = []
    for line in lines(options.scale):
        found.append(vars(line))
        print(f"  {line.name}: {line.value:.2f} {line.unit}", file=sys.stderr)
    options.to.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
