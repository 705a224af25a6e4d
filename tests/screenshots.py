"""Pictures of every page, at the size of a phone and of a desk: `make screenshots`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.chromium import DESK, PHONE, Windows, nowhere, started
from tests.demos import demo_in, of_a_demo
from tests.server import PROJECT, Installation, Server
from tests.sight import Sight
from tests.sights import Scene

FOLDER = PROJECT / "docs" / "screenshots"
SIZES = {"phone": PHONE, "desk": DESK}
FROM_THE_TOP = "document.activeElement.blur(); scrollTo(0, 0)"


def main(folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, ExitStack() as stack:
        usual, demo = (_installation(Path(data) / name) for name in ("usual", "demo"))
        usual.settings["REGISTER_PROVIDERS"] = str(nowhere(usual.folder))
        usual.set_up()
        server = stack.enter_context(usual.serving())
        marked = stack.enter_context(demo_in(demo))
        _take(server, [*Scene(server).sights(), *of_a_demo(marked)], folder)


def _installation(folder: Path) -> Installation:
    folder.mkdir()
    return Installation(folder, f"sqlite:///{folder / 'data' / 'register.sqlite'}")


def _take(server: Server, sights: Sequence[Sight], folder: Path) -> None:
    with started() as browser:
        windows = Windows(browser, server)
        for size_name, size in SIZES.items():
            for person in sorted({each.person or "" for each in sights}):
                page = windows.open(person or None, size)
                for sight in sights:
                    if (sight.person or "") == person:
                        sight.show(page, unfolded=False)
                        page.evaluate(FROM_THE_TOP)
                        page.screenshot(path=folder / f"{sight.name}-{size_name}.png")
        windows.close()
    print(f"{len(sights) * len(SIZES)} pictures in {folder}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
