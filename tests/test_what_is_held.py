"""What is held about somebody who asks: all of it, without what is others', and each gap with its
reason; of what few may know, no sign."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from events.requests import BundleMade
from register.erasing.requests import Request
from register.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from tests.browser import HOME, Office, office, words
from tests.cast import A_DAY, NOW, TODAY, joined
from tests.pictures import picture

OFFICERS = ("otto", "olga")
OURS = {"origin": HOME}
OWN, OTHERS, MANAGERS, FEARED = "Zygomorphic frame", "Quokka reason", "Wapiti note", "Ocelot rumour"
"""What the worker wrote, the director, the line manager, and a colleague about the worker."""


class There:
    """What is held about Amina: a gift with a photograph, a meeting, a concern about her, and
    somebody else's concern on which nobody asked her."""

    def __init__(self, here: Office) -> None:
        self.here = here
        register = here.register
        register.change_directory(
            [joined(each, roles=("data_protection_officer",)) for each in OFFICERS]
        )
        self.gift = here.declare("amina", item=f"{OWN}, Carol Price said, of SU-1042")
        register.add_photograph("amina", str(self.gift), str(uuid4()), picture())
        said = {"outcome": "return", "reason": f"{OTHERS} of Ben Okoro"}
        register.decide("carol", str(self.gift), said)
        self.met = here.declare("amina", "out-of-hours-encounter")
        register.acknowledge("ben", str(self.met), {"note": MANAGERS, "actions": []})
        self.concern = here.declare(
            "gus", "colleague-concern", subject="amina", what_seen=f"{FEARED} of Amina"
        )
        self.elsewhere = here.declare("eve")

    @property
    def requests(self) -> Any:
        return self.here.register.protection.requests

    def ask(self, by: str = "otto", **about: str) -> Request:
        found: Request = self.requests.receive(by, {**about, "received_on": str(TODAY)})
        return found

    def make(self, request: Request, by: str = "otto", **more: str) -> dict[str, Any]:
        made = self.requests.make(by, str(request.id), {"form": "json", **more})
        found: dict[str, Any] = json.loads(made.content)
        return found

    def give(self, request: Request, declaration: UUID, withheld: str, by: str = "otto") -> None:
        said = {"withheld": withheld, "is_given": True, "reason": "They know of it"}
        self.requests.decide(by, str(request.id), {"declaration": str(declaration), **said})


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[There]:
    with office(tmp_path_factory.mktemp("held")) as here:
        yield There(here)


def declared_in(bundle: dict[str, Any]) -> set[str]:
    return {each["id"] for each in bundle["declarations"]}


# What is in it


def test_a_worker_is_given_all_that_they_declared_and_all_that_is_held_besides(
    there: There,
) -> None:
    bundle = there.make(there.ask(person="amina"))
    assert declared_in(bundle) == {str(there.gift), str(there.met)}
    text = json.dumps(bundle)
    assert OWN in text
    assert "amina@example.org" in text
    (photograph,) = (
        bundle["declarations"][0]["photographs"] or bundle["declarations"][1]["photographs"]
    )
    assert photograph["picture"].startswith("/9j/")
    for section in ("directory", "alerts", "notices", "looked_at_it", "left_out"):
        assert section in bundle
    assert any(each["to"] == "complete" for each in bundle["alerts"])


def test_nothing_that_others_wrote_or_that_names_them_is_in_it(there: There) -> None:
    bundle = there.make(there.ask(person="amina"))
    text = json.dumps(bundle)
    for theirs in (OTHERS, MANAGERS, FEARED, "Carol", "Price", "Ben", "Okoro", "Gus", "SU-1042"):
        assert theirs not in text, theirs
    for person in ("carol", "ben", "gus", "otto", "olga"):
        assert f'"{person}"' not in text, person


def test_each_gap_says_why_and_the_register_keeps_it(there: There) -> None:
    request = there.ask(person="amina")
    bundle = there.make(request)
    because = {each["because"] for each in bundle["left_out"]}
    assert {"somebody else wrote it", "it is another person", "it names somebody else"} <= because
    made = [
        each
        for each in there.here.log.stream(request.id)
        if isinstance(each, BundleMade) and each.words is not None
    ]
    assert made[-1].words is not None
    assert [each.place for each in made[-1].words.masked] == [
        each["place"] for each in bundle["left_out"]
    ]


