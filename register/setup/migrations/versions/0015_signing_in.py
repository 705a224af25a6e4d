"""How often somebody tried to sign in; passkeys, and the challenges used up; passwords."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "tries",
        sa.Column("id", sa.LargeBinary, primary_key=True),
        sa.Column("budget", sa.LargeBinary, primary_key=True),
        sa.Column("at", Moment, nullable=False),
    )
    op.create_index("ix_tries_at", "tries", ["at"])
    op.create_index("ix_tries_budget", "tries", ["budget", "at"])
    op.create_table(
        "passkeys",
        sa.Column("id", sa.LargeBinary, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("counter", sa.BigInteger, nullable=False),
        sa.Column("added_at", Moment, nullable=False),
        sa.Column("used_at", Moment),
        *_sealed(),
    )
    op.create_index("ix_passkeys_person", "passkeys", ["person"])
    op.create_table(
        "challenges",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("used_at", Moment, nullable=False),
    )
    op.create_index("ix_challenges_used_at", "challenges", ["used_at"])
    op.create_table(
        "passwords",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("set_at", Moment, nullable=False),
        sa.Column("used_at", Moment),
        *_sealed(),
    )


def _sealed() -> list[sa.Column[Any]]:
    return [
        sa.Column("box", sa.LargeBinary, nullable=False),
        sa.Column("key", sa.Uuid, nullable=False),
        sa.Column("master", sa.Integer, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
    ]
