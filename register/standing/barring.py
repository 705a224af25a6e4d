"""Who is barred from a declaration, whatever they are: they never hold a role for it, are never
told of it, and never read it."""

from __future__ import annotations

from register.declarations.matter import Matter
from register.directory.directory import Directory
from register.standing.roles import ROLES


def is_barred(person: str, matter: Matter, directory: Directory) -> bool:
    """Whether somebody must not know of it: whoever it is or ever was about, and whoever in the
    worker's line reports to them, unless they are the one named to act.

    If nobody can read any more whom it is about, everybody is barred. The worker reads their own,
    also where they are barred.
    """
    if matter.subjects is None or person in matter.subjects:
        return True
    return (
        not matter.subjects.isdisjoint(directory.line_above(person))
        and person in directory.line_above(matter.worker)
        and not _acts(person, matter, directory)
    )


def may_not_cover(person: str, matter: Matter, directory: Directory) -> bool:
    """Whether somebody who covers for another must not know of it in that place: they are barred,
    or it is or was about somebody whom they report to."""
    if is_barred(person, matter, directory) or matter.subjects is None:
        return True
    return not matter.subjects.isdisjoint(directory.line_above(person))


def _acts(person: str, matter: Matter, directory: Directory) -> bool:
    """Whether the directory names them for the role that must act."""
    return matter.acts is not None and ROLES[matter.acts].named(directory, matter) == person
