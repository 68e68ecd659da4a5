"""What lies in deploy/ can be read by the programs it is for, and names only settings and commands that exist."""

import configparser
import re
import runpy

import pytest
from django.conf import settings
from django.core.management import get_commands

from partyplatform.tests.test_operations import read_settings

DEPLOY = settings.BASE_DIR / "deploy"
UNITS = sorted(DEPLOY.glob("systemd/*"))
OF_GUNICORN = set(
    re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"', "".join(p.read_text() for p in DEPLOY.glob("gunicorn/*.py")))
)
OF_OTHERS = {"POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS", "PYTHONUNBUFFERED"}
KNOWN = set(read_settings()) | OF_GUNICORN


def unit(path):
    """Return {section: [(option, value)]}; an option may stand there more than once."""
    sections, current = {}, None
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), [])
        elif line.strip():
            name, _, value = line.partition("=")
            assert value or name == "CapabilityBoundingSet", f"{path.name}: {line}"
            current.append((name, value))
    return sections


def test_the_template_names_every_setting_once():
    lines = [line for line in (DEPLOY / "platform.env").read_text().splitlines() if line and line[:2] != "# "]
    names = [re.fullmatch(r"#?([A-Z0-9_]+)=.*", line)[1] for line in lines]
    assert sorted(names) == sorted(set(read_settings()) - {"ENV_FILE"})


def test_the_template_shows_the_defaults():
    shown = dict(re.findall(r"^#([A-Z0-9_]+)=(.*)$", (DEPLOY / "platform.env").read_text(), re.M))
    plain = {name: value for name, value in read_settings().items() if isinstance(value, int | float | str)}
    expected = {name: str(int(value) if isinstance(value, bool) else value) for name, value in plain.items()}
    assert {name: value for name, value in shown.items() if name in expected and name != "ANNOUNCEMENT"} == {
        name: value for name, value in expected.items() if name in shown and name != "ANNOUNCEMENT"
    }


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_what_exists_with_settings_that_exist(path):
    sections = unit(path)
    if path.suffix == ".timer":
        assert set(sections) == {"Unit", "Timer", "Install"}
        assert path.with_suffix(".service") in UNITS
        return
    service = dict(sections["Service"])
    given = [value for name, value in sections["Service"] if name == "Environment"]
    assert {word.partition("=")[0] for line in given for word in line.split()} <= KNOWN
    assert service["User"] == "platform"
    assert service["UMask"] == "0077"
    words = service["ExecStart"].split()
    if words[1] == "manage.py":
        assert words[2] in get_commands()
    else:
        assert (settings.BASE_DIR / words[2]).is_file()


def test_gunicorn_reads_its_settings_and_ends_running_requests():
    """Source: security.md 65."""
    given = runpy.run_path(str(DEPLOY / "gunicorn/portal.py"))
    assert (given["bind"], given["worker_class"], given["control_socket_disable"]) == (
        "127.0.0.1:8000",
        "gthread",
        True,
    )
    assert given["graceful_timeout"] >= given["timeout"]


def test_the_containers_are_given_settings_that_exist():
    compose = (DEPLOY / "docker/compose.yaml").read_text()
    names = set(re.findall(r"^\s+([A-Z][A-Z_]+): ", compose, re.M))
    image = (DEPLOY / "docker/Dockerfile").read_text()
    names |= set(re.findall(r"([A-Z_]+)=", re.search(r"^ENV (.*)$", image, re.M)[1]))
    assert names - OF_OTHERS <= KNOWN
    mounted = re.findall(r"- (\.\./[\w./-]+):", compose)
    assert [place for place in mounted if not (DEPLOY / "docker" / place).resolve().is_file()] == []
    assert re.findall(r"^\s+image: (?:.*/)(.*)$", compose, re.M) == [], "images are named without a host"


def test_keys_and_passwords_of_an_installation_stay_out_of_the_image_and_of_git():
    """`COPY . ./` takes all that is not named; the files of the installation lie below the Compose file."""
    compose = (DEPLOY / "docker/compose.yaml").read_text()
    assert set(re.findall(r"(?<=[ \[])\./(\w+)/", compose)) == {"local"}
    assert "deploy/docker" in (DEPLOY / "docker/Dockerfile.dockerignore").read_text().splitlines()
    assert "deploy/docker/local/" in (settings.BASE_DIR / ".gitignore").read_text().splitlines()


def test_the_image_can_dump_the_database_beside_it():
    """`pg_dump` refuses a server newer than itself."""
    server = re.search(r"image: postgres:(\d+)", (DEPLOY / "docker/compose.yaml").read_text())[1]
    assert f"postgresql-client-{server} " in (DEPLOY / "docker/Dockerfile").read_text()


def test_behind_pgbouncer_the_role_has_what_the_connection_asks_for():
    pool = configparser.ConfigParser()
    pool.read(DEPLOY / "pgbouncer/pgbouncer.ini")
    assert pool["pgbouncer"]["pool_mode"] == "transaction"
    assert "options" in pool["pgbouncer"]["ignore_startup_parameters"].split(",")
    asked = set(re.findall(r"-c (\w+)=", (settings.BASE_DIR / "partyplatform/settings.py").read_text()))
    assert set(re.findall(r"ALTER ROLE platform SET (\w+)", (DEPLOY / "postgresql/roles.sql").read_text())) == asked


def test_the_server_logs_no_parameters():
    lines = (DEPLOY / "postgresql/platform.conf").read_text().splitlines()
    given = dict(re.match(r"(\w+) = ([^#]*?)\s*(#|$)", line).groups()[:2] for line in lines if line[:1] not in "#")
    assert given["log_parameter_max_length"] == given["log_parameter_max_length_on_error"] == "0"
    assert given["log_min_duration_statement"] == "-1"
