"""Who may see a declaration of another kind, and who may do what with it, in each state."""

from __future__ import annotations

import pytest

from tests.answered import ANSWER, Declaration, States, lifting
from tests.gifts import act, taken, tell
from tests.server import Server

OTHERS = States()

FRIENDSHIP = {
    "service_ended_on": "2026-03-02",
    "asked_by": "service_user",
    "still_receiving_service": False,
    "still_vulnerable": "no",
    "imbalance_of_power": "no",
    "hoped_for": "To meet for coffee",
}
ACQUAINTANCE = {
    "relationship": "neighbour",
    "relationship_note": "Two doors away",
    "known_since": 2019,
    "found_out_how": "new_service_user",
    "key_worker_now": False,
}


@OTHERS.state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         409    404    409    409    404    404    404    403    404    401
    decision                409    404    409    409    404    404    404    403    404    401
    answer                  403    404    200    403    404    404    404    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     403    404    200    403    404    404    404    403    404    401
    information             200    404    403    403    404    404    404    403    404    401
    correction              200    404    403    403    404    404    404    403    404    401
    withdrawal              200    404    403    403    404    404    404    403    404    401
    review                  403    404    409    403    404    404    404    403    404    401
    """
)
def awaiting_answer(server: Server) -> Declaration:
    return tell(server, "amina", "post-service-friendship", FRIENDSHIP)


@OTHERS.state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         409    404    409    409    404    404    404    403    404    401
    decision                409    404    409    409    404    404    404    403    404    401
    answer                  403    404    409    403    404    404    404    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     403    404    409    403    404    404    404    403    404    401
    information             409    404    403    403    404    404    404    403    404    401
    correction              200    404    403    403    404    404    404    403    404    401
    withdrawal              409    404    403    403    404    404    404    403    404    401
    review                  403    404    409    403    404    404    404    403    404    401
    """
)
def answered(server: Server) -> Declaration:
    return act(server, "ben", awaiting_answer(server), "answer", ANSWER)


@OTHERS.state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         403    404    200    403    404    404    404    403    404    401
    decision                409    404    409    409    404    404    404    403    404    401
    answer                  409    404    409    409    404    404    404    403    404    401
    lift                    404    404    200    200    404    404    404    403    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     403    404    200    403    404    404    404    403    404    401
    information             200    404    403    403    404    404    404    403    404    401
    correction              200    404    403    403    404    404    404    403    404    401
    withdrawal              200    404    403    403    404    404    404    403    404    401
    review                  403    404    409    403    404    404    404    403    404    401
    """
)
def excluded_from_key_working(server: Server) -> Declaration:
    return tell(server, "amina", "prior-acquaintance", ACQUAINTANCE)


@OTHERS.state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         403    404    200    403    404    404    404    403    404    401
    decision                409    404    409    409    404    404    404    403    404    401
    answer                  409    404    409    409    404    404    404    403    404    401
    lift                    404    404    409    409    404    404    404    403    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     403    404    200    403    404    404    404    403    404    401
    information             200    404    403    403    404    404    404    403    404    401
    correction              200    404    403    403    404    404    404    403    404    401
    withdrawal              200    404    403    403    404    404    404    403    404    401
    review                  403    404    409    403    404    404    404    403    404    401
    """
)
def no_longer_excluded(server: Server) -> Declaration:
    declaration = excluded_from_key_working(server)
    body = {"reason": "They have moved away"}
    lifted = server.as_("ben").post(lifting(declaration), json=body)
    taken(lifted, 200)
    return declaration


@pytest.mark.parametrize("name", OTHERS)
def test_everybody_is_answered_as_the_table_says(server: Server, name: str) -> None:
    OTHERS.assert_everybody_is_answered(server, name)
