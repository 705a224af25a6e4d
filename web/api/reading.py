"""The other operations that read: alerts, the log by position, and the server's health."""

from __future__ import annotations

from starlette.responses import Response

from register.answers import read
from register.projections.inbox import place_in
from web.api.calls import Call
from web.api.representation import (
    AlertList,
    AlertView,
    ExclusionAnswer,
    ExclusionList,
    exclusion,
    json_response,
)
from web.api.stored_entries import EntryList, entry_view
from web.requests.queries import AlertsQuery, NoQuery, PageOf, Pair


def list_alerts(call: Call) -> Response:
    wanted = call.asked(AlertsQuery)
    after = place_in(wanted.after) if wanted.after else None
    page = call.register.read.waiting(call.by, after, wanted.limit)
    alerts = [
        AlertView(
            row.alert,
            row.declaration,
            row.kind,
            row.why,
            row.clause,
            row.due_at,
            row.state,
            row.for_person,
        )
        for row in page.items
    ]
    return json_response(AlertList(alerts, str(page.next) if page.next else None))


def list_entries(call: Call) -> Response:
    wanted = call.asked(PageOf)
    entries = call.register.read.entries(call.by, wanted.after or 0, wanted.limit)
    items = [entry_view(entry) for entry in entries]
    if items:
        call.note_words((), part=f"{items[0].position} to {items[-1].position}")
    return json_response(
        EntryList(items, items[-1].position if len(items) == wanted.limit else None)
    )


def list_exclusions(call: Call) -> Response:
    call.asked(NoQuery)
    standing = call.register.key_working.listed(call.by)
    call.note_words(line.declaration for line in standing)
    return json_response(ExclusionList([exclusion(line) for line in standing]))


def check_exclusion(call: Call) -> Response:
    key_working = call.register.key_working
    key_working.check_reads(call.by)
    pair = read(Pair, call.body)
    standing = key_working.standing(call.by, pair.worker, pair.service_user)
    call.note_words(line.declaration for line in standing)
    return json_response(ExclusionAnswer(bool(standing)))
