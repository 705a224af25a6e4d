"""A picture as an answer: shown here and now, kept nowhere, and nothing but a picture."""

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
