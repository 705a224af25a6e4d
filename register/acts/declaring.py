"""A worker tells the register what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET
from pydantic import Field, create_model
from pydantic_core import PydanticCustomError

from events.declarations import DeclarationMade, FactsWords, OnBehalf
from events.event import Event, says_among
from events.ids import is_own, own_id
from events.names import Role
from register.acts.entering import (
    check_is_not_for_few,
    check_may_enter,
    check_may_enter_at,
    confirm_by_at,
    on_behalf,
    wrong_on_behalf,
)
from register.acts.settling import answers_of_the_rule
from register.answers import (
    A_WORD,
    Answers,
    DayWithinAYear,
    Moment,
    PastDay,
    PersonId,
    Reference,
    Text,
    labelled,
    moment,
    read,
)
from register.deadlines import is_ahead, latest_day, london_day, written_since
from register.declarations.declaration import Declaration
from register.declarations.ids import parse_id
from register.declarations.words import words_at
from register.directory.directory import Directory, Person
from register.errors import ConflictError, FieldError, ForbiddenError, InvalidError
from register.kinds import all_kinds
from register.kinds.kind import Asked
from register.policy import NO_POLICY, Policies, PolicyInForce
from register.ruling.adding_up import BesidesAbout, nothing_about
from register.ruling.ruling import Facts, flags_with_words, in_plain, policy_in_force, rule
from register.ruling.subjects import (
    LatelyOf,
    by_id,
    named_in,
    nothing_lately,
    role_in,
    wrong_people,
)
from register.standing.entering import entered_in_place_of

TAKEN = "This id is taken; use a new one."


ServiceId = Annotated[
    str, Field(min_length=1, max_length=100, json_schema_extra={"pattern": A_WORD})
]


HOW_TOLD = Annotated[
    Literal["in_person", "telephone", "paper"],
    labelled(in_person="In person", telephone="On the telephone", paper="On paper"),
]


class Telling(Answers):
    """What every declaration says, whatever its kind; `details` are the kind's own answers."""

    kind: str
    happened_on: PastDay = Field(title="Which day was it?")
    captured_at: Moment = Field(title="When this was written down, by the device's clock")
    details: Answers
    service: ServiceId | None = Field(default=None, title="Which service was this at?")
    late_reason: Text | None = Field(default=None, title="Why is it told only now?")
    on_behalf_of: PersonId | None = Field(
        default=None,
        title="For whom do you enter this?",
        description="The id of a worker who told you. For their line manager or the director.",
    )
    told_by: HOW_TOLD | None = Field(
        default=None,
        title="How did they tell you?",
        description="Only with on_behalf_of, and then always.",
    )
    told_on: PastDay | None = Field(
        default=None,
        title="On which day did they tell you?",
        description="Only with on_behalf_of, and then always. Lateness is counted up to this day.",
    )


ABOUT = Field(
    title="Which service user is this about?",
    description="Case reference, for example SU-1042. Never their name.",
)
MAYBE_ABOUT = Field(default=None, title=ABOUT.title, description=ABOUT.description)
SERVICE_USER: dict[Asked, dict[str, Any]] = {
    Asked.REQUIRED: {"service_user": (Reference, ABOUT)},
    Asked.OPTIONAL: {"service_user": (Reference | None, MAYBE_ABOUT)},
    Asked.ABSENT: {},
}
"""How a declaration says which service user it is about."""


def read_telling(body: object, now: datetime) -> Telling:
    """Read a body as a declaration of its kind. Raises `InvalidError` with every bad field."""
    today = latest_day(now, _captured_at(body))
    return read(_model_for(body), body, today=today)


def _captured_at(body: object) -> datetime | None:
    try:
        return moment(body.get("captured_at")) if isinstance(body, dict) else None
    except PydanticCustomError:
        return None


def telling_of(kind: str) -> type[Telling]:
    """The model that reads the body of a declaration of one kind."""
    known = all_kinds()[kind]
    details, asked = known.details, known.service_user
    day: Any = DayWithinAYear if known.may_be_to_come else PastDay
    fields: dict[str, Any] = {
        "kind": (Literal[kind], ...),
        "happened_on": (day, Field(title=known.asks_day)),
        "details": (details, ...),
    }
    return create_model(
        f"{details.__name__}Declaration", __base__=Telling, **fields, **SERVICE_USER[asked]
    )


