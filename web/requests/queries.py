"""The queries for lists of declarations, in the API and on pages, and the filter each one means."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from register.answers import (
    A_MOMENT,
    POSITION,
    Answers,
    Day,
    Reference,
    WholeNumber,
    position_or_moment,
    refuse,
    within,
)
from register.declarations.ids import parse_id
from register.declarations.names import Status
from register.directory.files import ID
from register.errors import InvalidError
from register.kinds import all_kinds, mark_of
from register.notices import showing
from register.projections.inbox import PLACE, place_in
from register.projections.register_list import ANY_FLAG, Filter
from register.register import Register

MOST_IN_A_LIST = 200
LARGEST_POSITION = 2**53 - 1
"""The largest whole number that every JSON parser reads exactly (RFC 8259, 6)."""


def _digits(value: object) -> object:
    """The number that the text of a query means; other values do not change."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 16:
        return int(value)
    return value


def _position_or_moment(value: object) -> object:
    position_or_moment(value)
    return value


def _id(value: object) -> object:
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise refuse("Give an id: letters, digits, dots, hyphens or underscores.")
    return value


def _declaration_id(value: object) -> object:
    try:
        return str(parse_id(str(value)))
    except InvalidError:
        raise refuse("Give the id of a declaration.") from None


def _alert_place(value: object) -> object:
    if not isinstance(value, str) or place_in(value) is None:
        raise refuse("Give the `next` of the page before.")
    return value


def _notice_place(value: object) -> object:
    if not isinstance(value, str) or showing.place_in(value) is None:
        raise refuse("Give the `next` of the page before.")
    return value


def _truth(value: object) -> object:
    """The truth value that the text of a query means; other values do not change."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


Position = Annotated[WholeNumber, BeforeValidator(_digits), *within(0, LARGEST_POSITION)]
Limit = Annotated[WholeNumber, BeforeValidator(_digits), *within(1, MOST_IN_A_LIST)]
Id = Annotated[str, BeforeValidator(_id), Field(json_schema_extra={"pattern": f"^{ID.pattern}$"})]
PositionOrMoment = Annotated[
    str,
    BeforeValidator(_position_or_moment),
    Field(
        description="A position, or a moment like 2026-03-02T16:05:00Z",
        json_schema_extra={"pattern": f"^({POSITION.pattern}|{A_MOMENT})$"},
    ),
]
DeclarationId = Annotated[
    str, BeforeValidator(_declaration_id), Field(json_schema_extra={"format": "uuid"})
]
AlertPlace = Annotated[
    str,
    BeforeValidator(_alert_place),
    Field(json_schema_extra={"pattern": f"^{PLACE.pattern}$"}),
]
NoticePlace = Annotated[
    str,
    BeforeValidator(_notice_place),
    Field(json_schema_extra={"pattern": f"^{showing.PLACE.pattern}$"}),
]
Truth = Annotated[bool, BeforeValidator(_truth)]
OF_KIND = sorted((flag, name) for name, kind in all_kinds().items() for flag in kind.flag_names)
FLAGS = {flag: mark_of(kind, flag).label for flag, kind in OF_KIND}
"""Every flag in words."""
FlagName: Any = Literal[(ANY_FLAG, *FLAGS)]
KindName: Any = Literal[tuple(all_kinds())]
StatusName: Any = Literal[tuple(each.value for each in Status)]


class AsAtQuery(Answers):
    as_at: PositionOrMoment | None = None


class NoQuery(Answers):
    """Nothing may be asked."""


class PageOf(Answers):
    after: Position | None = Field(default=None, description="The `next` of the page before")
    limit: Limit = 50


class AlertsQuery(Answers):
    after: AlertPlace | None = Field(default=None, description="The `next` of the page before")
    limit: Limit = 50


class NoticesQuery(Answers):
    after: NoticePlace | None = Field(default=None, description="The `next` of the page before")
    limit: Limit = 50
    stuck: Truth | None = Field(default=None, description="Only what is stuck or failed")


class ListQuery(PageOf):
    worker: Id | None = None
    service: Id | None = None
    kind: KindName | None = None
    status: StatusName | None = None
    late: Truth | None = None
    overdue: Truth | None = Field(default=None, description="Whether the next move is overdue")
    flag: FlagName | None = None
    received_from: Day | None = Field(default=None, description="The first day of receipt")
    received_to: Day | None = Field(default=None, description="The last day of receipt")
    as_at: PositionOrMoment | None = None


class LooksQuery(PageOf):
    by: Id | None = Field(default=None, description="Who looked")
    worker: Id | None = Field(default=None, description="Who declared what they looked at")
    declaration: DeclarationId | None = None
    since: Day | None = Field(default=None, description="The first day")
    until: Day | None = Field(default=None, description="The last day")


class Search(ListQuery):
    """The same as the list, by service user: a reference never stands in a URL."""

    service_user: Reference


class Pair(Answers):
    """A worker and a service user, for a rota."""

    worker: Id
    service_user: Reference


def filter_of(register: Register, wanted: ListQuery, service_user: bytes | None = None) -> Filter:
    as_at = wanted.as_at
    return Filter(
        overdue=wanted.overdue,
        at=None if wanted.overdue is None else register.read.as_at(as_at or "").at,
        worker=wanted.worker,
        service=wanted.service,
        kind=wanted.kind,
        status=wanted.status,
        service_user=service_user,
        late=wanted.late,
        flag=wanted.flag,
        received_from=wanted.received_from,
        received_to=wanted.received_to,
        as_at=None if as_at is None else register.read.position(as_at),
        after=wanted.after,
        limit=wanted.limit,
    )
