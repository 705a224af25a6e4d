"""What docs/asvs.md and docs/threats.md claim: every test that they name exists, and no requirement
of the standard is left out."""

from __future__ import annotations

import ast
import re
from collections import Counter
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from register.access.lasting import A_SHIFT, IDLE, ON_A_PHONE
from register.access.sessions import INVITED_FOR
from register.access.signing_in import FRESH

ROOT = Path(__file__).parent.parent
MINUTE = timedelta(minutes=1)
DOCS = ROOT / "docs"
NAMED = re.compile(r"`(test_\w+)\.py::(test_\w+)`")
ROW = re.compile(r"\| (\d+\.\d+\.\d+) \| (.+) \| (.+) \| (.*) \|")
MET, PARTLY, NOT_MET, NO_MATTER = "met", "partly", "not met", "does not apply"

LEVELS_1_AND_2 = {
    "6.1": "1 2 3",
    "6.2": "1 2 3 4 5 6 7 8 9 10 11 12",
    "6.3": "1 2 3 4",
    "6.4": "1 2 3 4",
    "6.5": "1 2 3 4 5",
    "6.6": "1 2 3",
    "6.8": "1 2 3 4",
    "7.1": "1 2 3",
    "7.2": "1 2 3 4",
    "7.3": "1 2",
    "7.4": "1 2 3 4 5",
    "7.5": "1 2",
    "7.6": "1 2",
    "8.1": "1 2",
    "8.2": "1 2 3",
    "8.3": "1",
    "8.4": "1",
    "9.1": "1 2 3",
    "9.2": "1 2 3 4",
    "10.1": "1 2",
    "10.2": "1 2",
    "10.3": "1 2 3 4",
    "10.4": "1 2 3 4 5 6 7 8 9 10 11",
    "10.5": "1 2 3 4 5",
    "10.6": "1 2",
    "10.7": "1 2 3",
    "16.1": "1",
    "16.2": "1 2 3 4 5",
    "16.3": "1 2 3 4",
    "16.4": "1 2 3",
    "16.5": "1 2 3",
}
"""The requirements of ASVS 5.0, levels 1 and 2, in chapters 6 to 10 and 16, by section."""
REQUIREMENTS = [
    f"{section}.{number}" for section, told in LEVELS_1_AND_2.items() for number in told.split()
]
ADVERSARIES = (
    "A stranger",
    "A worker",
    "A manager under suspicion",
    "An administrator",
    "The operator",
    "A thief of the phone",
    "A thief of the database",
    "A thief of a back-up",
)


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def rows() -> list[tuple[str, ...]]:
    """Of each requirement its number, what it asks for, how far that is so, and by what."""
    lines = read("asvs.md").splitlines()
    return [found.groups() for line in lines if (found := ROW.fullmatch(line))]


@cache
def functions_of(file: str) -> frozenset[str]:
    return frozenset(
        each.name
        for path in (ROOT / "tests").rglob(f"{file}.py")
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@pytest.mark.parametrize("name", ["asvs.md", "threats.md"])
def test_every_test_that_is_named_exists(name: str) -> None:
    text = read(name)
    named = NAMED.findall(text)
    assert named
    assert [each for each in named if each[1] not in functions_of(each[0])] == []
    assert text.count("::") == len(named), "a test is named as `file.py::test`"


@pytest.mark.parametrize("name", ["asvs.md", "threats.md"])
def test_every_document_that_is_named_exists(name: str) -> None:
    links = re.findall(r"\]\((?!https:)([^)#]+)", read(name))
    assert links
    assert [each for each in links if not (DOCS / each).exists()] == []


def test_of_the_standard_no_requirement_is_left_out() -> None:
    assert [number for number, *_ in rows()] == REQUIREMENTS


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_what_is_met_is_shown_and_what_is_not_is_said(row: tuple[str, ...]) -> None:
    _, _, stands, shown = row
    assert stands in (MET, PARTLY, NOT_MET, NO_MATTER)
    if stands in (MET, PARTLY):
        assert NAMED.search(shown), "by a test"
    if stands != MET:
        words = NAMED.sub("", shown)
        assert len(words.split()) > 2, "why, in words"


def test_the_counts_are_those_of_the_rows() -> None:
    count = Counter(stands for *_, stands, _ in rows())
    told = (
        f"Of {len(REQUIREMENTS)} requirements {count[MET]} are met, {count[PARTLY]} partly, "
        f"{count[NOT_MET]} not; {count[NO_MATTER]} do not apply."
    )
    assert told in " ".join(read("asvs.md").split())


def test_each_adversary_has_what_holds_and_what_does_not() -> None:
    parts = re.split(r"^## ", read("threats.md"), flags=re.MULTILINE)[1:]
    told = {part.splitlines()[0]: part for part in parts}
    assert [each for each in told if each in ADVERSARIES] == list(ADVERSARIES)
    for each in ADVERSARIES:
        assert NAMED.search(told[each]), each
        assert "**What does not hold.**" in told[each], each


def test_the_times_that_are_written_are_those_that_hold() -> None:
    rows = {line.split(" | ")[0]: line for line in read("ways-in.md").splitlines() if "|" in line}
    idle, fresh = f"{IDLE // MINUTE} minutes", f"{FRESH // MINUTE} minutes"
    assert idle in rows["| a worker's who is nothing else"]
    assert f"{ON_A_PHONE.days} days" in rows["| a worker's who is nothing else"]
    assert f"| {idle} | {A_SHIFT // (60 * MINUTE)} hours |" in rows["| anybody else's"]
    by_command = rows["| a link from the command line (`register invite`)"]
    assert f"for {INVITED_FOR // MINUTE} minutes" in by_command
    assert fresh == "5 minutes"
    assert "A fresh sign-in is one of the last five minutes" in read("ways-in.md")