TELLINGS = {kind: telling_of(kind) for kind in all_kinds()}


def of_any_kind() -> type[Telling]:
    """The model for a body of unknown kind: it checks everything except `details`."""
    fields: dict[str, Any] = {"kind": (Literal[tuple(TELLINGS)], ...), "details": (Any, None)}
    about = SERVICE_USER[Asked.REQUIRED]
    return create_model("OfAnyKind", __base__=Telling, **fields, **about)


OF_ANY_KIND = of_any_kind()


def _model_for(body: object) -> type[Telling]:
    kind = body.get("kind") if isinstance(body, dict) else None
    return TELLINGS.get(kind, OF_ANY_KIND) if isinstance(kind, str) else OF_ANY_KIND


def check_may_declare(person: Person) -> None:
    if Role.WORKER not in person.roles:
        raise ForbiddenError("Only workers declare.")


def check_may_send(by: str, worker: str | None, directory: Directory) -> None:
    """Raises `ForbiddenError` for whoever may not declare, or not in the name of this worker."""
    if worker is None:
        check_may_declare(directory.people[by])
    else:
        check_may_enter(by, worker, directory)


def chosen_id(text: str) -> UUID:
    """The id that a device chose. Raises `InvalidError` for one that only the register makes."""
    chosen = parse_id(text)
    if is_own(chosen):
        raise InvalidError.of("id", "Choose a random UUID (version 4); version 8 is our own.")
    return chosen


@dataclass(frozen=True)
class Receipt:
    """What the rules need to know about the receipt of a declaration."""

    id: UUID
    worker: Person
    service: str
    details: Answers
    """The answers, with whom they are about by their id."""
    policy: PolicyInForce
    directory: Directory
    now: datetime
    besides: BesidesAbout = nothing_about
    """What else the worker received about a service user."""
    on_behalf: OnBehalf | None = None
    """Who enters it, if that is not the worker."""
    for_person: str | None = None
    """For whom the one covers who enters it."""
    named_as: Role | None = None
    """By which role the worker named whom it is about, if they did."""


def unsaid_service(reference: str | None) -> FieldError:
    """Where only the worker can know the service, and did not say it."""
    words = "This reference is not known here: say which service it was at."
    return FieldError("service", words if reference else "Say which service this was at.")


def reference_in(body: object) -> str | None:
    """The reference of the service user in a body that nobody has read yet."""
    named = body.get("service_user") if isinstance(body, dict) else None
    return named if isinstance(named, str) else None


def about(telling: Telling) -> str | None:
    """The reference of the service user, if the kind asks for one and it was given."""
    reference: str | None = getattr(telling, "service_user", None)
    return reference


def receive(
    by: str,
    new: UUID,
    telling: Telling,
    policies: Policies,
    directory: Directory,
    now: datetime,
    *,
    before: Declaration | None = None,
    besides: BesidesAbout = nothing_about,
    lately: LatelyOf = nothing_lately,
) -> Receipt:
    """The receipt of a declaration that comes in now; `before` is what its id holds, if it came
    before. Raises `ForbiddenError` if `by` may not declare."""
    check_may_send(by, telling.on_behalf_of, directory)
    worker = directory.people[telling.on_behalf_of or by]
    service = before.service if before else service_for(telling, worker, directory)
    then = partial(lately, worker.id, service, written_since(telling.captured_at, now))
    said = words_at(before, 1) if before else None
    details = by_id(telling.details, worker.id, service, directory, said, then)
    wrong = wrong_people(details, worker.id, directory, details if before else None)
    wrong += wrong_on_behalf(telling, directory)
    if before is None:
        wrong += _wrong_service(telling, worker, directory)
    if wrong or service is None:
        raise InvalidError(wrong)
    policy = policy_in_force(policies, directory.services[service], telling.kind, london_day(now))
    entered, for_person = on_behalf(telling, by), None
    if entered is not None:
        check_may_enter_at(by, worker.id, service, directory)
        for_person = entered_in_place_of(by, worker.id, service, directory)
    made = new, worker, service, details, policy, directory, now, besides
    return Receipt(*made, entered, for_person, role_in(telling.details, directory))


