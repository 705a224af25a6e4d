"""A kind may leave it open whether it is about a service user, or be about none at all: over the
API, on every page, and in a correction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

import msgspec
import pytest
from pydantic import Field

from register.acts.acknowledging import NEEDS
from register.acts.correcting import CORRECTIONS
from register.acts.declaring import TELLINGS
from register.answers import ONE_OR_MORE, Answers, Text, labelled
from register.declarations.history import what_of
from register.errors import InvalidError
from register.kinds.kind import Asked, Kind
from register.policy import Policies, PolicyError, PolicyInForce
from register.ruling.describing import check
from tests.browser import Office, words
from tests.cast import TODAY, told, write_pack
from tests.dropped_in import dropped_in
from web.templating import about_whom

A_TALK, A_WISH = "heard-talk", "wish-for-training"
"""The first may be about a service user, the second never is."""
Where = Annotated[Literal["at_work", "elsewhere"], labelled(at_work="At work", elsewhere="Outside")]


class Wish(Answers):
    where: Annotated[list[Where], *ONE_OR_MORE] = Field(title="Where did it come up?")
    what: Text = Field(title="What is it about?")


def route(_wish: Wish, policy: PolicyInForce) -> str:
    return policy.first_named("told")


WISH = Kind(
    title="A wish for training",
    details=Wish,
    happened_on="the day you thought of it",
    route=route,
    flags=lambda _wish, _policy: (),
    sentence=lambda wish: f"a wish: {wish.what}",
    sentence_to_worker=lambda wish, about: f"your wish, about {about or 'nobody'}",
    service_user=Asked.ABSENT,
)
TALK = replace(WISH, title="Talk that was heard", service_user=Asked.OPTIONAL)
SAID: dict[str, Any] = {"where": ["at_work"], "what": "How to say no"}
either = pytest.mark.parametrize("kind", [A_TALK, A_WISH])


@pytest.fixture(autouse=True)
def there() -> Iterator[None]:
    files = []
    for name, kind in {A_TALK: TALK, A_WISH: WISH}.items():
        file = ModuleType(name.replace("-", "_"))
        file.__dict__["KIND"] = kind
        files.append(file)
    with dropped_in(*files):
        yield


def body(kind: str, **more: Any) -> dict[str, Any]:
    said = {**told(kind, "amina", **SAID), **more}
    return {name: each for name, each in said.items() if each is not None}


def declared(here: Office, kind: str, **more: Any) -> UUID:
    said = body(kind, **{"service_user": None, **more})
    return here.register.declare("amina", str(uuid4()), said).state.id


# Declaring


@either
def test_it_is_declared_about_nobody(here: Office, kind: str) -> None:
    made = here.register.read.declaration("amina", str(declared(here, kind)))
    assert made.service_user is None
    assert made.service == "elm-house"


def test_where_it_may_be_about_somebody_it_can_say_so(here: Office) -> None:
    about = declared(here, A_TALK, service_user="RV-007")
    made = here.register.read.declaration("amina", str(about))
    assert (made.service_user, made.service) == ("RV-007", "riverside")


def test_where_it_is_about_nobody_a_reference_is_refused(here: Office) -> None:
    with pytest.raises(InvalidError) as refused:
        declared(here, A_WISH, service_user="SU-1042")
    assert [each.field for each in refused.value.errors] == ["service_user"]


def test_the_description_of_the_api_says_whether_it_asks_for_one() -> None:
    schemas = {kind: TELLINGS[kind].model_json_schema() for kind in (A_TALK, A_WISH)}
    assert "service_user" in schemas[A_TALK]["properties"]
    assert "service_user" not in schemas[A_TALK]["required"]
    assert "service_user" not in schemas[A_WISH]["properties"]
    assert "service_user" not in CORRECTIONS[A_WISH].model_json_schema()["properties"]


# On pages


def form(kind: str, **more: Any) -> dict[str, Any]:
    answers = {f"details.{name}": each for name, each in SAID.items()}
    return {"id": str(uuid4()), "happened_on": f"{TODAY:%d/%m/%Y}", **answers, **more}


@either
def test_its_form_is_sent_without_one(here: Office, kind: str) -> None:
    amina = here.browser("amina")
    page = amina.get(f"/declare/{kind}")
    assert ('name="service_user"' in page.text) == (kind == A_TALK)
    assert ("Which service user is this about? (optional)" in page.text) == (kind == A_TALK)
    sent = form(kind, service_user="")
    checked = words(amina.post(f"/declare/{kind}", sent))
    assert "Check your answers" in checked
    assert "not known at any service" not in checked
    assert amina.post(f"/declare/{kind}/send", sent).headers["location"].endswith("/sent")
    assert here.register.read.declaration("amina", sent["id"]).service_user is None


def test_whoever_was_chosen_among_the_last_can_be_left_out_again(here: Office) -> None:
    amina = here.browser("amina")
    assert "None of them" not in words(amina.get(f"/declare/{A_TALK}"))
    here.declare("amina", service_user="SU-1042")
    assert "None of them" in words(amina.get(f"/declare/{A_TALK}"))
    assert "None of them" not in words(amina.get("/declare/gift"))
    sent = form(A_TALK, service_user="", recent="")
    amina.post(f"/declare/{A_TALK}/send", sent)
    assert here.register.read.declaration("amina", sent["id"]).service_user is None


@either
def test_whoever_acts_reads_of_no_service_user(here: Office, kind: str) -> None:
    made, ben = declared(here, kind), here.browser("ben")
    for path in (f"/declarations/{made}", f"/declarations/{made}/acknowledgement", "/inbox"):
        page = ben.get(path)
        assert page.status_code == 200
        assert "Service user" not in words(page).partition("Earlier about")[0]
        assert "None" not in words(page)


@either
def test_the_worker_is_told_of_nobody(here: Office, kind: str) -> None:
    made = here.register.read.declaration("amina", str(declared(here, kind)))
    assert what_of(made, to_worker=True) == "your wish, about nobody"
    page = words(here.browser("amina").get(f"/declarations/{made.id}"))
    assert "this service user" not in page


def test_where_the_words_are_erased_only_what_was_asked_for_is_missed(here: Office) -> None:
    said = {}
    for kind in (A_TALK, A_WISH):
        made = here.register.read.declaration("amina", str(declared(here, kind)))
        said[kind] = about_whom(msgspec.structs.replace(made, details=None))
    assert said == {A_TALK: "The words are erased", A_WISH: ""}


# Correcting


@either
def test_it_is_corrected_about_nobody(here: Office, kind: str) -> None:
    made, amina = declared(here, kind), here.browser("amina")
    path = f"/declarations/{made}/correction"
    assert ('name="service_user"' in amina.get(path).text) == (kind == A_TALK)
    sent = {**form(kind), "details.what": "How to say no kindly", "reason": "Too short"}
    assert amina.post(path, sent).is_redirect
    newest = here.register.read.declaration("amina", str(made)).newest
    assert newest.details == {**SAID, "what": "How to say no kindly"}
    assert newest.service_user is None


def test_a_service_user_can_be_named_and_taken_away_again(here: Office) -> None:
    made, amina = declared(here, A_TALK), here.browser("amina")
    for about in ("SU-1042", ""):
        sent = {**form(A_TALK), "service_user": about, "reason": "It was somebody else"}
        assert amina.post(f"/declarations/{made}/correction", sent).is_redirect
        newest = here.register.read.declaration("amina", str(made)).newest
        assert newest.service_user == (about or None)


# One or more of a list


@pytest.mark.parametrize("chosen", [[], ["at_work", "at_work"], "at_work"])
def test_where_one_at_least_is_asked_for_none_is_refused_in_words(
    here: Office, chosen: object
) -> None:
    with pytest.raises(InvalidError) as refused:
        declared(here, A_WISH, details={**SAID, "where": chosen})
    (error,) = refused.value.errors
    assert error.field == "details.where"
    assert error.message in ("Choose at least one.", "Choose each of these only once.", A_LIST)


A_LIST = "Give a list."


def test_its_form_says_so_and_tells_the_phone(here: Office) -> None:
    amina = here.browser("amina")
    assert '["details.where", "choices", true, null]' in amina.get(f"/declare/{A_WISH}").text
    assert '["details.steps_taken", "choices", false, null]' in amina.get(NUMBER).text
    refused = amina.post(f"/declare/{A_WISH}", {**form(A_WISH), "details.where": []})
    assert refused.status_code == 422
    assert "Where did it come up? Choose at least one." in words(refused)


NUMBER = "/declare/personal-number"


# What a pack may ask


@either
def test_no_pack_excludes_a_worker_from_nobody(tmp_path: Any, kind: str) -> None:
    rule = f"""
title = "Talk"
clauses = {{ 1 = "Tell." }}
[kinds.{kind}.cases.told]
tells = ["line_manager"]
then = "acknowledgement"
acts = "line_manager"
clause = "1"
excludes = true
"""
    write_pack(tmp_path, "talk", rule)
    with pytest.raises(PolicyError, match=r"cases\.told: excludes: an exclusion is from one"):
        check(Policies(tmp_path), NEEDS)
