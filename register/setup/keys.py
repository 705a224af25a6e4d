"""Reads the keys from the environment, or else from files that only their owner may read."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from pydantic import SecretStr

from events.log.sealing import Keyring, MasterKeys
from register.setup.settings import Settings

KEY_BYTES = 32
MASTER, INDEX, LOG, PROMISE = "master", "index", "log", "promise"
WAITS = "next:"
"""What a line of the master keys begins with whose version opens, and seals nothing yet."""


class MasterKeyError(Exception):
    """A key is missing or wrong. The message never contains the key."""


def keyring(settings: Settings, *, may_make: bool) -> Keyring:
    """The keys. `may_make` allows new ones to be made: only while nothing has been sealed yet."""
    folder = folder_of(settings)
    if settings.index_key is not None:
        index = settings.index_key.get_secret_value()
    else:
        index = _from_file(folder / INDEX, _new_key(), may_make=may_make)
    index_key = _key("index key", index)
    if settings.master_key is not None:
        return Keyring(read_masters(settings.master_key.get_secret_value()), index_key)
    file = folder / MASTER
    once_changed = MastersOnceChanged(file)  # before it is read: no change comes in between
    masters = read_masters(_from_file(file, new_line(1), may_make=may_make))
    return Keyring(masters, index_key, once_changed)


def folder_of(settings: Settings) -> Path:
    return settings.data_dir / "keys"


def given(settings: Settings) -> tuple[MasterKeys | None, bool]:
    """The master keys, or None if there are none; and whether there is an index key. None is made.
    Raises `MasterKeyError` if one is not written well."""
    folder = folder_of(settings)
    masters, index = (
        _secret(setting) or _written(folder / name)
        for setting, name in ((settings.master_key, MASTER), (settings.index_key, INDEX))
    )
    if index is not None:
        _key("index key", index)
    return None if masters is None else read_masters(masters), index is not None


def _secret(setting: SecretStr | None) -> str | None:
    return None if setting is None else setting.get_secret_value()


def _written(file: Path) -> str | None:
    return file.read_text(encoding="ascii", errors="replace").strip() if file.exists() else None


class MastersOnceChanged:
    """Gives the master keys of a file once it is another than when it was last read. While it is
    gone or not written well, a process goes on with what it has."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen = self._look()

    def __call__(self) -> MasterKeys | None:
        found = self._look()
        if found in (None, self._seen):
            return None
        try:
            masters = read_masters(self._file.read_text(encoding="ascii", errors="replace"))
        except (OSError, MasterKeyError):
            return None
        self._seen = found
        return masters

    def _look(self) -> tuple[int, int, int] | None:
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size


def _new_key() -> str:
    return secrets.token_hex(KEY_BYTES)


def new_line(version: int) -> str:
    return f"{version}:{_new_key()}"


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


def write_anew(file: Path, lines: list[str]) -> None:
    """Put other lines into a file of keys: after a power cut it has those before, or these."""
    replace_file(file, "\n".join(lines), is_new=False)


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
    _to_disk(file.parent)


def _to_disk(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def read_masters(text: str) -> MasterKeys:
    masters, waiting = {}, set()
    for part in text.strip().replace("\n", ",").split(","):
        line = part.strip()
        version, colon, key = line.removeprefix(WAITS).partition(":")
        if not colon or not version.isdecimal():
            raise MasterKeyError("a master key is written as `version:64 hex digits`")
        masters[int(version)] = _key(f"master key {version}", key)
        if line.startswith(WAITS):
            waiting.add(int(version))
    if not masters.keys() - waiting:
        raise MasterKeyError(f"there is no master key but those that wait (`{WAITS}`)")
    return MasterKeys(masters, max(masters.keys() - waiting))


def _key(name: str, text: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise MasterKeyError(f"the {name} is not {2 * KEY_BYTES} hex digits")
    return key
