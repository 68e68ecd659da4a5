"""Run a program by a clock that is wrong: `python -m tests.faults.shifted DAYS (-m MODULE | FILE) ARGUMENTS…`.

The wrong clock is that of Python (`time`, `datetime`), in the process and in what it forks; waiting takes as long as
ever. libfaketime would reach further, but Python's own sleep fails under it.
"""

import datetime
import runpy
import sys
import time

import time_machine


def main():
    days, *sys.argv = sys.argv[1:]
    moment = datetime.datetime.fromtimestamp(time.time(), datetime.UTC) + datetime.timedelta(days=int(days))
    time_machine.travel(moment, tick=True).start()
    if sys.argv[0] == "-m":
        del sys.argv[0]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
