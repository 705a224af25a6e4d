"""The operations on declarations: make one, act on one, look at one, search."""

from __future__ import annotations

from starlette.responses import Response

from register.answers import read
from register.declarations import history
from register.declarations.declaration import Declaration
from web.api.calls import Call
from web.api.representation import (
    DeclarationList,
    HistoryList,
    history_line,
    json_response,
    represented,
)
from web.requests.queries import AsAtQuery, ListQuery, NoQuery, PageOf, Search, filter_of


def _shown(declaration: Declaration, status: int = 200) -> Response:
    return json_response(represented(declaration), status)


async def put_declaration(call: Call) -> Response:
    declared = await call.register.declare_async(call.by, call.path["id"], call.body)
    return _shown(declared.state, 201 if declared.is_new else 200)


def get_declaration(call: Call) -> Response:
    as_at = call.asked(AsAtQuery).as_at
    if as_at is None:
        return _shown(call.register.look_at(call.by, call.path["id"]))
    return _shown(call.register.read.declaration(call.by, call.path["id"], as_at))


def get_history(call: Call) -> Response:
    call.asked(NoQuery)
    events = call.register.read.history(call.by, call.path["id"])
    lines = history.lines(events, call.register.read.name)
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
    return json_response(DeclarationList([represented(each) for each in page.items], page.next))


def _page(call: Call, wanted: ListQuery, service_user: bytes | None = None) -> Response:
    asked = filter_of(call.register, wanted, service_user)
    page = call.register.read.declarations(call.by, asked)
    return json_response(DeclarationList([represented(each) for each in page.items], page.next))