def test_an_officer_gives_what_others_wrote_but_not_who_they_are(there: There) -> None:
    request = there.ask(person="amina")
    there.give(request, there.gift, "words")
    text = json.dumps(there.make(request))
    assert OTHERS in text
    assert "Okoro" not in text
    assert MANAGERS not in text


def test_an_officer_leaves_out_more_where_they_say_so(there: There) -> None:
    text = json.dumps(there.make(there.ask(person="amina"), hidden="zygomorphic"))
    assert "Zygomorphic" not in text
    assert "the officer left it out" in text


def test_a_service_user_is_given_what_concerns_them_without_the_workers_words(
    there: There,
) -> None:
    bundle = there.make(there.ask(service_user="SU-1042"))
    text = json.dumps(bundle)
    assert str(there.gift) in declared_in(bundle)
    assert "60.00" in text  # a sum is in nobody's words
    assert '"SU-1042"' in text
    for theirs in (OWN, OTHERS, MANAGERS, "Amina", "Yusuf", '"amina"', "Carol", "/9j/"):
        assert theirs not in text, theirs


def test_it_can_be_read_as_a_pdf_with_a_title_a_language_and_described_pictures(
    there: There,
) -> None:
    made = there.requests.make("otto", str(there.ask(person="amina").id), {"form": "pdf"})
    assert made.content.startswith(b"%PDF-")
    for mark in (b"/Lang (en-GB)", b"/Outlines", b"/StructTreeRoot", b"/Alt "):
        assert mark in made.content, mark


# Of what few may know


def test_of_a_concern_about_them_there_is_no_sign(there: There) -> None:
    bundle = there.make(there.ask(person="amina"))
    text = json.dumps(bundle)
    for sign in (str(there.concern), "concern", "Concern", "restricted"):
        assert sign not in text, sign
    # nor of what Gus declared, in what is held about him, as long as nobody decides otherwise
    assert str(there.concern) not in json.dumps(there.make(there.ask(person="gus")))


def test_an_officer_who_is_not_barred_may_decide_otherwise_and_that_is_kept(there: There) -> None:
    request = there.ask(person="amina")
    there.give(request, there.concern, "restricted")
    bundle = there.make(request)
    assert str(there.concern) in declared_in(bundle)
    assert FEARED not in json.dumps(bundle)  # what others wrote is still left out
    (decided,) = [each for each in there.here.log.stream(request.id) if "decided" in each.TOPIC]
    assert decided.decided_by == "otto"  # type: ignore[attr-defined]


def test_for_a_barred_officer_it_is_not_there_whatever_another_decided(there: There) -> None:
    about_otto = there.here.declare("gus", "colleague-concern", subject="otto")
    request = there.ask(by="olga", person="gus")
    there.give(request, about_otto, "restricted", by="olga")
    assert str(about_otto) in declared_in(there.make(request, by="olga"))
    with pytest.raises(NotFoundError):
        there.give(request, about_otto, "restricted")
    assert str(about_otto) not in json.dumps(there.make(request))
    page = there.here.browser("otto").get(f"/requests/{request.id}")
    assert str(about_otto)[:6].upper() not in page.text


def test_by_which_role_somebody_was_named_is_left_out_with_their_id(there: There) -> None:
    concern = there.here.declare("gus", "colleague-concern", subject="line_manager")
    request = there.ask(person="gus")
    there.give(request, concern, "restricted")
    found = {each["id"]: each for each in there.make(request)["declarations"]}
    said = found[str(concern)]["entries"][0]["words"]
    left_out = "[left out: it is another person]"
    assert (said["details"]["subject"], said["named_as"]) == (left_out, left_out)


# Who may, and what is kept


@pytest.mark.parametrize("by", ["amina", "carol", "dev", "ada"])
def test_nobody_but_an_officer_does_any_of_it(there: There, by: str) -> None:
    with pytest.raises(ForbiddenError):
        there.ask(by=by, person="gus")


def test_another_officer_deals_with_what_an_officer_asks_for(there: There) -> None:
    with pytest.raises(ForbiddenError):
        there.ask(person="otto")
    request = there.ask(by="olga", person="otto")
    with pytest.raises(NotFoundError):
        there.make(request)
    assert request.id not in {each.id for each in there.requests.known_to("otto")}


