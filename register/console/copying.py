"""A pack of one's own: a copy of another, in which every place to look at is marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from register.policy import Policies, PolicyError, read_file, read_pack

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
MARK = "# LOOK:"
PLACES = (
    (r"title = ", "the title of your policy"),
    (r"nation = ", "whose bank holidays count"),
    (
        r"read_with = ",
        "what your policy must be read with, with links in `document` if there are any",
    ),
    (r"discipline = ", "the clause of your policy on what may follow, if there is one"),
    (r"\[deadlines\]", "the words of your policy, and how many days they mean for you"),
    (r"\[clauses\]", "the clauses of your policy, in your own words"),
    (r"\[kinds\.[a-z-]+\]", "sums and numbers: are these yours?"),
    (
        r"\[kinds\.[a-z-]+\.cases",
        "does your policy ask this, of whom, how soon, under which clause?",
    ),
    (r"\[advice\.", "does your policy say this, and whom to tell?"),
    (r"house = ", "a house rule of where this was copied from: is it yours?"),
    (r"working_days = ", "how long whoever must act has"),
)
"""How a line begins that somebody must look at, and what to look for."""


def copied(policies: Policies, folder: Path, name: str, source: str, text: str) -> tuple[Path, int]:
    """Write a copy of a pack to a folder of packs; gives its file, and how many places are marked.
    Raises `PolicyError` if it cannot be."""
    day = _day(text)
    if not NAME.fullmatch(name):
        raise PolicyError(f"{name!r} is not a name: small letters, digits and hyphens")
    if name in policies.packs and day in policies.packs[name]:
        raise PolicyError(f"there is a pack {name}/{day} already")
    origin = policies.named(source)
    lines = list(_marked(policies.paths[origin].read_text(encoding="utf-8")))
    file = folder / name / f"{day}.toml"
    heading = (
        f"# A copy of {origin[0]}/{origin[1]}. Look at what follows each mark {MARK!r},\n"
        "# change what is otherwise in your policy, and take the mark away.\n"
    )
    _write(file, heading + "\n".join(lines) + "\n")
    read_pack(file, read_file(file))
    return file, sum(MARK in line for line in lines)


def marks_left(policies: Policies) -> Iterator[str]:
    """Every place in a pack that is still marked: its file, its line, and what to look for."""
    for file in policies.paths.values():
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if line.startswith(MARK):
                yield f"{file}:{number}: {line.removeprefix(MARK).strip()}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PolicyError(f"--date: {text!r} is not a date like 2026-04-01") from None


def _marked(text: str) -> Iterator[str]:
    for line in text.splitlines():
        for begins, look_for in PLACES:
            if re.match(begins, line):
                yield f"{MARK} {look_for}"
        yield line


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:
        raise PolicyError(f"{file} could not be written: {error.strerror}") from None
