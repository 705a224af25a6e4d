"""The pages of photographs: workers add them; people who may see the declaration look at them."""

from __future__ import annotations

from uuid import uuid4

from starlette.datastructures import UploadFile
from starlette.responses import Response

from register.acts.photographing import check_may_add, found, most, room
from register.declarations.ids import parse_id
from register.errors import ConflictError, InvalidError
from register.photographs.cleaning import FORMATS, LARGEST
from web.requests.picture import photograph_of, thumbnail_of
from web.requests.visit import Visit, to

TOO_LARGE = f"This file is larger than {LARGEST // 2**20} MB. Choose a smaller picture."
NONE_CHOSEN = "Choose a picture."


def ask(visit: Visit) -> Response:
    declaration = visit.register.read.declaration(visit.by, visit.path["id"])
    check_may_add(visit.register.situation(visit.by, declaration))
    return _form(visit)


def add(visit: Visit) -> Response:
    sent = _sent(visit)
    if len(sent) > LARGEST:
        return _form(visit, TOO_LARGE, 413)
    photograph = str(visit.form.get("id", "")) or str(uuid4())
    try:
        visit.register.add_photograph(visit.by, visit.path["id"], photograph, sent)
    except InvalidError as error:
        return _form(visit, str(error) if sent else NONE_CHOSEN)
    except ConflictError as error:
        return _form(visit, str(error), 409)
    return to(f"/declarations/{visit.path['id']}/photographs?added=yes")


def show(visit: Visit) -> Response:
    return photograph_of(visit)


def show_thumbnail(visit: Visit) -> Response:
    return thumbnail_of(visit)


def view(visit: Visit) -> Response:
    """A page with one picture and a link back: an installed application has no back button."""
    declaration = visit.register.read.declaration(visit.by, visit.path["id"])
    wanted = found(declaration, parse_id(visit.path["photograph"], "photograph"))
    place = declaration.photographs.index(wanted)
    return visit.page(
        "photograph.html",
        f"Photograph {place + 1} of {len(declaration.photographs)}",
        back=f"/declarations/{declaration.id}",
        declaration=declaration,
        seen=visit.register.photographs.conditions(declaration)[place],
    )


def _sent(visit: Visit) -> bytes:
    file = visit.form.get("photograph")
    return file.file.read() if isinstance(file, UploadFile) else b""


def _form(visit: Visit, problem: str | None = None, status: int = 422) -> Response:
    declaration = visit.register.read.declaration(visit.by, visit.path["id"])
    return visit.page(
        "photographs.html",
        "Photographs",
        status=status if problem else 200,
        back=f"/declarations/{declaration.id}",
        declaration=declaration,
        photographs=visit.register.photographs.conditions(declaration),
        most=most(declaration),
        room=room(declaration),
        photograph=uuid4(),
        accept=",".join(FORMATS),
        largest=LARGEST // 2**20,
        problem=problem,
        errors=[{"text": problem, "href": "#photograph"}] if problem else [],
        was_added="added" in visit.query and declaration.photographs,
    )
