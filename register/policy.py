"""Policies as data: the rules of a pack, and which version of a policy is in force on a day.

A pack is one TOML file, `policies/<policy>/<date>.toml`; its date is its version.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from events.names import Channel, NewLineSees, Role, SeenBy
from register.deadlines import Retention, Steps

SHIPPED = Path(__file__).parent / "policies"

ACTING = (Role.LINE_MANAGER, Role.SERVICE_DIRECTOR)
"""The roles that act on what others declare."""
EVERY_READER = (SeenBy.LINE_MANAGER, SeenBy.SERVICE_DIRECTOR, SeenBy.AUDITOR)
WHOEVER_ACTS = (SeenBy.ACTING,)


class Then(StrEnum):
    """What a rule asks for next."""

    CLOSED = "closed"
    ACKNOWLEDGEMENT = "acknowledgement"
    DECISION = "decision"
    ANSWER = "answer"


WORKING_DAYS = {Then.CLOSED: 2, Then.ACKNOWLEDGEMENT: 2, Then.ANSWER: 2, Then.DECISION: 5}
"""How many working days the person who must act has, if the pack does not say."""
WITH_OUTCOMES = (Then.DECISION, Then.ANSWER)
DEADLINE_WORDS = {"immediately": 1, "as soon as possible": 3, "earliest opportunity": 5}
"""Calendar days for the policies' deadline words, if the pack does not say."""
NO_DEADLINE = "none"
"""How a pack says that there is no deadline where another part of the rule has one."""
HOUSE_RULE = "not in this policy, a house rule"
"""What stands in place of a clause where a rule has none."""


class PolicyError(Exception):
    """A pack cannot be used. The message names the file and everything that is wrong with it."""


def one_of(allowed: Sequence[Role]) -> AfterValidator:
    def check(role: Role) -> Role:
        if role not in allowed:
            raise ValueError(f"this is one of {', '.join(allowed)}")
        return role

    return AfterValidator(check)


ActingRole = Annotated[Role, one_of(ACTING)]


class PackPart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _deadline(word: object) -> object:
    return None if word == NO_DEADLINE else word


Deadline = Annotated[str | None, BeforeValidator(_deadline)]
Words = Annotated[str, Field(min_length=1)]
Link = Annotated[str, Field(pattern=r"^https?://[^\s]+$")]
"""Where a document can be read."""


class Otherwise(PackPart):
    """What a rule says otherwise of declarations with one flag. What is left out stays as it is."""

    tells: tuple[ActingRole, ...] = Field(default=(), min_length=1)
    outcomes: tuple[str, ...] = ()
    deadline: Deadline = None
    clause: Words | None = None
    conduct: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    duty: bool = True
    house: Words | None = None
    first: Words | None = None

    def said(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.model_fields_set}


class Rule(PackPart):
    """What follows from one case of one kind: docs/policies.md describes each field."""

    tells: tuple[ActingRole, ...] = Field(min_length=1)
    then: Then
    acts: ActingRole | None = None
    outcomes: tuple[str, ...] = ()
    deadline: Deadline = None
    working_days: int | None = Field(default=None, ge=0, le=60)
    clause: Words | None = None
    """None: the policy says nothing of it, and the whole rule is the house's."""
    conduct: tuple[str, ...] = ()
    """Clauses on how to behave. They order nobody to declare anything."""
    house: Words | None = None
    """What the pack asks beyond the policy's own words, and why."""
    first: Words | None = None
    """What to do, or not to do, before anything is declared: for whoever asks beforehand."""
    needs: tuple[str, ...] = ()
    """What an acknowledgement must say, by the names that the act has for it."""
    answered: str | None = None
    """The answer that the rule itself gives at once; None if a person must answer."""
    duty: bool = True
    """Whether the clause orders the worker to declare; if not, to declare is only good practice."""
    excludes: bool = False
    """Whether the worker may not be the service user's key worker from then on."""
    seen_by: tuple[SeenBy, ...] | None = None
    """None: whoever acts, for a kind of which few may know; else all of `EVERY_READER`."""
    when: dict[str, Otherwise] = {}
    """What is otherwise for declarations with a flag, by flag. Where several flags hold, the first
    in this order decides, for each field alone."""

    @model_validator(mode="after")
    def _holds_for_every_flag(self) -> Rule:
        for flag, otherwise in self.when.items():
            try:
                self.model_copy(update=otherwise.said())._holds_together()
            except ValueError as error:
                raise ValueError(f"when.{flag}: {error}") from None
        return self._holds_together()

    def _holds_together(self) -> Rule:
        if self.clause is None and self.house is None:
            raise ValueError("a rule has a `clause`, or says why it is a `house` rule")
        if (self.then is Then.CLOSED) != (self.acts is None):
            raise ValueError("`acts` names who must act, unless `then` is closed")
        if self.acts is not None and self.acts not in self.tells:
            raise ValueError("`acts` must be among those in `tells`")
        if self.seen_by and SeenBy.ACTING in self.seen_by and self.seen_by != WHOEVER_ACTS:
            raise ValueError("`acting` in `seen_by` stands alone: nobody else sees it then")
        if (self.then in WITH_OUTCOMES) != bool(self.outcomes):
            raise ValueError("`outcomes` names what may be decided or answered, and only there")
        return self

    def days_to_act(self) -> int:
        return WORKING_DAYS[self.then] if self.working_days is None else self.working_days

    def under(self, flags: Collection[str]) -> Rule:
        """The rule as it is for a declaration with these flags."""
        said: dict[str, Any] = {}
        for flag, otherwise in self.when.items():
            if flag in flags:
                said = {**otherwise.said(), **said}
        return self.model_copy(update=said) if said else self

    @property
    def cites(self) -> str:
        """The clause; or, without one, that it is a house rule."""
        return self.clause or HOUSE_RULE


