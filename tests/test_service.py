"""The service that a declaration is for: its policy holds, and its director hears of it."""

from __future__ import annotations

from typing import Any

import pytest

from events.declarations import DeclarationMade
from register.acts.declaring import declare
from register.errors import ConflictError, InvalidError
from tests.cast import cast, joined, told
from tests.spec import Step, Story, declared, did, given, said

NOBODY_KNOWS = "XX-9"
NOT_KNOWN = "This reference is not known here: say which service it was at."
"""The reference of somebody whom the directory does not list."""
OF_BOTH = cast(joined("bo", under="ben", services=("elm-house", "riverside")))
OF_A_BANK = cast(joined("bo", under="ben", services=()))


def refused(body: dict[str, Any], by: str = "bo", **world: Any) -> str:
    story = Story(None, given(declared("gift", by="amina"), **world).world)
    return str(story.when(declare, by=by, body=body).then_refused(InvalidError, field="service"))


def by_bo(**more: Any) -> Step:
    return declared("gift", by="bo", **more)


# The service user's


def test_a_gift_at_another_service_is_decided_there_and_told_to_the_worker_s_own_manager():
    given(declared("gift", by="eve", service_user="SU-1042")).then_state(
        status="awaiting_decision",
        service="elm-house",
        decides="service_director",
        tells=["service_director:carol", "line_manager:femi"],
    )


def test_the_policy_is_that_of_the_service_user_s_service():
    token = {"token": True, "worth": "1.00"}
    eve = given(declared("gift", by="eve", service_user="SU-1042", **token)).state
    assert (eve.ruling.source.policy, eve.status) == ("residential-short-breaks", "closed")
    amina = given(declared("gift", by="amina", service_user="RV-007", **token)).state
    assert (amina.ruling.source.policy, amina.service) == ("supported-living", "riverside")
    assert amina.status == "awaiting_acknowledgement"


def test_somebody_whom_a_service_no_longer_supports_is_still_of_that_service():
    given(declared("gift", by="eve", service_user="SU-1077")).then_state(service="elm-house")


@pytest.mark.parametrize("named", ["riverside", "elm-house"])
def test_where_they_are_known_their_service_counts_whatever_the_worker_names(named):
    step = declared("gift", by="eve", service_user="SU-1042", service=named)
    given(step).then_state(service="elm-house")


# Else the one that is named, which is one of the worker's own


def test_of_several_services_the_worker_names_the_one_it_was():
    given(by_bo(service_user=NOBODY_KNOWS, service="riverside"), directory=OF_BOTH).then_state(
        service="riverside", status="awaiting_acknowledgement"
    )


def test_nobody_names_a_service_that_is_not_theirs():
    body = told("gift", "eve", service_user=NOBODY_KNOWS, service="elm-house")
    assert refused(body, by="eve") == "Elm House is no service of yours; name one that is."


@pytest.mark.parametrize("service_user", [NOBODY_KNOWS, "SU-1042"])
def test_a_service_that_there_is_not_is_named_in_the_refusal(service_user):
    body = told("gift", "amina", service_user=service_user, service="moon")
    assert refused(body, by="amina") == "No service here has the id 'moon'."


def test_a_worker_of_a_bank_may_name_any_service():
    step = by_bo(service_user=NOBODY_KNOWS, service="riverside")
    given(step, directory=OF_A_BANK).then_state(service="riverside")


def test_a_service_is_words_of_some_length():
    given().when(declare, by="amina", body={**told("gift", "amina"), "service": ""}).then_refused(
        InvalidError, field="service"
    )


# Else the worker's first


def test_without_a_word_it_is_the_worker_s_first_service():
    step = by_bo(service_user=NOBODY_KNOWS)
    given(step, directory=OF_BOTH).then_state(service="elm-house")
    given(declared("gift", by="eve", service_user=NOBODY_KNOWS)).then_state(service="riverside")


def test_a_worker_of_a_bank_has_to_say_which_service_it_was_at():
    body = told("gift", "bo", service_user=NOBODY_KNOWS)
    assert refused(body, directory=OF_A_BANK) == NOT_KNOWN


def test_a_worker_of_a_bank_need_not_say_it_where_the_service_user_is_known():
    given(by_bo(service_user="RV-007"), directory=OF_A_BANK).then_state(service="riverside")


# The same again


def test_another_service_named_under_the_same_id_is_another_declaration():
    story = given(by_bo(service_user=NOBODY_KNOWS, service="riverside"), directory=OF_BOTH)
    body = told("gift", "bo", service_user=NOBODY_KNOWS, service="elm-house")
    story.when(declare, by="bo", body=body).then_refused(ConflictError)


def test_the_same_said_again_says_nothing_although_the_service_is_no_longer_theirs():
    body = told("gift", "bo", service_user=NOBODY_KNOWS, service="riverside")
    story = given(did(declare, "bo", body), directory=OF_BOTH)
    gone = cast(joined("bo", under="ben"))
    story.when(declare, by="bo", body=body, directory=gone).then_nothing_is_said()


def test_the_same_said_again_says_nothing_although_they_moved_to_another_service():
    body = told("gift", "eve", service_user="SU-1042")
    elsewhere = cast().serving({"SU-1042": "riverside"})
    story = given(did(declare, "eve", body))
    story.when(declare, by="eve", body=body, directory=elsewhere).then_nothing_is_said()


def test_what_the_worker_named_is_kept_beside_what_counts():
    body = told("gift", "eve", service_user="SU-1042", service="riverside")
    given().when(declare, by="eve", body=body).then(
        said(DeclarationMade, service="elm-house", named_service="riverside")
    )
