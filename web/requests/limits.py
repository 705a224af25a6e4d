"""The largest bodies that are read, in bytes."""

from __future__ import annotations

from register.photographs import cleaning

LARGEST_BODY = 1024 * 1024
LARGEST_PICTURE = cleaning.LARGEST
