"""Who looked, in a plain sentence."""

from __future__ import annotations

from collections.abc import Callable

from events.names import Role, Shown
from register.reading.looks.look import Look, Seen
from register.standing.seeing import WhyReads

DID = {
    Shown.DECLARATION: "read it",
    Shown.HISTORY: "read its history",
    Shown.PHOTOGRAPH: "saw a photograph of it",
    Shown.ENTRY: "saw an entry about it",
    Shown.LIST: "saw it on a list",
    Shown.KEY_WORKING: "saw whose key worker its worker must not be",
    Shown.EXPORT: "took it out with an export",
    Shown.REFUSAL: "asked for what they may not see, and was refused",
}
ON_NOTHING = {Shown.ENTRY: "saw entries of the register"}
"""What is said where it was about no declaration."""
BESIDE = "saw it in a few words beside another one"
AS = {
    Role.WORKER: "as the worker",
    Role.LINE_MANAGER: "as line manager",
    Role.SERVICE_DIRECTOR: "as service director",
    Role.AUDITOR: "as auditor",
    Role.AUDITOR_RESTRICTED: "as auditor of what few may know",
}
TO_WORKER = {
    WhyReads.TOLD: "they were told of it",
    WhyReads.LINE_ABOVE: "they are in your reporting line",
    WhyReads.DIRECTS: "they direct the service",
    WhyReads.ACTS: "they act on it, or settled it",
    WhyReads.AUDITS: "they audit the register",
    WhyReads.AUDITS_RESTRICTED: "they audit what few may know",
}
"""The reasons as they are said to the worker."""
ERASED = "A look whose words are erased, or that cannot be read."


def told(
    look: Look | None, seen: Seen | None, name: Callable[[str], str], *, to_worker: bool = False
) -> str:
    """Who looked, at what, in which role and why; `seen` is the declaration that it is about."""
    if look is None:
        return ERASED
    if seen is None:
        return f"{name(look.by)} {ON_NOTHING.get(look.shown) or DID[look.shown]}."
    did = BESIDE if seen.is_beside else DID[look.shown]
    if to_worker and look.shown == Shown.KEY_WORKING:
        did = "saw whose key worker you must not be"
    role = f", {AS[seen.role]}" if seen.role in AS else ""
    return f"{name(look.by)} {did}{role}{_because(seen.why, to_worker=to_worker)}."


def _because(why: WhyReads | None, *, to_worker: bool) -> str:
    if why is None:
        return ""
    return f", because {TO_WORKER.get(why, why) if to_worker else why}"
