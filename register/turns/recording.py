"""An entry, and a change of tables beside the log: both in one transaction, or neither."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from events.event import Event
from register.turns.turn import Turn


def record(turn: Turn, event: Event, change: Callable[[sa.Connection], Any]) -> None:
    change(turn.connection)
    turn.append([event])
