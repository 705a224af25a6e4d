"""What a browser would send of a form as its page shows it."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import httpx


def filled_in(response: httpx.Response, action: str) -> dict[str, Any]:
    """The fields of the form with this action: what is hidden, written, chosen and ticked."""
    reader = _Fields(action)
    reader.feed(response.text)
    assert reader.is_found, f"there is no form that goes to {action}"
    return {name: each if len(each) > 1 else each[0] for name, each in reader.said.items()}


class _Fields(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self._action = action
        self._is_inside = False
        self._area: str | None = None
        self._select: str | None = None
        self.is_found = False
        self.said: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        about = dict(attrs)
        if tag == "form":
            self._is_inside = about.get("action") == self._action
            self.is_found |= self._is_inside
        if not self._is_inside:
            return
        name, value = about.get("name"), about.get("value") or ""
        if tag == "input" and name and _is_sent(about):
            self.said.setdefault(name, []).append(value)
        elif tag == "textarea" and name:
            self._area = name
            self.said[name] = [""]
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select and "selected" in about:
            self.said[self._select] = [value]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        if tag == "textarea":
            self._area = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.said[self._area][0] += data


def _is_sent(about: dict[str, str | None]) -> bool:
    return about.get("type") not in ("checkbox", "radio") or "checked" in about
