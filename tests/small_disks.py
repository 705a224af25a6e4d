"""A disk so small that a test can fill it, and a PostgreSQL whose data are on one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.packages import is_root
from tests.postgres import PostgresServer, give_to_server

MIB = 2**20
NO_DISK = (
    "The tests of a full disk mount small file systems in memory (tmpfs), which only root can do, "
    "on Linux. Run them as root, for instance in a container with --cap-add SYS_ADMIN."
)


class SmallDisk:
    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"

    def fill(self, but_for: int = 0) -> None:
        """Leave so many bytes free."""
        with self._ballast.open("ab", buffering=0) as ballast:
            for size in (MIB, 4096, 1):
                with suppress(OSError):
                    while ballast.write(bytes(size)) == size:
                        pass
            ballast.truncate(max(0, ballast.tell() - but_for))

    def make_room(self) -> None:
        self._ballast.unlink()


@contextmanager
def small_disk(folder: Path, mebibytes: int) -> Iterator[SmallDisk]:
    """At a folder, which is there already."""
    assert is_root(), NO_DISK
    options = f"size={mebibytes}m,mode=0700"
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder])
    assert done.returncode == 0, NO_DISK
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


class PostgresOnSmallDisk(PostgresServer):
    """PostgreSQL ends by itself where it cannot write ahead; `start_again` is then for the test."""

    disk: SmallDisk

    def _make_directory(self) -> Path:
        directory = super()._make_directory()
        data = directory / "data"
        data.mkdir()
        self.disk = self._undo.enter_context(small_disk(data, 200))
        give_to_server(data)
        return directory

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    @property
    def broke_down(self) -> bool:
        """Rather than refuse what had no room."""
        log = Path(self.address.directory, "log")
        return "PANIC" in log.read_text(encoding="utf-8", errors="replace")
