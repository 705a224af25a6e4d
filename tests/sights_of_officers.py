"""The pages of a data protection officer, and what waits on them."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from register.projections.settled import settled
from tests.server import Server
from tests.sight import Sight

OFFICER = "otto,Otto Lind,otto@example.org,data_protection_officer,,,\n"
"""Their line in the file of people."""
MONTHS_AGO, NEARLY_TWO_YEARS = timedelta(days=42), timedelta(days=720)


def asked_of_officers(server: Server, held: str) -> dict[str, str]:
    """What people ask and complain of, some of it long ago; a hold; and gifts that have been over
    for so long that they are due to go. Gives the ids."""
    today, before = date.today(), date.today() - MONTHS_AGO
    asked = {
        "request": {"person": "amina", "received_on": str(today), "note": "By e-mail, all of it."},
        "late_request": {"person": "gus", "received_on": str(before)},
        "answered_request": {"service_user": "SU-1042", "received_on": str(today)},
    }
    ids = {}
    with server.installation.opened() as register:
        requests, complaints = register.protection.requests, register.protection.complaints
        for name, each in asked.items():
            ids[name] = str(requests.receive("otto", each).id)
        requests.answer("otto", ids["answered_request"], {"text": "Handed over, sealed."})
        for name, day in (("complaint", today), ("late_complaint", before)):
            said = {"by_whom": "Amina Yusuf", "received_on": str(day), "text": "It took too long."}
            ids[name] = str(complaints.receive("otto", said).id)
        complaints.answer("otto", ids["complaint"], {"text": "We are sorry."})
        claimed = {"declaration": held, "reason": "A claim is made."}
        register.protection.holds.place("otto", claimed)
    with server.installation.connected() as connection:
        ages = sa.update(settled).where(settled.c.kind == "gift")
        connection.execute(ages.values(over_on=date.today() - NEARLY_TWO_YEARS))
        connection.commit()
    return ids


OF_OFFICERS = [
    Sight("home-officer", "otto", "/"),
    Sight("protection", "otto", "/protection"),
    Sight("holds-officer", "otto", "/holds"),
    Sight("erasing-officer", "otto", "/erasures"),
    Sight("requests", "otto", "/requests"),
    Sight("requests-mistakes", "otto", "/requests", "Note this"),
    Sight("request", "otto", "/requests/{request}"),
    Sight("request-withheld", "otto", "/requests/{late_request}"),
    Sight("request-answered", "otto", "/requests/{answered_request}"),
    Sight("request-mistakes", "otto", "/requests/{request}", "It is answered"),
    Sight("complaints", "otto", "/complaints"),
    Sight("complaints-mistakes", "otto", "/complaints", "Note this"),
    Sight("complaint", "otto", "/complaints/{late_complaint}"),
    Sight("complaint-answered", "otto", "/complaints/{complaint}"),
    Sight("complaint-mistakes", "otto", "/complaints/{late_complaint}", "It is answered"),
]
