"""Runs a module as `python -m` does, and ends with whoever started it.

The one who starts it holds the other end of its standard input: when they are gone, however they
went, there is nothing more to read, and the process is gone with them. Nobody is made to wait to be
told that nothing is there; `test_no_time_tells.py` is about that.
"""

from __future__ import annotations

import os
import runpy
import sys
import threading

from web.edge import nothing_there


def watch() -> None:
    os.read(0, 1)  # not through sys.stdin, whose lock the interpreter wants when it ends
    os._exit(70)


if __name__ == "__main__":
    nothing_there.A_WHILE = 0.0
    threading.Thread(target=watch, daemon=True).start()
    module = sys.argv[1]
    sys.argv = sys.argv[1:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
