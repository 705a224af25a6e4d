"""The steps of alerts: what comes next, and to whom they went on. An alert that was open before has
its first step as soon as the clock looks."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment

revision = "0019"
down_revision = "0018"

NEW = (
    sa.Column("sent_at", Moment),
    sa.Column("next_at", Moment),
    sa.Column("stepped_at", Moment),
    sa.Column("told_at", Moment),
    sa.Column("rung", sa.Integer),
    sa.Column("is_at_last", sa.Boolean),
    sa.Column("unheard_at", Moment),
)


def upgrade() -> None:
    for column in NEW:
        op.add_column("inbox", column)
    op.execute(
        "UPDATE inbox SET stepped_at = raised_at, told_at = raised_at, rung = 0, is_at_last = false"
    )
    op.execute("UPDATE inbox SET next_at = raised_at WHERE state <> 'done'")
    for name in ("next_at", "stepped_at", "told_at"):
        op.create_index(f"inbox_{name}", "inbox", ["state", name])
    op.create_index("inbox_unheard_at", "inbox", ["unheard_at"])
    op.create_index("register_list_due_at", "register_list", ["valid_to", "due_at"])
    op.create_table(
        "asked_as_well",
        sa.Column("alert", sa.Uuid, primary_key=True),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("subject", sa.Uuid, nullable=False),
        sa.Column("for_person", sa.Text),
        sa.Column("escalated_at", Moment, nullable=False),
        sa.Column("opened_at", Moment),
    )
    op.create_index("asked_as_well_person", "asked_as_well", ["person"])
    op.create_index("asked_as_well_subject", "asked_as_well", ["subject"])
