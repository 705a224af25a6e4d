"""The tables of looks. Rows are only ever added, but that a row's key can be destroyed."""

from __future__ import annotations

import sqlalchemy as sa

from events.log.tables import Id, Moment, Position

metadata = sa.MetaData()

looks = sa.Table(
    "looks",
    metadata,
    sa.Column("number", Position, primary_key=True, autoincrement=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("again_of", Position, index=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("same", sa.LargeBinary),
    sa.Column("by", sa.LargeBinary),
    sa.Column("box", sa.LargeBinary),
    sa.Column("key", Id),
    sa.Column("master", sa.Integer),
    sa.Column("wrapped", sa.LargeBinary),
    sa.Index("looks_same", "same", "at"),
    sa.Index("looks_by", "by", "number"),
    sqlite_autoincrement=True,
)
"""A row is a look, with who saw what and why in its sealed box; or that the same was looked at
again within the hour, so many times: `again_of` is the number of the first. `same` and `by` are
blind indexes of who saw what and why, and of who."""

looked_at = sa.Table(
    "looked_at",
    metadata,
    sa.Column("look", Position, primary_key=True, autoincrement=False),
    sa.Column("declaration", sa.LargeBinary, primary_key=True),
    sa.Column("worker", sa.LargeBinary, nullable=False),
    sa.Index("looked_at_declaration", "declaration", "look"),
    sa.Index("looked_at_worker", "worker", "look"),
)
"""Blind indexes of each declaration whose words a look showed, and of its worker."""
