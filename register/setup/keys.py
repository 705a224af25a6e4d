"""Reads the keys from the environment, or else from files that only their owner may read."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from events.log.sealing import Keyring
from register.setup.settings import Settings

KEY_BYTES = 32
MASTER, INDEX, LOG = "master", "index", "log"


class MasterKeyError(Exception):
    """A key is missing or wrong. The message never contains the key."""


def keyring(settings: Settings, *, may_make: bool) -> Keyring:
    """The keys. `may_make` allows new ones to be made: only while nothing has been sealed yet."""
    folder = settings.data_dir / "keys"
    if settings.master_key is not None:
        masters = settings.master_key.get_secret_value()
    else:
        masters = _from_file(folder / MASTER, f"1:{_new_key()}", may_make=may_make)
    if settings.index_key is not None:
        index = settings.index_key.get_secret_value()
    else:
        index = _from_file(folder / INDEX, _new_key(), may_make=may_make)
    return Keyring(_masters(masters), _key("index key", index))


def _new_key() -> str:
    return secrets.token_hex(KEY_BYTES)


def _from_file(file: Path, new: str, *, may_make: bool) -> str:
    if not file.exists():
        if not may_make:
            raise MasterKeyError(
                f"{file} is missing, and the register holds entries sealed with it. "
                "Put the key back; a new one could not open them."
            )
        _make(file, new)
    return file.read_text(encoding="ascii", errors="replace").strip()


def _make(file: Path, key: str) -> None:
    replace_file(file, key, is_new=True)


def replace_file(file: Path, key: str, *, is_new: bool) -> None:
    """Write a key to a file, whole and on the disk before it is used. If two servers make a new
    file at the same time, only one of them does."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    number, spare = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(number, "w", encoding="ascii") as written:
        written.write(key + "\n")
        written.flush()
        os.fsync(number)
    if is_new:
        with suppress(FileExistsError):
            os.link(spare, file)
        Path(spare).unlink()
    else:
        Path(spare).replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _masters(text: str) -> dict[int, bytes]:
    masters = {}
    for part in text.replace("\n", ",").split(","):
        version, colon, key = part.strip().partition(":")
        if not colon or not version.isdecimal():
            raise MasterKeyError("a master key is written as `version:64 hex digits`")
        masters[int(version)] = _key(f"master key {version}", key)
    return masters


def _key(name: str, text: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise MasterKeyError(f"the {name} is not {2 * KEY_BYTES} hex digits")
    return key
