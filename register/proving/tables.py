"""The tables of the tree and of the checkpoints. Rows are only ever added, but in `signing`."""

from __future__ import annotations

import sqlalchemy as sa

from events.log.tables import Moment, Position

metadata = sa.MetaData()

tree_leaves = sa.Table(
    "tree_leaves",
    metadata,
    sa.Column("index", Position, primary_key=True, autoincrement=False),
    sa.Column("position", Position, nullable=False, unique=True),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)
"""The entries in order, without gaps: the index of each, and the hash of its leaf."""

tree_nodes = sa.Table(
    "tree_nodes",
    metadata,
    sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("index", Position, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)
"""The nodes above the leaves, of every fourth level: each is over 16 of the level below."""

checkpoints = sa.Table(
    "checkpoints",
    metadata,
    sa.Column("number", Position, primary_key=True, autoincrement=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("size", Position, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("signed_at", Moment, nullable=False),
    sa.UniqueConstraint("key", "size", name="checkpoints_key_size"),
    sqlite_autoincrement=True,
)
"""Every checkpoint that was signed, with the public key that signed it."""

successions = sa.Table(
    "successions",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("signed_at", Moment, nullable=False),
)
"""For each public key that has ended, the note with which it named the next."""

signing = sa.Table(
    "signing",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("said_at", Moment, nullable=False),
    sa.Column("word", sa.Text),
)
"""One row: when whoever signs was last at work, and in a code word why nothing is signed."""

cosignatures = sa.Table(
    "cosignatures",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("size", Position, primary_key=True, autoincrement=False),
    sa.Column("witness", sa.Text, primary_key=True),
    sa.Column("line", sa.Text, nullable=False),
    sa.Column("cosigned_at", Moment, nullable=False),
)
"""What witnesses signed of a checkpoint: a line each, by the public keys of log and witness."""

witnesses = sa.Table(
    "witnesses",
    metadata,
    sa.Column("witness", sa.Text, primary_key=True),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("word", sa.Text),
)
"""When each witness was last asked, and in a code word why it did not cosign."""

tombstones = sa.Table(
    "tombstones",
    metadata,
    sa.Column("number", Position, primary_key=True, autoincrement=False),
    sa.Column("erasure", sa.Uuid, nullable=False, unique=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("published_at", Moment, nullable=False),
)
"""Every tombstone that a place outside has taken, with the public key that signed it."""

tombstoned = sa.Table(
    "tombstoned",
    metadata,
    sa.Column("declaration", sa.Uuid, primary_key=True),
)
"""The ids of the declarations that they name whole: nothing is stored under one again."""
