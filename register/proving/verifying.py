"""Walks the whole log and says what is not as it was when it was signed, the first position first.

Everything is computed again from what is stored: each digest, the whole tree, each root that was
signed. Whoever owns the database can make all of it fit, but not what is kept outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct

from events.log.database import Database
from events.log.mapper import SealingMapper
from events.log.sealing import SealBrokenError, WrappedKey
from events.log.tables import entries, entry_keys
from events.proof.checkpoints import Checkpoint
from events.proof.leaves import leaf_data
from events.proof.tree import leaf_hash
from register.proving.growing import Edge
from register.proving.tables import tree_leaves, tree_nodes

BATCH = 2000

Told = Callable[[int, int], None]
"""Is told how much is done, and the total."""

ROWS = (
    sa.select(
        entries,
        tree_leaves.c.index,
        tree_leaves.c.hash,
        entry_keys.c.id.label("key"),
        entry_keys.c.master,
        entry_keys.c.wrapped,
    )
    .select_from(entries)
    .join(tree_leaves, tree_leaves.c.position == entries.c.id, isouter=True)
    .join(
        entry_keys,
        sa.and_(
            entries.c.originator_id == entry_keys.c.originator_id,
            entries.c.originator_version == entry_keys.c.originator_version,
        ),
        isouter=True,
    )
    .where(entries.c.id > sa.bindparam("position"))
    .order_by(entries.c.id)
    .limit(BATCH)
)
MORE_LEAVES = sa.select(tree_leaves.c.index, tree_leaves.c.position, tree_leaves.c.hash).where(
    tree_leaves.c.index >= sa.bindparam("size")
)
GONE = (
    sa.select(tree_leaves.c.position)
    .where(tree_leaves.c.index >= sa.bindparam("first"), tree_leaves.c.index < sa.bindparam("end"))
    .order_by(tree_leaves.c.index)
)
NODES = sa.select(tree_nodes.c.index, tree_nodes.c.hash).where(
    tree_nodes.c.level == sa.bindparam("of_level"),
    tree_nodes.c.index.between(sa.bindparam("first"), sa.bindparam("last")),
)


Node = tuple[int, int, int, bytes]
"""The position of the entry that completes it, its level, index and hash."""


class Fault(Struct, frozen=True):
    """What is wrong: at which position of the log, or with which size of the tree."""

    position: int
    what: str
    is_end: bool = False
    """Whether what is wrong is that nothing is there: the log was signed when it was longer."""


class Known(Struct, frozen=True):
    """A tree that was signed, and by whom or where it is kept."""

    checkpoint: Checkpoint
    where: str


class Walk:
    """One walk through the log. `faults` are found in the order of the positions."""

    def __init__(
        self, database: Database, known: Iterable[Known], mapper: SealingMapper | None
    ) -> None:
        self.faults: list[Fault] = []
        self.entries = 0
        self.erased: list[tuple[int, UUID, int]] = []
        """The position, stream and version of each entry whose words are erased."""
        self._database = database
        self._mapper = mapper
        self._edge = Edge()
        self._versions: dict[UUID, int] = {}
        self._before: Any = None
        self._known: dict[int, list[Known]] = {}
        for each in known:
            self._known.setdefault(each.checkpoint.size, []).append(each)
        self._position = 0
        self._unfollowed: list[int] = []
        self._next = 0
        """The index of the leaf that comes next."""

    def go(self, total: int, told: Told) -> Sequence[Fault]:
        while rows := self._batch():
            nodes: list[Node] = []
            for row in rows:
                nodes += ((row[0], *node) for node in self._entry(row))
            self._compare_nodes(nodes)
            self._position = rows[-1][0]
            self.entries += len(rows)
            told(self.entries, total)
        self._end()
        return sorted(self.faults, key=lambda each: each.position)

    def _batch(self) -> Sequence[Any]:
        with self._database.read() as connection:
            return connection.execute(ROWS, {"position": self._position}).all()

    def _entry(self, row: Any) -> Iterable[tuple[int, int, bytes]]:
        position, stream, version, topic, state, at, index, stored, *key = row
        hash_ = leaf_hash(leaf_data(position, stream, version, topic, state, at))
        self._in_the_tree(position, index, stored, hash_)
        if self._before is not None and (at is None or at <= self._before):
            self._say(position, "was not stored after the entry before it")
        self._before = at or self._before
        if version != self._versions.get(stream, 0) + 1:
            self._say(position, f"is version {version} of its stream, out of turn")
        self._versions[stream] = version
        if self._mapper is not None:
            self._opened(position, stream, version, topic, state, at, key)
        nodes = self._edge.add(hash_)
        found = list(nodes)
        for known in self._known.pop(self._edge.size, ()):
            self._compare_root(position, known)
        return found

    def _in_the_tree(
        self, position: int, index: int | None, stored: bytes | None, hash_: bytes
    ) -> None:
        if index is None:
            self._unfollowed.append(position)
            return
        for each in self._unfollowed:
            self._say(each, "is not in the tree, though entries after it are")
        self._unfollowed.clear()
        if index > self._next:
            self._say_gone(self._next, index)
        elif index < self._next:
            self._say(position, "is not in its place in the tree")
        self._next = index + 1
        if stored != hash_:
            self._say(position, "is not what it was when it was taken into the tree")

    def _say_gone(self, first: int, end: int) -> None:
        with self._database.read() as connection:
            gone = connection.execute(GONE, {"first": first, "end": end}).scalars().all()
        for position in gone:
            self._say(position, "is gone, or was changed into another position")

    def _opened(
        self,
        position: int,
        stream: UUID,
        version: int,
        topic: str,
        state: bytes,
        at: Any,
        key: Sequence[Any],
    ) -> None:
        assert self._mapper is not None
        wrapped = None if key[0] is None else WrappedKey(*key)
        if wrapped is not None and wrapped.is_destroyed:
            self.erased.append((position, stream, version))
        try:
            self._mapper.check(stream, version, topic, state, at, wrapped)
        except SealBrokenError as error:
            self._say(position, f"cannot be opened: {error}")
        except Exception:  # whatever it is, it is about this entry alone
            self._say(position, "is not in the form of an entry")

    def _compare_root(self, position: int, known: Known) -> None:
        if self._edge.root() != known.checkpoint.root:
            size, where = known.checkpoint.size, known.where
            self._say(position, f"or one before it is not what was signed: size {size}, {where}")

    def _compare_nodes(self, nodes: Sequence[Node]) -> None:
        by_level: dict[int, dict[int, bytes]] = {}
        ends: dict[tuple[int, int], int] = {}
        for position, level, index, hash_ in nodes:
            by_level.setdefault(level, {})[index] = hash_
            ends[level, index] = position
        for level, computed in by_level.items():
            for index in self._differing(level, computed):
                said = f"ends a part of the tree whose node {level}/{index} is not what it was"
                self._say(ends[level, index], said)

    def _differing(self, level: int, computed: Mapping[int, bytes]) -> Iterator[int]:
        asked = {"of_level": level, "first": min(computed), "last": max(computed)}
        with self._database.read() as connection:
            rows = connection.execute(NODES, asked).mappings()
            stored = {row["index"]: row["hash"] for row in rows}
        end = self._next >> level
        for index, hash_ in computed.items():
            if index < end and stored.get(index) != hash_:
                yield index

    def _end(self) -> None:
        with self._database.read() as connection:
            more = connection.execute(MORE_LEAVES, {"size": self._next}).all()
        for _, position, _ in more:
            self._say(position, "is gone from the end of the log")
        for size, some in sorted(self._known.items()):
            for each in some:
                self._say(
                    self._position + 1,
                    f"is missing: {size} entries were signed, {each.where}, and there are "
                    f"{self._edge.size}",
                    is_end=True,
                )

    def _say(self, position: int, what: str, *, is_end: bool = False) -> None:
        self.faults.append(Fault(position, what, is_end))
