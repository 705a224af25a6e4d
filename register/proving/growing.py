"""How the tree grows: which nodes are stored, and what they are over.

The leaves and every fourth level above them are stored. Each stored node is over 16 nodes of the
stored level below: that is a fifteenth more rows than leaves, and every other node is over at most
eight that are stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from events.proof.tree import EMPTY, node_hash

STEP = 4
"""Levels from one that is stored to the next."""
WIDE = 1 << STEP


def over(hashes: Sequence[bytes]) -> bytes:
    """The one node over some neighbours: a power of two of them."""
    while len(hashes) > 1:
        hashes = [
            node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)
        ]
    return hashes[0]


class Edge:
    """The right edge of a tree: of each stored level, the nodes that have no stored node above."""

    def __init__(self, size: int = 0, edge: Sequence[list[bytes]] = ()) -> None:
        self.size = size
        self._edge = list(edge)

    def add(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """One more leaf; gives the nodes to be stored above it, by level and index."""
        self.size += 1
        rising, size, depth = leaf, self.size, 0
        while True:
            if depth == len(self._edge):
                self._edge.append([])
            self._edge[depth].append(rising)
            if len(self._edge[depth]) < WIDE:
                return
            rising = over(self._edge[depth])
            self._edge[depth] = []
            size, depth = size >> STEP, depth + 1
            yield depth * STEP, size - 1, rising

    def root(self) -> bytes:
        """The root of the tree."""
        found: bytes | None = None
        for level in self._edge:
            start = 0
            peaks = []
            for bit in reversed(range(STEP)):
                if len(level) & (1 << bit):
                    peaks.append(over(level[start : start + (1 << bit)]))
                    start += 1 << bit
            for peak in reversed(peaks):
                found = peak if found is None else node_hash(peak, found)
        return EMPTY if found is None else found


def places_of_edge(size: int) -> Iterator[tuple[int, range]]:
    """Where the edge of a tree of this size is stored: of each stored level, its indexes."""
    level = 0
    while size >> level:
        there = size >> level
        yield level, range(there - there % WIDE, there)
        level += STEP
