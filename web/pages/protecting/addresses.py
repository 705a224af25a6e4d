"""The addresses of the pages of data protection officers."""

from __future__ import annotations

from web.pages.adapter import Page
from web.pages.protecting import coming, complaints, holds, requests

PROTECTING = [
    Page("GET", coming.PATH, coming.show),
    Page("GET", holds.PATH, holds.show),
    Page("POST", holds.PATH, holds.place),
    Page("GET", holds.LIFT, holds.ask_to_lift),
    Page("POST", holds.LIFT, holds.lift, fresh=True),
    Page("GET", requests.PATH, requests.show),
    Page("POST", requests.PATH, requests.receive),
    Page("GET", requests.ONE, requests.show_one),
    Page("POST", requests.DISCLOSURES, requests.decide, form_at=requests.ONE, fresh=True),
    Page("POST", requests.BUNDLE, requests.make, form_at=requests.ONE, fresh=True),
    Page("POST", requests.ANSWER, requests.answer, form_at=requests.ONE),
    Page("GET", complaints.PATH, complaints.show),
    Page("POST", complaints.PATH, complaints.receive),
    Page("GET", complaints.ONE, complaints.show_one),
    Page("POST", complaints.ONE, complaints.answer),
]
