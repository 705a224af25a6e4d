"""What auditors see: the register as at any moment, entries, people then, two moments."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from events.directory import ServiceUserListed
from events.log.tables import entry_keys
from register.declarations.declaration import Declaration
from register.declarations.replaying import declarations_at
from register.policy import Policies
from tests.browser import HOME, Browser, Office, links, office, words
from tests.cast import (
    SHORT_BREAKS,
    SUPPORTED_LIVING,
    left,
    london,
    moved,
    shipped_text,
    told,
    write_pack,
)
from tests.postgres import PostgresAddress
from web.pages.audit.register import COLUMNS, safe

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEGAN = london("2026-09-01 10:00")


@dataclass(frozen=True)
class Story:
    """Amina's gift is decided on after 5 hours; Gus tells late of cash; Eve's gift is acknowledged
    after 26 hours; then Gus comes under Carol, and Eve declines something."""

    office: Office
    amina: UUID
    gus: UUID
    eve: UUID
    declined: UUID
    before_deciding: int
    before_moving: int

    @property
    def dev(self) -> Browser:
        return self.office.browser("dev")


@contextmanager
def told_story(folder: Path, url: str | None = None) -> Iterator[Story]:
    with office(folder, now=BEGAN, url=url) as here:
        register, clock = here.register, here.clock
        amina = here.declare("amina")
        before_deciding = here.log.last_position()
        clock.goes_on(5 * HOUR)
        register.decide("carol", str(amina), {"outcome": "return", "reason": "Above a token"})
        clock.goes_on(19 * HOUR)
        gus = here.declare("gus", happened_on="2026-08-20", form="cash", service_user="SU-1077")
        eve = here.declare("eve")
        clock.goes_on(26 * HOUR)
        register.acknowledge("femi", str(eve), {"note": "We talked about it", "actions": []})
        before_moving = here.log.last_position()
        leaves_on = london("2026-09-20 00:00").date()
        register.change_directory([moved("gus", under="carol"), left("ben", on=leaves_on)])
        clock.goes_on(DAY)
        declined = here.declare("eve", offer="declined")
        yield Story(here, amina, gus, eve, declined, before_deciding, before_moving)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with told_story(tmp_path_factory.mktemp("register")) as story:
        yield story


@pytest.fixture(scope="module")
def on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresAddress
) -> Iterator[Story]:
    with (
        postgres_server.temporary_database() as name,
        told_story(tmp_path_factory.mktemp("register"), postgres_server.url(name)) as story,
    ):
        yield story


@pytest.fixture(params=["story", "on_postgresql"])
def either(request: pytest.FixtureRequest) -> Story:
    """The same story on each engine in turn, for what the database answers."""
    return request.getfixturevalue(request.param)


PAGES = (
    "/register",
    "/register.csv",
    "/register/people",
    "/register/compare",
    "/entries",
    "/entries/1",
    "/policies/residential-short-breaks/2026-04-01",
)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("person", ["amina", "ben", "carol"])
def test_only_auditors_read_the_register_itself(story: Story, person: str, page: str) -> None:
    answer = story.office.browser(person).get(page)
    assert answer.status_code == 403
    assert "SU-1" not in answer.text


@pytest.mark.parametrize("page", PAGES[:-1])
def test_administrators_see_no_more_of_it_than_the_policies(story: Story, page: str) -> None:
    assert story.office.browser("ada").get(page).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_nobody_reads_it_without_signing_in(story: Story, page: str) -> None:
    answer = story.office.browser(None).get(page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_not_kept_by_browsers(story: Story, page: str) -> None:
    assert story.dev.get(page).headers.get("cache-control", "no-store") == "no-store"


# As at


def rows_of(story: Story, **asked: str) -> list[dict[str, str]]:
    answer = story.dev.get("/register.csv", **asked)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(StringIO(answer.text)))


def replayed(story: Story, position: int) -> list[Declaration]:
    """Newest first, as the list has them."""
    found = declarations_at(story.office.log, position)
    return sorted(found, key=lambda each: each.past[0].position, reverse=True)


def test_at_every_position_the_register_is_what_a_replay_says(either: Story) -> None:
    for position in range(1, either.office.log.last_position() + 1):
        expected = [
            (str(each.id), each.status, each.waiting_for or "", " ".join(each.ruling.flags))
            for each in replayed(either, position)
        ]
        rows = rows_of(either, as_at=str(position))
        assert [(r["id"], r["state"], r["waiting_for"], r["flags"]) for r in rows] == expected
        page = either.dev.get("/register", as_at=str(position))
        listed = re.findall(r"/declarations/([0-9a-f-]{36})", page.text)
        assert listed == [each[0] for each in expected]
        assert f"{len(expected)} declaration" in words(page)


@pytest.mark.parametrize(
    ("as_at", "how_many"),
    [
        ("2026-08-31", 0),
        ("2026-09-01 09:59", 0),
        ("2026-09-01 10:00", 1),
        ("2026-09-01T10:00:00", 1),
        ("2026-09-01T09:00:00Z", 0),
        ("2026-09-01T09:00:01Z", 1),
        ("2026-09-01", 1),
        ("2026-09-02 09:59:59", 1),
        ("2026-09-02 10:00", 3),
        ("2026-09-30", 4),
        ("", 4),
        ("0", 0),
        ("999999999999999999", 4),
    ],
)
def test_a_moment_is_asked_for_as_people_say_it(story: Story, as_at: str, how_many: int) -> None:
    assert len(rows_of(story, as_at=as_at)) == how_many


def test_an_entry_links_to_the_register_and_the_declaration_as_at_then(story: Story) -> None:
    page = story.dev.get(f"/entries/{story.before_deciding}")
    assert f"/register?as_at={story.before_deciding}" in links(page)
    assert f"/declarations/{story.amina}?as_at={story.before_deciding}" in links(page)


def test_rows_link_to_the_declaration_as_at_the_same_moment(story: Story) -> None:
    page = story.dev.get("/register", as_at="2026-09-01 12:00")
    (link,) = [each for each in links(page) if each.startswith("/declarations/")]
    then = story.dev.get(link)
    assert "Awaiting decision" in words(then)
    assert "Above a token" not in then.text


def test_any_entry_of_a_history_can_be_the_moment(story: Story) -> None:
    page = story.dev.get(f"/declarations/{story.amina}", as_at=str(story.before_deciding))
    assert "This is how it stood at 1 September 2026, 10:00" in words(page)
    moments = [
        each for each in links(page) if each.startswith(f"/declarations/{story.amina}?as_at=")
    ]
    assert len(moments) == 3
    assert "Above a token" in story.dev.get(moments[1]).text
    assert (
        "As at another moment"
        not in story.office.browser("amina").get(f"/declarations/{story.amina}").text
    )


# Filters


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"kind": "gift"}, "declined eve gus amina"),
        ({"service": "elm-house"}, "gus amina"),
        ({"worker": "eve"}, "declined eve"),
        ({"worker": "Eve Novak"}, "declined eve"),
        ({"status": "awaiting_action"}, "amina"),
        ({"flag": "cash"}, "gus"),
        ({"flag": "any"}, "declined gus"),
        ({"late": "true"}, "gus"),
        ({"late": "false", "service": "elm-house"}, "amina"),
        ({"received_from": "2026-09-02"}, "declined eve gus"),
        ({"received_to": "2026-09-02"}, "eve gus amina"),
        ({"received_from": "2026-09-02", "received_to": "2026-09-02"}, "eve gus"),
        ({"flag": "announced"}, ""),
    ],
)
def test_filters(either: Story, asked: dict[str, str], expected: str) -> None:
    wanted = [str(getattr(either, name)) for name in expected.split()]
    assert [row["id"] for row in rows_of(either, **asked)] == wanted
    page = either.dev.get("/register", **asked)
    assert re.findall(r"/declarations/([0-9a-f-]{36})", page.text) == wanted


def test_the_api_filters_alike(story: Story) -> None:
    answer = story.dev.get(
        "/api/declarations", late="true", flag="cash", received_from="2026-09-02"
    )
    assert [each["id"] for each in answer.json()["items"]] == [str(story.gus)]
    assert story.dev.get("/api/declarations", late="perhaps").status_code == 422
    assert story.dev.get("/api/declarations", flag="no-such-flag").status_code == 422


def test_a_service_user_is_looked_for_without_an_address(either: Story) -> None:
    answer = either.dev.post("/register", {"service_user": "su-1077"})
    assert answer.status_code == 200
    assert re.findall(r"/declarations/([0-9a-f-]{36})", answer.text) == [str(either.gus)]
    assert not [each for each in links(answer) if "su-1077" in each.lower()]
    rows = either.dev.post("/register.csv", {"service_user": "SU-1077"}).text.splitlines()
    assert len(rows) == 2


def test_a_reference_in_an_address_is_not_looked_at(story: Story) -> None:
    assert len(rows_of(story, service_user="SU-1077")) == 4


def test_what_has_an_address_is_sent_there(story: Story) -> None:
    answer = story.dev.post("/register", {"kind": "gift", "late": "", "as_at": "2026-09-02"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/register?as_at=2026-09-02&kind=gift"


@pytest.mark.parametrize("origin", ["https://elsewhere.test", "null", None])
@pytest.mark.parametrize("page", ["/register", "/register.csv"])
def test_it_is_not_searched_from_elsewhere(story: Story, page: str, origin: str | None) -> None:
    answer = story.dev.post(page, {"service_user": "SU-1077"}, headers={"origin": origin})
    assert answer.status_code == 403


def test_one_page_leads_to_the_next(story: Story) -> None:
    found, page = [], story.dev.get("/register", limit="3")
    found += re.findall(r"/declarations/([0-9a-f-]{36})", page.text)
    (following,) = [each for each in links(page) if "after=" in each]
    found += re.findall(r"/declarations/([0-9a-f-]{36})", story.dev.get(following).text)
    assert found == [str(each) for each in (story.declined, story.eve, story.gus, story.amina)]


# Counts and times


def test_counts_by_state_and_the_median_time(either: Story) -> None:
    page = words(either.dev.get("/register"))
    assert "4 declarations" in page
    assert "A gift 1 1 2 4 1 15 hours 30 minutes (of 2)" in page


def test_the_time_is_as_at_the_moment(either: Story) -> None:
    then = words(either.dev.get("/register", as_at="2026-09-02 12:00"))
    assert "5 hours (of 1)" in then
    assert "None yet" in words(either.dev.get("/register", as_at=str(either.before_deciding)))


# As CSV


def test_the_csv_has_ids_dates_states_flags_and_clauses(story: Story) -> None:
    (row,) = rows_of(story, flag="cash")
    assert tuple(row) == COLUMNS
    position = row.pop("position")
    assert position.isdecimal()
    assert row == {
        "id": str(story.gus),
        "kind": "gift",
        "worker": "gus",
        "service": "elm-house",
        "happened_on": "2026-08-20",
        "received_at": "2026-09-02T09:00:00Z",
        "state": "awaiting_decision",
        "waiting_for": "service_director",
        "due_at": "2026-09-09T16:00:00Z",
        "late": "yes",
        "flags": "cash",
        "policy": "residential-short-breaks",
        "version": "2026-04-01",
        "clause": "6.0 G",
    }


def test_the_csv_has_neither_words_nor_references(story: Story) -> None:
    answer = story.dev.get("/register.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="register-as-at-\d+.csv"', answer.headers["content-disposition"]
    )
    for word in ("SU-1", "RV-007", "frame", "token", "Amina", "talked"):
        assert word not in answer.text


def test_the_csv_is_whole_however_many_there_are(story: Story, monkeypatch) -> None:
    monkeypatch.setattr("web.pages.audit.register.MOST_AT_ONCE", 1)
    assert len(rows_of(story)) == 4


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_a_formula(begins: str) -> None:
    assert safe(f"{begins}HYPERLINK()") == f"'{begins}HYPERLINK()"
    assert safe("6.0 G=") == "6.0 G="


def test_a_policy_s_clause_is_no_formula_either(tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    packs.mkdir()
    write_pack(packs, SUPPORTED_LIVING, shipped_text(SUPPORTED_LIVING))
    write_pack(packs, SHORT_BREAKS, shipped_text(SHORT_BREAKS).replace('"6.0 G"', '"=1+1"'))
    with office(tmp_path, Policies(packs)) as here:
        here.declare("amina")
        text = here.browser("dev").get("/register.csv").text
    assert ",'=1+1," in text


# Entries


def test_every_entry_has_a_page(either: Story) -> None:
    last = either.office.log.last_position()
    for position in range(1, last + 1):
        page = either.dev.get(f"/entries/{position}")
        assert page.status_code == 200
        assert (f"/entries/{position + 1}" in links(page)) == (position < last)
        assert (f"/entries/{position - 1}" in links(page)) == (position > 1)


def test_an_entry_shows_what_is_plain_and_not_what_is_sealed(story: Story) -> None:
    page = story.dev.get(
        f"/entries/{story.office.register.unguarded.declaration(story.amina).position}"
    )
    assert "Action agreed" in words(page)
    assert "Sealed. They can be opened by whoever may see them." in words(page)
    assert "box" not in page.text.split("What it says in plain")[1]


def test_an_entry_says_when_its_words_are_erased(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        declaration = here.declare("amina")
        with here.log.database.write() as connection:
            connection.execute(
                sa.delete(entry_keys).where(entry_keys.c.originator_id == declaration)
            )
        position = here.register.unguarded.declaration(declaration).position
        page = here.browser("dev").get(f"/entries/{position}")
        assert "their key is destroyed" in words(page)
        assert here.browser("dev").get("/register").status_code == 200


@pytest.mark.parametrize("position", ["0", "-1", "x", "99999999", "9" * 18, "9" * 40, "1.5", "%00"])
def test_there_is_no_such_entry(story: Story, position: str) -> None:
    assert story.dev.get(f"/entries/{position}").status_code == 404


def test_the_last_entry_as_at_a_moment_is_found(story: Story) -> None:
    answer = story.dev.get("/entries", as_at="2026-09-01 10:00")
    assert answer.headers["location"] == f"/entries/{story.before_deciding}"


# People and policies then


def test_who_was_whose_line_manager_then(story: Story) -> None:
    then = story.dev.get("/register/people", as_at=str(story.before_moving)).text
    later = story.dev.get("/register/people").text
    assert manager_of(then, "gus") == "ben"
    assert manager_of(later, "gus") == "carol"


def manager_of(html: str, person: str) -> str:
    """The id in the branch that holds somebody's."""
    above: list[str] = []
    for mark, found in re.findall(r"(<ul|</ul|</li|<strong>)(?:[^<(]*\((\w+)\))?", html):
        if mark == "<strong>" and found:
            if found == person:
                return above[-1]
            above.append(found)
        elif mark == "</li" and above:
            above.pop()
    raise AssertionError(f"{person} is in no reporting line")


