"""What stands in the tree for an entry: a digest of all that is stored of it.

Each part has its length before it, so that no two entries have the same bytes. The state is hashed
as it is stored: its words sealed, with its salt. So a proof outlives the words, and tells nothing
of them. A photograph is there by its digest, which is part of the state.
"""

from __future__ import annotations

import hashlib
import struct
from datetime import UTC, datetime, timedelta
from uuid import UUID

FORM = b"declarations-register/entry/v1"
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
UNREADABLE = -(2**63)
"""Stands for a moment that cannot be read. No entry is stored with one."""

_START = struct.Struct(f">I{len(FORM)}sIqI16sIqIqI")
_LENGTH = struct.Struct(">I")


def microseconds(moment: datetime | None) -> int:
    return UNREADABLE if moment is None else (moment - EPOCH) // MICROSECOND


def entry_bytes(
    position: int, stream: UUID, version: int, topic: str, state: bytes, at: int
) -> bytes:
    """An entry as bytes: form, position, stream, version, moment, topic and state. `at` is its
    moment, in microseconds since 1970."""
    named = topic.encode("utf-8", errors="replace")
    start = _START.pack(
        *(len(FORM), FORM, 8, position, 16, stream.bytes, 8, version, 8, at, len(named))
    )
    return b"%b%b%b%b" % (start, named, _LENGTH.pack(len(state)), state)


def leaf_data(
    position: int, stream: UUID, version: int, topic: str, state: bytes, at: datetime | None
) -> bytes:
    """The data of a leaf: 32 bytes."""
    whole = entry_bytes(position, stream, version, topic, state, microseconds(at))
    return hashlib.sha256(whole).digest()
