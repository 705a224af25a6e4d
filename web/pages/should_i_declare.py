"""Should I declare this? A few questions lead to advice, and to a form with these answers.

Nothing is stored, and no answer is in a URL: every step posts the answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from register.answers import WORDS, Answers, read
from register.declarations.names import Role
from register.errors import FieldError, InvalidError
from register.kinds import all_kinds, grouped, only_way
from register.kinds.kind import Kind, Lead
from register.ruling.advising import AT_RISK as SOMEBODY_AT_RISK
from register.ruling.advising import Advice, TopicAdvice, asked_of, said_so_far
from register.standing.roles import ROLES
from web.forms.questions import Question, answered, filled, questions, summary
from web.requests.visit import Visit

TITLE = "Should I declare this?"
ADDRESS = "/should-i-declare"
DETAILS = "details."
TOPIC = "topic."
NOTHING = "nothing"
SERVICE = "service"
NOT_SPOKEN_OF = "Your policy does not speak of this"
AT_RISK = Question(
    "at_risk",
    "Is someone at risk now, or might they be?",
    "Of being hurt, shouted at, left without care or taken advantage of. By anybody, also by "
    "somebody who works here.",
    "yes_no",
)
HURT = "Somebody who works here shouts at a service user, or hurts them"


@dataclass(frozen=True)
class Led:
    """One thing that happened, which leads to a kind."""

    value: str
    kind_name: str
    kind: Kind
    lead: Lead

    @property
    def place(self) -> str:
        """What the names of its questions begin with: several kinds may ask the same."""
        return self.value.replace(".", "-") + "."

    @property
    def model(self) -> type[Answers]:
        return asked_of(self.kind, self.lead)

    @property
    def questions(self) -> list[Question]:
        return questions(self.model, self.place)


@dataclass(frozen=True)
class Part:
    """The advice on one of the things that were chosen."""

    happened: str
    heading: str
    advice: Advice | TopicAdvice
    kind_name: str | None = None
    kind: Kind | None = None
    fields: Sequence[tuple[str, str]] = ()
    only_way: str = ""
    """What the worker will have to do, where nothing else can be decided."""


def leads() -> dict[str, tuple[str, Kind, Lead]]:
    """Every lead with its kind, by the lead's value in the form, such as `gift.0`."""
    return {
        f"{name}.{number}": (name, kind, lead)
        for kinds in grouped(all_kinds()).values()
        for name, kind in kinds.items()
        for number, lead in enumerate(kind.leads)
    }


def begin(visit: Visit) -> Response:
    return _first(visit, {})


def go_on(visit: Visit) -> Response:
    asked = _first_questions(visit)
    body = answered(asked, visit.form)
    if body.get("at_risk") is True or TOPIC + SOMEBODY_AT_RISK in body.get("what", ()):
        return visit.page(
            "advice_at_risk.html",
            "Call now",
            back=ADDRESS,
            advice=visit.register.advise_on(visit.by, SOMEBODY_AT_RISK),
        )
    wrong = list(_wrong(asked, body))
    service = body.get(SERVICE)
    if wrong:
        return _first(visit, body, wrong)
    chosen = [each for each in dict.fromkeys(body["what"]) if each != NOTHING]
    if not chosen:
        unled = {name: kind.title for name, kind in all_kinds().items() if not kind.leads}
        return visit.page(
            "advice_nothing.html",
            "Talk with your line manager",
            back=ADDRESS,
            kinds=unled,
            whom=_whom(visit, service),
        )
    return _about(visit, chosen, service)


def _wrong(asked: Sequence[Question], body: dict[str, Any]) -> Iterator[FieldError]:
    for each in asked:
        answer = body.get(each.name)
        given = answer if isinstance(answer, list) else [answer]
        if not given or not set(given) <= set(each.choices or (True, False)):
            yield FieldError(each.name, WORDS["missing"])


def _first_questions(visit: Visit) -> list[Question]:
    names = {value: lead.happened for value, (_, _, lead) in leads().items()}
    names |= {TOPIC + topic: words for topic, words in _topics(visit).items()}
    names[TOPIC + SOMEBODY_AT_RISK] = HURT
    names[NOTHING] = "None of these, or I am not sure"
    hint = "Choose all that fit. A drink that was paid for may be a meeting and a gift."
    what = Question("what", "What is it about?", hint, "choices", tuple(names), names)
    services = _services(visit)
    where = Question(SERVICE, "At which service?", None, "choice", tuple(services), services)
    return [AT_RISK, *([where] if len(services) > 1 else []), what]


def _services(visit: Visit) -> dict[str, str]:
    """The names of a worker's own services, by id; of all, for a worker who has none."""
    services = visit.directory.services
    return {each: services[each].name for each in visit.person.services or sorted(services)}


def _topics(visit: Visit) -> dict[str, str]:
    """What else may be asked about under the policies of the worker's services."""
    topics: dict[str, str] = {}
    for service in _services(visit):
        topics |= visit.register.topics(visit.by, service)
    return topics


def _first(visit: Visit, body: dict[str, Any], wrong: Sequence[FieldError] = ()) -> Response:
    shown = filled(_first_questions(visit), body, wrong)
    return _form(visit, [("", shown)], wrong)