def test_which_policy_held_then(story: Story) -> None:
    page = story.dev.get("/register/people", as_at="2026-09-01")
    assert "/policies/residential-short-breaks/2026-04-01" in links(page)
    assert "Carol Price (carol)" in words(page)
    before = words(story.dev.get("/register/people", as_at="2026-01-01"))
    assert "There is nobody." in before


def test_a_policy_is_told_in_words(story: Story) -> None:
    page = words(story.dev.get("/policies/residential-short-breaks/2026-04-01"))
    assert "Turn down any personal gift of real worth." in page
    assert "Decision by the service director, within 5 working days." in page
    assert "The outcome: it may be kept, or it goes back." in page
    assert story.dev.get("/policies/residential-short-breaks/2027-04-01").status_code == 404
    assert story.dev.get("/policies/none/2026-04-01").status_code == 404


# Two moments


def compared(story: Story, first: str, second: str) -> str:
    answer = story.dev.get("/register/compare", **{"from": first, "to": second})
    assert answer.status_code == 200
    return answer.text


def test_what_is_new_and_what_changed_between_two_moments(story: Story) -> None:
    html = compared(story, str(story.before_deciding), str(story.before_moving))
    found = set(re.findall(r"/declarations/([0-9a-f-]{36})", html))
    assert found == {str(story.amina), str(story.gus), str(story.eve)}
    assert f"/declarations/{story.amina}?as_at={story.before_deciding}" in html
    assert "Nothing changed." in html


