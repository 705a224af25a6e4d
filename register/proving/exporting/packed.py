"""A tree in memory of which each node takes its 32 bytes and no more."""

from __future__ import annotations

from events.proof.tree import HASH, completed


class PackedTree:
    def __init__(self) -> None:
        self._levels: list[bytearray] = [bytearray()]

    def __len__(self) -> int:
        return len(self._levels[0]) // HASH

    def __call__(self, level: int, index: int) -> bytes:
        return bytes(self._levels[level][index * HASH : (index + 1) * HASH])

    def append(self, leaf: bytes) -> None:
        """Add the hash of one more leaf."""
        for level, _, each in completed(self, len(self), leaf):
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += each