def test_putting_it_together_is_a_look_that_the_worker_sees(there: There) -> None:
    otto = there.here.browser("otto")
    request = there.ask(person="amina")
    sent = otto.post(f"/requests/{request.id}/bundle", {"form": "json"})
    assert sent.headers["content-type"] == "application/json"
    assert sent.headers["content-disposition"] == 'attachment; filename="what-is-held.json"'
    assert sent.headers["cache-control"] == "no-store"
    page = words(there.here.browser("amina").get(f"/declarations/{there.gift}/looked"))
    assert "took it out with an export" in page


def test_no_reference_or_name_stands_in_an_address_or_in_plain_in_the_log(there: There) -> None:
    otto = there.here.browser("otto")
    sent = otto.post("/requests", {"service_user": "SU-1042", "received_on": "16/11/2026"})
    assert "SU-1042" not in sent.headers["location"]
    entries = there.here.log.recorder.select_notifications(1, 1000)
    ours = [each for each in entries if each.topic in ("request-received", "bundle-made")]
    assert ours
    assert all(b"SU-1042" not in each.state and b"amina" not in each.state for each in ours)


# Answering, in time


def test_it_is_due_within_thirty_days_and_listed_until_it_is_answered(there: There) -> None:
    request = there.ask(person="eve")
    assert request.due_on == TODAY + 30 * A_DAY
    there.here.clock.goes_on(31 * A_DAY)
    otto = there.here.browser("otto")
    assert "overdue" in words(otto.get("/protection"))
    assert "Overdue since" in words(otto.get("/requests"))
    sent = otto.post(f"/requests/{request.id}/answer", {"text": "Sent by post"})
    assert sent.status_code == 303
    assert request.id not in {each.id for each in there.requests.known_to("otto")}
    with pytest.raises(ConflictError):
        there.requests.answer("otto", str(request.id), {"text": "Again"})
    there.here.clock.shows = max(NOW, there.here.log.last_entry().moment or NOW)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "person"),
        ({"person": "eve", "service_user": "SU-1042"}, "person"),
        ({"person": "nobody"}, "person"),
        ({"service_user": "Mr Jones"}, "service_user"),
        ({"person": "eve", "received_on": "2099-01-01"}, "received_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(there: There, said: Any, field: str) -> None:
    with pytest.raises(InvalidError) as refused:
        there.requests.receive("otto", {"received_on": str(TODAY), **said})
    assert [each.field for each in refused.value.errors] == [field]


def test_programs_ask_decide_put_together_and_answer(there: There) -> None:
    otto = there.here.browser("otto")

    def post(path: str, body: Any) -> Any:
        return otto.call("POST", f"/api/requests{path}", json=body, headers=OURS)

    made = post("", {"person": "amina", "received_on": str(TODAY)})
    assert made.status_code == 201
    one = f"/{made.json()['id']}"
    said = {"declaration": str(there.gift), "withheld": "words", "is_given": True, "reason": "Why"}
    assert post(f"{one}/disclosures", said).json()["given_words"] == [str(there.gift)]
    assert OTHERS in json.dumps(post(f"{one}/bundle", {}).json())
    assert post(f"{one}/answer", {"text": "Sent"}).json()["answered_at"] is not None


# Complaints


def test_a_complaint_has_thirty_days_and_is_listed_until_it_is_answered(there: There) -> None:
    otto = there.here.browser("otto")
    day = there.here.clock.shows.date()
    body = {"by_whom": "Amina Yusuf", "received_on": str(day), "text": "It took too long"}
    made = otto.call("POST", "/api/complaints", json=body, headers=OURS).json()
    assert made["due_on"] == str(day + 30 * A_DAY)
    path = f"/complaints/{made['id']}"
    assert "Amina Yusuf" in words(otto.get("/complaints"))
    assert "It took too long" in words(otto.get(path))
    assert otto.post(path, {"text": ""}).status_code == 422
    assert otto.post(path, {"text": "It will not again"}).status_code == 303
    assert otto.get("/api/complaints").json()["items"] == []
    assert otto.post(path, {"text": "It will not again"}).status_code == 303  # the same again
    assert otto.post(path, {"text": "Something else"}).status_code == 409
    assert there.here.browser("carol").get("/complaints").status_code == 403
