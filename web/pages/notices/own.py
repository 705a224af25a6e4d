"""How somebody is told what waits for them: by which ways, and when; and a trial of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from starlette.responses import Response

from register.errors import FieldError, InvalidError, MalformedError
from register.notices.names import Channel, Delivery, Pace
from register.notices.reaching import NUMBER
from web.forms.questions import Question, filled, summary
from web.requests.visit import Visit, to

PATH = "/account/notices"
BY = {Channel.EMAIL: "E-mail", Channel.PUSH: "Messages to your devices", Channel.TEXT: "Texts"}
WHEN = {
    Pace.AT_ONCE: "At once",
    Pace.DAILY: "Once a day, at 8 in the morning",
    Pace.NEVER: "Never",
}
STATES = {
    Delivery.WAITING: "The last one waits to be sent, since",
    Delivery.SENT: "The last one was sent",
    Delivery.ARRIVED: "The last one arrived; it was sent",
    Delivery.FAILED: "The last one could not be sent:",
    Delivery.NEEDLESS: "The last one was no longer needed:",
    Delivery.GATHERED: "The last one went together with others:",
}
"""Before a moment."""
DONE = {
    "chosen": "Your choice is kept.",
    "added": "You will be told there as well. Send yourself a trial to see that it works.",
    "removed": "Nothing is sent there any more.",
    "trial": "A trial is on its way by each of your ways. Look at this page again in a minute.",
}


def show(visit: Visit) -> Response:
    return _page(visit)


def change(visit: Visit) -> Response:
    """Do what the button says that was pressed."""
    does = CHANGES.get(str(visit.form.get("do", "")))
    if does is None:
        raise MalformedError("This form could not be read; please try again.")
    try:
        return to(f"{PATH}?done={does(visit)}")
    except InvalidError as error:
        return _page(visit, error.errors)


def _choose(visit: Visit) -> str:
    chosen = {}
    for channel in visit.register.notices.reaching.channels():
        pace = str(visit.form.get(channel, ""))
        if pace in WHEN:
            chosen[channel] = Pace(pace)
    if not chosen:
        raise MalformedError("This form could not be read; please try again.")
    visit.register.notices.reaching.choose(visit.by, chosen)
    return "chosen"


def _add_device(visit: Visit) -> str:
    given = str(visit.form.get("subscription", ""))
    visit.register.notices.reaching.add_device(visit.by, given)
    return "added"


def _set_number(visit: Visit) -> str:
    visit.register.notices.reaching.set_number(visit.by, str(visit.form.get(NUMBER, "")))
    return "added"


def _remove(visit: Visit) -> str:
    visit.register.notices.reaching.remove(visit.by, str(visit.form.get("way", "")))
    return "removed"


def _try_out(visit: Visit) -> str:
    visit.register.notices.reaching.try_out(visit.by)
    return "trial"


CHANGES: dict[str, Callable[[Visit], str]] = {
    "choose": _choose,
    "device": _add_device,
    NUMBER: _set_number,
    "remove": _remove,
    "trial": _try_out,
}


def _page(visit: Visit, errors: Sequence[FieldError] = ()) -> Response:
    reaching = visit.register.notices.reaching
    asked, number = _questions(visit, errors), _number(visit, errors)
    on_page = {each.name for each in (*asked, number)}
    others = [{"text": each.message} for each in errors if each.field not in on_page]
    return visit.page(
        "own_notices.html",
        "How you are told",
        status=422 if errors else 200,
        back="/account",
        errors=[*summary([*asked, number], errors), *others] if errors else [],
        done=None if errors else DONE.get(visit.query.get("done", "")),
        ways=reaching.of(visit.by),
        channels=reaching.channels(),
        by=BY,
        states=STATES,
        questions=asked,
        number=number,
        push_key=reaching.public_key if Channel.PUSH in reaching.channels() else None,
    )


def _questions(visit: Visit, errors: Sequence[FieldError]) -> list[Question]:
    reaching = visit.register.notices.reaching
    floor = reaching.floor()
    asked = [
        Question(
            channel,
            BY[channel],
            "Your policy says that everybody gets this." if channel in floor else None,
            "choice",
            tuple(each for each in WHEN if not (channel in floor and each is Pace.NEVER)),
            {str(pace): words for pace, words in WHEN.items()},
        )
        for channel in reaching.channels()
    ]
    paces: dict[str, Any] = {str(each): pace for each, pace in reaching.paces(visit.by).items()}
    return list(filled(asked, paces, errors))


def _number(visit: Visit, errors: Sequence[FieldError]) -> Question:
    question = Question(
        NUMBER,
        "Your telephone number for texts",
        "Such as 07700 900123. You get at most one text an hour.",
        "line",
    )
    (asked,) = filled([question], {NUMBER: str(visit.form.get(NUMBER, ""))}, errors)
    return asked
