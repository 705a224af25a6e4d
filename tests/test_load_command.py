"""Loading the directory at a terminal: what it says, and what it refuses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.consoles import load_command, said_plainly
from tests.server import CASES, Installation


def test_loading_again_changes_nothing(installation: Installation) -> None:
    assert installation.load(CASES) == ["16 changes recorded."]
    before = installation.rows()
    assert installation.load(CASES) == ["0 changes recorded."]
    assert installation.rows() == before


def test_only_what_changed_is_recorded(loaded: Installation, tmp_path: Path) -> None:
    files = copy_of_cases(tmp_path)
    people = files / "people.csv"
    people.write_text(people.read_text().replace("Gus Hale", "Gus Hale-Price"))
    assert loaded.load(files) == ["1 changes recorded."]


def test_somebody_who_is_not_in_the_file_is_left_alone_and_listed(
    loaded: Installation, tmp_path: Path
) -> None:
    files = copy_of_cases(tmp_path)
    people = files / "people.csv"
    kept = [line for line in people.read_text().splitlines() if not line.startswith("gus,")]
    people.write_text("\n".join(kept))
    assert loaded.load(files) == [
        "0 changes recorded.",
        "gus is not in the file, and was left as they are.",
    ]
    loaded.give_tokens("gus")


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        ("people.csv", "zoe,Zoe,z@example.org,worker,yan,elm-house,", ["zoe", "yan"]),
        ("people.csv", "zoe,Zoe,z@example.org,worker,,elm-house,", ["zoe", "line manager"]),
        ("people.csv", "zoe,Zoe,z@example.org,worker,ben,oak-house,", ["zoe", "oak-house"]),
        ("people.csv", "zoe,Zoe,z@example.org,king,ben,elm-house,", ["king", "line 11"]),
        ("people.csv", "zoe,Zoe,z@example.org,worker,ben,elm-house,soon", ["soon", "line 11"]),
        ("people.csv", "amina,Amina,a@example.org,worker,ben,elm-house,", ["amina", "twice"]),
        ("people.csv", "z/e,Zoe,z@example.org,worker,ben,elm-house,", ["z/e"]),
        ("people.csv", "a,b,c,d,e,f,g,h", ["line 11", "columns"]),
        (
            "people.csv",
            "xan,Xan,x@e.org,worker,yan,elm-house,\nyan,Yan,y@e.org,worker,xan,elm-house,",
            ["xan -> yan -> xan"],
        ),
        ("services.csv", "oak,Oak,,,", ["oak"]),
        ("services.csv", "oak,Oak,no-such-policy,2026-04-01,dana", ["oak", "no-such-policy"]),
        ("services.csv", "oak,Oak,supported-living,,dana", ["oak", "day"]),
        ("service_users.csv", "Mary K.,M. K.,elm-house,", ["Mary K."]),
        ("service_users.csv", "SU-9,M. K.,oak-house,", ["oak-house"]),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_names(
    loaded: Installation, tmp_path: Path, file: str, line: str, said: list[str]
) -> None:
    files = copy_of_cases(tmp_path)
    with (files / file).open("a") as opened:
        opened.write(line + "\n")
    before = loaded.rows()
    words = said_plainly(load_command(loaded, files))
    assert all(word in words for word in said), words
    assert loaded.rows() == before


def test_everything_that_is_wrong_is_said_at_once(loaded: Installation, tmp_path: Path) -> None:
    files = copy_of_cases(tmp_path)
    (files / "people.csv").write_text("id,name\n")
    (files / "services.csv").write_bytes(b"id,name\xff")
    words = said_plainly(load_command(loaded, files))
    assert "people.csv: these columns are missing: email" in words
    assert "services.csv" in words


@pytest.mark.parametrize("name", ["people", "services", "service_users"])
def test_any_one_file_may_be_loaded_alone(loaded: Installation, name: str) -> None:
    option = f"--{name.replace('_', '-')}"
    said = loaded.run("directory", "load", option, str(CASES / f"{name}.csv"))
    assert said == ["0 changes recorded."]


def test_without_a_file_it_says_which_there_are(loaded: Installation) -> None:
    done = loaded.command("directory", "load")
    assert done.code == 2
    assert "--service-users" in done.errors


def copy_of_cases(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CASES, tmp_path / "files"))


def test_a_file_that_is_not_there_is_named(loaded: Installation) -> None:
    done = loaded.command("directory", "load", "--people", "none.csv", "--services", "none.csv")
    assert done.code == 2
    assert "none.csv" in done.errors
    assert "Traceback" not in done.errors
