"""For administrators: who can hardly be reached, and what was sent, when, and what is stuck."""

from __future__ import annotations

from starlette.responses import Response

from register.errors import MalformedError
from register.notices.names import Cause, Delivery, Unsent
from web.pages.notices.own import BY
from web.requests.visit import Visit, to

REACHABLE, OUTBOX = "/people/reachable", "/people/outbox"
ENOUGH = 2
"""Ways by which somebody should be reached: one may fail."""
MOST = 100
"""How many people the page names."""
CAUSES = {
    Cause.RAISED: "Something waits for them",
    Cause.PASSED: "Something waits for them that was another's",
    Cause.REMINDED: "A reminder",
    Cause.ESCALATED: "Something that nobody did in time",
    Cause.URGENT: "Something urgent",
    Cause.REPEATED: "Something that waits for the last resort",
    Cause.ACCOUNT: "A change of how they sign in",
    Cause.TRIAL: "A trial",
    Cause.PROTECTION: "Something of data protection waits for them",
    Cause.NO_OFFICER: "Something waits for a data protection officer, and there is none for it",
}
STATES = {
    Delivery.WAITING: "Waits",
    Delivery.SENT: "Sent",
    Delivery.ARRIVED: "Arrived, sent",
    Delivery.FAILED: "Failed",
    Delivery.NEEDLESS: "No longer needed",
    Delivery.GATHERED: "Went with others",
}
REASONS = {
    Unsent.NO_ADDRESS: "there is no address that works",
    Unsent.REFUSED: "it was refused for good",
    Unsent.GONE: "the device takes no messages any more",
    Unsent.NOT_REACHED: "the server was not reached",
    Unsent.NOT_IN_TIME: "the server did not answer in time",
    Unsent.NOT_TAKEN: "the server did not take it",
}


def reachable(visit: Visit) -> Response:
    words = visit.register.unguarded.names()
    here = [each for each in words if visit.directory.is_here(each)]
    with_email = {each for each in here if (found := words[each]) and found.email}
    counts = visit.register.notices.reaching.counts(here, with_email)
    few = sorted((each for each in here if counts[each] < ENOUGH), key=lambda each: counts[each])
    name = visit.register.read.name
    return visit.page(
        "reachable.html",
        "Who can hardly be reached",
        back="/people",
        people=[(each, name(each), counts[each]) for each in few[:MOST]],
        total=len(few),
        everybody=len(here),
        channels=[BY[each] for each in visit.register.notices.reaching.channels()],
    )


def outbox(visit: Visit) -> Response:
    only_stuck = visit.query.get("show") == "stuck"
    found = visit.register.notices.outbox
    name = visit.register.read.name
    lines = found.lines(visit.by, only_stuck=only_stuck)
    return visit.page(
        "sent.html",
        "What was sent",
        back="/people",
        lines=[(each, name(each.person)) for each in lines],
        stuck=sum(each.is_stuck for each in lines),
        only_stuck=only_stuck,
        by=BY,
        causes=CAUSES,
        states=STATES,
        reasons=REASONS,
        done=visit.query.get("done") == "again",
    )


def send_again(visit: Visit) -> Response:
    message = str(visit.form.get("message", ""))
    if not message:
        raise MalformedError("This form could not be read; please try again.")
    visit.register.notices.outbox.send_again(visit.by, message)
    return to(f"{OUTBOX}?show=stuck&done=again")
