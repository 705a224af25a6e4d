"""The tree as it is stored, and proofs from it: each costs two reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import sqlalchemy as sa

from events.proof.tree import EMPTY, HASH, Nodes, consistency, inclusion, root
from register.proving.growing import STEP, Edge, over, places_of_edge
from register.proving.tables import tree_leaves, tree_nodes

Place = tuple[int, int]
"""The level and index of a node."""
Result = TypeVar("Result")

SIZE = sa.select(sa.func.max(tree_leaves.c.index))
LEAVES = sa.select(tree_leaves.c.index, tree_leaves.c.hash).where(
    tree_leaves.c.index.in_(sa.bindparam("wanted", expanding=True))
)
INDEX_OF = sa.select(tree_leaves.c.index, tree_leaves.c.hash).where(
    tree_leaves.c.position == sa.bindparam("position")
)


class TreeBrokenError(Exception):
    """A node of the tree is missing."""


class StoredTree:
    """Reads the tree through one connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def size(self) -> int:
        last = self._connection.execute(SIZE).scalar()
        return 0 if last is None else last + 1

    def leaf_of(self, position: int) -> tuple[int, bytes] | None:
        """The index and hash of an entry's leaf; None if it is not in the tree (yet)."""
        row = self._connection.execute(INDEX_OF, {"position": position}).first()
        return None if row is None else (row[0], row[1])

    def root(self, size: int) -> bytes:
        return self._read(lambda nodes: root(nodes, size)) if size else EMPTY

    def inclusion(self, index: int, size: int) -> list[bytes]:
        return self._read(lambda nodes: inclusion(nodes, index, size))

    def consistency(self, old: int, new: int) -> list[bytes]:
        return self._read(lambda nodes: consistency(nodes, old, new))

    def edge(self, size: int) -> Edge:
        stored = list(places_of_edge(size))
        found = self.stored((level, index) for level, some in stored for index in some)
        return Edge(size, [[found[level, index] for index in some] for level, some in stored])

    def stored(self, places: Iterable[Place]) -> dict[Place, bytes]:
        """Stored nodes. Raises `TreeBrokenError` if one is missing."""
        by_level: dict[int, list[int]] = {}
        for level, index in places:
            by_level.setdefault(level, []).append(index)
        found: dict[Place, bytes] = {}
        leaves = by_level.pop(0, None)
        if leaves:
            rows = self._connection.execute(LEAVES, {"wanted": leaves})
            found.update(((0, index), hash_) for index, hash_ in rows)
        if any(by_level.values()):
            nodes = self._connection.execute(_nodes(by_level)).mappings()
            found.update({(row["level"], row["index"]): row["hash"] for row in nodes})
        wanted = (len(leaves) if leaves else 0) + sum(map(len, by_level.values()))
        if len(found) != wanted:
            raise TreeBrokenError("a node of the tree is missing")
        return found

    def _read(self, work: Callable[[Nodes], Result]) -> Result:
        """Do something with nodes: first only to hear which it asks for, then with all of them
        read at once."""
        asked: dict[Place, None] = {}

        def note(level: int, index: int) -> bytes:
            asked[level, index] = None
            return bytes(HASH)

        work(note)
        below = {place: list(_below(place)) for place in asked}
        found = self.stored({each for some in below.values() for each in some})
        return work(lambda level, index: over([found[each] for each in below[level, index]]))


def _below(place: Place) -> Iterable[Place]:
    """The stored nodes that a node is over."""
    level, index = place
    up = level % STEP
    return ((level - up, each) for each in range(index << up, (index + 1) << up))


def _nodes(by_level: dict[int, list[int]]) -> sa.Select[tuple[int, int, bytes]]:
    on_levels = (
        sa.and_(tree_nodes.c.level == level, tree_nodes.c.index.in_(some))
        for level, some in sorted(by_level.items())
        if some
    )
    return sa.select(tree_nodes.c.level, tree_nodes.c.index, tree_nodes.c.hash).where(
        sa.or_(*on_levels)
    )
