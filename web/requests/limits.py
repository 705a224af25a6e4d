"""How much is read of what somebody sends, in bytes."""

from __future__ import annotations

from register.photographs import cleaning

LARGEST_BODY = 1024 * 1024
LARGEST_PICTURE = cleaning.LARGEST
