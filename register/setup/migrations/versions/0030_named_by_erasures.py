"""Which declaration each erasure names, also of those that there are: what was asked for once is
not asked for again."""

from uuid import UUID

import msgspec
import sqlalchemy as sa
from alembic import op

from events.log.tables import entries

revision = "0030"
down_revision = "0029"

erasures = sa.table("erasures", sa.column("stream", sa.Uuid), sa.column("named", sa.Uuid))


def upgrade() -> None:
    op.add_column("erasures", sa.Column("named", sa.Uuid))
    op.create_index("erasures_named", "erasures", ["named"])
    asked = sa.select(entries.c.originator_id, entries.c.state).where(
        entries.c.topic == "erasure-asked",
        entries.c.originator_id.in_(sa.select(erasures.c.stream)),
    )
    for stream, state in op.get_bind().execute(asked).all():
        named = msgspec.json.decode(state).get("declaration")
        if named is not None:
            its = sa.update(erasures).where(erasures.c.stream == stream)
            op.execute(its.values(named=UUID(named)))
