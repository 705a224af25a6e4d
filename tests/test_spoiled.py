"""One spoiled entry stays one: it is shown as such where it stands, and everything else goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from events.event import SpoiledEntry
from events.log.log import Log
from register.errors import ConflictError, NotFoundError
from register.register import Register
from tests.at_length import ENGINES, ONE_ENGINE
from tests.browser import Office, office, words
from tests.cast import KEYRING, POLICIES
from tests.logs import destroy_keys
from tests.spoiling import Hand, hand

CANNOT = "cannot be read; the register's keeper has been told"
KEEP = {"outcome": "keep", "reason": "A farewell"}


class Spoilt:
    """A gift that was declared and kept, and another; and a hand in the database."""

    def __init__(self, here: Office, url: str, of: Hand) -> None:
        self.here, self.url, self.hand = here, url, of
        self.gift, self.other = here.declare("amina"), here.declare("amina")
        self.register = here.register
        self.register.decide("carol", str(self.gift), KEEP)
        self.made, self.decided = (
            event.position for event in self.register.read.history("amina", str(self.gift))
        )

    @contextmanager
    def spoiled(self, position: int) -> Iterator[None]:
        """As one who overwrites a key leaves it."""
        with self.hand.instead(position, "entry_keys", "wrapped", 0):
            yield

    @contextmanager
    def started_anew(self) -> Iterator[Office]:
        with closing(Register(Log(self.url, KEYRING, clock=self.here.clock), POLICIES)) as again:
            yield Office(again, self.here.clock)


@pytest.fixture(params=ONE_ENGINE)
def spoilt(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Spoilt]:
    url = f"sqlite:///{tmp_path / 'register.sqlite'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    with office(tmp_path, url=url) as here, hand(url) as of:
        yield Spoilt(here, url, of)


on_both_engines = pytest.mark.parametrize("spoilt", ENGINES, indirect=True)


@on_both_engines
def test_a_spoiled_decision_is_shown_where_it_stands_and_its_words_are_not_called_erased(
    spoilt: Spoilt,
) -> None:
    with spoilt.spoiled(spoilt.decided):
        for person in ("amina", "carol", "dev"):
            page = spoilt.here.browser(person).get(f"/declarations/{spoilt.gift}")
            assert page.status_code == 200
            assert f"This entry {CANNOT}." in words(page)
            assert f"Entry {spoilt.decided} of the register, about this, cannot" in words(page)
            assert "erased" not in words(page).replace("Ask that this be erased", "")
        found = spoilt.register.read.declaration("carol", str(spoilt.gift))
        assert (found.status, found.decision) == ("closed", None), "as the lists have it"
        assert found.details is not None, "what was declared can be read"
        assert found.spoiled == (spoilt.decided,)
    again = spoilt.register.read.declaration("carol", str(spoilt.gift))
    assert again.decision is not None
    assert again.spoiled == ()


def test_of_a_declaration_whose_first_entry_is_spoiled_the_lists_are_known(spoilt: Spoilt) -> None:
    whole = spoilt.register.read.declaration("carol", str(spoilt.gift))
    with spoilt.spoiled(spoilt.made):
        found = spoilt.register.read.declaration("carol", str(spoilt.gift))
        assert (found.details, found.service_user) == (None, None)
        same = ("kind", "worker", "service", "happened_on", "received_at", "status", "told")
        assert {name: getattr(found, name) for name in same} == {
            name: getattr(whole, name) for name in same
        }
        assert found.decision == whole.decision
        page = words(spoilt.here.browser("amina").get("/mine"))
        assert "it cannot be read" in page
        assert "Cannot be read" in page
        assert "erased" not in page
        with pytest.raises(NotFoundError):
            spoilt.register.read.declaration("gus", str(spoilt.gift))


def test_whoever_settled_what_only_those_see_who_act_sees_it_on_as_the_lists_do(
    spoilt: Spoilt,
) -> None:
    accused = spoilt.here.declare("amina", "own-conduct")
    said = {"note": "Talked", "actions": [], "duties_considered": "None"}
    spoilt.register.acknowledge("ben", str(accused), said)
    acknowledged = spoilt.register.read.history("ben", str(accused))[-1].position
    with spoilt.spoiled(acknowledged):
        assert spoilt.register.read.declaration("ben", str(accused)).spoiled == (acknowledged,)
        with pytest.raises(NotFoundError):
            spoilt.register.read.declaration("carol", str(accused))


def test_nobody_acts_on_it_and_whoever_may_not_know_of_it_learns_nothing(spoilt: Spoilt) -> None:
    before = spoilt.register.log.last_position()
    with spoilt.spoiled(spoilt.made):
        for act in (spoilt.register.reopen, spoilt.register.add_note, spoilt.register.withdraw):
            with pytest.raises(ConflictError, match="keeper has been told"):
                act("carol", str(spoilt.gift), {"reason": "Again"})
            with pytest.raises(NotFoundError):
                act("gus", str(spoilt.gift), {"reason": "Again"})
        answer = spoilt.here.browser("amina").post(
            f"/api/declarations/{spoilt.gift}/withdrawal", json={"reason": "By mistake"}
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
        assert answer.json()["current"]["spoiled"] == [spoilt.made]
        form = spoilt.here.browser("carol").get(f"/declarations/{spoilt.gift}/note")
        assert form.status_code == 409
    assert spoilt.register.log.last_position() == before


def test_everything_else_goes_on(spoilt: Spoilt) -> None:
    with spoilt.spoiled(spoilt.made), spoilt.started_anew() as here:
        for person, paths in {
            "amina": ("/", "/mine", "/news"),
            "ben": ("/", "/team", "/inbox", "/exclusions"),
            "carol": ("/", "/inbox", "/team"),
            "dev": ("/register", "/register.csv", "/entries", f"/entries/{spoilt.made}"),
        }.items():
            answers = {path: here.browser(person).get(path).status_code for path in paths}
            assert set(answers.values()) <= {200, 303}, answers
        assert here.browser("dev").get("/api/entries").status_code == 200
        another = here.declare("amina")
        here.register.decide("carol", str(another), KEEP)
        here.register.decide("carol", str(spoilt.other), KEEP)


@on_both_engines
def test_a_spoiled_entry_of_the_directory_ends_nothing(spoilt: Spoilt) -> None:
    """Ben, the line manager, is one of whom nothing is known then; others act on."""
    [joined] = [
        event.position
        for event in spoilt.register.log.after()
        if getattr(event, "person", None) == "ben" and event.TOPIC == "person-joined"
    ]
    for column in ("wrapped", "topic"):
        table = "entries" if column == "topic" else "entry_keys"
        with spoilt.hand.instead(joined, table, column, 0):
            assert "ben" in spoilt.register.read.directory().people, "the last that could be read"
            with spoilt.started_anew() as here:
                assert "ben" not in here.register.read.directory().people
                made = here.register.unguarded.declaration(here.declare("amina"))
                assert made is not None
                assert "carol" in made.told
                page = here.browser("ada").get("/people")
                assert page.status_code == 200
                if column == "wrapped":
                    assert f"What entry {joined} says about people" in words(page)


def test_an_exclusion_stands_although_its_declaration_cannot_be_read(spoilt: Spoilt) -> None:
    known = spoilt.here.declare("gus", "prior-acquaintance")
    [made] = spoilt.register.read.history("gus", str(known))
    reference = spoilt.register.read.declaration("gus", str(known)).service_user
    assert reference is not None
    assert spoilt.register.key_working.standing("carol", "gus", reference)
    with spoilt.spoiled(made.position):
        assert spoilt.register.key_working.standing("carol", "gus", reference)
        page = words(spoilt.here.browser("carol").get("/exclusions"))
        assert "Cannot be read" in page


WELL = {"status": "ok", "red": {}, "spoiled": [], "shortcomings": [], "unattended": {}}


def test_the_status_names_its_position_and_forgets_it_once_it_is_put_right(spoilt: Spoilt) -> None:
    nobody = spoilt.here.browser(None)
    assert nobody.get("/statusz").json() == WELL
    with spoilt.spoiled(spoilt.decided):
        spoilt.here.browser("amina").get("/mine")
        red = {"status": "degraded", "red": {"entries": ["spoiled"]}, "spoiled": [spoilt.decided]}
        for _ in range(2):
            told = nobody.get("/statusz")
            assert (told.status_code, told.json()) == (503, WELL | red)
        assert nobody.get("/healthz").json() == {"status": "ok"}
    assert nobody.get("/statusz").json() == WELL


def test_what_is_erased_is_not_spoiled(spoilt: Spoilt) -> None:
    destroy_keys(spoilt.register.log, spoilt.gift)
    page = words(spoilt.here.browser("carol").get(f"/declarations/{spoilt.gift}"))
    assert "erased" in page
    assert "cannot be read" not in page
    assert spoilt.here.browser(None).get("/statusz").json()["status"] == "ok"


def test_an_entry_that_was_moved_away_leaves_a_gap_that_is_seen(spoilt: Spoilt) -> None:
    with spoilt.hand.instead(spoilt.made, "entries", "originator_id", 3):
        found = spoilt.register.read.declaration("carol", str(spoilt.gift))
        gap, decided = found.past
        assert isinstance(gap, SpoiledEntry)
        assert "version 1 of its stream" in gap.why
        assert decided.position == spoilt.decided
        with pytest.raises(ConflictError):
            spoilt.register.reopen("carol", str(spoilt.gift), {"reason": "Again"})


def test_an_auditor_sees_where_it_stands_and_nothing_of_what_it_says_now(spoilt: Spoilt) -> None:
    with spoilt.hand.instead(spoilt.decided, "entries", "state", 40):
        dev = spoilt.here.browser("dev")
        assert "This entry cannot be read" in words(dev.get(f"/entries/{spoilt.decided}"))
        entries = dev.get("/api/entries", limit="200").json()["items"]
        [shown] = [each for each in entries if each["spoiled"]]
        assert shown.keys() == {"position", "recorded_at", "digest", "spoiled"}
        assert shown["position"] == spoilt.decided


@on_both_engines
def test_an_edited_outcome_is_noticed(spoilt: Spoilt) -> None:
    """What passed every command once."""
    query = "SELECT state FROM entries WHERE id = ?"
    [(state,)] = spoilt.hand.ask(query, spoilt.decided)
    edited = bytes(state).replace(b'"outcome":"keep"', b'"outcome":"return"')
    assert edited != bytes(state)
    spoilt.hand.ask("UPDATE entries SET state = ? WHERE id = ?", edited, spoilt.decided)
    found = spoilt.register.read.declaration("carol", str(spoilt.gift))
    assert (found.spoiled, found.decision) == ((spoilt.decided,), None)
    (event,) = spoilt.register.log.after(spoilt.decided - 1, spoilt.decided, words=False)
    assert isinstance(event, SpoiledEntry)
    assert event.originator_id == UUID(str(spoilt.gift))
