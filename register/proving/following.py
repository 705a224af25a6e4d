"""The follower that gives each entry its place in the tree: once, in order, without gaps.

Entries are appended under one lock, so none appears before one that was read already. What is
computed is stored in a later commit than that of its entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from events.log.database import Database, hold
from events.log.tables import entries
from events.proof.leaves import leaf_data
from events.proof.tree import leaf_hash
from register.proving.growing import Edge
from register.proving.stored_tree import StoredTree
from register.proving.tables import tree_leaves, tree_nodes

BATCH = 1000
LOCK = 0x6C6561766573
"""The advisory lock on PostgreSQL: the word "leaves" as a number."""

LAST_POSITION = sa.select(sa.func.max(tree_leaves.c.position))
NEXT = (
    sa.select(entries)
    .where(entries.c.id > sa.bindparam("position"))
    .order_by(entries.c.id)
    .limit(BATCH)
)


def follow(database: Database) -> int:
    """Take all entries that are there into the tree; gives its size. Raises `UnknownCommitError`
    and what databases raise; what was not stored comes with the next time."""
    while _take_batch(database):
        pass
    with database.read() as connection:
        return StoredTree(connection).size()


def _take_batch(database: Database) -> bool:
    """Whether there may be more. What is read is hashed before anybody has to wait."""
    with database.read() as connection:
        after = connection.execute(LAST_POSITION).scalar() or 0
        rows = connection.execute(NEXT, {"position": after}).all()
    if not rows:
        return False
    new = [(row[0], leaf_hash(leaf_data(*row))) for row in rows]
    with database.write_beside() as connection:
        hold(connection, LOCK)
        if (connection.execute(LAST_POSITION).scalar() or 0) == after:  # else another was quicker
            tree = StoredTree(connection)
            add_leaves(connection, tree.edge(tree.size()), new)
    return True


def add_leaves(connection: sa.Connection, edge: Edge, new: Sequence[tuple[int, bytes]]) -> None:
    leaves: list[dict[str, Any]] = []
    nodes: list[dict[str, Any]] = []
    for position, hash_ in new:
        leaves.append({"index": edge.size, "position": position, "hash": hash_})
        nodes += (
            {"level": level, "index": index, "hash": above}
            for level, index, above in edge.add(hash_)
        )
    connection.execute(sa.insert(tree_leaves), leaves)
    if nodes:
        connection.execute(sa.insert(tree_nodes), nodes)
