"""Opens a demo. The first time, its year is played; after that, the database has it already."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

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


def signed(settings: Settings) -> Settings:
    """The settings with which a demo is signed too, so that there are receipts to be seen. A folder
    beside its database is no place outside: whoever can write in one can in the other."""
    place = settings.data_dir / "checkpoints"
    is_sqlite = sa.make_url(settings.url()).get_backend_name() == "sqlite"
    if settings.checkpoints is not None or not is_sqlite or "," in str(place):
        return settings
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    origin = settings.origin() or "demo.example/log"
    return settings.model_copy(update={"checkpoints": str(place), "log_origin": origin})


def _check_empty(register: Register) -> None:
    if register.log.last_position() > 0:
        raise NotADemoError(
            "This database holds something that is not the demo's. "
            "Give the demo a data folder of its own in REGISTER_DATA_DIR."
        )