def test_it_is_what_two_replays_say(either: Story) -> None:
    last = either.office.log.last_position()
    for first in range(0, last, 3):
        for second in range(first, last + 1, 4):
            before = {each.id: state_of(each) for each in replayed(either, first)}
            after = {each.id: state_of(each) for each in replayed(either, second)}
            differing = {str(key) for key in after if before.get(key) != after[key]}
            html = compared(either, str(first), str(second))
            assert set(re.findall(r"/declarations/([0-9a-f-]{36})", html)) == differing


def state_of(declaration: Declaration) -> tuple[object, ...]:
    return declaration.status, declaration.ruling.flags, declaration.ruling.late


def test_the_reporting_lines_that_changed(story: Story) -> None:
    answer = story.dev.get("/register/compare", **{"from": str(story.before_moving)})
    page = words(answer)
    assert "Gus Hale (gus) Line manager Ben Okoro (ben) Carol Price (carol)" in page
    assert "Ben Okoro (ben) Left on none 20 September 2026" in page


def test_the_earlier_moment_comes_first_whichever_way_they_are_given(story: Story) -> None:
    one, other = str(story.before_deciding), str(story.before_moving)
    assert words_after_form(compared(story, one, other)) == words_after_form(
        compared(story, other, one)
    )


def words_after_form(html: str) -> str:
    return html.split("</form>", 1)[1]


