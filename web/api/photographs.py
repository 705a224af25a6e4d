"""The operations on photographs: add one, look at one."""

from __future__ import annotations

from starlette.responses import Response

from web.api.calls import Call
from web.api.representation import json_response, photograph_view
from web.requests.picture import photograph_of, thumbnail_of
from web.requests.queries import NoQuery


def put_photograph(call: Call) -> Response:
    sent = call.body if isinstance(call.body, bytes) else b""
    added = call.register.add_photograph(call.by, call.path["id"], call.path["photograph"], sent)
    return json_response(photograph_view(added.photograph), 201 if added.is_new else 200)


def get_photograph(call: Call) -> Response:
    call.asked(NoQuery)
    return photograph_of(call)


def get_thumbnail(call: Call) -> Response:
    call.asked(NoQuery)
    return thumbnail_of(call)
