"""A picture as a response: no cache may store it, and nothing in it can run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from starlette.responses import Response

from register.photographs.cleaning import KEPT_AS
from register.register import Register

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Disposition": 'inline; filename="photograph.jpg"',
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


class Asking(Protocol):
    """Who asks for the photograph that the path names."""

    @property
    def register(self) -> Register: ...
    @property
    def by(self) -> str: ...
    @property
    def path(self) -> Mapping[str, Any]: ...
    def note_picture(self, declaration: str, photograph: str, *, is_small: bool) -> None: ...


def photograph_of(asking: Asking) -> Response:
    declaration, photograph = asking.path["id"], asking.path["photograph"]
    picture = asking.register.photographs.look_at(asking.by, declaration, photograph)
    asking.note_picture(declaration, photograph, is_small=False)
    return _shown(picture)


def thumbnail_of(asking: Asking) -> Response:
    declaration, photograph = asking.path["id"], asking.path["photograph"]
    look_at = asking.register.photographs.look_at
    picture = look_at(asking.by, declaration, photograph, "thumbnail")
    asking.note_picture(declaration, photograph, is_small=True)
    return _shown(picture)


def _shown(picture: bytes) -> Response:
    return Response(picture, media_type=KEPT_AS, headers=HEADERS)
