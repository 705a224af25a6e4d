"""Pictures of every page, at the size of a phone and of a desk: `make screenshots`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.chromium import DESK, PHONE, Windows, started
from tests.server import PROJECT, Installation, Server
from tests.sights import Scene

FOLDER = PROJECT / "docs" / "screenshots"
SIZES = {"phone": PHONE, "desk": DESK}


def main(folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        path = Path(data)
        url = f"sqlite:///{path / 'data' / 'register.sqlite'}"
        installation = Installation(path, url)
        installation.set_up()
        with installation.serving() as server:
            _take(server, folder)


def _take(server: Server, folder: Path) -> None:
    sights = Scene(server).sights()
    with started() as browser:
        windows = Windows(browser, server)
        for size_name, size in SIZES.items():
            for person in sorted({each.person or "" for each in sights}):
                page = windows.open(person or None, size)
                for sight in sights:
                    if (sight.person or "") == person:
                        sight.show(page)
                        page.screenshot(path=folder / f"{sight.name}-{size_name}.png")
        windows.close()
    print(f"{len(sights) * len(SIZES)} pictures in {folder}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
