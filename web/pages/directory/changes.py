"""The changes that wait for a second person: each is approved, declined, or withdrawn."""

from __future__ import annotations

import re

from starlette.responses import Response

from register.errors import ConflictError, MalformedError
from web.requests.visit import Visit, to

PATH = "/people/changes"
APPROVE, DECLINE = "approve", "decline"
DONE = {
    APPROVE: "You agreed. A change is made at once; a link, by whoever asked for it.",
    DECLINE: "The change will not be made.",
}


def show(visit: Visit) -> Response:
    return _page(visit)


def decide(visit: Visit) -> Response:
    change, decided = visit.path["change"], str(visit.form.get("decided", ""))
    if decided not in DONE:
        raise MalformedError("This form could not be read; please try again.")
    register = visit.register
    try:
        if decided == APPROVE:
            register.approve(visit.by, change)
        else:
            register.decline(visit.by, change)
    except ConflictError as error:
        return _page(visit, str(error))
    return to(f"{PATH}?done={decided}")


def _page(visit: Visit, refused: str | None = None) -> Response:
    return visit.page(
        "changes.html",
        "Changes that wait",
        status=409 if refused else 200,
        errors=[{"text": refused}] if refused else [],
        back="/",
        waiting=visit.register.waiting_changes(visit.by),
        done=None if refused else _done(visit),
    )


def _done(visit: Visit) -> str | None:
    """What was just done, as the page's address says."""
    numbers = [visit.query.get(name, "") for name in ("made", "waiting")]
    if all(re.fullmatch(r"[0-9]{1,6}", each) for each in numbers):
        made, waiting = map(int, numbers)
        first = f"{made} {'change is' if made == 1 else 'changes are'} recorded. " if made else ""
        return f"{first}{waiting} {'waits' if waiting == 1 else 'wait'} for a second person."
    return DONE.get(visit.query.get("done", ""))
