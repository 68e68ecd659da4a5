"""The data interface against its own OpenAPI document, by what schemathesis makes up. Source: decision 0049."""

import os
import subprocess
import sys

import pytest

from accounts.models.api_tokens import Scope
from accounts.tests.factories import api_token_of
from members.tests.factories import MemberFactory
from orgs.models import Organization
from tests.faults.installation import OnTestDatabase

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.looks]  # what an answer says hangs on no database
SECRET = "pp1-only-for-this-test"
REQUESTS = 15  # made up for each address
LEFT_OUT = (
    "ignored_auth",  # tries unknown tokens until the network is locked
    "allow_header_conformance",  # methods that no address takes are refused, with those some take, before any is known
)


@pytest.fixture
def platform(tmp_path):
    found = OnTestDatabase(tmp_path)
    branch = Organization.objects.get(pk=found.world["branches"][0]["pk"])
    for name in ("李思远", "欧阳·娜", "王𠮷"):
        MemberFactory(organization=branch, name=name)
    api_token_of(branch.parent, *Scope.values, secret=SECRET)
    try:
        found.web.start()
        yield found
    finally:
        found.web.end()


def test_answers_are_what_the_document_says(platform, tmp_path):
    address = f"http://127.0.0.1:{platform.web.port}/api/v1/openapi.json"
    command = [sys.executable, "-m", "schemathesis.cli", "run", address, "-H", f"Authorization: Bearer {SECRET}"]
    command += ["--phases", "examples,coverage,fuzzing", "-n", str(REQUESTS), "--seed", "7"]
    command += ["--exclude-checks", ",".join(LEFT_OUT)]
    run = subprocess.run(
        command, cwd=tmp_path, env=os.environ | {"NO_COLOR": "1"}, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
