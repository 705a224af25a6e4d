"""Erases looks for good: the key of each is destroyed, and what it could be found by is removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from events.log.sealing import Keyring, Sealed, WrappedKey
from register.errors import ConflictError
from register.reading.looks.look import AN_HOUR, bound
from register.reading.looks.tables import looked_at, looks

TOO_NEW = "A look of the last hour cannot be erased yet: more may be added to it."


def erase(
    connection: sa.Connection, keyring: Keyring, numbers: Sequence[int], now: datetime
) -> None:
    """Their places, moments and sealed bytes stay, so the roots still hold. Only the owner of the
    database may do it. Raises `ConflictError` for a look of the last hour."""
    wanted = sa.select(looks).where(looks.c.number.in_(numbers), looks.c.box.is_not(None))
    rows = connection.execute(wanted).all()
    if any(row.at > now - AN_HOUR for row in rows):
        raise ConflictError(TOO_NEW)
    for row in rows:
        sealed, key = Sealed(row.key, row.box), WrappedKey(row.key, row.master, row.wrapped)
        mark = keyring.destroyed(sealed, key, bound(row.at))
        connection.execute(
            sa.update(looks)
            .where(looks.c.number == row.number)
            .values(wrapped=mark.wrapped, same=None, by=None)
        )
    connection.execute(sa.delete(looked_at).where(looked_at.c.look.in_(numbers)))
