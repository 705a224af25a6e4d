"""Go, from Debian, with the module in which it keeps its checksum database."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.node import TOOLS
from tests.packages import can_install_packages, steps_to_install, take

PACKAGES = ("golang-go", "golang-golang-x-mod-dev")
WHERE_DEBIAN_PUTS_SOURCES = Path("/usr/share/gocode")
MODULE = WHERE_DEBIAN_PUTS_SOURCES / "src/golang.org/x/mod/sumdb/note"
SOURCE = Path(__file__).parent / "go" / "main.go"
SECONDS = 300
OR_ELSE = (
    "Go and its golang.org/x/mod/sumdb are needed, and are not here. On Debian: "
    f"apt-get install {' '.join(PACKAGES)} (which root's tests do themselves); elsewhere run "
    "make test-interop on Debian, or in a container of it."
)


def asked_of_go(questions: dict[str, Any]) -> dict[str, Any]:
    """What the program in go/main.go answers."""
    asked = json.dumps(questions, default=lambda raw: base64.b64encode(raw).decode())
    done = subprocess.run([_built()], input=asked, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, f"Go's program failed: {done.stderr}"
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


def _built() -> Path:
    program = TOOLS / f"interop-{hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]}"
    if not program.exists():
        _install()
        surroundings = os.environ | {
            "GO111MODULE": "off",
            "GOPATH": str(WHERE_DEBIAN_PUTS_SOURCES),
            "GOCACHE": str(TOOLS / "go"),
            "GOFLAGS": "",
        }
        new = program.with_suffix(".new")
        done = subprocess.run(
            ["go", "build", "-o", new, SOURCE],
            env=surroundings,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert done.returncode == 0, f"Go did not build {SOURCE.name}: {done.stderr}"
        new.rename(program)
    return program


def _install() -> None:
    if shutil.which("go") is None or not MODULE.is_dir():
        assert can_install_packages(), OR_ELSE
        update, install = steps_to_install(PACKAGES[0])
        take([update, [*install, *PACKAGES[1:]]], OR_ELSE)
    assert shutil.which("go") is not None, OR_ELSE
    assert MODULE.is_dir(), OR_ELSE
