"""What people see: the read models; and the hashes of the tokens."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment, Position

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "tokens",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
    )
    op.create_index("ix_tokens_person", "tokens", ["person"])
    op.create_table(
        "worker_record",
        sa.Column("declaration", sa.Uuid, primary_key=True),
        sa.Column("worker", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("waiting_for", sa.Text),
        sa.Column("first_position", Position, nullable=False),
        sa.Column("last_position", Position, nullable=False),
    )
    op.create_index("worker_record_worker", "worker_record", ["worker", "first_position"])
    op.create_table(
        "inbox",
        sa.Column("alert", sa.Uuid, primary_key=True),
        sa.Column("sort", sa.Text, nullable=False),
        sa.Column("subject", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("person", sa.Text),
        sa.Column("role", sa.Text),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("clause", sa.Text, nullable=False),
        sa.Column("raised_at", Moment, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_index("inbox_person", "inbox", ["person", "state", "due_at"])
    op.create_index("inbox_subject", "inbox", ["subject"])
    op.create_table(
        "exclusions",
        sa.Column("declaration", sa.Uuid, primary_key=True),
        sa.Column("since", sa.Integer, primary_key=True),
        sa.Column("worker", sa.Text, nullable=False),
        sa.Column("service_user", sa.LargeBinary),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("stands", sa.Boolean, nullable=False),
    )
    op.create_index("exclusions_service", "exclusions", ["service", "stands"])
    op.create_index("exclusions_worker", "exclusions", ["worker", "stands"])
    op.create_index("exclusions_service_user", "exclusions", ["stands", "service_user"])
    op.create_table(
        "told",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("declaration", sa.Uuid, primary_key=True),
    )
    op.create_table(
        "register_list",
        sa.Column("declaration", sa.Uuid, primary_key=True),
        sa.Column("valid_from", Position, primary_key=True),
        sa.Column("valid_to", Position),
        sa.Column("first_position", Position, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("worker", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("service_user", sa.LargeBinary),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("waiting_for", sa.Text),
        sa.Column("due_at", Moment),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("flags", sa.Text, nullable=False),
        sa.Column("seen_by", sa.Text, nullable=False),
        sa.Column("acts", sa.Text),
        sa.Column("restricted", sa.Boolean, nullable=False),
    )
    for name, columns in {
        "register_list_worker": ["worker", "first_position"],
        "register_list_service": ["service", "first_position"],
        "register_list_service_user": ["service_user"],
        "register_list_first_position": ["first_position"],
    }.items():
        op.create_index(name, "register_list", columns)
