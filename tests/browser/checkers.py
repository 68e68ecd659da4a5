"""Two judges of a page: axe-core for accessibility, the W3C's checker for HTML. Both run offline."""

import json
import subprocess
import tempfile
from functools import cache
from pathlib import Path

MODULES = Path(__file__).resolve().parents[2] / "node_modules"
WIDTHS = (1440, 390)  # of one visit: what a page is like at a width hangs on its style sheet, not on how it was loaded
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
FRAME = ["header.mast", "nav.nav", "footer"]
NARROW_RULES = {"type": "rule", "values": ["target-size", "scrollable-region-focusable", "meta-viewport"]}


@cache
def _axe_source():
    return (MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def axe(page, *, again=False, framed=False):
    """Return the accessibility faults of the page as it stands, one "rule: selector" each; [] when it is clean.

    `again`: the page was judged at another width; only what hangs on the width is asked. `framed`: masthead, main menu
    and foot were judged on another page of the same reader.
    """
    if not page.evaluate("'axe' in window"):
        # By the debugger, so the content policy of the page stays as it is; past page.evaluate(), which reads it twice.
        page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": _axe_source()})
    result = page.evaluate(
        "([context, rules]) => axe.run(context, {runOnly: rules, resultTypes: ['violations']})",
        [{"exclude": FRAME} if framed else {"include": ["html"]}, NARROW_RULES if again else RULES],
    )
    return [
        f"{violation['id']}: {' '.join(map(str, node['target']))} {node['html'][:120]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def html_faults(sources):
    """Return the errors of the HTML checker in `sources` ({name: html}), one "name:line message" each.

    One run of the checker for all of them: starting it takes longer than reading a page.
    """
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, (name, source) in enumerate(sources.items()):
            file = Path(folder, f"{number}.html")
            file.write_text(source, encoding="utf-8")
            names[file.name] = name
        command = ["java", "-jar", MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar", "--format", "json"]
        answer = subprocess.run([*command, "--errors-only", "--exit-zero-always", *Path(folder).iterdir()], **QUIET)
    return [
        f"{names[Path(message['url']).name]}:{message.get('lastLine')} {message['message']}"
        for message in json.loads(answer.stderr)["messages"]
        if not message["message"].startswith("Attribute “hx-")  # the attributes of htmx, written as its manual does
    ]


QUIET = {"capture_output": True, "check": True, "text": True}


def wider_than_window(page):
    """Return by how many pixels the page must be scrolled sideways; 0 when it fits its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
