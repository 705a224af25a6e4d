"""The services to which notices may go, as the settings name them unless told otherwise."""

from __future__ import annotations

KNOWN_SERVICES = (
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "push.apple.com",
    "notify.windows.com",
)
"""The push services of the browsers that there are."""
NOTIFY = "https://api.notifications.service.gov.uk"
FIELDS = ("to", "text", "reference")
"""What a gateway for texts calls the number, the words, and what makes a second sending known."""