class KindRules(BaseModel):
    """What a pack says about one kind: a rule for each case, and the kind's own settings."""

    model_config = ConfigDict(extra="allow", frozen=True)

    cases: dict[str, Rule] = Field(min_length=1)

    @property
    def settings(self) -> dict[str, Any]:
        return dict(self.model_extra or {})


class Instead(PackPart):
    """A kind in which something is declared, where it is otherwise than its topic says."""

    where: Words
    """When it is so, such as "they no longer use the service"."""
    kind: Words


class Guidance(PackPart):
    """What the policy says about something that no declaration holds, such as a colleague."""

    happened: Words | None = None
    """What somebody would say happened; None for the topics that every policy is asked about."""
    clause: Words | None = None
    """None: the policy says nothing of it, and all that is said is the house's."""
    conduct: tuple[str, ...] = ()
    """Clauses on how to behave."""
    tells: tuple[ActingRole, ...] = ()
    """Whom the worker tells."""
    deadline: Deadline = None
    first: Words | None = None
    """What to do, or not to do, before anything else."""
    words: Words
    """What to do now."""
    house: Words | None = None
    """What of this the policy does not say itself."""
    kind: Words | None = None
    """A kind in which it may be declared as well."""
    instead: tuple[Instead, ...] = ()

    @model_validator(mode="after")
    def _says_whence(self) -> Guidance:
        if self.clause is None and self.house is None:
            raise ValueError("it has a `clause`, or says why it is a `house` rule")
        return self


class Document(PackPart):
    """Another policy."""

    title: Words
    document: Link | None = None


class NoticesOfPack(PackPart):
    """How people are told what waits for them."""

    floor: tuple[Channel, ...] = (Channel.EMAIL,)
    """The channels that nobody may do without."""


