"""The tables of the jobs. Both are emptied a day after a job has ended."""

from __future__ import annotations

import sqlalchemy as sa

from events.log.tables import Moment

metadata = sa.MetaData()

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("of", sa.Text, nullable=False),
    sa.Column("with_words", sa.Boolean, nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("begun_at", Moment),
    sa.Column("erased", sa.BigInteger),
    sa.Column("reached", sa.BigInteger, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("end", sa.Text),
    sa.Column("said", sa.Text),
)
"""Who asked for what, how far it is, and how it ended, in sentences that name positions alone.
`erased` is how many erasures were done when it began."""

job_parts = sa.Table(
    "job_parts",
    metadata,
    sa.Column("job", sa.Uuid, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("box", sa.LargeBinary, nullable=False),
    sa.Column("key", sa.Uuid, nullable=False),
    sa.Column("master", sa.Integer, nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
)
"""The bundle that a job made, in parts, each sealed under a key of its own."""
