"""The accessibility statement: what was tested, and whom to tell if a page cannot be used."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from web.templating import page

ADMINISTRATOR = "your administrator"


def show(request: Request, form: FormData) -> Response:
    return page(
        "accessibility.html",
        title="Accessibility",
        visit=None,
        back="/",
        contact=request.app.state.contact or ADMINISTRATOR,
    )
