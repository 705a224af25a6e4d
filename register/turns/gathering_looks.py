"""The turn that puts a root of the looks since the last one into the log."""

from __future__ import annotations

import secrets
from datetime import timedelta

from events.ids import own_id
from events.looks import LooksGathered
from register.reading.looks.roots import gathered
from register.reading.looks.writing import hold_numbers
from register.turns.turn import Turn

STREAM = own_id("looks")
EVERY = timedelta(minutes=1)


def gather(turn: Turn) -> int:
    """Gives the number of the last look that the log tells of. The rows before it are committed:
    they are numbered under a lock of their own, which is taken here too."""
    before = turn.log.last_of(STREAM)
    last = before.last if isinstance(before, LooksGathered) else 0
    hold_numbers(turn.connection)
    key = secrets.token_hex(16)
    new = gathered(turn.connection, last, None, key)
    if new is None:
        return last
    turn.append(
        [
            LooksGathered(
                originator_id=STREAM,
                first=new.first,
                last=new.last,
                rows=new.rows,
                looks=new.looks,
                key=key,
                root=new.root,
            )
        ]
    )
    return new.last
