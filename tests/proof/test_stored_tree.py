"""The tree over the log: each entry has its place once, in order, and stays where it is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import sqlalchemy as sa

from events.log.database import Database
from events.log.log import Log
from events.log.tables import entries
from events.proof.leaves import entry_bytes, leaf_data
from events.proof.tree import Tree, consistency, inclusion, leaf_hash, root
from register.proving import following
from register.proving.following import follow
from register.proving.growing import Edge
from register.proving.stored_tree import StoredTree, TreeBrokenError
from register.proving.tables import tree_leaves, tree_nodes
from tests.logs import said

SIZES = (1, 2, 15, 16, 17, 255, 256, 257, 300)


def filled(log: Log, number: int) -> None:
    for start in range(0, number, 100):
        log.append([said(uuid4()) for _ in range(min(100, number - start))])


def whole(log: Log) -> Tree:
    """The same tree, made in memory of the same entries."""
    with log.database.read() as connection:
        rows = connection.execute(sa.select(entries).order_by(entries.c.id)).all()
    return Tree(leaf_hash(leaf_data(*row)) for row in rows)


def test_every_root_and_every_proof_is_that_of_the_tree_in_memory(log: Log) -> None:
    filled(log, 300)
    assert follow(log.database) == 300
    tree = whole(log)
    with log.database.read() as connection:
        stored = StoredTree(connection)
        for size in SIZES:
            assert stored.root(size) == root(tree, size) == stored.edge(size).root(), size
            for index in {0, size // 2, size - 1}:
                assert stored.inclusion(index, size) == inclusion(tree, index, size)
        for old in SIZES:
            assert stored.consistency(old, 300) == consistency(tree, old, 300)


def test_a_proof_costs_two_reads(log: Log) -> None:
    filled(log, 300)
    follow(log.database)
    read: list[str] = []
    sa.event.listen(log.database.engine, "before_cursor_execute", lambda *a: read.append(a[2]))
    with log.database.read() as connection:
        StoredTree(connection).inclusion(123, 300)
    assert len(read) == 2


def test_an_entry_that_comes_later_changes_no_node(log: Log) -> None:
    filled(log, 40)
    follow(log.database)
    before = nodes(log.database)
    filled(log, 40)
    follow(log.database)
    assert before.items() <= nodes(log.database).items()


def nodes(database: Database) -> dict[tuple[int, int], bytes]:
    with database.read() as connection:
        found = {
            (0, row[0]): row[1]
            for row in connection.execute(sa.select(tree_leaves.c.index, tree_leaves.c.hash))
        }
        return found | {
            (row[0], row[1]): row[2] for row in connection.execute(sa.select(tree_nodes))
        }


def test_two_followers_at_the_same_time_take_each_entry_once(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "NEXT", following.NEXT.limit(7))
    filled(log, 100)
    with ThreadPoolExecutor(4) as followers:
        for each in [followers.submit(follow, log.database) for _ in range(4)]:
            each.result()
    with log.database.read() as connection:
        rows = connection.execute(sa.select(tree_leaves).order_by(tree_leaves.c.index)).all()
        positions = connection.execute(sa.select(entries.c.id).order_by(entries.c.id)).scalars()
        assert [row.index for row in rows] == list(range(100))
        assert [row.position for row in rows] == list(positions)
        assert StoredTree(connection).root(100) == root(whole(log), 100)


@pytest.mark.parametrize("change", ["UPDATE {} SET hash = hash", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["tree_leaves", "tree_nodes"])
def test_nothing_of_the_tree_is_changed_or_removed(log: Log, change: str, table: str) -> None:
    filled(log, 20)
    follow(log.database)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), log.database.write() as connection:
        connection.exec_driver_sql(change.format(table))


def test_a_node_that_is_missing_is_no_proof(log: Log) -> None:
    filled(log, 20)
    follow(log.database)
    with log.database.read() as connection, pytest.raises(TreeBrokenError):
        StoredTree(connection).stored([(4, 7)])


def test_no_two_entries_have_the_same_bytes() -> None:
    stream = uuid4()
    whole = {
        entry_bytes(*each)
        for each in [
            (1, stream, 1, "ab", b"c", 5),
            (1, stream, 1, "a", b"bc", 5),
            (2, stream, 1, "ab", b"c", 5),
            (1, stream, 2, "ab", b"c", 5),
            (1, stream, 1, "ab", b"c", 6),
            (1, uuid4(), 1, "ab", b"c", 5),
        ]
    }
    assert len(whole) == 6


def test_the_edge_alone_gives_every_root() -> None:
    edge, tree = Edge(), Tree()
    assert edge.root() == root(tree, 0)
    for number in range(600):
        leaf = leaf_hash(b"%d" % number)
        for level, index, above in edge.add(leaf):
            tree_ = Tree([*(leaf_hash(b"%d" % each) for each in range(number + 1))])
            assert tree_(level, index) == above
        tree.append(leaf)
        assert edge.root() == root(tree, number + 1)
