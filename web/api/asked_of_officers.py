"""The operations on what people ask of data protection officers: what is held, and complaints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from msgspec import Struct
from pydantic import Field
from starlette.responses import Response

from register.answers import Answers, Text, read
from register.declarations.names import BundleForm, RequestAbout
from register.erasing.complaints import Complaint, ComplaintAnswer, ComplaintWanted
from register.erasing.requests import DisclosureWanted, Request, RequestAnswer, RequestWanted
from web.api.calls import Call
from web.api.operations import Operation
from web.api.representation import json_response
from web.requests.queries import NoQuery


class RequestView(Struct):
    """Somebody who wants to have what is held about them; whom it is about is null once that is
    erased. What few may know of is withheld but for `given`."""

    id: UUID
    about: RequestAbout
    person: str | None
    service_user: str | None
    note: str | None
    received_on: date
    due_on: date
    given: Sequence[UUID]
    given_words: Sequence[UUID]
    made_at: Sequence[datetime]
    answered_at: datetime | None


class RequestList(Struct):
    items: Sequence[RequestView]
    next: None = None


class ComplaintView(Struct):
    id: UUID
    by_whom: str | None
    text: str | None
    received_on: date
    due_on: date
    answered_by: str | None
    answered_at: datetime | None
    answer: str | None


class ComplaintList(Struct):
    items: Sequence[ComplaintView]
    next: None = None


class BundleAsked(Answers):
    """What is left out besides, one on each line."""

    hidden: Text | None = Field(default=None)


class BundleView(Struct):
    """All that is held, and what of it was left out and why."""

    about: str
    made_on: date
    please_note: str
    directory: list[dict[str, Any]]
    declarations: list[dict[str, Any]]
    further: list[dict[str, Any]]
    acted: list[dict[str, Any]]
    exclusions: list[dict[str, Any]]
    alerts: list[dict[str, Any]]
    notices: list[dict[str, Any]]
    looked_at_it: list[dict[str, Any]]
    looked_themselves: list[dict[str, Any]]
    left_out: list[dict[str, Any]]


def list_requests(call: Call) -> Response:
    call.asked(NoQuery)
    known = call.register.protection.requests.known_to(call.by)
    return json_response(RequestList([_request(each) for each in known]))


def receive_request(call: Call) -> Response:
    made = call.register.protection.requests.receive(call.by, call.body)
    return json_response(_request(made), 201)


def decide_disclosure(call: Call) -> Response:
    requests = call.register.protection.requests
    return json_response(_request(requests.decide(call.by, call.path["request"], call.body)))


def make_bundle(call: Call) -> Response:
    said = read(BundleAsked, call.body).model_dump(exclude_none=True)
    wanted = {"form": BundleForm.JSON.value, **said}
    made = call.register.protection.requests.make(call.by, call.path["request"], wanted)
    call.note_words(made.declarations)
    return json_response(BundleView(**orjson.loads(made.content)))


def answer_request(call: Call) -> Response:
    requests = call.register.protection.requests
    return json_response(_request(requests.answer(call.by, call.path["request"], call.body)))


def list_complaints(call: Call) -> Response:
    call.asked(NoQuery)
    known = call.register.protection.complaints.known_to(call.by)
    return json_response(ComplaintList([_complaint(each) for each in known]))


def receive_complaint(call: Call) -> Response:
    made = call.register.protection.complaints.receive(call.by, call.body)
    return json_response(_complaint(made), 201)


def answer_complaint(call: Call) -> Response:
    complaints = call.register.protection.complaints
    return json_response(_complaint(complaints.answer(call.by, call.path["complaint"], call.body)))


def _request(request: Request) -> RequestView:
    words = request.words
    return RequestView(
        id=request.id,
        about=request.about,
        person=words.person if words else None,
        service_user=words.service_user if words else None,
        note=words.note if words else None,
        received_on=request.received_on,
        due_on=request.due_on,
        given=sorted(request.restricted),
        given_words=sorted(request.given_words),
        made_at=request.made,
        answered_at=request.answered_at,
    )


def _complaint(complaint: Complaint) -> ComplaintView:
    words = complaint.words
    return ComplaintView(
        id=complaint.id,
        by_whom=words.by_whom if words else None,
        text=words.text if words else None,
        received_on=complaint.received_on,
        due_on=complaint.due_on,
        answered_by=complaint.answered_by,
        answered_at=complaint.answered_at,
        answer=complaint.answer,
    )


WHEN_ASKED = ("invalid", "forbidden", "unavailable")
WHEN_DEALT_WITH = (*WHEN_ASKED, "not_found", "conflict")
ONE = "/api/requests/{request}"
OPERATIONS = [
    Operation(
        "GET",
        "/api/requests",
        list_requests,
        "Who wants to have what is held about them, and is not answered yet",
        {200: RequestList},
        query=NoQuery,
        refusals=("invalid", "forbidden"),
    ),
    Operation(
        "POST",
        "/api/requests",
        receive_request,
        "Note that somebody wants to have what is held about them",
        {201: RequestView},
        (RequestWanted,),
        refusals=WHEN_ASKED,
    ),
    Operation(
        "POST",
        f"{ONE}/disclosures",
        decide_disclosure,
        "Decide whether something is given that is withheld",
        {200: RequestView},
        (DisclosureWanted,),
        refusals=WHEN_DEALT_WITH,
        fresh=True,
    ),
    Operation(
        "POST",
        f"{ONE}/bundle",
        make_bundle,
        "Put together all that is held",
        {200: BundleView},
        (BundleAsked,),
        refusals=WHEN_DEALT_WITH,
        fresh=True,
    ),
    Operation(
        "POST",
        f"{ONE}/answer",
        answer_request,
        "Note that a request is answered",
        {200: RequestView},
        (RequestAnswer,),
        refusals=WHEN_DEALT_WITH,
    ),
    Operation(
        "GET",
        "/api/complaints",
        list_complaints,
        "Complaints that wait for an answer",
        {200: ComplaintList},
        query=NoQuery,
        refusals=("invalid", "forbidden"),
    ),
    Operation(
        "POST",
        "/api/complaints",
        receive_complaint,
        "Note a complaint",
        {201: ComplaintView},
        (ComplaintWanted,),
        refusals=WHEN_ASKED,
    ),
    Operation(
        "POST",
        "/api/complaints/{complaint}/answer",
        answer_complaint,
        "Note that a complaint is answered",
        {200: ComplaintView},
        (ComplaintAnswer,),
        refusals=WHEN_DEALT_WITH,
    ),
]
