"""Of what few may know, whoever may not know of it learns nothing: every page and every call
answers as in a register without it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from events.alerts import AlertRaised
from tests.cast import audits, covered, directed, moved, told
from tests.test_a_sixth_kind import ROOT, copied_with, run
from tests.twins import (
    ALL,
    CONCERN,
    CONDUCT,
    EVERYBODY,
    GIFT,
    IT,
    LISTS,
    NOT_THERE,
    Twins,
    check_nothing_is_learned,
    twins_in,
)

DROPPED_IN = ROOT / "tests" / "examples" / "worry_about_a_colleague.py"
SEEN = "He was given a watch and hid it"
ABOUT_BEN = {"subject": "ben", "what_seen": SEEN, "at_risk_now": True}
OUTSIDERS = ("ada", "ben", "dev", "eve", "gus")
"""The administrator; the line manager, who is the subject; the auditor; a worker elsewhere; and a
colleague, who becomes the line manager."""
FAR = timedelta(days=60)
"""Until then it went on to whoever is asked last."""


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    with twins_in(tmp_path_factory.mktemp("twins")) as found:
        yield found


# A concern about the worker's own line manager, from its beginning to its end


def test_there_is_much_to_open() -> None:
    assert len(ALL) > 200
    assert any(at == f"/declarations/{IT}/acknowledgement" for _, at, _ in ALL)
    assert any(at == f"/register?kind={CONCERN}" for _, at, _ in LISTS)


def test_first_both_are_the_same(twins: Twins) -> None:
    check_nothing_is_learned(twins, ("dev",), LISTS)


def test_once_it_is_declared_nobody_else_learns_of_it(twins: Twins) -> None:
    twins.declared("amina", CONCERN, **ABOUT_BEN)
    assert check_nothing_is_learned(twins, OUTSIDERS) > 1000


def test_whoever_acts_and_the_auditor_of_what_few_may_know_see_it(twins: Twins) -> None:
    for person in ("amina", "carol", "rhea"):
        page = twins.with_it.browser(person).get(f"/declarations/{IT}")
        assert SEEN in page.text, person
        assert "Ben Okoro" in page.text, person
        assert "at risk now" in page.text, person
    listed = twins.with_it.browser("rhea").get(f"/api/declarations?kind={CONCERN}").json()["items"]
    assert [each["id"] for each in listed] == [str(IT)]
    assert listed[0]["flags"] == ["at-risk"]
    assert [each["person"] for each in listed[0]["tells"]] == ["carol"]


def test_that_the_auditor_of_what_few_may_know_looked_is_told_to_the_worker(twins: Twins) -> None:
    assert twins.with_it.browser("rhea").get(f"/declarations/{IT}").status_code == 200
    assert "Rhea" in twins.with_it.browser("amina").get(f"/declarations/{IT}/looked").text.title()


def test_of_its_entries_others_see_that_they_are_there_when_and_their_digest(twins: Twins) -> None:
    log = twins.with_it.log
    raised = [each for each in log.after() if isinstance(each, AlertRaised)]
    alerts = {each.originator_id for each in raised if each.subject.id == IT}
    of_it = {each.position for each in log.after() if each.originator_id in {IT, *alerts}}
    assert len(of_it) >= 2
    seen_by = {
        person: twins.with_it.browser(person).get("/api/entries?limit=200").json()["items"]
        for person in ("dev", "rhea")
    }
    for plain, whole in zip(*seen_by.values(), strict=True):
        assert plain["digest"] == whole["digest"]
        if plain["position"] in of_it:
            assert plain.keys() == {"position", "recorded_at", "digest", "spoiled"}
            assert {"stream", "event", "version", "state"} <= whole.keys()
        else:
            assert plain == whole
    for position in of_it:
        page = twins.with_it.browser("dev").get(f"/entries/{position}").text
        assert "Few may know what this entry is about" in page
        assert str(IT) not in page
        assert "declaration-made" not in page
        assert CONCERN not in page


def test_no_look_at_it_is_shown_to_whoever_may_not_know_of_it(twins: Twins) -> None:
    here = twins.with_it
    for person in ("carol", "rhea"):
        assert here.browser(person).get(f"/declarations/{IT}").status_code == 200
        assert here.browser(person).get(f"/declarations/{GIFT}").status_code == 200
    for address in ("/looks", "/looks.ndjson", "/api/looks?limit=200"):
        to_dev, to_rhea = (here.browser(each).get(address).text for each in ("dev", "rhea"))
        assert str(GIFT) in to_dev, address
        assert str(IT) not in to_dev, address
        assert str(IT) in to_rhea, address
    assert str(IT) in here.browser("amina").get("/looked").text
    assert str(IT) not in here.browser("ben").get("/api/looks?by=ben").text


def test_its_id_is_taken_and_that_is_all_there_is_to_learn(twins: Twins) -> None:
    body = told("gift", "gus")
    taken = twins.with_it.browser("gus").call(
        "PUT", f"/api/declarations/{IT}", json=body, headers={"origin": "http://register.test"}
    )
    assert taken.status_code == 409
    assert "current" not in taken.json()
    assert CONCERN not in taken.text


def test_what_is_done_about_it_is_not_seen_either(twins: Twins) -> None:
    twins.acted("carol", "ask", {"text": "When was it?"})
    twins.acted("amina", "inform", {"text": "On Monday"})
    check_nothing_is_learned(twins, ("ben", "dev"), LISTS)


def test_who_becomes_manager_director_or_cover_learns_nothing_of_what_is_about_them(
    twins: Twins,
) -> None:
    """Gus becomes her line manager; and Ben, whom it is about, the director, who covers for Carol
    and audits besides."""
    twins.happens(
        moved("amina", under="gus"),
        directed("elm-house", by="ben"),
        covered("carol", by="ben"),
        audits("ben"),
    )
    assert not twins.knows("ben")
    check_nothing_is_learned(twins, ("ben",))
    check_nothing_is_learned(twins, ("gus",), LISTS)


def test_who_is_its_subject_no_longer_does_not_learn_that_they_were(twins: Twins) -> None:
    about_gus = {**ABOUT_BEN, "subject": "gus"}
    details = told(CONCERN, "amina", **about_gus)["details"]
    twins.acted("amina", "correct", {"details": details, "reason": "It was Gus"})
    assert not twins.knows("ben")
    check_nothing_is_learned(twins, ("ben", "gus", "dev"), LISTS)


def test_to_whom_it_went_on_is_not_seen_by_others(twins: Twins) -> None:
    twins.goes_on(FAR)
    knows = {each for each in EVERYBODY if twins.knows(each)}
    assert {"ben", "gus", "dev", "ada"}.isdisjoint(knows)
    check_nothing_is_learned(twins, ("ben", "gus", "dev", "ada"), LISTS)


def test_every_entry_that_an_auditor_reads_is_there_without_it_too(twins: Twins) -> None:
    seen = [
        {each["stream"] for each in items if "stream" in each}
        for here in twins.both
        for items in [here.browser("dev").get("/api/entries?limit=200").json()["items"]]
    ]
    assert seen[0] <= seen[1]


# Whoever looks


def test_looks_at_lists_are_the_same_whether_or_not_it_was_on_them(tmp_path: Path) -> None:
    """Of the same list within an hour, once before it was there, and once after."""
    with twins_in(tmp_path) as twins:
        for when in range(2):
            if when:
                twins.declared("amina", CONCERN, subject="ben")
            for here in twins.both:
                for person in ("amina", "carol"):
                    for each in ("/api/declarations", f"/declarations/{GIFT}", "/service-user"):
                        here.browser(person).get(each)
        to_dev = [
            here.browser("dev").get("/api/looks?limit=200").json()["items"] for here in twins.both
        ]
        assert len(to_dev[0]) >= 4
        assert [_but_its_number(each) for each in to_dev[0]] == [
            _but_its_number(each) for each in to_dev[1]
        ]


def _but_its_number(look: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in look.items() if name != "number"}


# What somebody asks for by its name


@pytest.mark.parametrize("kind", [CONCERN, CONDUCT])
def test_an_id_that_is_not_there_is_answered_as_one_that_few_may_know(
    tmp_path: Path, kind: str
) -> None:
    with twins_in(tmp_path) as twins:
        twins.declared("amina", kind)
        gus = twins.with_it.browser("gus")
        for part in ("", "/history", "?as_at=1", "/photographs/" + NOT_THERE):
            answers = [gus.get(f"/api/declarations/{each}{part}") for each in (str(IT), NOT_THERE)]
            assert {each.status_code for each in answers} == {404}
            assert answers[0].text.replace(str(IT), NOT_THERE) == answers[1].text
        check_nothing_is_learned(twins, ("gus", "ada"), LISTS)


# Whoever it is about, and whoever declares


SUBJECTS = [
    *((CONCERN, "amina", each) for each in EVERYBODY if each not in ("amina", "ben")),
    *((CONCERN, "eve", each) for each in ("femi", "dana", "amina", "ada", "rhea")),
    *((CONDUCT, each, None) for each in ("amina", "ben", "carol", "eve", "femi", "dana")),
]


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("kind", "worker", "subject"), SUBJECTS)
def test_nobody_learns_of_it_whomever_it_is_about(
    tmp_path: Path, kind: str, worker: str, subject: str | None
) -> None:
    answers = {} if subject is None else {"subject": subject, "at_risk_now": True}
    with twins_in(tmp_path, worker) as twins:
        twins.declared(worker, kind, **answers)
        know = {each for each in EVERYBODY if twins.knows(each)}
        assert worker in know
        assert subject not in know
        assert know <= {worker, "ben", "carol", "femi", "dana", "rhea"}
        compared = check_nothing_is_learned(twins, [each for each in EVERYBODY if each not in know])
        twins.goes_on(FAR)
        others = [each for each in EVERYBODY if not twins.knows(each)]
        compared += check_nothing_is_learned(twins, others)
        print(f"{kind} of {worker} about {subject}: {compared} answers are the same")


@pytest.mark.long
def test_the_tests_of_every_kind_hold(tmp_path: Path) -> None:
    copy = copied_with(DROPPED_IN, "kinds", tmp_path)
    run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_every_kind.py")
