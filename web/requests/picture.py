"""A picture as a response: no cache may store it, and nothing in it can run."""

from __future__ import annotations

from starlette.responses import Response

from register.photographs.cleaning import KEPT_AS

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Disposition": 'inline; filename="photograph.jpg"',
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


def shown(picture: bytes) -> Response:
    return Response(picture, media_type=KEPT_AS, headers=HEADERS)
