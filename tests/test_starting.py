"""What a start does not wait for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from register.setup import migrating
from tests.server import PROJECT
from tests.shaped import shaped_sqlite
from web.templating import KeptCode, environment

READ_IN = """
import gc, sys, register.__main__
read_in = {"a command": "web" in sys.modules}
import web.serving
read_in["a server"] = "scim2_models" in sys.modules
print(read_in, gc.isenabled())
"""


def test_pages_and_scim_are_read_in_by_whoever_needs_them() -> None:
    done = subprocess.run(
        [sys.executable, "-c", READ_IN], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "{'a command': False, 'a server': False} True"


def test_a_database_in_todays_shape_is_not_migrated_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def upgrade(_connection: object) -> None:
        raise AssertionError("there is nothing to do")

    url = f"sqlite:///{shaped_sqlite()}"
    monkeypatch.setattr(migrating, "upgrade", upgrade)
    migrating.migrate(url)


def test_a_template_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def compiling(folder: Path) -> str:
        alone = environment.overlay(cache_size=1, bytecode_cache=KeptCode(str(folder)))
        return alone.get_template("sign_in.html").name or ""

    assert compiling(tmp_path)
    kept = list(tmp_path.iterdir())
    assert kept
    monkeypatch.setattr(type(environment), "compile", None)
    assert compiling(tmp_path)


def test_where_there_is_no_room_a_template_is_compiled_all_the_same(tmp_path: Path) -> None:
    alone = environment.overlay(cache_size=1, bytecode_cache=KeptCode(str(tmp_path / "nowhere")))
    assert alone.get_template("sign_in.html")
