"""Pictures are stored sealed in a table beside the log; the log holds their digests.

A picture and its thumbnail are sealed under one key. It is stored beside that of the entry that
tells of the picture, under the entry's version with a minus.
"""

from __future__ import annotations

import hashlib
from uuid import UUID

import msgspec
import sqlalchemy as sa

from events.log.sealing import NONCE, Keyring, SealBrokenError, WrappedKey
from events.log.tables import entry_keys, photographs

PICTURE, THUMBNAIL = "picture", "thumbnail"
SIZES = (PICTURE, THUMBNAIL)


class SealedPicture(msgspec.Struct, frozen=True):
    """A picture that is about to be stored. `fingerprint` is that of the bytes that were sent."""

    declaration: UUID
    photograph: UUID
    boxes: dict[str, bytes]
    """The sealed bytes of each size."""
    key: WrappedKey
    fingerprint: bytes


def seal(
    keyring: Keyring, declaration: UUID, photograph: UUID, sizes: dict[str, bytes], sent: bytes
) -> SealedPicture:
    boxes, key = keyring.seal_parts(sizes, declaration, photograph)
    return SealedPicture(declaration, photograph, boxes, key, keyring.fingerprint(sent))


def digest(box: bytes) -> str:
    return hashlib.sha256(box).hexdigest()


def keep(connection: sa.Connection, sealed: SealedPicture, version: int) -> None:
    """Store a picture and its key, in the transaction of the entry whose version is `version`."""
    row = {
        "declaration": sealed.declaration,
        "photograph": sealed.photograph,
        "fingerprint": sealed.fingerprint,
        **sealed.boxes,
    }
    connection.execute(sa.insert(photographs), row)
    key = {
        "originator_id": sealed.declaration,
        "originator_version": -version,
        **msgspec.structs.asdict(sealed.key),
    }
    connection.execute(sa.insert(entry_keys), key)


def fingerprint(connection: sa.Connection, declaration: UUID, photograph: UUID) -> bytes | None:
    """The fingerprint of the bytes that were sent; None if there is no such picture (any more)."""
    query = sa.select(photographs.c.fingerprint).where(*_is(declaration, photograph))
    return connection.execute(query).scalar()


class TakenOut(msgspec.Struct, frozen=True):
    """A picture, with all that makes its sealed bytes of it again."""

    picture: bytes
    key_id: UUID
    key: bytes
    nonce: bytes


def taken_out(
    connection: sa.Connection,
    keyring: Keyring,
    declaration: UUID,
    photograph: UUID,
    version: int,
    expected: str,
) -> TakenOut:
    """A picture as somebody takes it along. Raises `SealBrokenError` as `open_size` does."""
    box, key = _sealed(connection, declaration, photograph, version, PICTURE, expected)
    picture = keyring.open_part(PICTURE, box, key, declaration, photograph)
    return TakenOut(picture, key.id, keyring.unwrapped(key), box[:NONCE])


def open_size(
    connection: sa.Connection,
    keyring: Keyring,
    declaration: UUID,
    photograph: UUID,
    version: int,
    size: str,
    expected: str,
) -> bytes:
    """One size of a picture.

    `expected` is the digest in the log. Raises `SealBrokenError` if the stored bytes have another,
    or if they cannot be opened.
    """
    box, key = _sealed(connection, declaration, photograph, version, size, expected)
    return keyring.open_part(size, box, key, declaration, photograph)


def _sealed(
    connection: sa.Connection,
    declaration: UUID,
    photograph: UUID,
    version: int,
    size: str,
    expected: str,
) -> tuple[bytes, WrappedKey]:
    key = _key(connection, declaration, version)
    if key is None:
        raise SealBrokenError(f"the key of {photograph} is missing")
    query = sa.select(photographs.c[size]).where(*_is(declaration, photograph))
    box: bytes | None = connection.execute(query).scalar()
    if box is None or digest(box) != expected:
        raise SealBrokenError(f"the {size} of {photograph} is not what was added")
    return box, key


def erase(connection: sa.Connection, declaration: UUID, photograph: UUID, version: int) -> None:
    """Destroy the key of a photograph, and delete the sealed picture, which nobody can open."""
    connection.execute(sa.delete(entry_keys).where(*_is_key(declaration, version)))
    connection.execute(sa.delete(photographs).where(*_is(declaration, photograph)))


def _key(connection: sa.Connection, declaration: UUID, version: int) -> WrappedKey | None:
    query = sa.select(entry_keys.c.id, entry_keys.c.master, entry_keys.c.wrapped)
    row = connection.execute(query.where(*_is_key(declaration, version))).first()
    return None if row is None else WrappedKey(*row)


def _is(declaration: UUID, photograph: UUID) -> list[sa.ColumnElement[bool]]:
    return [photographs.c.declaration == declaration, photographs.c.photograph == photograph]


def _is_key(declaration: UUID, version: int) -> list[sa.ColumnElement[bool]]:
    return [
        entry_keys.c.originator_id == declaration,
        entry_keys.c.originator_version == -version,
    ]