def service_for(telling: Telling, worker: Person, directory: Directory) -> str | None:
    """The service that a declaration is for: the service user's, where the directory knows them;
    else the one that was named; else the worker's first. None if that is not said."""
    first = next(iter(worker.services), None)
    return directory.service_of(about(telling)) or telling.service or first


def _wrong_service(telling: Telling, worker: Person, directory: Directory) -> list[FieldError]:
    """A worker names one of their own services, or the service user's; any, if they have none."""
    named = telling.service
    if named is None:
        known = service_for(telling, worker, directory)
        return [] if known is not None else [unsaid_service(about(telling))]
    if named not in directory.services:
        return [FieldError("service", f"No service here has the id {named!r}.")]
    if worker.services and named not in (*worker.services, directory.service_of(about(telling))):
        called = directory.services[named].name
        return [FieldError("service", f"{called} is no service of yours; name one that is.")]
    return []


def policy_asked_of(
    by: str,
    kind: str | None,
    policies: Policies,
    directory: Directory,
    now: datetime,
    service: str | None = None,
) -> PolicyInForce:
    """The policy of a service, or of a worker's first one; with its rules for a kind, if given.
    Raises `ForbiddenError` if `by` may not declare."""
    worker = directory.people[by]
    check_may_declare(worker)
    asked = service or next(iter(worker.services), None)
    if asked is None:
        return NO_POLICY
    return policy_in_force(policies, directory.services[asked], kind, london_day(now))


NOT_STORED = own_id("preview")
"""The id of a declaration that is only previewed."""


def try_out(telling: Telling, receipt: Receipt) -> DeclarationMade:
    """The first event that would be stored if this were declared now."""
    return _made(telling, receipt)


def declare(declaration: Declaration | None, telling: Telling, receipt: Receipt) -> list[Event]:
    """The events of a declaration; none if the same was declared before, as a phone may send it
    twice. Raises `ConflictError` if another declaration has its id."""
    made = _made(telling, receipt)
    if declaration is None:
        answers = answers_of_the_rule(made.originator_id, made.kind, made.ruling, 1, receipt.now)
        return [made, *answers]
    if says_among(declaration.past, [made]):
        return []
    if made.entered_by != _entered_by(declaration):
        raise ConflictError(TAKEN)
    if is_erased(declaration):
        return []  # nobody can say any more whether it is the same
    raise ConflictError("This id holds another declaration of yours already; use a new one.")


def is_erased(declaration: Declaration) -> bool:
    """Whether the words of its first entry are erased."""
    first = declaration.past[0]
    return isinstance(first, DeclarationMade) and first.words is None


def _confirm_by_at(receipt: Receipt) -> datetime | None:
    return confirm_by_at(receipt.policy, receipt.now) if receipt.on_behalf else None


def _entered_by(declaration: Declaration) -> str:
    return declaration.matter.entered_by or declaration.worker


def _made(telling: Telling, receipt: Receipt) -> DeclarationMade:
    details, role = receipt.details, receipt.named_as
    facts = Facts(
        kind=telling.kind,
        details=details,
        happened_on=telling.happened_on,
        captured_at=telling.captured_at,
        received_at=receipt.now,
        worker=receipt.worker.id,
        service=receipt.service,
        subjects=named_in(details),
        besides=partial(receipt.besides, about(telling)),
        on_behalf=receipt.on_behalf,
    )
    ruling = rule(receipt.policy, facts, receipt.directory, receipt.now)
    if receipt.on_behalf is not None:
        check_is_not_for_few(ruling)
    return DeclarationMade(
        originator_id=receipt.id,
        kind=facts.kind,
        worker=facts.worker,
        on_behalf=receipt.on_behalf,
        for_person=receipt.for_person,
        confirm_by_at=_confirm_by_at(receipt),
        service=facts.service,
        named_service=telling.service,
        happened_on=facts.happened_on,
        captured_at=facts.captured_at,
        received_at=facts.received_at,
        clock_ahead=is_ahead(facts.captured_at, facts.received_at),
        ruling=in_plain(ruling),
        words=FactsWords(
            service_user=about(telling),
            details=details.model_dump(mode="json"),
            flags=flags_with_words(ruling),
            late_reason=telling.late_reason,
            named_as=UNSET if role is None else role,
        ),
    )
