"""The digests of the first entries of streams that this process appended last.

They are known here once the entry has its position, within the transaction. Whoever promises an
entry asks for its digest after the commit, and need not read the entry for it.
"""

from __future__ import annotations

from collections import OrderedDict
from uuid import UUID

MOST = 4096


class Digests:
    def __init__(self) -> None:
        self._kept: OrderedDict[UUID, tuple[int, bytes]] = OrderedDict()

    def note(self, stream: UUID, position: int, digest: bytes) -> None:
        self._kept[stream] = position, digest
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def at(self, stream: UUID, position: int) -> bytes | None:
        """None if it is not known here: what was undone had another position, or was appended
        once more and has taken the place of what was."""
        noted, digest = self._kept.get(stream, (0, None))
        return digest if noted == position else None
