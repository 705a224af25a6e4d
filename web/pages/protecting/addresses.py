"""The addresses of the pages of data protection officers."""

from __future__ import annotations

from web.pages.adapter import Page
from web.pages.protecting import coming, holds

PROTECTING = [
    Page("GET", coming.PATH, coming.show),
    Page("GET", holds.PATH, holds.show),
    Page("POST", holds.PATH, holds.place),
    Page("GET", holds.LIFT, holds.ask_to_lift),
    Page("POST", holds.LIFT, holds.lift, fresh=True),
]
