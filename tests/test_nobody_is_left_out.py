"""Nobody is left without an answer: who acts where the one named cannot, and for those who left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from events.declarations import ActionCompleted, InformationAdded
from register.acts.acknowledging import acknowledge
from register.acts.completing import complete
from register.acts.deciding import decide
from register.acts.informing import inform
from register.acts.requesting import ask
from register.alerts.alerting import follow, pass_on
from register.alerts.duties import duties
from register.alerts.sorts import DECLARATIONS
from register.alerts.whose_move import whose_move
from register.declarations.matter import Matter
from register.declarations.names import Because, Role
from register.directory.directory import Directory
from register.errors import ForbiddenError, NotFoundError
from register.standing.acting import Standing, role_of
from register.standing.holding import holder_of
from register.standing.seeing import may_see
from register.standing.unheld import Unheld, unheld
from tests.browser import Office, words
from tests.cast import CAST, GIVEN_BACK, NOW, cast, directed, joined, left, moved
from tests.spec import Story, declared, did, given, said

FRAME = declared("gift", by="amina")
TO_RETURN = did(decide, "carol", {"outcome": "return", "reason": "Too much"})
ASKED = did(ask, "carol", {"text": "Who else was there?"})
WITHOUT_AMINA = cast(left("amina"))
A_ROLE = Role.SERVICE_DIRECTOR


def directors_own(
    directory: Directory, *subjects: str, director: str = "carol"
) -> tuple[str, Because] | None:
    """Who acts on what a director of Elm House declares, about these colleagues."""
    matter = Matter(director, "elm-house", A_ROLE, frozenset(subjects))
    holder = holder_of(directory, A_ROLE, matter)
    return None if holder is None else (holder.person, holder.because)


# A director's own


RESERVE = directed("elm-house", "carol", reserve="ben")


def test_a_directors_own_goes_to_the_next_director_above():
    above = cast(RESERVE, moved("carol", under="dana"))
    assert directors_own(above) == ("dana", Because.NEXT_ABOVE)


def test_else_it_goes_to_the_reserve_of_the_service():
    assert directors_own(cast(RESERVE)) == ("ben", Because.RESERVE)
    under_gus = cast(RESERVE, moved("carol", under="gus"))  # who directs nothing
    assert directors_own(under_gus) == ("ben", Because.RESERVE)


def test_else_it_goes_to_the_first_other_director_by_service():
    assert directors_own(CAST) == ("dana", Because.ANOTHER_DIRECTOR)
    assert directors_own(cast(RESERVE, left("ben"))) == ("dana", Because.ANOTHER_DIRECTOR)


@pytest.mark.parametrize(
    ("last_resort", "subjects", "expected"),
    [
        (("eve", "gus"), (), ("eve", Because.LAST_RESORT)),
        (("carol", "gus"), (), ("gus", Because.LAST_RESORT)),
        (("nobody-known", "gus"), (), ("gus", Because.LAST_RESORT)),
        (("eve", "gus"), ("eve",), ("gus", Because.LAST_RESORT)),
        (("eve", "gus"), ("eve", "gus"), None),
        ((), (), None),
    ],
)
def test_else_it_goes_to_the_first_of_the_last_resort_who_is_not_barred(
    last_resort, subjects, expected
):
    alone = replace(cast(left("dana")), last_resort=last_resort)
    assert directors_own(alone, *subjects) == expected


def test_whoever_acts_in_their_place_is_told_sees_it_and_decides():
    alone = replace(cast(left("dana")), last_resort=("eve", "gus"))
    story = given(declared("gift", by="carol"), directory=alone)
    story.then_state(tells=["service_director:eve"])
    assert may_see(alone.people["eve"], story.state, alone)
    assert not may_see(alone.people["gus"], story.state, alone)
    assert role_of(Standing(story.state, alone.people["eve"], alone), "eve") == A_ROLE
    keep = {"outcome": "keep", "reason": "A farewell"}
    story.when(decide, by="eve", body=keep).then_state(status="closed")
    story.when(decide, by="gus", body=keep).then_refused(NotFoundError)


# Those who have left


def moved_to(story: Story, after: Directory) -> list[str | None]:
    """Whom the open alerts about it pass to."""
    raised = follow(DECLARATIONS, None, story.state, CAST, NOW)
    held = {each.originator_id: (each.person, each.for_person) for each in raised}
    passed = pass_on(DECLARATIONS, story.state, held, after, NOW)
    return sorted({each.person for each in passed})


def test_what_a_worker_was_to_do_who_has_left_is_for_the_role_that_acts():
    story = given(FRAME, TO_RETURN)
    assert moved_to(story, WITHOUT_AMINA) == ["carol"]
    found = whose_move(story.state, WITHOUT_AMINA)
    assert found is not None
    assert found.person == "carol"
    done = story.when(complete, by="carol", body=GIVEN_BACK, directory=WITHOUT_AMINA)
    done.then(said(ActionCompleted, completed_by="carol")).then_state(status="closed")
    story.when(complete, by="ben", body=GIVEN_BACK, directory=WITHOUT_AMINA).then_refused(
        ForbiddenError
    )


def test_what_a_colleague_was_to_do_who_has_left_is_for_the_role_that_acts():
    story = given(
        declared("personal-number", by="amina"),
        did(
            acknowledge,
            "ben",
            {
                "note": "Talked",
                "actions": [{"what": "Bar it", "by": "carol", "due_on": "2026-11-20"}],
            },
        ),
    )
    assert moved_to(story, cast(left("carol"))) == ["dana"]  # as service director
    assert moved_to(story, cast(left("ben"))) == []


def test_a_question_to_a_worker_who_has_left_is_for_the_role_that_acts():
    story = given(FRAME, ASKED)
    assert moved_to(story, WITHOUT_AMINA) == ["carol"]
    answer = {"text": "I rang her: her sister"}
    said_by_carol = story.when(inform, by="carol", body=answer, directory=WITHOUT_AMINA)
    said_by_carol.then(said(InformationAdded, added_by="carol")).then_state(
        waiting_for="service_director"
    )


@pytest.mark.parametrize(
    ("steps", "by", "directory"),
    [
        ((FRAME, ASKED), "carol", CAST),  # the worker is here
        ((FRAME, ASKED), "ben", WITHOUT_AMINA),  # the role that acts is another's
        ((FRAME,), "carol", WITHOUT_AMINA),  # nobody asked anything
    ],
)
def test_nobody_else_adds_information_for_a_worker(steps, by, directory):
    given(*steps).when(inform, by=by, body={"text": "So it was"}, directory=directory).then_refused(
        ForbiddenError, words="Only the worker"
    )


def test_nothing_waits_for_somebody_who_has_left():
    for steps in ((FRAME, TO_RETURN), (FRAME, ASKED), (FRAME,)):
        state = given(*steps).state
        assert "amina" not in {duty.person for duty in duties(state, WITHOUT_AMINA).values()}


# What the administrator is shown


def test_while_everybody_named_is_here_every_role_is_held():
    assert list(unheld(CAST)) == []


def test_a_role_whose_holder_has_left_is_shown_with_who_acts_instead():
    found = list(unheld(cast(left("ben"))))
    assert [(each.role, each.named, each.workers) for each in found] == [
        (Role.LINE_MANAGER, "ben", ("amina", "gus"))
    ]
    assert found[0].instead is not None
    assert found[0].instead.person == "carol"
    gone = {each.service: each.instead for each in unheld(cast(left("dana")))}
    assert gone["riverside"] is not None
    assert gone["riverside"].person == "carol"


def test_a_director_whose_own_reaches_nobody_is_shown():
    found = list(unheld(cast(left("dana"))))
    assert Unheld(A_ROLE, "carol", "elm-house", workers=("carol",)) in found


def test_a_worker_whose_own_reaches_nobody_is_shown():
    nobody = cast(*map(left, ("ben", "carol", "dana")))
    expected = Unheld(Role.LINE_MANAGER, "ben", workers=("amina", "gus"))
    assert expected in list(unheld(nobody))


def test_without_an_auditor_or_an_administrator_it_is_said():
    found = {each.role for each in unheld(cast(left("dev"), left("ada")))}
    assert found == {Role.AUDITOR, Role.ADMINISTRATOR}


def test_the_administrators_page_names_the_roles_that_nobody_holds(here: Office):
    ada = here.browser("ada")
    assert "everybody who is named for a role is here" in words(ada.get("/people"))
    events = [left("ben"), left("dev"), directed("riverside", "dana", reserve="femi")]
    here.register.change_directory([*events, joined("zoe", under="nobody-known")])
    page = words(ada.get("/people"))
    assert (
        "Line manager of Amina Yusuf (amina), Gus Hale (gus): Ben Okoro (ben) is not here, so "
        "Carol Price (carol) (as the next above in the reporting line) acts." in page
    )
    assert "Line manager of zoe: nobody-known is not here" in page
    assert "Auditor: there is nobody." in page
    assert "in reserve: Femi Ade (femi)" in page


def test_a_reserve_without_any_other_role_opens_the_pages_too(here: Office):
    here.register.change_directory([directed("elm-house", "carol", reserve="ada")])
    gift = here.declare("carol")
    ada = here.browser("ada")
    assert f"/declarations/{gift}" in ada.get("/").text
    assert ada.get(f"/declarations/{gift}").status_code == 200
