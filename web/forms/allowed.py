"""Checks who may do an act before they fill in its form; they refuse what the rule would."""

from __future__ import annotations

from register.acts.situation import Situation
from register.errors import ConflictError
from register.standing.acting import check_holds_role, check_is_worker, check_takes
from web.forms.act_form import Check
from web.requests.visit import Visit


def the_worker(doing: str) -> Check:
    """Only the declaration's worker may do it; `doing` says what, for the refusal."""

    def check(visit: Visit, situation: Situation) -> None:
        check_is_worker(situation, doing)

    return check


def whoever_must_act(call: str, doing: str, status: str | None = None) -> Check:
    """Only the line manager or service director who must act may do it.

    `status`: the status of declarations that take this `call`; if None, every declaration on
    which somebody must act takes it. `doing` says what they may do, for the refusal.
    """

    def check(visit: Visit, situation: Situation) -> None:
        ruling = situation.declaration.ruling
        is_taken = status in (None, ruling.status) and ruling.acts is not None
        check_takes(situation, call, takes=is_taken)
        check_holds_role(situation, doing)
        if situation.declaration.is_settled:
            raise ConflictError("This is settled already.")

    return check