def _about(visit: Visit, chosen: Sequence[str], service: str | None) -> Response:
    """Ask the few questions of what was chosen; once they are answered, show the advice."""
    known = leads()
    led = [Led(value, *known[value]) for value in chosen if value in known]
    if any(each.lead.asks for each in led) and "asked" not in visit.form:
        groups = _with_hints(visit, led, service, _groups(led, {}, ()))
        return _form(visit, groups, what=chosen, service=service)
    bodies = {each.value: answered(each.questions, visit.form) for each in led}
    answers, errors = _read(visit, led, bodies)
    if errors:
        groups = _with_hints(visit, led, service, _groups(led, bodies, errors))
        return _form(visit, groups, errors, what=chosen, service=service)
    parts = [_of_lead(visit, each, answers[each.value], service) for each in led]
    topics = [value.removeprefix(TOPIC) for value in chosen if value not in known]
    parts += [_of_topic(visit, topic, service) for topic in topics]
    return visit.page(
        "advice.html",
        parts[0].heading if len(parts) == 1 else "What your policy says",
        back=ADDRESS,
        parts=parts,
        roles={role: each.words for role, each in ROLES.items()},
        whom=_whom(visit, service),
        kinds=all_kinds(),
    )


def _whom(visit: Visit, service: str | None) -> dict[str, tuple[str, str]]:
    """Who holds each role for the worker, and who is above them: first names, by role; the second
    is empty where nobody is above. A role that nobody holds is left out."""
    directory = visit.directory
    at = service or next(iter(visit.person.services), None)
    holders = {
        Role.LINE_MANAGER: next(directory.line_above(visit.by), None),
        Role.SERVICE_DIRECTOR: directory.services[at].director if at else None,
    }
    above = {each: next(directory.line_above(each), None) for each in holders.values() if each}
    return {
        role: (visit.first_name(each), visit.first_name(up) if (up := above[each]) else "")
        for role, each in holders.items()
        if each is not None and each != visit.by
    }


def _groups(
    led: Sequence[Led], bodies: dict[str, Any], errors: Sequence[FieldError]
) -> list[tuple[str, list[Question]]]:
    """The questions on each thing that happened, under it where there are several."""
    asking = [each for each in led if each.lead.asks]
    return [
        (
            each.lead.happened if len(asking) > 1 else "",
            filled(each.questions, bodies.get(each.value, {}), errors),
        )
        for each in asking
    ]


def _with_hints(
    visit: Visit,
    led: Sequence[Led],
    service: str | None,
    groups: Sequence[tuple[str, list[Question]]],
) -> list[tuple[str, list[Question]]]:
    """The questions with the hints that depend on the policy of the service."""
    at = service or next(iter(visit.person.services), None)
    hints = {
        each.place + name: hint
        for each in led
        if at is not None
        for name, hint in visit.register.hints(visit.by, each.kind_name, at).items()
    }
    return [
        (happened, [replace(each, hint=hints.get(each.name, each.hint)) for each in asked])
        for happened, asked in groups
    ]


def _read(
    visit: Visit, led: Sequence[Led], bodies: dict[str, Any]
) -> tuple[dict[str, Answers], list[FieldError]]:
    answers: dict[str, Answers] = {}
    errors: list[FieldError] = []
    for each in led:
        body = bodies[each.value].get(each.place.rstrip("."), {})
        try:
            answers[each.value] = read(each.model, body, today=visit.today)
        except InvalidError as error:
            errors += [FieldError(each.place + one.field, one.message) for one in error.errors]
    return answers, errors


def _of_lead(visit: Visit, led: Led, answers: Answers, service: str | None) -> Part:
    advice = visit.register.advise(visit.by, led.kind_name, led.lead, answers, service)
    said = {**led.lead.fills, **answers.model_dump(mode="json")}
    return Part(
        happened=led.lead.happened,
        heading=_heading(advice),
        advice=advice,
        kind_name=led.kind_name,
        kind=led.kind,
        only_way=only_way(
            led.kind_name, advice.rule.outcomes, said_so_far(led.kind, led.lead, answers)
        ),
        fields=[*_as_fields(said), *([(SERVICE, service)] if service else [])],
    )


def _heading(advice: Advice) -> str:
    if not advice.is_known:
        return NOT_SPOKEN_OF
    if advice.rule.first:
        return advice.rule.first
    return "Yes, declare this" if advice.rule.duty else "You need not, but it is worth telling"


def _of_topic(visit: Visit, topic: str, service: str | None) -> Part:
    advice = visit.register.advise_on(visit.by, topic, service)
    guidance = advice.guidance
    happened = _topics(visit)[topic]
    if guidance is None:
        return Part(happened, NOT_SPOKEN_OF, advice)
    whom = " and your ".join(ROLES[role].words for role in guidance.tells)
    tell = f"Tell your {whom}" if whom else "What to do"
    heading = f"{guidance.first} {tell}." if guidance.first else tell
    kind = all_kinds()[guidance.kind] if guidance.kind else None
    return Part(happened, heading, advice, guidance.kind, kind)


def _as_fields(answers: dict[str, Any]) -> list[tuple[str, str]]:
    """Answers as fields of the kind's form: names and values."""
    truths = {True: "true", False: "false"}
    return [
        (DETAILS + name, truths[value] if isinstance(value, bool) else str(value))
        for name, given in answers.items()
        for value in (given if isinstance(given, list) else [given])
        if value is not None
    ]


def _form(
    visit: Visit,
    groups: Sequence[tuple[str, Sequence[Question]]],
    errors: Sequence[FieldError] = (),
    what: Sequence[str] = (),
    service: str | None = None,
) -> Response:
    asked = [question for _, group in groups for question in group]
    return visit.page(
        "should_i_declare.html",
        TITLE,
        status=422 if errors else 200,
        back=ADDRESS if what else "/declare",
        address=ADDRESS,
        groups=groups,
        what=what,
        service=service,
        errors=summary(asked, errors),
    )
