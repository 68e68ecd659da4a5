"""The rules of the house, so that nobody has to remember them. Each test names the places that break its rule.

Source: security.md 76.
"""

import ast
import configparser
import json
import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("partyplatform", "orgs", "accounts", "members", "transfers", "eforefront")
MADE = {".git", ".venv", ".env", ".hypothesis", "node_modules", "var", "staticfiles", "__pycache__"}  # see .gitignore
PAGES = ("views", "forms", "urls", "exports", "imports", "jobs")


def files(*suffixes):
    """Every file of the project whose name ends in one of `suffixes`, what is made on the spot left out."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if name not in MADE and not name.endswith("_cache"))
        for name in sorted(names):
            if name not in MADE and name.endswith(suffixes):
                yield Path(folder, name)


def place(path, line=None):
    return str(path.relative_to(ROOT)) + (f":{line}" if line else "")


def lines_with(pattern, paths, *, flags=0):
    """Return "file:line text" of each line that matches."""
    expression = re.compile(pattern, flags)
    return [
        f"{place(path, number)} {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if expression.search(line)
    ]


def is_test(path):
    return "tests" in path.parts or path.name == "conftest.py"


def program():
    """The Python files that are neither tests nor migrations."""
    return [path for path in files(".py") if not is_test(path) and "migrations" not in path.parts]


# ── the map ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def contracts():
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    return parser


def listed(text):
    """The module names in an option of .importlinter, without the signs of the layers notation."""
    return re.findall(r"[\w.*]+", text)


def modules():
    """Return the dotted name of every module of the program; an empty `__init__` has nothing to import and no name."""
    names = []
    for path in files(".py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[0] not in PACKAGES or len(parts) < 2:
            continue
        if parts[-1] == "__init__":
            parts = parts[:-1]
            if len(parts) < 2 or not path.read_text(encoding="utf-8").strip():
                continue
        names.append(".".join(parts))
    return names


def test_every_module_has_its_place_on_the_map(contracts):
    named = listed(contracts["importlinter:contract:map"]["layers"])
    named += listed(contracts["importlinter:contract:ground"]["source_modules"])
    homeless = [name for name in modules() if not any(name == place or name.startswith(place + ".") for place in named)]
    assert homeless == []


def test_every_page_module_is_kept_from_the_pages_of_other_apps(contracts):
    pages = {".".join(name.split(".")[:2]) for name in modules() if name.split(".")[1] in PAGES}
    pages = {name for name in pages if name.split(".")[0] != "partyplatform"}
    for app in {name.split(".")[0] for name in pages}:
        own = {name for name in pages if name.startswith(f"{app}.")}
        contract = contracts[f"importlinter:contract:{app}-pages"]
        assert own <= set(listed(contract["source_modules"]))
        assert pages - own <= set(listed(contract["forbidden_modules"]))


def test_the_map_knows_no_exception(contracts):
    assert [name for name in contracts.sections() if "ignore_imports" in contracts[name]] == []


def test_the_root_of_a_package_imports_nothing():
    roots = [ROOT / name / "__init__.py" for name in PACKAGES]
    assert [
        place(path) for path in roots if re.search(r"^(import|from) ", path.read_text(encoding="utf-8"), re.M)
    ] == []


def test_no_module_is_a_drawer_for_everything():
    assert [place(path) for path in files(".py") if re.fullmatch(r"_?(utils?|helpers?|common|misc)", path.stem)] == []


# ── the code ────────────────────────────────────────────────────────────────────────────────────────────


def test_pages_start_from_a_scoped_queryset():
    pages = [p for p in program() if p.name == "views.py" or {"views", "pages"} & set(p.relative_to(ROOT).parts[:-1])]
    assert lines_with(r"\.objects\.(all|filter|get|exclude)\(", pages) == []


def test_no_function_is_longer_than_50_lines():
    long = []
    for path in [*program(), ROOT / "scripts" / "run", ROOT / "scripts" / "make-env"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno >= 50:
                long.append(f"{place(path, node.lineno)} {node.name}")
    assert long == []


def test_nothing_is_left_for_later():
    words = "|".join(
        ("TO" + "DO", "FIX" + "ME", "XX" + "X", "raise NotImplemented" + "Error", "敬请" + "期待", "开发" + "中")
    )
    assert lines_with(rf"\b({words})\b|暂未" + "实现", files(".py", ".html", ".js", ".css")) == []


def test_no_test_steps_aside():
    pattern = r"pytest\.(skip|xfail|importorskip)\(|mark\.(skip|skipif|xfail)\b|unittest\.skip|pragma: no " + "cover"
    itself = Path(__file__).resolve()
    assert lines_with(pattern, [path for path in files(".py") if path != itself]) == []


def test_what_drives_a_browser_lies_where_the_stages_look_for_it():
    folders = re.search(r'^with_browser="(.+?)"', (ROOT / "scripts" / "test").read_text(encoding="utf-8"), re.M)[
        1
    ].split()
    driving = [path for path in files(".py") if lines_with(r"mark\.browser|^from tests\.browser\.conftest", [path])]
    assert driving
    assert [place(path) for path in driving if not place(path).startswith(tuple(folders))] == []


def test_every_data_file_is_loaded():
    sources = {app: "\n".join(p.read_text(encoding="utf-8") for p in program() if app in p.parts) for app in PACKAGES}
    tables = [path for path in files(".csv") if path.parent.name == "data"]
    assert [place(path) for path in tables if f'"{path.name}"' not in sources[path.parent.parent.name]] == []


# ── templates ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "pattern",
    (
        r"""\sstyle\s*=\s*["']""",
        r"<style\b",
        r"<script(?![^>]*\ssrc=)",
        r"""\son[a-z]+\s*=\s*["']""",
        r"javascript:",
    ),
)
def test_templates_hold_neither_style_nor_script(pattern):
    assert lines_with(pattern, files(".html"), flags=re.I) == []


