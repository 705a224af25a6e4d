"""The code keeps to a size that can be read, and its rooms to a number that can be seen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = ("events", "register", "web", "bench", "scripts", "tests")
MOST_ENTRIES = {"register": 26, "web": 16}
LONGEST_FUNCTION, LONGEST_FILE = 40, 400
"""In lines; a migration, and a test that tells a whole journey, may be longer than a function."""


def files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(path: Path) -> set[str]:
    """The packages at the root that a file imports."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module or "")
    return {module.split(".")[0] for module in modules}


@pytest.mark.parametrize("folder", MOST_ENTRIES)
def test_a_folder_can_be_taken_in_at_a_glance(folder: str) -> None:
    entries = [each.name for each in (ROOT / folder).iterdir() if each.name != "__pycache__"]
    assert len(entries) <= MOST_ENTRIES[folder], sorted(entries)


def test_no_file_is_longer_than_can_be_read_in_one_go() -> None:
    lengths = {named(each): each.read_text("utf-8").count("\n") for each in files(*CODE)}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = {}
    for path in files("events", "register", "web", "bench", "scripts"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    too_long[f"{named(path)}: {node.name}"] = lines
    assert too_long == {}


def test_every_room_says_what_lives_in_it() -> None:
    silent = [
        named(each)
        for each in files("events", "register", "web")
        if each.name == "__init__.py" and not ast.get_docstring(ast.parse(each.read_text("utf-8")))
    ]
    assert silent == []


def test_the_bench_builds_on_the_tests_and_not_the_other_way() -> None:
    assert [named(each) for each in files("tests") if "bench" in imported(each)] == []


def test_pages_see_nothing_of_the_database() -> None:
    assert [named(each) for each in files("web") if "sqlalchemy" in imported(each)] == []


@pytest.mark.parametrize("inside", ["_writer", "_turns", "_queue"])
def test_tests_reach_into_nobody_s_inside(inside: str) -> None:
    reaching = [
        named(each)
        for each in files("tests")
        if any(
            isinstance(node, ast.Attribute) and node.attr == inside
            for node in ast.walk(ast.parse(each.read_text(encoding="utf-8")))
        )
    ]
    assert reaching == []
