"""A line manager answers a friendship request; whoever must act asks the worker for more."""

from __future__ import annotations

from starlette.responses import Response

from register.acts.answering import FriendshipAnswer
from register.acts.requesting import InformationWanted
from web.forms import settling
from web.forms.settling import Settling
from web.requests.visit import Visit

ANSWER = Settling(
    title="Answer",
    button="Answer",
    call="an answer",
    doing="answer it",
    status="awaiting_answer",
    model=FriendshipAnswer,
    does=lambda visit, declaration, body: visit.register.answer(visit.by, declaration, body),
    template="answer.html",
)
ASK_FOR_MORE = Settling(
    title="Ask for more",
    button="Ask",
    call="a question",
    doing="ask for more",
    status=None,
    model=InformationWanted,
    does=lambda visit, declaration, body: visit.register.ask(visit.by, declaration, body),
    template="ask_for_more.html",
)


def ask(visit: Visit) -> Response:
    return settling.ask(visit, ANSWER)


def send(visit: Visit) -> Response:
    return settling.send(visit, ANSWER)


def ask_what_to_ask(visit: Visit) -> Response:
    return settling.ask(visit, ASK_FOR_MORE)


def ask_for_more(visit: Visit) -> Response:
    return settling.send(visit, ASK_FOR_MORE)
