"""The register as CSV: every field that an auditor may see, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import re
from io import StringIO
from pathlib import Path

import pytest

from register.kinds import all_kinds
from register.policy import Policies
from tests.auditing import Story, rows_of
from tests.browser import Office, office, words
from tests.cast import SHORT_BREAKS, SUPPORTED_LIVING, shipped_text, write_pack
from web.pages.audit.as_csv import safe


def test_names_stand_beside_ids_and_london_time_beside_utc(story: Story) -> None:
    (row,) = rows_of(story, flag="cash")
    expected = {
        "id": str(story.gus),
        "reference": story.gus.hex[:6].upper(),
        "kind_name": "A gift",
        "worker": "gus",
        "worker_name": "Gus Hale",
        "service": "elm-house",
        "service_name": "Elm House",
        "service_user": "SU-1077",
        "happened_on": "2026-08-20",
        "received_at": "2026-09-02T09:00:00Z",
        "received_at_london": "2026-09-02 10:00:00",
        "state": "awaiting_decision",
        "state_name": "Awaiting decision",
        "waiting_for": "service_director",
        "waits_for": "carol",
        "waits_for_name": "Carol Price",
        "due_at": "2026-09-09T16:00:00Z",
        "due_at_london": "2026-09-09 17:00:00",
        "overdue": "no",
        "late": "yes",
        "flags": "cash",
        "policy": "residential-short-breaks",
        "version": "2026-04-01",
        "clause": "6.0 G",
        "house_rule": "yes",
        "told": "carol ben",
        "told_names": "Carol Price, Ben Okoro",
    }
    assert {name: row[name] for name in expected} == expected


def test_what_was_declared_and_what_was_settled_is_in_it(story: Story) -> None:
    rows = {row["id"]: row for row in rows_of(story)}
    amina, eve = rows[str(story.amina)], rows[str(story.eve)]
    assert amina["details.worth"]
    assert amina["details.item"] in amina["what"]
    assert amina["decision_outcome_name"] == "it goes back"
    assert (amina["decision_by_name"], amina["decision_reason"]) == ("Carol Price", "Above a token")
    assert amina["actions"].startswith("give it back (Amina Yusuf, by 2026-")
    assert (eve["acknowledged_by"], eve["acknowledged_note"]) == ("femi", "We talked about it")
    assert eve["acknowledged_at_london"] == "2026-09-03 12:00:00"


def test_every_question_of_every_kind_has_a_column(story: Story) -> None:
    (row, *_) = rows_of(story)
    asked = {name for kind in all_kinds().values() for name in kind.details.model_fields}
    assert {f"details.{name}" for name in asked} <= row.keys()


def test_as_at_a_moment_it_waits_for_whoever_acted_then(story: Story) -> None:
    (row,) = rows_of(story, as_at=str(story.before_deciding))
    assert (row["waits_for"], row["decision_reason"], row["overdue"]) == ("carol", "", "no")


def test_each_kind_has_what_was_said_of_it(here: Office) -> None:
    told = {
        "prior-acquaintance": ("details.relationship", "ben"),
        "out-of-hours-encounter": ("details.place", "ben"),
        "personal-number": ("details.contact_kind", "ben"),
        "post-service-friendship": ("details.hoped_for", "ben"),
    }
    for kind in told:
        here.declare("gus", kind)
    text = here.browser("dev").get("/register.csv").text
    rows = {row["kind"]: row for row in csv.DictReader(StringIO(text))}
    for kind, (column, waits_for) in told.items():
        assert rows[kind][column], kind
        assert rows[kind]["waits_for"] == waits_for, kind


def test_it_is_a_file_of_its_own(story: Story) -> None:
    answer = story.dev.get("/register.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="register-as-at-\d+.csv"', answer.headers["content-disposition"]
    )
    assert answer.headers["cache-control"] == "no-store"


def test_it_is_whole_however_many_there_are(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.pages.audit.as_csv.READ_AT_ONCE", 1)
    assert len(rows_of(story)) == 4


@pytest.mark.parametrize("field", ["service", "worker"])
@pytest.mark.parametrize("page", ["/register", "/register.csv"])
def test_what_is_not_in_the_directory_is_refused_before_anything_is_sent(
    story: Story, page: str, field: str
) -> None:
    answer = story.dev.get(page, **{field: "no-such-one"})
    assert answer.status_code == 422
    assert f"{field.capitalize()} Choose one from the list." in words(answer)


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\xa0@"])
def test_no_cell_is_a_formula(begins: str) -> None:
    assert safe(f"{begins}HYPERLINK()") == f"'{begins}HYPERLINK()"
    assert safe("6.0 G=") == "6.0 G="


def test_what_a_worker_wrote_is_no_formula(here: Office) -> None:
    here.declare("amina", item='=HYPERLINK("http://x.test","Open")')
    (row,) = csv.DictReader(StringIO(here.browser("dev").get("/register.csv").text))
    assert row["details.item"].startswith("'=")


def test_a_policy_s_clause_is_no_formula_either(tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    packs.mkdir()
    write_pack(packs, SUPPORTED_LIVING, shipped_text(SUPPORTED_LIVING))
    write_pack(packs, SHORT_BREAKS, shipped_text(SHORT_BREAKS).replace('"6.0 G"', '"=1+1"'))
    with office(tmp_path, Policies(packs)) as here:
        here.declare("amina")
        text = here.browser("dev").get("/register.csv").text
    assert ",'=1+1," in text
