"""The judges of a page: its width, axe-core for accessibility, the W3C's checker for HTML. All of them run offline."""

import json
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from django.db import connection

from tests.browser.walking import page_kind

MODULES = Path(__file__).resolve().parents[2] / "node_modules"
# Windows of one visit: what a page is like at a width hangs on its style sheet, not on how it was loaded. In the narrow
# one no link lies under the bar of buttons, which stays at the foot of the window.
WIDE, NARROW = (1440, 900), (390, 2400)
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
FRAME = ["header.mast", "nav.nav", "footer"]
NARROW_RULES = {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}


@cache
def _axe_source():
    source = (MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    marked = [{"id": "color-contrast", "selector": "[data-fresh]"}, {"id": "target-size", "selector": "[data-tight]"}]
    return f"{source};axe.configure({json.dumps({'rules': marked})})"


class Seen:
    """What the pages judged in one run have in common: their HTML by test and page, and of which kind they were."""

    def __init__(self):
        self.sources, self.kinds = {}, set()


class Judge:
    """What is wrong with the pages of a test: at both widths, in both sizes of type, read aloud, as HTML.

    A page is judged as it stands, in one visit. Masthead, main menu and foot are the same on each page of a reader:
    `framed` leaves them out, as the walks do from the second page on. The HTML of all tests is judged together at the
    end of the run. What a page looks like is the same on every database: SQLite answers for it.
    """

    def __init__(self, seen, test):
        self._faults, self._seen, self._test = [], seen, test

    def look(self, page, name, *, source=None, framed=False, path=None):
        """Judge a page; `source` is its HTML where the browser's own would not be what was sent.

        `path`: the address a page has as it opens; no walk judges another of its kind.
        """
        if connection.vendor == "postgresql":
            return
        self._seen.sources[f"{self._test} {name}"] = source or page.content()
        if path is not None:
            self._seen.kinds.add(page_kind(path))
        window = page.viewport_size
        for width, height in (WIDE, NARROW):
            page.set_viewport_size({"width": width, "height": height})
            for size, wide in zip(("", " in large type"), page.evaluate(_MEASURED), strict=True):
                self._faults += [f"{name}{size} is {wide} pixels too wide at {width}"] if wide else []
            self._faults += [
                f"{name} at {width} {fault}" for fault in axe(page, again=(width, height) == NARROW, framed=framed)
            ]
        page.set_viewport_size(window)

    def knows(self, kind):
        """Say whether a page of this kind was judged as it opens."""
        return kind in self._seen.kinds

    def verdict(self):
        """Return every fault found by now; those of the HTML come at the end of the run."""
        return self._faults


_MEASURED = """() => ['', 'large'].map((size) => {
    document.documentElement.setAttribute('data-size', size);
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    document.documentElement.removeAttribute('data-size');
    return wide;
})"""


def axe(page, *, again=False, framed=False):
    """Return the accessibility faults of the page as it stands, one "rule: selector" each; [] when it is clean.

    `again`: the page was judged at another width; only what hangs on the width is asked. `framed`: masthead, main menu
    and foot were judged on another page of the same reader. Most of the work would be spent on what cannot be a fault:
    contrast is asked of text in colours that no page of the run had before, the size of a target where another one is
    near or over it. On PostgreSQL nothing is asked, as by `Judge`.
    """
    if connection.vendor == "postgresql":
        return []
    if not page.evaluate("'axe' in window"):
        # By the debugger, so the content policy of the page stays as it is.
        page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": _axe_source()})
    excluded = FRAME if framed else []
    known = None if again else list(_judged_colours)
    faults, colours = page.evaluate(_VIOLATIONS, [excluded, NARROW_RULES if again else RULES, known])
    if not faults:
        _judged_colours.update(colours)
    return faults


# What text must have in common to be as easy to read: its colour, size and weight, all that is painted under it,
# whether it is part of something disabled, of which no contrast is asked.
_judged_colours = set()
_VIOLATIONS = """async ([excluded, rules, known]) => {
    const judged = new Set(known);
    const grounds = new Map([[null, '']]);
    const ground = (element) => {
        if (!grounds.has(element)) {
            const { backgroundColor, backgroundImage, opacity, position, filter } = getComputedStyle(element);
            const place = ['static', 'relative'].includes(position) ? '' : position;
            const own = [backgroundColor, backgroundImage, opacity, place, filter].join();
            const plain = own === 'rgba(0, 0, 0, 0),none,1,,none';
            grounds.set(element, ground(element.parentElement) + (plain ? '' : ` / ${own}`));
        }
        return grounds.get(element);
    };
    const colours = (element) => {
        const { color, fontSize, fontWeight, textShadow } = getComputedStyle(element);
        const off = element.closest(':disabled, [aria-disabled=true]') || element.closest('label')?.control?.disabled;
        return [color, fontSize, fontWeight, textShadow, off ? 'off' : '', ground(element)].join();
    };
    const hasText = (element) => element.matches('input, select, textarea') ||
        [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const inSight = (element) => {
        const { width, height, right } = element.getBoundingClientRect();
        return width > 1 && height > 1 && right > 0 && element.checkVisibility({ visibilityProperty: true });
    };
    const fresh = new Map();
    for (const element of known ? document.body.querySelectorAll('*') : []) {
        const found = hasText(element) ? colours(element) : '';
        element.toggleAttribute('data-fresh', Boolean(found) && !judged.has(found));
        if (element.hasAttribute('data-fresh')) fresh.set(element, found);
    }
    const focusable = 'a, area, button, input, select, textarea, summary, [tabindex], [role]';
    const targets = [...document.querySelectorAll(focusable)]
        .map((target) => [target, target.getBoundingClientRect()]).filter(([, box]) => box.width && box.height);
    for (const [target, box] of targets) {
        const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
        const isSmall = box.width < 24 || box.height < 24;
        const isNear = ([other, { left, right, top, bottom }]) => other !== target && !other.contains(target) &&
            (left < box.right && right > box.left && top < box.bottom && bottom > box.top || isSmall && (
                Math.hypot(x - Math.min(Math.max(x, left), right), y - Math.min(Math.max(y, top), bottom)) < 12.5 ||
                Math.hypot(x - (left + right) / 2, y - (top + bottom) / 2) < 24.5));
        const isBroken = isSmall && target.getClientRects().length > 1;
        target.toggleAttribute('data-tight', isBroken || targets.some(isNear));
    }
    const isJudged = (element) => !excluded.some((selector) => element.closest(selector));
    const scrolls = (element) => getComputedStyle(element).overflow !== 'visible' &&
        (element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight);
    if (!known && !targets.some(([target]) => target.matches('[data-tight]') && isJudged(target)) &&
        ![...document.body.querySelectorAll('*')].some((element) => isJudged(element) && scrolls(element)))
        return [[], []];  // nothing that hangs on the width
    const context = excluded.length ? { exclude: excluded } : { include: ['html'] };
    const types = ['violations', 'incomplete'];
    const { violations, incomplete } = await axe.run(context, { runOnly: rules, resultTypes: types, elementRef: true });
    const left = incomplete.flatMap((one) => one.nodes.map((node) => node.element));
    const answered = ([element]) => inSight(element) && !left.includes(element) && isJudged(element);
    const faults = violations.flatMap((one) =>
        one.nodes.map((node) => `${one.id}: ${node.target.join(' ')} ${node.html.slice(0, 120)}`));
    return [faults, [...new Set([...fresh].filter(answered).map(([, found]) => found))]];
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
