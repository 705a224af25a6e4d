"""Somebody with a copy of the database and some master keys: all that they can open of it.

None of the register's own code helps them, and none stands in their way: a sealed part is opened
without asking whether it was changed, or what it is bound to.
"""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap
from sqlalchemy.pool import NullPool

from events.log.database import engine_to

WRAPPED = 40
"""Bytes of a key of 32 bytes that another one wraps."""
NONCE, TAG = 12, 16
FIRST_BLOCK = b"\0\0\0\2"
"""What AES-GCM counts from: whoever does without its tag decrypts as AES-CTR does."""
Rows = Sequence[Mapping[str, Any]]


def masters_in(text: str) -> list[bytes]:
    """The master keys of a file of them."""
    return [bytes.fromhex(line.rpartition(":")[2]) for line in text.split()]


def tables_at(url: str) -> dict[str, Rows]:
    """Every row of every table, as the driver gives it."""
    engine = engine_to(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            names = sa.inspect(connection).get_table_names()
            query = 'SELECT * FROM "{}"'
            return {
                name: connection.exec_driver_sql(query.format(name)).mappings().all()
                for name in names
            }
    finally:
        engine.dispose()


def wrapped_keys(tables: Mapping[str, Rows]) -> set[bytes]:
    """Every key that a database holds, as it is wrapped; marks of destroyed ones are none."""
    rows = (row for found in tables.values() for row in found if row.get("wrapped"))
    return {bytes(row["wrapped"]) for row in rows if len(row["wrapped"]) == WRAPPED}


def opened(tables: Mapping[str, Rows], masters: Sequence[bytes]) -> bytes:
    """All that these master keys open, one after the other."""
    return b"\n".join(_opened(tables, masters))


def _opened(tables: Mapping[str, Rows], masters: Sequence[bytes]) -> Iterator[bytes]:
    of_stream = defaultdict[Any, list[bytes]](list)
    for row in tables["entry_keys"]:
        of_stream[row["originator_id"]] += _unwrapped(row["wrapped"], masters)
    for row in tables["entries"]:
        words = json.loads(bytes(row["state"]))["words"]
        for key in of_stream[row["originator_id"]]:
            yield _decrypted(base64.b64decode(words["box"]), key)
    for row in tables["photographs"]:
        for key in of_stream[row["declaration"]]:
            yield from (_decrypted(box, key) for box in _boxes(row))
    for name, rows in tables.items():
        for row in rows if name != "entry_keys" else ():
            for key in _unwrapped(row.get("wrapped"), masters):
                yield from (_decrypted(box, key) for box in _boxes(row))


def _boxes(row: Mapping[str, Any]) -> Iterator[bytes]:
    for value in row.values():
        if isinstance(value, bytes) and len(value) > NONCE + TAG:
            yield value


def _unwrapped(wrapped: bytes | None, masters: Sequence[bytes]) -> Iterator[bytes]:
    for master in masters if wrapped and len(wrapped) == WRAPPED else ():
        try:
            yield aes_key_unwrap(master, bytes(wrapped or b""))
        except InvalidUnwrap:
            continue


def _decrypted(box: bytes, key: bytes) -> bytes:
    mode = modes.CTR(box[:NONCE] + FIRST_BLOCK)
    return Cipher(algorithms.AES(key), mode).decryptor().update(box[NONCE:-TAG])


def files_with(folder: Path, keys: set[bytes], *but: str) -> dict[str, int]:
    """How many of some keys stand in which files, byte by byte, whatever the files are; those in
    some folders are left out."""
    found = {}
    for file in folder.rglob("*"):
        if file.is_file() and not set(but) & set(file.parts):
            data = file.read_bytes()
            found[str(file.relative_to(folder))] = sum(each in data for each in keys)
    return {name: number for name, number in found.items() if number}
