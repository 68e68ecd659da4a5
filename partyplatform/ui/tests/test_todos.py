"""The number beside the bell, kept until somebody acts."""

from types import SimpleNamespace

import pytest

from partyplatform.ui import todos
from partyplatform.ui.middleware import TodosCounted


@pytest.fixture
def counted(monkeypatch):
    """Whose to-dos were counted in the database, in order."""
    asked = []
    monkeypatch.setattr(todos, "_count", lambda role: asked.append(role.pk) or len(asked))
    return asked


def request(method):
    TodosCounted(lambda request: "answer")(SimpleNamespace(method=method))


@pytest.mark.parametrize(("seconds", "expected"), ((60, [1, 2, 1]), (0, [1, 2, 1, 1, 1])))
def test_it_is_counted_once_for_each_role_until_somebody_acts(settings, counted, seconds, expected):
    settings.TODO_SECONDS = seconds
    todos.count_anew()
    one, other = SimpleNamespace(pk=1), SimpleNamespace(pk=2)
    for role in (one, other, one):
        todos.todos(role)
    request("POST")
    todos.todos(one)
    request("GET")
    todos.todos(one)
    assert counted == expected
