"""Every kind in the folder keeps what a kind promises: to drop a file in is all it takes."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from events.declarations import DeclarationMade
from register.acts.correcting import CORRECTIONS
from register.acts.declaring import TELLINGS, declare
from register.answers import LONGEST_TEXT, Answers, read
from register.declarations.history import sentence
from register.kinds import all_kinds
from register.kinds.kind import NO_POLICY_IN_FORCE, NOT_IN_THIS_POLICY, Kind, Lead
from register.policy import SHIPPED, Policies, PolicyInForce
from register.ruling.advising import advise, asked_of
from register.ruling.ruling import STATUS, policy_in_force, rule_for
from register.ruling.subjects import wrong_people
from tests.cast import CAST, POLICIES, TODAY, adopted, cast, told, write_pack
from tests.spec import declared, did
from tests.spec import given as given_steps
from tests.usual import usual

NAMES = sorted(all_kinds())
every_kind = pytest.mark.parametrize("name", NAMES)
HOLDS = {"line_manager": "ben", "service_director": "carol"}
"""Who holds each role for amina."""
FLAG = re.compile(r"[a-z]+(-[a-z]+)*")


def policy_for(service: str, kind: str, day: date = TODAY) -> PolicyInForce:
    return policy_in_force(POLICIES, CAST.services[service], kind, day)


def policies_for(kind: str) -> list[PolicyInForce]:
    """Both policies, and none."""
    return [
        policy_for("elm-house", kind),
        policy_for("riverside", kind),
        policy_for("elm-house", kind, date(2026, 1, 1)),
    ]


# Answers made from the schema that the API shows


def answers(model: type[Answers]) -> st.SearchStrategy[dict[str, Any]]:
    schema = model.model_json_schema()
    return _made(schema, schema.get("$defs", {}))


def _made(schema: dict[str, Any], known: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        return _made(known[schema["$ref"].rpartition("/")[2]], known)
    if "anyOf" in schema:
        return st.one_of(*(_made(each, known) for each in schema["anyOf"]))
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return MAKERS[schema["type"]](schema, known)


def _string(schema: dict[str, Any], known: object) -> st.SearchStrategy[str]:
    if schema.get("x-widget") == "person":
        return st.sampled_from(sorted(CAST.people))
    return _text(schema, known)


def _text(schema: dict[str, Any], _known: object) -> st.SearchStrategy[str]:
    if schema.get("format") == "date":
        return st.dates(date(1900, 1, 1), TODAY).map(str)
    pattern = schema["pattern"].removeprefix("^").removesuffix("$")
    longest = schema.get("maxLength", LONGEST_TEXT)
    made = st.from_regex(pattern, fullmatch=True)
    return made.filter(lambda text: len(text) <= longest and "\r" not in text)


def _number(schema: dict[str, Any], _known: object) -> st.SearchStrategy[int]:
    return st.integers(schema.get("minimum", -1000), schema.get("maximum", TODAY.year))


def _list(schema: dict[str, Any], known: dict[str, Any]) -> st.SearchStrategy[list[Any]]:
    items, once = _made(schema["items"], known), schema.get("uniqueItems", False)
    least, most = schema.get("minItems", 0), schema.get("maxItems", 3)
    return st.lists(items, min_size=least, max_size=most, unique=once)


def _object(schema: dict[str, Any], known: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    required, made = set(schema.get("required", ())), {}
    for name, inner in schema["properties"].items():
        made[name] = _made(inner, known)
    return st.fixed_dictionaries(
        {name: each for name, each in made.items() if name in required},
        optional={name: each for name, each in made.items() if name not in required},
    )


MAKERS = {
    "string": _string,
    "integer": _number,
    "boolean": lambda *_: st.booleans(),
    "null": lambda *_: st.none(),
    "array": _list,
    "object": _object,
}


def details_of(name: str, data: st.DataObject) -> tuple[Kind, Any]:
    kind = all_kinds()[name]
    return kind, read(kind.details, data.draw(answers(kind.details)), today=TODAY)


def led(name: str, lead: Lead, data: st.DataObject) -> dict[str, Any]:
    """The few answers that are asked for on the way from this lead."""
    return data.draw(answers(asked_of(all_kinds()[name], lead)))


# What a kind promises


def test_there_are_kinds():
    assert "gift" in NAMES


@every_kind
def test_its_name_is_fit_for_a_url_and_its_titles_for_a_page(name):
    kind = all_kinds()[name]
    assert FLAG.fullmatch(name)
    assert kind.title
    assert kind.title[0].isupper()
    assert kind.happened_on.startswith(("the ", "its "))


@every_kind
def test_every_question_has_a_title(name):
    untitled = [
        question
        for question, field in all_kinds()[name].details.model_fields.items()
        if not field.title
    ]
    assert untitled == []


@every_kind
def test_every_answer_is_required_unless_it_may_be_null(name):
    for question, field in all_kinds()[name].details.model_fields.items():
        assert field.is_required() or field.default is None, question


@every_kind
def test_its_bodies_have_a_schema(name):
    for model in (TELLINGS[name], CORRECTIONS[name], all_kinds()[name].settings):
        schema = model.model_json_schema()
        assert schema["additionalProperties"] is False
    assert TELLINGS[name].model_json_schema()["properties"]["kind"]["const"] == name


@every_kind
def test_it_is_declared_in_usual_answers(name):
    body = told(name, "amina")
    said = given_steps(did(declare, "amina", body)).state.details
    assert said is not None
    assert said.items() >= usual(name).items()


@every_kind
@given(data=st.data())
def test_what_its_schema_allows_is_taken(name, data):
    kind, details = details_of(name, data)
    again = read(kind.details, details.model_dump(mode="json"), today=TODAY)
    assert again == details


@every_kind
@given(data=st.data())
def test_its_sentence_is_words(name, data):
    kind, details = details_of(name, data)
    assert kind.sentence(details).strip()


@every_kind
def test_its_sentence_leaves_out_what_was_not_answered(name):
    model = all_kinds()[name].details
    required = {
        question: usual(name)[question]
        for question, field in model.model_fields.items()
        if field.is_required()
    }
    assert "None" not in all_kinds()[name].sentence(read(model, required, today=TODAY))


@every_kind
@given(data=st.data())
def test_its_route_gives_a_case_that_the_policy_has_or_its_default(name, data):
    kind, details = details_of(name, data)
    for policy in policies_for(name):
        case = kind.route(details, policy)
        assert case in policy.rules if policy.rules else rule_for(policy, kind, case)


@every_kind
@given(data=st.data())
def test_its_flags_are_a_few_words_each_once(name, data):
    kind, details = details_of(name, data)
    for policy in policies_for(name):
        flags = kind.flags(details, policy)
        assert isinstance(flags, tuple)
        assert len(set(flags)) == len(flags)
        assert all(FLAG.fullmatch(flag) for flag in flags)


@every_kind
@given(data=st.data(), worker=st.sampled_from(["amina", "ben", "carol", "eve", "femi", "dana"]))
def test_it_is_ruled_on_whatever_is_answered(name, data, worker):
    details = data.draw(answers(all_kinds()[name].details))
    said = read(all_kinds()[name].details, details, today=TODAY)
    assume(not wrong_people(said, worker, CAST))
    body = {**told(name, worker), "details": details}
    state = given_steps(did(declare, worker, body)).state
    assert state.status in STATUS.values()
    assert worker not in state.told
    assert state.ruling.tells or state.subjects
    made, *_ = state.past
    assert isinstance(made, DeclarationMade)
    assert f" {worker.title()} declared " in sentence(made, str.title)


@every_kind
def test_what_leads_to_it_fills_in_answers_of_its_own(name):
    model = all_kinds()[name].details
    for lead in all_kinds()[name].leads:
        assert lead.happened
        assert {*lead.fills, *lead.asks} <= set(model.model_fields)
        whole = read(model, {**usual(name), **lead.fills}, today=TODAY)
        assert whole.model_dump(mode="json").items() >= lead.fills.items()


@every_kind
@given(data=st.data())
def test_what_leads_to_it_is_enough_for_advice(name, data):
    kind = all_kinds()[name]
    for lead in kind.leads:
        said = read(asked_of(kind, lead), led(name, lead, data), today=TODAY)
        for policy in policies_for(name):
            advice = advise(kind, lead, said, policy)
            assert advice.rule.tells
            assert advice.is_known == bool(policy.rules)
            is_cited = advice.rule.clause in advice.clauses
            assert is_cited == (advice.is_known and advice.rule.clause is not None)


@every_kind
def test_a_policy_rules_on_it_or_its_default_does(name):
    kind = all_kinds()[name]
    for policy in policies_for(name):
        rule = rule_for(policy, kind, "no-such-case")
        assert rule.tells == kind.default.tells
        assert rule.clause == (NOT_IN_THIS_POLICY if policy.pack else NO_POLICY_IN_FORCE)


@every_kind
def test_without_a_policy_it_is_told_to_whom_the_kind_says_and_never_late(name, tmp_path):
    write_pack(tmp_path, "empty", 'title = "Empty"\nclauses = {}\nkinds = {}\n')
    policies, default = Policies(SHIPPED, tmp_path), all_kinds()[name].default
    told_of = sorted(default.tells, key=lambda role: role != default.acts)
    directory = cast(adopted("elm-house", "empty", TODAY))
    given_steps(declared(name, by="amina"), directory=directory, policies=policies).then_state(
        status=STATUS[default.then], tells=[f"{role}:{HOLDS[role]}" for role in told_of], late=False
    )
