"""Words in rows beside the log: each row is sealed under a key of its own, bound to its place."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from events.log.sealing import Keyring, WrappedKey

WORDS = "words"


def sealed(keyring: Keyring, words: str, place: UUID) -> dict[str, Any]:
    """The columns that hold some words."""
    boxes, key = keyring.seal_parts({WORDS: words.encode()}, place)
    return {"box": boxes[WORDS], "key": key.id, "master": key.master, "wrapped": key.wrapped}


def opened(keyring: Keyring, row: sa.Row[Any], place: UUID) -> str:
    """The words of a row. Raises `SealBrokenError`."""
    key = WrappedKey(row.key, row.master, row.wrapped)
    return keyring.open_part(WORDS, row.box, key, place).decode()
