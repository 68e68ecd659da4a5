"""kill -9 of web server, worker, database and command, amid what people do. Source: security.md 54, 61."""

import contextlib
import threading
import time

import pytest

from tests.faults import acts
from tests.faults.acts import BROKEN

pytestmark = pytest.mark.faults

MOMENTS = (0.35, 0.75)  # shares of the time the act takes undisturbed
WEB, WORKER, DATABASE, COMMAND = "网页服务", "后台程序", "数据库", "命令本身"
MATRIX = (
    (acts.Import, WEB),
    (acts.Import, DATABASE),
    (acts.LargeImport, WORKER),
    (acts.LargeImport, DATABASE),
    (acts.Transfer, WEB),
    (acts.Transfer, DATABASE),
    (acts.Move, WEB),
    (acts.Move, DATABASE),
    (acts.Export, WEB),
    (acts.FullExport, WORKER),
    (acts.FullExport, DATABASE),
    (acts.Rotation, COMMAND),
    (acts.Rotation, DATABASE),
)


@pytest.fixture(scope="module")
def undisturbed(installation, people):
    """How long an act takes when nothing breaks, measured once."""
    known = {}

    def seconds(kind):
        if kind not in known:
            act = kind(installation, people)
            act.prepare()
            begun = time.monotonic()
            act.finish()
            known[kind] = time.monotonic() - begun
        return known[kind]

    return seconds


def begin(act):
    """Run an act aside, as far as it gets."""

    def run():
        with contextlib.suppress(BROKEN):
            act.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize(("kind", "victim"), MATRIX)
def test_whoever_is_killed_amid_an_act_nothing_is_half_done_and_it_can_be_done_again(
    installation, people, undisturbed, told, kind, victim
):
    took, done_at_once = undisturbed(kind), 0
    for moment in MOMENTS:
        act = kind(installation, people)
        act.prepare()
        running = begin(act)
        time.sleep(took * moment)
        killing(installation, act, victim)
        assert act.state() in act.allowed
        done_at_once += act.is_done()
        running.join(acts.PATIENCE)
        act.finish()
        assert act.state() == act.final
    told(f"{act.title}时杀死{victim} {len(MOMENTS)} 次（其中 {done_at_once} 次已经完成），重新办理后全部完成")


def killing(installation, act, victim):
    """Kill it and start it again."""
    if victim == COMMAND:
        act.break_off()
        return
    process = {WEB: installation.web, WORKER: installation.worker, DATABASE: installation.database}[victim]
    process.kill()
    process.start()
