"""Changes the file of the master keys: a version is added, is used from now on, or is removed."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from register.setup.keys import (
    MASTER,
    WAITS,
    MasterKeyError,
    folder_of,
    new_line,
    read_masters,
    write_anew,
)
from register.setup.settings import Settings

ANOTHER = "Another command is changing the master keys. Wait until it is done."
GIVEN = (
    "REGISTER_MASTER_KEY holds the master keys, and no command can change it. {} See "
    'docs/keeping.md, "A new master key".'
)


@contextmanager
def alone_with_keys(settings: Settings) -> Iterator[Path | None]:
    """The file of the master keys, which no other command changes meanwhile; None if they are in
    the environment. Raises `MasterKeyError`."""
    if settings.master_key is not None:
        yield None
        return
    folder = os.open(folder_of(settings), os.O_RDONLY)
    try:
        _take(folder)
        yield folder_of(settings) / MASTER
    finally:
        os.close(folder)


def _take(folder: int) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise MasterKeyError(ANOTHER) from None


def add_waiting(file: Path) -> int:
    """Add a new version that seals nothing yet; gives its number. Raises `MasterKeyError` if one
    waits already."""
    masters = read_masters(file.read_text(encoding="ascii"))
    newest = max(masters.by_version)
    if newest > masters.current:
        raise MasterKeyError(
            f"Master key {newest} is made already, and is used once `register keys rotate` is run."
        )
    write_anew(file, [*_lines(file), f"{WAITS}{new_line(newest + 1)}"])
    return newest + 1


def use_newest(file: Path) -> None:
    """The newest version waits no longer."""
    write_anew(file, [line.removeprefix(WAITS) for line in _lines(file)])


def remove(file: Path, version: int) -> None:
    """Remove a version for good: the bytes of the file that had it are written over."""
    kept = [line for line in _lines(file) if line.removeprefix(WAITS).split(":")[0] != str(version)]
    with file.open("r+b") as before:
        size = file.stat().st_size
        write_anew(file, kept)
        before.write(bytes(size))
        before.flush()
        os.fsync(before.fileno())


def _lines(file: Path) -> list[str]:
    text = file.read_text(encoding="ascii").strip()
    return [line.strip() for line in text.replace("\n", ",").split(",")]
