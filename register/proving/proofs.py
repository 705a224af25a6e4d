"""What is told to others of the tree: the last checkpoint, proofs, and tiles. All are digests.

Nothing is told of entries that no checkpoint covers yet.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from msgspec import Struct

from events.log.log import Log
from events.log.tables import entries
from events.proof.leaves import leaf_data
from events.proof.tree import steps
from register.declarations.declaration import Declaration
from register.errors import ConflictError, InvalidError, NotFoundError
from register.proving.cosigned.kept import Witnessed, cosigned, last_witnessed, witnessed
from register.proving.cosigned.policy import Policy
from register.proving.jobs.jobs import Jobs
from register.proving.kept import Kept, last_kept, successors
from register.proving.stored_tree import StoredTree, TreeBrokenError
from register.proving.tables import tree_leaves
from register.reading.reader import Reader

TILE_LEVELS = 8
"""A tile is over so many levels, and 256 wide (C2SP tlog-tiles)."""
WIDE = 1 << TILE_LEVELS

POSITION_OF = sa.select(entries.c.id).where(
    entries.c.originator_id == sa.bindparam("stream"),
    entries.c.originator_version == sa.bindparam("version"),
)
BUNDLE = (
    sa.select(entries)
    .join(tree_leaves, tree_leaves.c.position == entries.c.id)
    .where(tree_leaves.c.index.between(sa.bindparam("first"), sa.bindparam("last")))
    .order_by(tree_leaves.c.index)
)


class Published(Struct, frozen=True):
    """The last checkpoint, and the notes that name the keys before it, by which one comes to it."""

    kept: Kept
    root: bytes
    successions: Sequence[str]
    witnessed: Kept | None
    """The newest that as many witnesses have cosigned as have to."""


class Consistency(Struct, frozen=True):
    old: int
    new: int
    old_root: bytes
    new_root: bytes
    hashes: Sequence[bytes]


class Inclusion(Struct, frozen=True):
    position: int
    index: int
    leaf: bytes
    hashes: Sequence[bytes]
    kept: Kept


class Step(Struct, frozen=True):
    """A step from a leaf up to the root."""

    is_left: bool
    """Whether what joins there stands on the left."""
    joins: bytes
    above: bytes


class Drawn(Struct, frozen=True):
    """A proof step by step, as a page draws it."""

    of: Inclusion
    steps: Sequence[Step]
    root: bytes
    witnessed: Witnessed
    witness_keys: Sequence[str]


class Proofs:
    def __init__(self, log: Log, read: Reader) -> None:
        self._database = log.database
        self._read = read
        self.jobs = Jobs(log, read)
        self.witnesses = Policy()  # until the settings say who is asked

    def published(self) -> Published:
        """Raises `NotFoundError` if nothing was signed yet."""
        with self._database.read() as connection:
            kept = _last(connection)
            root = StoredTree(connection).root(kept.size)
            enough = last_witnessed(connection, self.witnesses, kept.key)
            return Published(kept, root, list(successors(connection).values()), enough)

    def consistency(self, old: int, new: int | None) -> Consistency:
        """That the tree of one size begins with that of another. Raises `InvalidError` and
        `NotFoundError`."""
        with self._database.read() as connection:
            signed = _last(connection).size
            new = signed if new is None else new
            if not 0 < new <= signed:
                raise InvalidError.of("new", f"The signed tree has a size of {signed}.")
            if not 0 < old <= new:
                raise InvalidError.of("old", "This is 1 or more, and at most the newer size.")
            tree = StoredTree(connection)
            return Consistency(old, new, tree.root(old), tree.root(new), tree.consistency(old, new))

    def inclusion(self, by: str, declaration: str, version: int) -> Inclusion:
        """That an entry of a declaration is in the signed tree. Raises `NotFoundError`, which is
        the same for what this person may not know of, and `ConflictError` if it is not signed."""
        stream = self.seen(by, declaration).id
        with self._database.read() as connection:
            asked = {"stream": stream, "version": version}
            position = connection.execute(POSITION_OF, asked).scalar()
        if position is None:
            raise NotFoundError("There is no such entry of this declaration.")
        return self.inclusion_of(position)

    def seen(self, by: str, declaration: str) -> Declaration:
        """A declaration that this person may see. Raises `NotFoundError`."""
        return self._read.declaration(by, declaration)

    def inclusion_at(self, by: str, position: int) -> Inclusion:
        """The same by position. Raises `ForbiddenError` for all but auditors."""
        found = self._read.entries(by, position - 1, 1)
        if not found or found[0].position != position:
            raise NotFoundError("There is no entry at this position.")
        return self.inclusion_of(position)

    def drawn_at(self, by: str, position: int) -> Drawn:
        """The same step by step, and who cosigned the checkpoint. Raises `ConflictError` too if a
        part of the tree is missing."""
        try:
            found = self.inclusion_at(by, position)
        except TreeBrokenError:
            raise ConflictError("A part of the tree is missing: verify the register.") from None
        way = steps(found.leaf, found.index, found.kept.size, found.hashes)
        made = [Step(*each) for each in way]
        root = made[-1].above if made else found.leaf
        with self._database.read() as connection:
            who = witnessed(connection, found.kept, self.witnesses)
        return Drawn(found, made, root, who, [str(each) for each in self.witnesses.keys])

    def inclusion_of(self, position: int) -> Inclusion:
        """The same, whoever may see it. Raises `ConflictError` if it is not signed."""
        with self._database.read() as connection:
            kept, tree = last_kept(connection), StoredTree(connection)
            leaf = tree.leaf_of(position)
            if kept is None or leaf is None or leaf[0] >= kept.size:
                raise ConflictError("No checkpoint covers this entry yet. Ask again in a moment.")
            index, hash_ = leaf
            hashes = tree.inclusion(index, kept.size)
            return Inclusion(position, index, hash_, hashes, cosigned(connection, kept))

    def checkpoint(self) -> str:
        """The last checkpoint, as a signed note. Raises `NotFoundError`."""
        with self._database.read() as connection:
            return _last(connection).note

    def witnessed(self) -> Witnessed:
        """How many witnesses have cosigned the last checkpoint. Raises `NotFoundError`."""
        with self._database.read() as connection:
            return witnessed(connection, _last(connection), self.witnesses)

    def tile(self, level: int, index: int, width: int) -> bytes:
        """A tile, or the beginning of one. Raises `NotFoundError` if it is not signed."""
        with self._database.read() as connection:
            first = index * WIDE
            _check_signed(connection, first + width << level * TILE_LEVELS)
            places = ((level * TILE_LEVELS, each) for each in range(first, first + width))
            found = StoredTree(connection).stored(places)
            return b"".join(found[each] for each in sorted(found))

    def bundle(self, index: int, width: int) -> bytes:
        """The data of as many leaves, each behind its length. Raises `NotFoundError`."""
        first = index * WIDE
        with self._database.read() as connection:
            _check_signed(connection, first + width)
            asked = {"first": first, "last": first + width - 1}
            data = [leaf_data(*row) for row in connection.execute(BUNDLE, asked)]
        return b"".join(len(each).to_bytes(2, "big") + each for each in data)


def _last(connection: sa.Connection) -> Kept:
    kept = last_kept(connection)
    if kept is None:
        raise NotFoundError("Nothing was signed yet.")
    return cosigned(connection, kept)


def _check_signed(connection: sa.Connection, size: int) -> None:
    if size > _last(connection).size:
        raise NotFoundError("The signed tree has no such tile.")
