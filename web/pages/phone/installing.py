"""What a phone is told to install the register as an application: names, colours, icons."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from register.kinds import all_kinds
from web.static_files import address

COLOUR = "#00625a"
BACKGROUND = "#f3f7f6"


def manifest(request: Request, form: FormData) -> Response:
    """The web application manifest (https://www.w3.org/TR/appmanifest/)."""
    return Response(
        msgspec.json.encode(_manifest()),
        media_type="application/manifest+json",
        headers={"Cache-Control": "no-cache"},
    )


def _icon(size: int, purpose: str = "any") -> dict[str, str]:
    name = f"icon-{'maskable-' if purpose == 'maskable' else ''}{size}.png"
    sizes = f"{size}x{size}"
    return {"src": address(name), "sizes": sizes, "type": "image/png", "purpose": purpose}


def _screenshot(name: str, sizes: str, form_factor: str, label: str) -> dict[str, str]:
    return {
        "src": address(name),
        "sizes": sizes,
        "type": "image/png",
        "form_factor": form_factor,
        "label": label,
    }


def _manifest() -> dict[str, Any]:
    return {
        "id": "/",
        "name": "Declarations register",
        "short_name": "Declarations",
        "description": "Tell your organisation of a gift, an old acquaintance, a chance meeting.",
        "lang": "en-GB",
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": BACKGROUND,
        "theme_color": COLOUR,
        "icons": [_icon(192), _icon(512), _icon(512, "maskable")],
        "shortcuts": [
            {"name": kind.title, "url": f"/declare/{name}", "icons": [_icon(192)]}
            for name, kind in all_kinds().items()
            if not kind.is_restricted  # nobody who takes up the phone is led there
        ],
        "screenshots": [
            _screenshot(
                "screenshot-phone.png", "780x1688", "narrow", "Declaring a gift on a phone"
            ),
            _screenshot("screenshot-desk.png", "1280x900", "wide", "What waits for a manager"),
        ],
    }
