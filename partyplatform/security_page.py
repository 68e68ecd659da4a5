"""docs/security.md: what the platform promises about security, and the tests that prove each promise.

A test names what it proves in its docstring or that of its module: "Source: security.md 24, 31–33." The rows below say
the requirements in short; NOT_REACHED says what the tests of a row leave open.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from django.conf import settings

_SOURCE = re.compile(r"security\.md ((?:\d+(?:[–-]\d+)?(?:, )?)+)")
_MADE = {".venv", "node_modules", "var"}

# fmt: off
SECTIONS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("Who gets in", 1, (
        "a fresh installation has no account; the operator makes the first one, the password is typed",
        "the login name is normalised and checked; a wrong one gets the ordinary answer",
        "unknown, wrong, disabled, locked and without grant look alike, in length and time too",
        "new accounts have no password, but a one-time code that opens the password page only",
        "the manual's initial password opens nothing unless a setting says so, and then little",
        "12 to 128 characters, no personal or common ones, argon2id, few hashes at once",
        "a password that is too old leads to the page that changes it",
        "tries are counted before the password is looked at, by account and by network",
        "a reset makes a code; nobody sees or chooses somebody else's password; sessions end",
        "signs of a takeover are told at the next login",
    )),
    ("Certificates", 11, (
        "committee administrators need certificate and password, at every address",
        "a certificate is proved by mutual TLS or by signing a challenge that is good once",
        "chain, purpose, dates, registration and person must all be right",
        "the certificate names the account by a random name",
        "a forwarded certificate is believed with the proxy's secret only",
        "one year, reminders, overlapping renewal; revoking counts at the next request",
        "certificate files have a long passphrase, shown once",
        "algorithms come from a list",
    )),
    ("Sessions and requests", 19, (
        "cookies are __Host-, Secure, HttpOnly, SameSite; plain HTTP is redirected",
        "a new session id at login, proof, change of role and of password",
        "limits of idleness and of length, by the server's clock",
        "one live session for each account",
        "withdrawn grants, disabled accounts and moved organisations count from the next request",
        "dangerous acts ask who one is, then for a fresh form",
        "nothing changes on GET; foreign forms and unused methods are refused",
        "headers of every page, error pages too",
        "redirects stay in the house",
        "no personal data in addresses, logs, titles and errors",
        "unknown hosts, broken framing and half-sent requests harm nobody",
        "an unexpected error shows a number and no trace",
    )),
    ("Who may do what", 31, (
        "one table of every address, reader and relation",
        "out of reach 404, without the right 403, anonymous to the login; tries are logged",
        "scope is one statement, right while a branch is moved",
        "one foreign id refuses the whole of a bulk post",
        "fields that are not in the form are ignored and logged",
        "nobody grants more than they hold, to themselves or outside",
        "the operator sees no member data; auditors change nothing",
        "what leaves the scope between form and sending is not saved",
    )),
    ("Personal data", 39, (
        "numbers and phones are masked by class of field",
        "a reveal is one field by a logged POST; many ask for proof and alarm",
        "sealed values are bound to their place; moved or changed ones do not open",
        "search by a keyed index; no number in a database without keys",
        "nobody learns whether a stranger exists; the transfer desk is limited",
        "exports follow scope and masks; full numbers need right, proof, reason, approval",
        "pages destroy no record",
    )),
    ("Files", 46, (
        "limits are stated, and kept before a body is read",
        "types by ending and content; macro, encrypted and giant files refused",
        "workbooks are read in a guarded child process",
        "formulas as their values; numbers that lost digits are refused by place",
        "exports write text as text",
        "stored names are random, given names harmless",
        "downloads check the reader and are never rendered",
        "what failed leaves nothing; free space is asked for first",
    )),
    ("Nothing half done", 54, (
        "each act is one transaction; a killed process leaves all or nothing",
        "the tree lock comes before reading; who waits too long gets 503",
        "somebody was faster: 409 with both versions",
        "a form counts once",
        "steps are compare-and-set",
        "revoking and arriving exclude each other; nobody is enrolled twice",
        "an import is all rows or none, and can be begun again",
        "a lost or silent database: 503 in time, and recovery",
        "a full disk: 507 or 503, reading goes on",
        "SQLite takes four writers; a backup never copies the live file",
        "a wrong clock makes things expire or wait, never more",
        "reload and end cut no answer off",
    )),
    ("Keys, audit, operations", 66, (
        "keys from the environment or a file only its owner reads; without them nothing starts",
        "keys are changed while people work, and can be interrupted",
        "the audit is append-only and chained; its head is published",
        "no audit record, no act",
        "a grant written by hand gives no right and an alarm",
        "each unsafe setting has a check; the shipped ones are silent",
        "migrations only add and wait for no lock",
        "backup and restore in two commands; wrong keys are refused before writing",
        "check_integrity proves live data, read-only",
        "health pages tell nothing",
        "packages are pinned with hashes, each with a reason",
        "nothing leaves the house, nothing comes from elsewhere",
    )),
)
# fmt: on

# What the tests of a row do not reach.
NOT_REACHED: dict[int, str] = {
    18: "SM2 certificates: no authority for them at hand",
    45: "there is no retention command yet; nothing is removed",
    62: "by errors handed in, not by a disk that is full",
    64: "sessions and transfers; other deadlines by clocks of single tests",
    65: "the settings and the worker; not a reload of the web server under load",
    72: "the rules and the limits; not an upgrade under load",
    73: "a small installation; the time for a large one is not measured",
}


def security_page() -> str:
    proofs = proved_by()
    lines = [
        "# Security, row by row",
        "",
        "Written by `manage.py write_docs` from `partyplatform/security_page.py` and the docstrings of the tests.",
        "docs/threat-model.md says who is trusted with what, docs/security-scans.md what scanners found.",
    ]
    for title, first, rows in SECTIONS:
        lines += ["", f"## {title}", "", "| | promise | proved by | not reached |", "|---|---|---|---|"]
        for number, promise in enumerate(rows, first):
            shown = "<br>".join(f"`{proof}`" for proof in proofs.get(number, ()))
            lines.append(f"| {number} | {promise} | {shown} | {NOT_REACHED.get(number, '')} |")
    return "\n".join(lines) + "\n"


def proved_by() -> dict[int, list[str]]:
    """Return the tests of each row: a module, or a single test of it."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted(settings.BASE_DIR.rglob("test_*.py")):
        place = path.relative_to(settings.BASE_DIR)
        if _MADE.isdisjoint(place.parts):
            for name, text in _docstrings(ast.parse(path.read_text(encoding="utf-8"))):
                for number in _numbers(text):
                    found[number].append(f"{place}::{name}" if name else str(place))
    return {number: _without_repetition(proofs) for number, proofs in found.items()}


def _docstrings(tree: ast.Module) -> Iterator[tuple[str, str]]:
    yield "", ast.get_docstring(tree) or ""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name, ast.get_docstring(node) or ""


def _numbers(text: str) -> set[int]:
    """Return the rows a docstring names, ranges counted out; a text without any names none."""
    numbers: set[int] = set()
    for listed in _SOURCE.findall(" ".join(text.split())):
        for part in re.findall(r"\d+(?:[–-]\d+)?", listed):
            first, _, last = part.replace("–", "-").partition("-")
            numbers |= set(range(int(first), int(last or first) + 1))
    return numbers


def _without_repetition(proofs: list[str]) -> list[str]:
    """A module that names a row stands for its tests."""
    modules = {proof for proof in proofs if "::" not in proof}
    return sorted({proof for proof in proofs if proof in modules or proof.partition("::")[0] not in modules})
