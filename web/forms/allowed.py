"""Whose an act is: refused to all others before anything is filled in, as its rule would."""

from __future__ import annotations

from register.acts.situation import Situation
from register.errors import ConflictError
from register.standing.acting import check_holds_role, check_is_worker, check_takes
from web.forms.act_form import Check
from web.requests.visit import Visit


def the_worker(doing: str) -> Check:
    """Whoever made the declaration: only they may `doing`."""

    def check(visit: Visit, situation: Situation) -> None:
        check_is_worker(situation, doing)

    return check


def whoever_must_act(call: str, doing: str, status: str | None = None) -> Check:
    """Whoever a declaration waits for above its worker: only they may `doing`.

    Of this `status` are the declarations that take `call`; without one, all that wait for
    somebody above.
    """

    def check(visit: Visit, situation: Situation) -> None:
        ruling = situation.declaration.ruling
        is_taken = status in (None, ruling.status) and ruling.acts is not None
        check_takes(situation, call, takes=is_taken)
        check_holds_role(situation, doing)
        if situation.declaration.is_settled:
            raise ConflictError("This is settled already.")

    return check
