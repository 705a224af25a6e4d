"""The stream that tells an open page that it has changed: that alone, and to nobody else."""

from __future__ import annotations

from starlette.responses import Response, StreamingResponse

from register.errors import MalformedError
from web.edge.connections import place_of
from web.edge.streams import Stream, Streams
from web.requests.session import session_of
from web.requests.visit import Visit, position

PATH = "/changed"
EVENTS = "text/event-stream"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""No proxy keeps it, and none waits until there is more of it."""


def show(visit: Visit) -> Response:
    """`since` is the position of the last entry that the page knows of."""
    request = visit.request
    since = position(visit.query.get("since", ""))
    if since is None or request is None:
        raise MalformedError("Say since which entry, such as /changed?since=120.")
    if request.method == "HEAD":
        return Response(media_type=EVENTS, headers=HEADERS)
    streams: Streams = request.app.state.streams
    place = place_of(request.client.host if request.client else "")
    streams.check_room(visit.by, place)
    stream = Stream(visit.by, session_of(request) or "", place, since)
    return StreamingResponse(streams.lines(stream), media_type=EVENTS, headers=HEADERS)
