"""A link that is not used ends once its person needs it no more, or is no longer who they were."""

from __future__ import annotations

from datetime import timedelta

import pytest

from events.names import How
from register.access.means import PROOFS
from tests.browser import Office
from tests.cast import A_DAY, TODAY
from tests.changing_the_directory import alter
from tests.sessions import verified
from tests.test_links import came_in, made_for, opened


def test_a_link_ends_when_its_person_comes_in_otherwise(here: Office) -> None:
    """It works at once, as it was made for somebody who could not sign in."""
    code = made_for(here, "amina")
    here.register.signing_in.accept(here.register.signing_in.invite("amina"))
    assert opened(here, code).status_code == 404
    assert here.register.linking.pending("amina") is None


@pytest.mark.parametrize("how", sorted(PROOFS))
def test_a_link_ends_whenever_its_person_proves_who_they_are(here: Office, how: How) -> None:
    """Whoever found their phone again needs no link, and somebody else may have it by now."""
    verified(here.register, "amina")
    code = made_for(here, "amina")
    verified(here.register, "amina", how)
    assert here.register.linking.pending("amina") is None
    here.clock.goes_on(A_DAY)
    assert opened(here, code).status_code == 404


def test_a_link_ends_when_they_prove_it_in_a_session_that_goes_on(here: Office) -> None:
    session = verified(here.register, "amina")
    code = made_for(here, "amina")
    here.register.signing_in.verified(session, How.PASSWORD, here.register.now())
    here.clock.goes_on(A_DAY)
    assert opened(here, code).status_code == 404


def test_another_link_proves_nothing_and_ends_none(here: Office) -> None:
    verified(here.register, "amina")
    code = made_for(here, "amina")
    here.register.signing_in.accept(here.register.signing_in.invite("amina"))
    here.clock.goes_on(A_DAY)
    assert came_in(here, opened(here, code)) == "amina"


def test_whoever_left_does_not_come_back_by_a_link(here: Office) -> None:
    code = made_for(here, "amina")
    alter(here.register, None, "amina", left_on=TODAY - A_DAY)
    here.clock.goes_on(timedelta(hours=1))
    alter(here.register, None, "amina", left_on=None)
    assert opened(here, code).status_code == 404
    assert came_in(here, opened(here, made_for(here, "amina"))) == "amina"


def test_a_link_by_one_person_does_not_work_for_whoever_stands_above_by_now(here: Office) -> None:
    code = made_for(here, "amina")
    alter(here.register, None, "eve", line_manager="amina")
    assert opened(here, code).status_code == 404
