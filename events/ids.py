"""The ids that the register makes itself, for streams such as those of alerts."""

from __future__ import annotations

import hashlib
from uuid import UUID

OWN_VERSION = 8
"""RFC 9562 leaves version 8 to each application; a device may not choose such an id."""


def own_id(*parts: object) -> UUID:
    """An id made from `parts`: the same parts always give the same id."""
    digest = bytearray(hashlib.sha256("|".join(map(str, parts)).encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | OWN_VERSION << 4
    digest[8] = digest[8] & 0x3F | 0x80
    return UUID(bytes=bytes(digest))


def is_own(stream: UUID) -> bool:
    return stream.int >> 76 & 0xF == OWN_VERSION
