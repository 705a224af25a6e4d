"""The Merkle tree of RFC 9162: its hashes, its root at any size, and two kinds of proof.

A tree is asked for its nodes by level and index: `nodes(0, i)` is the hash of leaf i, and
`nodes(level, i)` that of the 2**level leaves from i * 2**level on. Only nodes whose leaves are all
there are ever asked for, so they never change and may be stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

HASH = 32
EMPTY = hashlib.sha256().digest()
"""The root of a tree without leaves."""


class Nodes(Protocol):
    """Where the nodes of a tree are kept."""

    def __call__(self, level: int, index: int, /) -> bytes: ...


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def completed(nodes: Nodes, index: int, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The nodes that are complete once leaf `index` has this hash, with level and index: it first,
    then those above."""
    level, above = 0, leaf
    yield level, index, above
    while index & 1:
        above = node_hash(nodes(level, index - 1), above)
        level, index = level + 1, index >> 1
        yield level, index, above


def root(nodes: Nodes, size: int) -> bytes:
    """The root of the first `size` leaves."""
    return _over(nodes, 0, size)


def inclusion(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """The proof that leaf `index` is in the tree of this size (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    proof: list[bytes] = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _left(end - first)
        if index < middle:
            proof.append(_over(nodes, middle, end))
            end = middle
        else:
            proof.append(_over(nodes, first, middle))
            first = middle
    return proof[::-1]


def consistency(nodes: Nodes, old: int, new: int) -> list[bytes]:
    """The proof that the tree of size `new` begins with that of size `old` (RFC 9162, 2.1.4.1).

    From an empty tree there is nothing to prove, and no such proof.
    """
    if not 0 < old <= new:
        raise ValueError(f"there is no proof from a tree of {old} to one of {new}")
    proof: list[bytes] = []
    first, end = 0, new
    while old != end:
        middle = first + _left(end - first)
        if old <= middle:
            proof.append(_over(nodes, middle, end))
            end = middle
        else:
            proof.append(_over(nodes, first, middle))
            first = middle
    if first > 0:  # else it is the old root, which whoever checks the proof has
        proof.append(_over(nodes, first, end))
    return proof[::-1]


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof shows that the leaf with this hash is at `index` of the tree of this size and
    root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(leaf, root, *proof):
        return False
    walk = _Walk(index, size - 1)
    above = leaf
    for each in proof:
        if walk.is_done:
            return False
        above = node_hash(each, above) if walk.comes_from_left() else node_hash(above, each)
    return walk.is_done and above == root


def steps(
    leaf: bytes, index: int, size: int, proof: Iterable[bytes]
) -> Iterator[tuple[bool, bytes, bytes]]:
    """Each step of a proof that is right, from the leaf up to the root: whether what joins there
    stands on the left, it itself, and the node above both."""
    walk, above = _Walk(index, size - 1), leaf
    for each in proof:
        is_left = walk.comes_from_left()
        above = node_hash(each, above) if is_left else node_hash(above, each)
        yield is_left, each, above


def is_consistent(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether a proof shows that the newer tree begins with the older (RFC 9162, 2.1.4.2).

    Never true of an empty older tree: nothing can be proved from it.
    """
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old & (old - 1) == 0:  # the older tree is a node of the newer
        proof = [old_root, *proof]
    if not proof or not _are_hashes(old_root, new_root, *proof):
        return False
    walk = _Walk(old - 1, new - 1)
    walk.skip_to_left()
    older = newer = proof[0]
    for each in proof[1:]:
        if walk.is_done:
            return False
        if walk.comes_from_left():
            older, newer = node_hash(each, older), node_hash(each, newer)
        else:
            newer = node_hash(newer, each)
    return walk.is_done and older == old_root and newer == new_root


class Tree:
    """A tree kept in memory."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for each in leaves:
            self.append(each)

    def __len__(self) -> int:
        return len(self._levels[0])

    def __call__(self, level: int, index: int) -> bytes:
        return self._levels[level][index]

    def append(self, leaf: bytes) -> None:
        """Add the hash of one more leaf."""
        for level, _, each in completed(self, len(self), leaf):
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(each)


class _Walk:
    """The way from a node up to the root, beside that of the last one (`fn`, `sn` in the RFC)."""

    def __init__(self, index: int, last: int) -> None:
        self.index, self.last = index, last

    @property
    def is_done(self) -> bool:
        return self.last == 0

    def skip_to_left(self) -> None:
        while self.index & 1:
            self._up()

    def comes_from_left(self) -> bool:
        """Go up one step. Whether what joins there stands on the left."""
        is_left = bool(self.index & 1) or self.index == self.last
        if is_left:
            while self.index and not self.index & 1:
                self._up()
        self._up()
        return is_left

    def _up(self) -> None:
        self.index >>= 1
        self.last >>= 1


def _are_hashes(*each: bytes) -> bool:
    """Else bytes could be moved from one hash to the next."""
    return all(len(hash_) == HASH for hash_ in each)


def _left(size: int) -> int:
    """How many of `size` leaves are on the left of their root: the largest power of two below."""
    return 1 << (size - 1).bit_length() - 1


def _over(nodes: Nodes, first: int, end: int) -> bytes:
    """The hash over the leaves from `first` to before `end`, which begin at a whole node."""
    size = end - first
    if size == 0:
        return EMPTY
    level = size.bit_length() - 1
    if size == 1 << level:
        return nodes(level, first >> level)
    middle = first + _left(size)
    return node_hash(_over(nodes, first, middle), _over(nodes, middle, end))
