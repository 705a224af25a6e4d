"""A council's own pack: a copy with marks, and what two packs ask otherwise."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from register.console.copying import MARK
from register.policy import Policies
from register.ruling.contrasting import compared
from tests.cast import IN_FORCE, POLICIES, SHORT_BREAKS, SUPPORTED_LIVING, amended
from tests.consoles import said_plainly
from tests.server import Installation

NEW = ("policies", "new", "our-council", "--from", SHORT_BREAKS, "--date", "2026-06-01")
LATER = IN_FORCE.replace(year=2027)


@pytest.fixture
def packs(installation: Installation, tmp_path: Path) -> Path:
    """The folder of packs, which is not there yet."""
    folder = tmp_path / "packs"
    installation.settings["REGISTER_POLICIES_DIR"] = str(folder)
    return folder


def otherwise(one: str, other: str, policies: Policies = POLICIES) -> str:
    packs = [policies.packs[name][version] for name, version in map(policies.named, (one, other))]
    return "\n".join(compared(*packs))


def later(tmp_path: Path, was: str, now: str) -> str:
    """What is asked otherwise by a later version of the shipped pack, with a line changed."""
    folder = tmp_path / "packs"
    folder.mkdir()
    policies = amended(folder, SHORT_BREAKS, was, now, LATER)
    return otherwise(f"{SHORT_BREAKS}/{IN_FORCE}", SHORT_BREAKS, policies)


# A copy


def test_a_copy_is_a_pack_that_asks_the_same(installation: Installation, packs: Path) -> None:
    said = " ".join(installation.run(*NEW))
    file = packs / "our-council" / "2026-06-01.toml"
    assert str(file) in said
    marks = file.read_text(encoding="utf-8").count(f"\n{MARK}")
    assert f"{marks} places in it are marked" in said
    shown = installation.run("policies", "compare", "our-council", SHORT_BREAKS)
    assert shown[1:] == ["Both ask the same of every declaration."]


def test_what_must_be_looked_at_is_marked(installation: Installation, packs: Path) -> None:
    installation.run(*NEW)
    lines = (packs / "our-council" / "2026-06-01.toml").read_text(encoding="utf-8").splitlines()
    begins = r"title|nation|house|discipline|read_with|\[deadlines|\[clauses|\[kinds|\[advice"
    for line, following in pairwise(lines):
        assert bool(re.match(begins, following)) <= line.startswith(MARK), following


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (2, "Our Council", "'Our Council' is not a name"),
        (2, "../elsewhere", "'../elsewhere' is not a name"),
        (4, "nobodys", "there is no pack 'nobodys'; there are residential-short-breaks/2026-04-01"),
        (4, f"{SHORT_BREAKS}/2020-01-01", "there is no pack"),
        (6, "1 June", "--date: '1 June' is not a date like 2026-04-01"),
    ],
)
def test_a_copy_that_cannot_be_is_refused_in_words(
    installation: Installation, packs: Path, place: int, value: str, said: str
) -> None:
    command = [*NEW]
    command[place] = value
    assert said in said_plainly(installation.command(*command))
    assert not packs.exists()


def test_no_pack_is_written_over(installation: Installation, packs: Path) -> None:
    installation.run(*NEW)
    again = said_plainly(installation.command(*NEW))
    assert "there is a pack our-council/2026-06-01 already" in again
    of_the_shipped = (*NEW[:2], SHORT_BREAKS, *NEW[3:6], str(IN_FORCE))
    assert "already" in said_plainly(installation.command(*of_the_shipped))


def test_without_a_folder_of_packs_one_is_asked_for(installation: Installation) -> None:
    assert "REGISTER_POLICIES_DIR" in said_plainly(installation.command(*NEW))


def test_marks_that_are_left_are_warned_of_with_file_and_line(
    installation: Installation, packs: Path
) -> None:
    assert installation.command("policies", "check").errors == ""
    installation.run(*NEW)
    file = packs / "our-council" / "2026-06-01.toml"
    done = installation.command("policies", "check")
    warned = done.errors.splitlines()
    lines = file.read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(lines, start=1) if line.startswith(MARK))
    assert done.code == 0
    assert warned[0] == f"Still marked {MARK!r}: {file}:{first}: the title of your policy"
    assert len(warned) == sum(line.startswith(MARK) for line in lines)


# Compared


def test_the_two_shipped_packs_ask_otherwise() -> None:
    said = otherwise(SHORT_BREAKS, SUPPORTED_LIVING)
    for line in (
        "  token / received\n    then: closed at once / acknowledgement by the line manager",
        "  received\n    told: line manager and service director / line manager",
        "  known / known and related\n    late: after 5 days / after 1 day",
        "acknowledgement by the line manager; the rule answers not_appropriate / acknowledgement",
        "  concern\n    told: service director / line manager",
    ):
        assert line in said


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ('token_value = "10.00"', 'token_value = "5.00"', "  token / received\n    told:"),
        ('total_value = "50.00"', 'total_value = "8.00"', "  token / received and adds-up"),
        ("prolonged_minutes = 30", "prolonged_minutes = 20", "  met / crossed\n"),
        (
            '"immediately" = 1',
            '"immediately" = 3',
            "  before-policy\n    late: after 1 day / ",
        ),
        ('["keep", "return"]', '["return"]', "(keep or return) / decision by the service director"),
    ],
)
def test_another_day_sum_or_outcome_is_told(tmp_path: Path, was: str, now: str, said: str) -> None:
    assert said in later(tmp_path, was, now)


def test_other_words_make_no_difference(tmp_path: Path) -> None:
    assert "Both ask the same" in later(tmp_path, "Turn down any", "Refuse any")
