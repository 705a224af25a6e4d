"""The operations on declarations: make one, act on one, look at one, search."""

from __future__ import annotations

from uuid import UUID

from anyio.to_thread import run_sync
from msgspec import UNSET, Struct, UnsetType
from starlette.responses import Response

from register.answers import read
from register.declarations import history
from register.declarations.declaration import Declaration
from register.reading.further import whole_past
from register.reading.reader import Page
from web.api.calls import Call
from web.api.promised import PromiseView, declared_view_of, promise_of
from web.api.representation import (
    DeclarationList,
    HistoryList,
    history_line,
    json_response,
)
from web.api.views import view_of, views_of
from web.requests.queries import AsAtQuery, ListQuery, NoQuery, PageOf, Search, filter_of
from web.requests.threads import readers


def _shown(call: Call, declaration: Declaration, up_to: int | None = None) -> Response:
    return json_response(view_of(call.register, declaration, up_to))


class Taken(Struct, frozen=True):
    """That a declaration is in the register, and no more: what follows from it is for whoever signs
    in again, and what others wrote since for who reads."""

    id: UUID
    promise: PromiseView | UnsetType = UNSET


async def put_declaration(call: Call) -> Response:
    declared = await call.register.declare_async(call.by, call.path["id"], call.body, call.services)
    status = 201 if declared.is_new else 200
    is_more = not declared.is_new  # then others may have added words
    if call.caller.is_limited or (is_more and not call.caller.reads):
        promised = await run_sync(promise_of, call.register, declared.state, limiter=readers)
        return json_response(Taken(declared.state.id, promised), status)
    if is_more:
        call.note_words([declared.state])
    view = await run_sync(declared_view_of, call.register, declared.state, limiter=readers)
    return json_response(view, status)


def get_declaration(call: Call) -> Response:
    as_at = call.asked(AsAtQuery).as_at
    if as_at is None:
        return _shown(call, call.look_at(call.path["id"]))
    then = call.register.read.declaration(call.by, call.path["id"], as_at)
    call.note_shown([then])
    return _shown(call, then, call.register.read.position(as_at))


def get_history(call: Call) -> Response:
    call.asked(NoQuery)
    declaration = call.register.read.declaration(call.by, call.path["id"])
    read = call.register.read
    past = whole_past(read, call.register.unguarded, call.by, declaration)
    lines = history.lines(past, read.name)
    call.note_shown([declaration])
    return json_response(HistoryList([history_line(line) for line in lines]))


def list_declarations(call: Call) -> Response:
    return _page(call, call.asked(ListQuery))


def search_declarations(call: Call) -> Response:
    wanted = read(Search, call.body)
    index = call.register.read.service_user_index(wanted.service_user)
    return _page(call, wanted, service_user=index)


def list_workers_declarations(call: Call) -> Response:
    wanted = call.asked(PageOf)
    page = call.register.read.workers_declarations(
        call.by, call.path["worker"], wanted.after, wanted.limit
    )
    return _listed(call, page)


def _page(call: Call, wanted: ListQuery, service_user: bytes | None = None) -> Response:
    asked = filter_of(call.register, wanted, service_user)
    return _listed(call, call.register.read.declarations(call.by, asked), asked.as_at)


def _listed(call: Call, page: Page, up_to: int | None = None) -> Response:
    call.note_shown(page.items)
    return json_response(DeclarationList(views_of(call.register, page.items, up_to), page.next))
