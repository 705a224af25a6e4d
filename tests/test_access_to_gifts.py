"""Who may see a gift, and who may do what with it, in each of its states."""

from __future__ import annotations

import pytest

from tests.answered import Declaration, States
from tests.gifts import act, declare
from tests.server import Server

KEEP = {"outcome": "keep", "reason": "It is small"}
RETURN = {"outcome": "return", "reason": "It is too much"}

GIFTS = States()


@GIFTS.state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         409    404    409    409    404    404    404    403    404    401
    decision                403    404    403    200    404    404    404    403    404    401
    answer                  409    404    409    409    404    404    404    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     403    404    403    200    404    404    404    403    404    401
    information             200    404    403    403    404    404    404    403    404    401
    correction              200    404    403    403    404    404    404    403    404    401
    withdrawal              200    404    403    403    404    404    404    403    404    401
    review                  403    404    403    409    404    404    404    403    404    401
    """
)
def awaiting_decision(server: Server) -> Declaration:
    return declare(server)


@GIFTS.state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         409    404    409    409    404    404    404    403    404    401
    decision                403    404    403    200    404    404    404    403    404    401
    answer                  409    404    409    409    404    404    404    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     403    404    403    200    404    404    404    403    404    401
    information             200    404    403    403    404    404    404    403    404    401
    correction              200    404    403    403    404    404    404    403    404    401
    withdrawal              200    404    403    403    404    404    404    403    404    401
    review                  403    404    403    409    404    404    404    403    404    401
    """
)
def awaiting_decision_and_information(server: Server) -> Declaration:
    return act(server, "carol", declare(server), "information-request", {"text": "Who gave it?"})


@GIFTS.state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         409    404    409    409    404    404    404    403    404    401
    decision                403    404    403    409    404    404    404    403    404    401
    answer                  409    404    409    409    404    404    404    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              200    404    403    403    404    404    404    403    404    401
    information-request     403    404    403    409    404    404    404    403    404    401
    information             200    404    403    403    404    404    404    403    404    401
    correction              200    404    403    403    404    404    404    403    404    401
    withdrawal              409    404    403    403    404    404    404    403    404    401
    review                  403    404    403    409    404    404    404    403    404    401
    """
)
def to_be_returned(server: Server) -> Declaration:
    return act(server, "carol", declare(server), "decision", RETURN)


@GIFTS.state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         409    404    409    409    404    404    404    403    404    401
    decision                403    404    403    409    404    404    404    403    404    401
    answer                  409    404    409    409    404    404    404    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     403    404    403    409    404    404    404    403    404    401
    information             409    404    403    403    404    404    404    403    404    401
    correction              200    404    403    403    404    404    404    403    404    401
    withdrawal              409    404    403    403    404    404    404    403    404    401
    review                  403    404    403    409    404    404    404    403    404    401
    """
)
def kept(server: Server) -> Declaration:
    return act(server, "carol", declare(server), "decision", KEEP)


@GIFTS.state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         409    404    409    409    404    404    404    403    404    401
    decision                409    404    409    409    404    404    404    403    404    401
    answer                  409    404    409    409    404    404    404    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     403    404    200    200    404    404    404    403    404    401
    information             409    404    403    403    404    404    404    403    404    401
    correction              200    404    403    403    404    404    404    403    404    401
    withdrawal              200    404    403    403    404    404    404    403    404    401
    review                  409    404    409    409    404    404    404    403    404    401
    """
)
def closed_at_once(server: Server) -> Declaration:
    return declare(server, offer="declined")


@GIFTS.state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         409    404    409    409    404    404    404    403    404    401
    decision                403    404    403    409    404    404    404    403    404    401
    answer                  409    404    409    409    404    404    404    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     403    404    403    200    404    404    404    403    404    401
    information             200    404    403    403    404    404    404    403    404    401
    correction              200    404    403    403    404    404    404    403    404    401
    withdrawal              200    404    403    403    404    404    404    403    404    401
    review                  403    404    403    200    404    404    404    403    404    401
    """
)
def taken_back(server: Server) -> Declaration:
    return act(server, "amina", declare(server), "withdrawal", {"reason": "Not mine"})


