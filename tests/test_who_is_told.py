"""Who is told of a gift: each once, and somebody always where there is anybody."""

from __future__ import annotations

from register.directory.directory import Directory
from tests.cast import (
    A_TOKEN,
    CAST,
    SHORT_BREAKS,
    amended,
    cast,
    directed,
    joined,
    left,
    moved,
)
from tests.spec import declared, given


def test_nobody_is_told_twice_a_managers_own_gift_is_told_to_the_director_once():
    given(declared("gift", by="ben")).then_state(
        tells=["service_director:carol"], decides="service_director"
    )


def test_a_managers_own_token_is_told_to_whoever_is_above_them():
    given(declared("gift", by="ben", **A_TOKEN)).then_state(tells=["line_manager:carol"])


def test_a_managers_own_gift_under_004_is_for_their_own_manager():
    given(declared("gift", by="femi")).then_state(
        tells=["line_manager:dana"], waiting_for="line_manager"
    )


def test_a_directors_own_gift_goes_to_another_director_once():
    given(declared("gift", by="carol")).then_state(
        tells=["service_director:dana"], decides="service_director"
    )


def test_a_directors_own_gift_under_004_goes_to_another_director():
    given(declared("gift", by="dana")).then_state(tells=["line_manager:carol"])


def test_a_directors_own_gift_goes_to_the_next_director_above_them():
    above = cast(
        joined("zoe", service="riverside"),
        directed("riverside", "zoe"),
        moved("carol", under="zoe"),
    )
    given(declared("gift", by="carol"), directory=above).then_state(tells=["service_director:zoe"])


def test_a_manager_above_a_director_who_directs_nothing_is_told_as_manager():
    above = cast(joined("mo"), moved("carol", under="mo"))
    given(declared("gift", by="carol"), directory=above).then_state(
        tells=["service_director:dana", "line_manager:mo"]
    )


def test_other_directors_come_by_the_id_of_their_service():
    more = _with_service(_with_service(CAST, "aspen", "gus"), "zinnia", "eve")
    given(declared("gift", by="carol"), directory=more).then_state(tells=["service_director:gus"])


def test_a_director_who_is_also_the_line_manager_is_told_in_the_acting_role():
    under_carol = cast(moved("amina", under="carol"))
    given(declared("gift", by="amina"), directory=under_carol).then_state(
        tells=["service_director:carol"]
    )
    given(declared("gift", by="amina", **A_TOKEN), directory=under_carol).then_state(
        tells=["line_manager:carol"]
    )


def test_the_acting_role_comes_first_in_whatever_order_the_policy_tells_them(tmp_path):
    rule = '[kinds.gift.cases.received]\ntells = ["service_director", "line_manager"]'
    told = '[kinds.gift.cases.received]\ntells = ["line_manager", "service_director"]'
    turned = amended(tmp_path, SHORT_BREAKS, rule, told)
    given(declared("gift", by="ben"), policies=turned).then_state(tells=["service_director:carol"])


def test_a_manager_who_has_left_is_passed_over():
    without_ben = cast(left("ben"))
    given(declared("gift", by="amina", **A_TOKEN), directory=without_ben).then_state(
        tells=["line_manager:carol"]
    )


def test_where_all_above_have_left_another_director_is_told():
    alone = cast(left("ben"), left("carol"))
    given(declared("gift", by="amina"), directory=alone).then_state(tells=["service_director:dana"])


def test_where_there_is_nobody_at_all_it_is_taken_and_tells_nobody():
    nobody = cast(left("dana"), moved("carol", under=None))
    given(declared("gift", by="carol"), directory=nobody).then_state(
        tells=[], status="awaiting_decision"
    )


def _with_service(directory: Directory, service: str, director: str) -> Directory:
    services = {**directory.services}
    services[service] = type(services["riverside"])(service, service.title(), director)
    return Directory(directory.today, directory.people, services, directory.published)