# The stream of a service user has a random id, as a declaration's has


def test_a_service_user_s_stream_is_no_declaration(tmp_path: Path) -> None:
    listed = (ServiceUserListed.TOPIC,)
    with office(tmp_path) as here:
        (stream, *_) = [event.originator_id for event in here.log.after(topics=listed)]
        before = here.log.last_position()
        for page in (f"/declarations/{stream}", f"/api/declarations/{stream}"):
            assert here.browser("dev").get(page).status_code == 404
        body = told("gift", "amina")
        amina = here.browser("amina")
        headers = {"origin": HOME}
        answer = amina.call("PUT", f"/api/declarations/{stream}", json=body, headers=headers)
        assert answer.status_code == 409
        assert here.log.last_position() == before
        assert here.browser("dev").get("/api/declarations").json()["items"] == []


# What cannot be taken


BAD = [
    "tomorrow",
    "2026-13-01",
    "2026-02-30 10:00",
    "2026-09-01 25:00",
    "1800-01-01",
    "9999-12-31",
    "-1",
    "1e3",
    "٣",
    "\x00",
    "2026-09-01T10:00:00+99:00",
    "0" * 5000,
    "<script>alert(1)",
]


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize(
    ("page", "field"),
    [
        ("/register", "as_at"),
        ("/register.csv", "as_at"),
        ("/register/people", "as_at"),
        ("/register/compare", "from"),
        ("/entries", "as_at"),
    ],
)
def test_a_bad_moment_is_refused_in_words(story: Story, page: str, field: str, bad: str) -> None:
    answer = story.dev.get(page, **{field: bad})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "field",
    ["kind", "service", "worker", "status", "flag", "late", "received_from", "after", "limit"],
)
@pytest.mark.parametrize("bad", ["\x00", "'; --", "<b>", "x" * 3000, "2026/99/99", "é"])
def test_a_bad_filter_is_refused_in_words(story: Story, field: str, bad: str) -> None:
    for page in ("/register", "/register.csv"):
        answer = story.dev.get(page, **{field: bad})
        assert answer.status_code == 422
        assert "<b>" not in answer.text


def test_unknown_fields_do_not_matter(story: Story) -> None:
    assert story.dev.get("/register", nonsense="1").status_code == 200


def test_a_bad_reference_is_refused_in_words(story: Story) -> None:
    answer = story.dev.post("/register", {"service_user": "M. K. of room 3"})
    assert answer.status_code == 422
    assert "Give the case reference" in words(answer)