# ── what is shipped ─────────────────────────────────────────────────────────────────────────────────────


def test_only_a_page_with_its_own_main_shows_messages():
    """The layouts show them above `content`; a page that did so again would tell everything twice."""
    pages = [path for path in files(".html") if "layouts" not in path.parts]
    texts = ((path, path.read_text()) for path in pages)
    assert [place(path) for path, text in texts if "{% notices %}" in text and "{% block main %}" not in text] == []


def test_comments_of_templates_end_on_their_line():
    """Django prints what stands between {# and #} as soon as it spans lines."""
    assert lines_with(r"\{#(?!.*#\})", files(".html")) == []


def test_no_block_of_a_template_reads_what_another_block_has_set():
    """A name given by `{% url … as name %}` ends with its block; read in another one it is empty, and its link dead."""
    found = []
    for path in files(".html"):
        parts = re.findall(r"\{% block (\w+) %\}(.*?)\{% endblock", path.read_text(encoding="utf-8"), re.S)
        given = {block: set(re.findall(r"\{% [^%]* as (\w+) %\}", text)) for block, text in parts}
        for block, text in parts:
            used = set(re.findall(r"\w+", " ".join(re.findall(r"\{\{.*?\}\}|\{%.*?%\}", text))))
            elsewhere = set().union(*(names for other, names in given.items() if other != block)) - given[block]
            found += [f"{place(path)}: {name} in {block}" for name in sorted(used & elsewhere)]
    assert found == []


def test_no_tag_holds_a_variable_in_braces():
    """Inside a tag braces are text: readers would see them."""
    assert lines_with(r"\{%(?:(?!%\}).)*\{\{", files(".html")) == []


def test_no_file_names_a_machine_or_a_registry():
    hosts = ("pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npmjs", "deb" + r"\.debian")
    pattern = r"(?<![\w.*])/(work|farm|root|home)/|" + "|".join(hosts)
    itself = Path(__file__).resolve()
    binary = (".png", ".ico", ".woff2", ".xlsx", ".pdf", ".pyc")
    assert lines_with(pattern, [p for p in files("") if p.suffix not in binary and p != itself]) == []


def test_the_locks_name_no_address_and_every_hash():
    for lock in (ROOT / "requirements.txt", ROOT / "requirements-s3.txt", ROOT / "requirements-dev.txt"):
        text = lock.read_text(encoding="utf-8")
        assert lines_with(r"://|^-", [lock]) == []
        assert [block for block in re.split(r"\n(?=\S)", text) if "--hash=sha256:" not in block] == []


def test_every_package_has_its_reason():
    reasons = (ROOT / "docs" / "decisions" / "0001-packages.md").read_text(encoding="utf-8")
    chosen = set(json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"])
    for name in ("requirements.in", "requirements-s3.in", "requirements-dev.in"):
        chosen |= set(re.findall(r"^[A-Za-z][\w-]*", (ROOT / name).read_text(encoding="utf-8"), re.M))
    assert sorted(name for name in chosen if f"| {name} |" not in reasons) == []
