"""Opens a demo. The first time, its year is played; after that, the database has it already."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from events.log.log import utc_now
from register.demo.marking import is_demo
from register.demo.stage import Clock
from register.demo.year import play_year
from register.register import Register
from register.setup.opening import open_register
from register.setup.settings import Settings


class NotADemoError(Exception):
    """The database holds a register that is not a demo."""


def open_demo(settings: Settings, now: Callable[[], datetime] = utc_now) -> Register:
    """Open the demo. Raises `NotADemoError` if its database holds anything else."""
    clock = Clock()
    register = open_register(settings, clock)
    try:
        with register.together():
            if not is_demo(register.log):
                _check_empty(register)
                play_year(register, clock, now())
    except BaseException:
        register.close()
        raise
    return register


def _check_empty(register: Register) -> None:
    if register.log.last_position() > 0:
        raise NotADemoError(
            "This database holds something that is not the demo's. "
            "Give the demo a data folder of its own in REGISTER_DATA_DIR."
        )
