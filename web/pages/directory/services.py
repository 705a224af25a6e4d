"""The forms on which administrators add and change services."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from register.directory.edited import service_said
from register.directory.service import Service
from register.errors import NotFoundError
from web.forms.people import everybody
from web.forms.questions import Question
from web.pages.directory.editing import Editing
from web.requests.visit import Visit

ID = Question("id", "Id", "For example elm-house: it never changes", "line")
ASKED = (
    Question("name", "Name", None, "line"),
    Question("director", "Service director", "The whole name, or the id", "line"),
    Question(
        "reserve",
        "Reserve",
        "Who acts on what its director declares, where nobody above can: the whole name, or the id",
        "line",
        is_optional=True,
    ),
    Question(
        "contacts",
        "Whom its workers call when somebody is at risk",
        "A line each, with the number at its end",
        "text",
        is_optional=True,
    ),
    Question(
        "whistleblowing",
        "Whistleblowing policy",
        "Where its workers find it, or whom it says to tell",
        "line",
        is_optional=True,
    ),
    Question(
        "regulator",
        "Who regulates it",
        "Such as: the Care Quality Commission (CQC), or Ofsted",
        "line",
        is_optional=True,
    ),
)
NONE_SUCH = "There is no service with that id."


def new(visit: Visit) -> Editing:
    return _editing(visit, None)


def known(visit: Visit) -> Editing:
    return _editing(visit, _known(visit))


def _known(visit: Visit) -> Service:
    known = visit.directory.services.get(visit.path["service"])
    if known is None:
        raise NotFoundError(NONE_SUCH)
    return known


def _editing(visit: Visit, known: Service | None) -> Editing:
    return Editing(
        title="Add a service" if known is None else f"Change {known.name}",
        asked=ASKED if known is not None else [ID, *ASKED],
        begins={} if known is None else _begins(known),
        read=partial(service_said, known=known, directory=visit.directory, names=everybody(visit)),
    )


def _begins(known: Service) -> Mapping[str, Any]:
    return {
        "name": known.name,
        "director": known.director,
        "reserve": known.reserve,
        "contacts": "\n".join(known.contacts or ()),
        "whistleblowing": known.whistleblowing,
        "regulator": known.regulator,
    }