class Pack(PackPart):
    """One version of one policy."""

    title: str
    document: Link | None = None
    """Where the policy's full text is."""
    read_with: tuple[Document, ...] = ()
    """The policies with which it must be read."""
    discipline: Words | None = None
    """The clause on what may follow for a worker who does not keep to it."""
    nation: Literal["ENG", "NIR", "SCT", "WLS"] = "ENG"
    new_line_sees: NewLineSees = NewLineSees.OPEN
    notices: NoticesOfPack = NoticesOfPack()
    deadlines: dict[str, Annotated[int, Field(ge=0, le=3660)]] = {}
    clauses: dict[str, str]
    kinds: dict[str, KindRules]
    advice: dict[str, Guidance] = {}
    """What it says to whoever asks about something else, by topic."""
    steps: Steps = Steps()
    retention: Retention | None = None
    """How long what is over is kept; without it, until somebody asks for its erasure."""

    @model_validator(mode="after")
    def _cites_what_it_tells(self) -> Pack:
        for kind, rules in self.kinds.items():
            for case, rule in rules.cases.items():
                place = f"kinds.{kind}.cases.{case}"
                self._check(place, rule)
                for flag, otherwise in rule.when.items():
                    self._check(f"{place}.when.{flag}", otherwise)
        for topic, guidance in self.advice.items():
            self._check(f"advice.{topic}", guidance)
        kept = self.retention.clause if self.retention else None
        for place, clause in (("discipline", self.discipline), ("retention", kept)):
            if clause not in (None, *self.clauses):
                raise ValueError(f"{place}: clause {clause!r} is not told under [clauses]")
        return self

    def _check(self, place: str, rule: Rule | Otherwise | Guidance) -> None:
        for clause in filter(None, (rule.clause, *rule.conduct)):
            if clause not in self.clauses:
                raise ValueError(f"{place}: clause {clause!r} is not told under [clauses]")
        if rule.deadline and self.days_for(rule.deadline) is None:
            raise ValueError(f"{place}: deadline {rule.deadline!r} has no days under [deadlines]")

    def days_for(self, word: str) -> int | None:
        return self.deadlines.get(word, DEADLINE_WORDS.get(word))


def _nothing() -> Decimal:
    return Decimal(0)


@dataclass(frozen=True)
class PolicyInForce:
    """What is in force for one kind at one service on one day, and what else a rule of it may
    depend on. Without a pack there is no policy and no version."""

    policy: str | None
    version: date | None
    pack: Pack | None
    rules: Mapping[str, Rule]
    settings: Mapping[str, Any] = field(default_factory=dict)
    first_adopted_on: date | None = None
    """The first day on which the service had a policy."""
    known_since: date | None = None
    """The day on which the service came into the register."""
    worth_besides: Callable[[], Decimal] = _nothing
    """The pounds of what else the worker received about the same service user, in those twelve
    months around the day in which it is most."""
    happened_on: date | None = None
    """The day that the declaration gives; None where it is not known yet."""
    written_on: date | None = None
    """The day on which it was written down."""

    def first_named(self, *cases: str) -> str:
        """The first of these cases for which the policy has a rule; else the last case."""
        return next((case for case in cases if case in self.rules), cases[-1])


NO_POLICY = PolicyInForce(None, None, None, {})


class Policies:
    """Every pack in the given folders, by policy and version."""

    def __init__(self, *folders: Path) -> None:
        self.packs: dict[str, dict[date, Pack]] = {}
        self.files: dict[tuple[str, date], dict[str, Any]] = {}
        self.paths: dict[tuple[str, date], Path] = {}
        for file in sorted(file for folder in folders for file in folder.glob("*/*.toml")):
            self._add(file)

    def _add(self, file: Path) -> None:
        name, version = file.parent.name, _version(file)
        if (name, version) in self.files:
            raise PolicyError(f"{file}: there is another pack of {name} dated {version}")
        data = read_file(file)
        self.packs.setdefault(name, {})[version] = read_pack(file, data)
        self.files[name, version] = data
        self.paths[name, version] = file

    def named(self, text: str) -> tuple[str, date]:
        """The policy and version of a pack that is named as `policy`, for its latest version, or as
        `policy/date`. Raises `PolicyError` if there is none."""
        name, _, day = text.partition("/")
        versions = [each for each in self.packs.get(name, {}) if day in ("", each.isoformat())]
        if not versions:
            raise PolicyError(f"there is no pack {text!r}; there are {', '.join(self._names())}")
        return name, max(versions)

    def _names(self) -> list[str]:
        return [f"{name}/{version}" for name, each in self.packs.items() for version in each]

    def version_on(self, policy: str, day: date) -> date | None:
        """The latest version dated on or before the day."""
        return max((v for v in self.packs.get(policy, {}) if v <= day), default=None)


def read_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError(f"{file}: {error}") from None


def read_pack(file: Path, data: dict[str, Any]) -> Pack:
    try:
        return Pack.model_validate(data)
    except ValidationError as error:
        wrong = [f"  {'.'.join(map(str, e['loc'])) or 'pack'}: {e['msg']}" for e in error.errors()]
        raise PolicyError("\n".join([f"{file}:", *wrong])) from None


def _version(file: Path) -> date:
    try:
        return date.fromisoformat(file.stem)
    except ValueError:
        raise PolicyError(f"{file}: a pack is named by its date, like 2026-04-01.toml") from None
