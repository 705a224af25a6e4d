"""What is over and how it came out, legal holds, and what people ask of data protection officers.
Declarations from before are among what is over after `register rebuild --accept`."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.create_table(
        "holds",
        sa.Column("stream", sa.Uuid, primary_key=True),
        sa.Column("about", sa.LargeBinary),
        sa.Column("stands", sa.Boolean, nullable=False),
    )
    op.create_index("holds_about", "holds", ["about", "stands"])
    op.create_table(
        "settled",
        sa.Column("declaration", sa.Uuid, primary_key=True),
        sa.Column("policy", sa.Text),
        sa.Column("version", sa.Date),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("over_on", sa.Date),
    )
    op.create_index(
        "settled_over_on", "settled", ["policy", "version", "kind", "outcome", "over_on"]
    )
    op.create_table(
        "for_officers",
        sa.Column("stream", sa.Uuid, primary_key=True),
        sa.Column("sort", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("is_answered", sa.Boolean, nullable=False),
    )
    op.create_index("for_officers_due_on", "for_officers", ["sort", "is_answered", "due_on"])
