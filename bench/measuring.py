"""The run on one server, started by `python -m bench`: `python -m bench.measuring --scale … --to lines.json`."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.preparing import prepare

prepare()

from django.core.management import call_command  # noqa: E402

from bench import (  # noqa: E402
    database,
    exports,
    imports,
    member_imports,
    pages,
    queries,
    reports,
    rescoring,
    sealed,
    tree_lines,
    wire,
)
from bench.lines import Line  # noqa: E402


def lines(scale: str) -> Iterator[Line]:
    """Measure everything that has an aim at this scale. Reading comes first, on data as they were loaded."""
    call_command("collectstatic", verbosity=0, interactive=False)
    if scale == "city":
        with database.scratch("university"):
            small = pages.list_time()
    with database.scratch(scale):
        yield from pages.lines()
        yield from queries.lines()
        yield from sealed.lines()
        yield from wire.lines(scale)
        yield from reports.lines(scale)
        if scale == "city":
            yield from pages.growth(small)
            yield from exports.lines()
        yield from tree_lines.lines()
        yield from imports.lines()
        yield from member_imports.lines()
        if scale == "city":
            yield from rescoring.lines()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", choices=("university", "city"), required=True)
    parser.add_argument("--to", type=Path, required=True)
    options = parser.parse_args()
    found = []
    for line in lines(options.scale):
        found.append(vars(line))
        print(f"  {line.name}: {line.value:.2f} {line.unit}", file=sys.stderr, flush=True)
    options.to.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
