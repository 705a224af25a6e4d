"""The names of states, roles, duties and reasons, each as it is stored."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """How a declaration stands."""

    AWAITING_ACKNOWLEDGEMENT = "awaiting_acknowledgement"
    AWAITING_DECISION = "awaiting_decision"
    AWAITING_ANSWER = "awaiting_answer"
    AWAITING_ACTION = "awaiting_action"
    AWAITING_REVIEW = "awaiting_review"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class CameOut(StrEnum):
    """How a declaration came out on which nobody decided anything; else its outcome says so."""

    WITHDRAWN = "withdrawn"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    """Nobody had to act on it."""


class Role(StrEnum):
    """What somebody is, to the organisation or to one declaration."""

    WORKER = "worker"
    LINE_MANAGER = "line_manager"
    SERVICE_DIRECTOR = "service_director"
    STAND_IN = "stand_in"
    """Acts where nobody else could: a service's reserve, or of the last resort."""
    AUDITOR = "auditor"
    AUDITOR_RESTRICTED = "auditor-restricted"
    ADMINISTRATOR = "administrator"
    DATA_PROTECTION_OFFICER = "data_protection_officer"


class ChangeOf(StrEnum):
    """What a change is about that waits for a second person."""

    DIRECTORY = "directory"
    LINK = "link"
    """A link that signs somebody in who stands above or beside the workers."""
    ADDRESS = "address"
    """Their e-mail address, by which a provider may find them."""


class SeenBy(StrEnum):
    """Whom a policy lets see what a worker declares, besides the worker."""

    LINE_MANAGER = "line_manager"
    SERVICE_DIRECTOR = "service_director"
    AUDITOR = "auditor"
    ACTING = "acting"
    """Whoever must act on it, as long as they must, and nobody else."""


class NewLineSees(StrEnum):
    """What a line manager sees who comes new above a worker, of what was declared before."""

    OPEN = "open"
    """What is open then, and what comes from then on."""
    ALL = "all"


class Why(StrEnum):
    """What an alert asks of its person."""

    ACKNOWLEDGE = "acknowledge"
    DECIDE = "decide"
    ANSWER = "answer"
    INFORM = "inform"
    COMPLETE = "complete"
    REVIEW = "review"
    CONFIRM = "confirm"


class ToldBy(StrEnum):
    """How a worker told somebody who entered it for them."""

    IN_PERSON = "in_person"
    TELEPHONE = "telephone"
    PAPER = "paper"


class Reviewed(StrEnum):
    """What somebody looks at again."""

    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"


class TakenTo(StrEnum):
    """By which way a worker took a concern further, outside the line."""

    WHISTLEBLOWING = "whistleblowing"
    REGULATOR = "regulator"
    PROFESSIONAL_BODY = "professional_body"


class Because(StrEnum):
    """Why a role is a person's."""

    NAMED = "named"
    NEXT_ABOVE = "next_above"
    DIRECTOR = "director"
    RESERVE = "reserve"
    ANOTHER_DIRECTOR = "another_director"
    LAST_RESORT = "last_resort"
    COVERS = "covers"
    """They cover for whoever would hold it."""


class Shown(StrEnum):
    """What somebody was shown when they looked."""

    NO_WORDS = "no_words"
    """Nothing that a person wrote in a declaration: that is no look."""
    DECLARATION = "declaration"
    HISTORY = "history"
    PHOTOGRAPH = "photograph"
    ENTRY = "entry"
    LIST = "list"
    KEY_WORKING = "key_working"
    """Who must not be whose key worker, which comes from a declaration."""
    EXPORT = "export"
    REFUSAL = "refusal"
    """Nothing: they asked for what they may not see."""


class AlertState(StrEnum):
    """How far an alert has come."""

    RAISED = "raised"
    SENT = "sent"
    """A notice of it has left the register."""
    OPENED = "opened"
    ESCALATED = "escalated"
    """It went on to somebody else as well."""
    DONE = "done"