@GIFTS.state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         409    404    409    409    404    404    404    403    404    401
    decision                403    404    403    409    404    404    404    403    404    401
    answer                  409    404    409    409    404    404    404    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     403    404    403    409    404    404    404    403    404    401
    information             409    404    403    403    404    404    404    403    404    401
    correction              409    404    403    403    404    404    404    403    404    401
    withdrawal              409    404    403    403    404    404    404    403    404    401
    review                  403    404    403    409    404    404    404    403    404    401
    """
)
def withdrawn(server: Server) -> Declaration:
    return act(
        server, "carol", taken_back(server), "review", {"stands": False, "reason": "Not hers"}
    )


@GIFTS.state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     404    404    404    404    200    200    200    200    404    401
    GET history             404    404    404    404    200    200    200    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         404    404    404    404    403    200    403    403    404    401
    decision                404    404    404    404    409    409    409    403    404    401
    answer                  404    404    404    404    409    409    409    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     404    404    404    404    403    200    403    403    404    401
    information             404    404    404    404    200    403    403    403    404    401
    correction              404    404    404    404    200    403    403    403    404    401
    withdrawal              404    404    404    404    200    403    403    403    404    401
    review                  404    404    404    404    403    409    403    403    404    401
    """
)
def awaiting_acknowledgement(server: Server) -> Declaration:
    return declare(server, "eve")


@GIFTS.state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     404    404    404    404    200    200    200    200    404    401
    GET history             404    404    404    404    200    200    200    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         404    404    404    404    403    409    403    403    404    401
    decision                404    404    404    404    409    409    409    403    404    401
    answer                  404    404    404    404    409    409    409    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    403    403    200    403    404    401
    information-request     404    404    404    404    403    409    403    403    404    401
    information             404    404    404    404    200    403    403    403    404    401
    correction              404    404    404    404    200    403    403    403    404    401
    withdrawal              404    404    404    404    409    403    403    403    404    401
    review                  404    404    404    404    403    409    403    403    404    401
    """
)
def awaiting_a_directors_action(server: Server) -> Declaration:
    action = {"what": "Write to the family", "by": "dana", "due_on": "2099-01-31"}
    body = {"note": "Talked about it", "actions": [action]}
    return act(server, "femi", declare(server, "eve"), "acknowledgement", body)


@GIFTS.state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     404    404    404    404    200    200    200    200    404    401
    GET history             404    404    404    404    200    200    200    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         404    404    404    404    403    409    403    403    404    401
    decision                404    404    404    404    409    409    409    403    404    401
    answer                  404    404    404    404    409    409    409    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     404    404    404    404    403    409    403    403    404    401
    information             404    404    404    404    409    403    403    403    404    401
    correction              404    404    404    404    200    403    403    403    404    401
    withdrawal              404    404    404    404    409    403    403    403    404    401
    review                  404    404    404    404    403    409    403    403    404    401
    """
)
def acknowledged(server: Server) -> Declaration:
    body = {"note": "Talked about it", "actions": []}
    return act(server, "femi", declare(server, "eve"), "acknowledgement", body)


@GIFTS.state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     404    404    200    200    404    404    404    200    404    401
    GET history             404    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         404    404    409    409    404    404    404    403    404    401
    decision                404    404    403    200    404    404    404    403    404    401
    answer                  404    404    409    409    404    404    404    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     404    404    403    200    404    404    404    403    404    401
    information             404    404    200    403    404    404    404    403    404    401
    correction              404    404    200    403    404    404    404    403    404    401
    withdrawal              404    404    200    403    404    404    404    403    404    401
    review                  404    404    403    409    404    404    404    403    404    401
    """
)
def a_line_managers_own(server: Server) -> Declaration:
    return declare(server, "ben")


@GIFTS.state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     404    404    404    200    404    404    200    200    404    401
    GET history             404    404    404    200    404    404    200    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         404    404    404    409    404    404    409    403    404    401
    decision                404    404    404    403    404    404    200    403    404    401
    answer                  404    404    404    409    404    404    409    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     404    404    404    403    404    404    200    403    404    401
    information             404    404    404    200    404    404    403    403    404    401
    correction              404    404    404    200    404    404    403    403    404    401
    withdrawal              404    404    404    200    404    404    403    403    404    401
    review                  404    404    404    403    404    404    409    403    404    401
    """
)
def a_directors_own(server: Server) -> Declaration:
    return declare(server, "carol")


@pytest.mark.parametrize("name", GIFTS)
def test_everybody_is_answered_as_the_table_says(server: Server, name: str) -> None:
    GIFTS.assert_everybody_is_answered(server, name)
