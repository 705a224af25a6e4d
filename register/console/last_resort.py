"""Whether somebody is named with whom every alert ends: a server does not start without."""

from __future__ import annotations

from register.demo.marking import is_demo
from register.register import Register

AT_LEAST = 2


class NoLastResortError(Exception):
    """Nobody is named with whom alerts end that nobody else acts on."""


WHAT_TO_DO = (
    "Set REGISTER_LAST_RESORT to the ids of two or more people of the directory, with commas "
    "between, like carol,dana: they are asked where nobody else acts, so that no alert falls "
    "silent."
)


def check_last_resort(register: Register) -> None:
    """Raises `NoLastResortError` unless two people of the directory are named, one of whom at least
    works here. A demonstration needs nobody, nor does a register without anybody in its directory,
    which is still being set up. That one of two has left does not keep the register from starting
    again, as nobody could declare then: the administrator's page says it, and `/statusz`."""
    directory = register.read.directory()
    if is_demo(register.log) or not directory.people:
        return
    named = directory.last_resort
    unknown = [each for each in named if each not in directory.people]
    if unknown:
        raise NoLastResortError(f"The directory does not know {', '.join(unknown)}. {WHAT_TO_DO}")
    if len(set(named)) < AT_LEAST:
        raise NoLastResortError(f"Nobody is named as the last resort. {WHAT_TO_DO}")
    if not any(map(directory.is_here, named)):
        raise NoLastResortError(
            f"Nobody of the last resort works here any more: {', '.join(named)}. {WHAT_TO_DO}"
        )