class Step(StrEnum):
    """What the register does by itself while an alert is open."""

    REMIND = "remind"
    QUIET = "quiet"
    """Nothing is due: the clock says that it still has the alert in hand, and tells nobody."""
    ESCALATE = "escalate"
    REPEAT = "repeat"


class Channel(StrEnum):
    """By what a notice reaches a person."""

    EMAIL = "email"
    PUSH = "push"
    TEXT = "text"


class OtherClock(StrEnum):
    """A clock that the one on the wall is compared with."""

    STEADY = "steady"
    """It runs since the machine started, and cannot be set."""
    DATABASE = "database"


class How(StrEnum):
    """How somebody signs in."""

    LINK = "link"
    PROVIDER = "provider"
    PASSKEY = "passkey"
    PASSWORD = "password"
    DEMO = "demo"
    """By picking themselves from the list, which only a demo has."""


class Scope(StrEnum):
    """What a token is for."""

    READ = "read"
    DECLARE = "declare"
    ACT = "act"
    SCIM = "scim"
    """To change people from another system."""


class Cause(StrEnum):
    """Why a notice is sent."""

    RAISED = "raised"
    PASSED = "passed"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    REPEATED = "repeated"
    URGENT = "urgent"
    """Somebody is at risk now: they are told at once, however they want to be told else."""
    ACCOUNT = "account"
    """Something happened to how its person signs in."""
    TRIAL = "trial"
    """Its person wanted to see whether anything arrives."""
    PROTECTION = "protection"
    """Something waits for a data protection officer: a request, a complaint, or what is due to go.
    """
    NO_OFFICER = "no_officer"
    """The same waits, and there is no officer who may deal with it."""


class Pace(StrEnum):
    """When somebody wants to be told over a channel."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    NEVER = "never"


class Delivery(StrEnum):
    """How a message stands in the outbox."""

    WAITING = "waiting"
    SENT = "sent"
    ARRIVED = "arrived"
    """Whoever carried it says that it reached the person's mailbox or phone."""
    FAILED = "failed"
    """It can never arrive."""
    NEEDLESS = "needless"
    """All that it would have asked for was done before it went."""
    GATHERED = "gathered"
    """Another message tells it, together with others."""


class Unsent(StrEnum):
    """Why a message was not sent."""

    NO_ADDRESS = "no_address"
    REFUSED = "refused"
    """Whoever carries it says that it will never arrive."""
    GONE = "gone"
    """The device no longer takes pushes."""
    NOT_REACHED = "not_reached"
    NOT_IN_TIME = "not_in_time"
    NOT_TAKEN = "not_taken"
    """Whoever carries it does not take it now."""


class HoldOn(StrEnum):
    """What a legal hold is on."""

    DECLARATION = "declaration"
    PERSON = "person"
    SERVICE_USER = "service_user"


class RequestAbout(StrEnum):
    """Of whom somebody wants to have what is held."""

    WORKER = "worker"
    SERVICE_USER = "service_user"


class Withheld(StrEnum):
    """What is not given to whoever asks for what is held about them, unless an officer decides
    otherwise."""

    RESTRICTED = "restricted"
    """All of a declaration of which few may know."""
    WORDS = "words"
    """What others wrote in a declaration."""


class BundleForm(StrEnum):
    """As what file all that is held is put together."""

    JSON = "json"
    PDF = "pdf"


class OfficersSort(StrEnum):
    """What waits for a data protection officer."""

    REQUEST = "request"
    COMPLAINT = "complaint"


class ErasureOf(StrEnum):
    """What somebody asks to be erased."""

    ENTRY = "entry"
    PHOTOGRAPH = "photograph"
    DECLARATION = "declaration"
    PERSON = "person"
    """Their name and addresses, and what they declared."""
    SERVICE_USER = "service_user"
    """All about one service user."""


class ErasureState(StrEnum):
    """How far an erasure has come."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    DONE = "done"
