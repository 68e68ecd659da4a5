"""The judges of a page: its width, axe-core for accessibility, the W3C's checker for HTML. All of them run offline."""

import json
import subprocess
import tempfile
from functools import cache
from pathlib import Path

MODULES = Path(__file__).resolve().parents[2] / "node_modules"
# Windows of one visit: what a page is like at a width hangs on its style sheet, not on how it was loaded. In the narrow
# one no link lies under the bar of buttons, which stays at the foot of the window.
WIDE, NARROW = (1440, 900), (390, 2400)
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
FRAME = ["header.mast", "nav.nav", "footer"]
NARROW_RULES = {"type": "rule", "values": ["target-size", "scrollable-region-focusable", "meta-viewport"]}


@cache
def _axe_source():
    return (MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


class Judge:
    """What is wrong with the pages of a test: at both widths, in both sizes of type, read aloud, as HTML.

    A page is judged as it stands, in one visit. Masthead, main menu and foot are the same on each page of a reader:
    `framed` leaves them out, as the walks do from the second page on.
    """

    def __init__(self):
        self._faults, self._sources = [], {}

    def look(self, page, name, *, source=None, framed=False):
        """Judge a page; `source` is its HTML where the browser's own would not be what was sent."""
        self._sources[name] = source or page.content()
        window = page.viewport_size
        for width, height in (WIDE, NARROW):
            page.set_viewport_size({"width": width, "height": height})
            for size, wide in zip(("", " in large type"), page.evaluate(_MEASURED), strict=True):
                self._faults += [f"{name}{size} is {wide} pixels too wide at {width}"] if wide else []
            self._faults += [
                f"{name} at {width} {fault}" for fault in axe(page, again=(width, height) == NARROW, framed=framed)
            ]
        page.set_viewport_size(window)

    def verdict(self):
        """Return every fault found, those of the HTML too."""
        return self._faults + html_faults(self._sources)


_MEASURED = """() => ['', 'large'].map((size) => {
    document.documentElement.setAttribute('data-size', size);
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    document.documentElement.removeAttribute('data-size');
    return wide;
})"""


def axe(page, *, again=False, framed=False):
    """Return the accessibility faults of the page as it stands, one "rule: selector" each; [] when it is clean.

    `again`: the page was judged at another width; only what hangs on the width is asked. `framed`: masthead, main menu
    and foot were judged on another page of the same reader.
    """
    if not page.evaluate("'axe' in window"):
        # By the debugger, so the content policy of the page stays as it is; its next documents find the judge there.
        page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": _axe_source()})
        page.add_init_script(_axe_source())
    return page.evaluate(
        _VIOLATIONS, [{"exclude": FRAME} if framed else {"include": ["html"]}, NARROW_RULES if again else RULES]
    )


_VIOLATIONS = """async ([context, rules]) => {
    const { violations } = await axe.run(context, { runOnly: rules, resultTypes: ['violations'] });
    return violations.flatMap((one) =>
        one.nodes.map((node) => `${one.id}: ${node.target.join(' ')} ${node.html.slice(0, 120)}`));
}"""


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
        command = ["java", *JAVA, "-jar", MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar", "--format", "json"]
        answer = subprocess.run([*command, "--errors-only", "--exit-zero-always", *Path(folder).iterdir()], **QUIET)
    return [
        f"{names[Path(message['url']).name]}:{message.get('lastLine')} {message['message']}"
        for message in json.loads(answer.stderr)["messages"]
        if not message["message"].startswith("Attribute “hx-")  # the attributes of htmx, written as its manual does
    ]


# What the checker does is soon done: to translate it as for hours of work costs more than the work.
JAVA = ["-Xss2m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
QUIET = {"capture_output": True, "check": True, "text": True}


def wider_than_window(page):
    """Return by how many pixels the page must be scrolled sideways; 0 when it fits its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
