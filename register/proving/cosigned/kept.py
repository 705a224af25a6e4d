"""What witnesses have signed, as the database keeps it; and how many have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.dialects import postgresql, sqlite

from events.log.database import Database
from events.proof.cosignatures import CosignerKey, cosigners, signed_at
from events.proof.notes import BadNoteError, Note, PublicKey, Signature, read_note, read_signatures
from register.proving.cosigned.policy import Policy, Uncosigned
from register.proving.kept import Kept, kept_of, last_kept
from register.proving.tables import checkpoints, cosignatures, witnesses

LATE = timedelta(hours=1)
"""After so long without enough cosignatures, somebody should look."""
RECENT = 4000
"""As many checkpoints as are signed in more than that time: nobody looks further back."""


class By(Struct, frozen=True):
    """Who has cosigned, and when they say they did."""

    witness: str
    at: datetime


class Witnessed(Struct, frozen=True):
    """How many have cosigned a checkpoint, for pages."""

    by: tuple[By, ...]
    of: int
    """How many are asked."""
    quorum: int

    @property
    def is_enough(self) -> bool:
        return self.quorum > 0 and len(self.by) >= self.quorum


def with_cosignatures(connection: sa.Connection, kept: Kept) -> Note:
    """The checkpoint with everything that witnesses have signed of it."""
    note = read_note(kept.note.encode())
    return note.also(*_signatures(connection, kept.key, kept.size))


def cosigned(connection: sa.Connection, kept: Kept) -> Kept:
    """The same, its note with everything that witnesses have signed of it."""
    return replace(kept, note=str(with_cosignatures(connection, kept)))


def witnessed(connection: sa.Connection, kept: Kept, policy: Policy) -> Witnessed:
    """How many have cosigned this checkpoint, of those that are asked today."""
    note = with_cosignatures(connection, kept)
    moments = {(each.name, each.key_id): signed_at(each.value) for each in note.signatures}
    by = tuple(
        By(key.name, datetime.fromtimestamp(moments[key.name, key.id], UTC))
        for key in cosigners(note, policy.keys)
    )
    return Witnessed(by, len(policy.witnesses), policy.quorum)


def last_witnessed(connection: sa.Connection, policy: Policy, key: str) -> Kept | None:
    """The newest checkpoint by this key that as many have cosigned as have to, with what they
    signed of it."""
    if not policy.quorum:
        return None
    recent = (
        sa.select(cosignatures.c.size)
        .where(cosignatures.c.key == key, cosignatures.c.witness.in_(map(str, policy.keys)))
        .order_by(cosignatures.c.size.desc())
        .limit(RECENT * len(policy.witnesses))
        .subquery()
    )
    size = connection.execute(
        sa.select(recent.c.size)
        .group_by(recent.c.size)
        .having(sa.func.count() >= policy.quorum)
        .order_by(recent.c.size.desc())
        .limit(1)
    ).scalar()
    found = None if size is None else kept_of(connection, key, size)
    return None if found is None else cosigned(connection, found)


def last_size_of(connection: sa.Connection, origin: str, witness: CosignerKey) -> int:
    """Up to which size of this log a witness has signed; 0 if it has not, as far as is known."""
    rows = connection.execute(
        sa.select(cosignatures.c.key, sa.func.max(cosignatures.c.size).label("size"))
        .where(cosignatures.c.witness == str(witness))
        .group_by(cosignatures.c.key)
    )
    of_log = [row.size for row in rows if PublicKey.read(row.key).name == origin]
    return max(of_log, default=0)


def has_cosigned(connection: sa.Connection, kept: Kept, witness: CosignerKey) -> bool:
    row = connection.execute(
        sa.select(cosignatures.c.size).where(
            cosignatures.c.key == kept.key,
            cosignatures.c.size == kept.size,
            cosignatures.c.witness == str(witness),
        )
    ).first()
    return row is not None


def keep(
    database: Database, kept: Kept, witness: CosignerKey, signature: Signature, now: datetime
) -> None:
    row = {
        "key": kept.key,
        "size": kept.size,
        "witness": str(witness),
        "line": str(signature),
        "cosigned_at": now,
    }
    with database.write_beside() as connection:
        if not has_cosigned(connection, kept, witness):
            connection.execute(sa.insert(cosignatures), row)


def say(database: Database, witness: CosignerKey, word: Uncosigned | None, now: datetime) -> None:
    """Say what became of asking a witness."""
    insert: Any = (sqlite if database.dialect == "sqlite" else postgresql).insert(witnesses)
    row = {"witness": str(witness), "asked_at": now, "word": None if word is None else str(word)}
    with database.write_beside() as connection:
        connection.execute(insert.on_conflict_do_update(index_elements=["witness"], set_=row), row)


def wrong(connection: sa.Connection, policy: Policy, now: datetime) -> Sequence[str]:
    """What somebody should look at, in code words: a witness that refuses, at once; too few
    cosignatures, after a while."""
    asked = {str(each) for each in policy.keys}
    rows = connection.execute(sa.select(witnesses.c.witness, witnesses.c.word)).all()
    words = {row.word for row in rows if row.witness in asked and row.word is not None}
    found = sorted(words - {str(Uncosigned.AWAY)})
    return [*found, "too_few_witnesses"] if _too_few(connection, policy, now) else found


def _too_few(connection: sa.Connection, policy: Policy, now: datetime) -> bool:
    """Whether something was signed long ago, and nothing since then has enough."""
    last = last_kept(connection)
    if not policy.quorum or last is None or witnessed(connection, last, policy).is_enough:
        return False
    enough = last_witnessed(connection, policy, last.key)
    first_without = sa.select(sa.func.min(checkpoints.c.signed_at)).where(
        checkpoints.c.key == last.key, checkpoints.c.size > (enough.size if enough else 0)
    )
    begun = connection.execute(first_without).scalar()
    return begun is not None and begun < now - LATE


def _signatures(connection: sa.Connection, key: str, size: int) -> list[Signature]:
    lines = connection.execute(
        sa.select(cosignatures.c.line)
        .where(cosignatures.c.key == key, cosignatures.c.size == size)
        .order_by(cosignatures.c.witness)
    ).scalars()
    try:
        return [each for line in lines for each in read_signatures(line.encode())]
    except BadNoteError:  # somebody wrote it by hand
        return []
