"""The kinds of declaration, one file each: its questions, and how a policy's rule is chosen.

The numbers in the files are clauses of the two policies: 003 is residential and short breaks, 004
is supported living.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from register.answers import Answers, read
from register.errors import InvalidError
from register.kinds.kind import Brought, Group, Kind, Mark, Outcome


@cache
def all_kinds() -> dict[str, Kind]:
    """Every kind by its name: the name of its file, with hyphens."""
    return {
        module.name.replace("_", "-"): importlib.import_module(f"{__name__}.{module.name}").KIND
        for module in pkgutil.iter_modules(__path__)
        if module.name != "kind"
    }


def grouped(kinds: Iterable[str]) -> dict[Group, dict[str, Kind]]:
    """Kinds under the headings where a worker finds them, in the order of their titles there."""
    known = sorted(kinds, key=lambda name: all_kinds()[name].title.casefold())
    under = {
        group: {name: all_kinds()[name] for name in known if all_kinds()[name].group == group}
        for group in Group
    }
    return {group: found for group, found in under.items() if found}


def mark_of(kind: str, flag: str) -> Mark:
    """A flag of a kind in words, also if the kind no longer knows it."""
    marks = all_kinds()[kind].marks if kind in all_kinds() else {}
    return marks.get(flag) or Mark(flag.replace("-", " ").capitalize())


def case_of(kind: str, case: str) -> str:
    """A policy's case of a kind in words, also if the kind no longer knows it. A case of some flag
    follows the name with `, when` and the flag."""
    name, _, flag = case.partition(", when ")
    words = all_kinds()[kind].cases.get(name) if kind in all_kinds() else None
    words = words or name.replace("-", " ").capitalize()
    return f"{words}: {mark_of(kind, flag).label.lower()}" if flag else words


def outcome_of(kind: str, name: str) -> Outcome:
    """An outcome of a kind by its name, also if the kind no longer knows it."""
    known = all_kinds()[kind].outcomes if kind in all_kinds() else {}
    return known.get(name) or Outcome(f"it is {name.replace('_', ' ')}")


def answers_in(kind: str, details: Mapping[str, Any] | None) -> Answers | None:
    """The answers that a declaration has, as they are kept; None if nobody can read them any more:
    they are erased, or the kind is gone, or asks other questions by now."""
    if details is None or kind not in all_kinds():
        return None
    try:
        return read(all_kinds()[kind].details, details, today=date.max)
    except InvalidError:
        return None


def brought_by(kind: Kind) -> Iterator[Brought]:
    """Every action that an outcome of a kind may bring."""
    for outcome in kind.outcomes.values():
        yield from outcome.brings


def only_way(kind: str, outcomes: Sequence[str], details: Any) -> str:
    """What the worker will have to do, such as "give it back", where nothing else can be decided;
    empty where that is open, or leaves them nothing to do."""
    if len(outcomes) != 1:
        return ""
    brings = outcome_of(kind, outcomes[0]).brings
    return next((each.words for each in brings if each.is_needed(details)), "")


def brought_named(kind: str, name: str | None) -> Brought | None:
    """An action that an outcome of a kind may bring, by its name; None if there is none."""
    known = brought_by(all_kinds()[kind]) if kind in all_kinds() else ()
    return next((each for each in known if each.name == name), None)


def brought_in_words(name: str) -> str:
    """What is to be done in an action that an outcome brings, by the action's name."""
    brought = _brought(name)
    return brought.words if brought else name


def once_done(name: str) -> str:
    """What was done once such an action is done; empty if there are no words for it."""
    brought = _brought(name)
    return brought.once_done if brought else ""


def _brought(name: str) -> Brought | None:
    all_of_them = (each for kind in all_kinds().values() for each in brought_by(kind))
    return next((each for each in all_of_them if each.name == name), None)
