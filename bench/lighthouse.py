"""What Lighthouse says of the pages that are used most, as on a phone: `make lighthouse`.

Each page five times, and the medians: its performance swings with whatever else a machine does.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx
from playwright.sync_api import sync_playwright

from tests.chromium import OPTIONS, find_or_install
from tests.server import Installation, Server
from tests.sights import Scene
from web.requests.session import COOKIE

LIGHTHOUSE = "lighthouse@12.8.2"
RUNS = 5
PATIENCE = 180
"""Seconds after which a run is given up; the first one also fetches Lighthouse."""
PAGES = {"home": ("amina", "/"), "declare": ("amina", "/declare/gift"), "inbox": ("ben", "/inbox")}
LEAST = {"accessibility": 100, "performance": 90, "best-practices": 90}
NO_NODE = "Lighthouse needs Node.js 18 or newer with npx, and there is none on the PATH."
NODE_AT_LEAST = 18

Scores = Mapping[str, float]


def main() -> int:
    if not _has_node():
        print(NO_NODE, file=sys.stderr)
        return 1
    with TemporaryDirectory() as folder:
        found = measured(Path(folder))
    print(f"{'page':<10}" + "".join(f"{name:>16}" for name in LEAST))
    for page, scores in found.items():
        print(f"{page:<10}" + "".join(f"{scores[name]:>16.0f}" for name in LEAST))
    print(f"{'at least':<10}" + "".join(f"{least:>16}" for least in LEAST.values()))
    under = [each for scores in found.values() for each in LEAST if scores[each] < LEAST[each]]
    return 1 if under else 0


def _has_node() -> bool:
    if not (shutil.which("npx") and shutil.which("node")):
        return False
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, timeout=30)
    return int(said.stdout.strip().lstrip("v").split(".")[0] or 0) >= NODE_AT_LEAST


def measured(folder: Path) -> dict[str, Scores]:
    installation = Installation(folder, f"sqlite:///{folder / 'data' / 'register.sqlite'}")
    installation.set_up()
    with sync_playwright() as playwright:
        chromium = find_or_install(playwright)
    with installation.serving() as server:
        Scene(server)
        return {
            page: _medians(list(_runs(server, folder, chromium, person, path)))
            for page, (person, path) in PAGES.items()
        }


def _medians(runs: list[Scores]) -> Scores:
    return {name: median(run[name] for run in runs) for name in LEAST}


def _runs(server: Server, folder: Path, chromium: str, person: str, path: str) -> Iterator[Scores]:
    headers = folder / "headers.json"  # gone with the folder, as the session is with its server
    headers.write_text(json.dumps({"Cookie": f"{COOKIE}={_session(server, person)}"}))
    report = folder / "report.json"
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    command = [
        *("npx", "--yes", LIGHTHOUSE, server.url + path, "--quiet", "--output=json"),
        f"--output-path={report}",
        f"--extra-headers={headers}",
        f"--only-categories={','.join(LEAST)}",
        f"--chrome-flags={' '.join(['--headless=new', *OPTIONS, *sandbox])}",
    ]
    quietly = {"npm_config_loglevel": "error", "npm_config_update_notifier": "false"}
    surroundings = {**os.environ, **quietly, "CHROME_PATH": chromium}
    for _ in range(RUNS):
        subprocess.run(command, env=surroundings, check=True, timeout=PATIENCE)
        said = json.loads(report.read_text(encoding="utf-8"))
        assert said["finalDisplayedUrl"] == server.url + path, "nobody was signed in"
        yield {name: 100 * (said["categories"][name]["score"] or 0) for name in LEAST}


def _session(server: Server, person: str) -> str:
    link = server.installation.run("invite", person)[0]
    with httpx.Client(base_url=server.url, headers={"Origin": server.url}) as client:
        client.post(link)
        return str(client.cookies[COOKIE])


if __name__ == "__main__":
    sys.exit(main())
