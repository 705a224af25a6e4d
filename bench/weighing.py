"""What a page weighs on a first visit, as it comes over the wire in brotli: in bytes of bodies."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.server import Server
from tests.sight import Sight

STYLES = re.compile(r'<link\b[^>]*rel="stylesheet"[^>]*>')
SCRIPTS = re.compile(r'<(?:script|link)\b[^>]*(?:src|rel="modulepreload")[^>]*>')
ADDRESS = re.compile(r'\b(?:href|src)="([^"]+)"')
IMPORTED = re.compile(r'\b(?:from|import)\s*\(?\s*"(/[^"]+)"')
"""In a script: with or without `from`, at once or later."""
SERVICE_WORKER = re.compile(r'\bserviceWorker\b[^;]*?\.register\(\s*"(/[^"]+)"')


@dataclass(frozen=True)
class Weight:
    html: int
    css: int
    js: int
    """With every script that another one of the page imports."""
    worker: int
    """The service worker's own script; no page waits for it."""


@dataclass
class Scales:
    """Somebody's browser, in which nothing is kept."""

    server: Server
    person: str | None
    _client: httpx.Client = field(init=False)
    _fetched: dict[str, tuple[int, str]] = field(default_factory=dict)

    def __enter__(self) -> Scales:
        self._client = httpx.Client(
            base_url=self.server.url,
            headers={
                "Accept": "text/html",
                "Accept-Encoding": "br",
                "Origin": self.server.url,
            },
            timeout=30,
        )
        if self.person is not None:
            link = self.server.installation.run("invite", self.person)[0]
            assert self._client.post(link).status_code == 303
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def weigh(self, sight: Sight) -> Weight:
        size, page = self._call("GET", sight.path)
        if sight.send is not None:
            path, fields = _form(page, sight)
            size, page = self._call("POST", path, data=fields)
        scripts = self._with_imported(_addresses(SCRIPTS, page))
        workers = {each for path in scripts for each in SERVICE_WORKER.findall(self._text(path))}
        return Weight(
            html=size,
            css=sum(map(self._size, _addresses(STYLES, page))),
            js=sum(map(self._size, scripts)),
            worker=sum(map(self._size, workers)),
        )

    def _with_imported(self, paths: set[str]) -> set[str]:
        found, waiting = set(), list(paths)
        while waiting:
            path = waiting.pop()
            if path not in found:
                found.add(path)
                waiting += IMPORTED.findall(self._text(path))
        return found

    def _size(self, path: str) -> int:
        return self._once(path)[0]

    def _text(self, path: str) -> str:
        return self._once(path)[1]

    def _once(self, path: str) -> tuple[int, str]:
        if path not in self._fetched:
            self._fetched[path] = self._call("GET", path)
        return self._fetched[path]

    def _call(self, method: str, path: str, **more: Any) -> tuple[int, str]:
        """How many bytes came, and the text that they are."""
        request = self._client.build_request(method, path, **more)
        response = self._client.send(request, stream=True, follow_redirects=True)
        text = b"".join(response.iter_bytes()).decode()
        response.close()
        return response.num_bytes_downloaded, text


def _addresses(tags: re.Pattern[str], page: str) -> set[str]:
    return {html.unescape(ADDRESS.findall(tag)[0]) for tag in tags.findall(page)}


def _form(page: str, sight: Sight) -> tuple[str, dict[str, str]]:
    """Where the form with the button goes, and what stands in it."""
    for opening, inside in re.findall(r"(<form\b[^>]*>)(.*?)</form>", page, re.DOTALL):
        if re.search(rf">\s*{re.escape(sight.send or '')}\s*</button>", inside):
            action = re.search(r'action="([^"]+)"', opening)
            return html.unescape(action[1]) if action else sight.path, dict(_fields(inside))
    raise LookupError(f"{sight.name} has no form with {sight.send}")


def _fields(form: str) -> Iterator[tuple[str, str]]:
    for tag in re.findall(r"<input\b[^>]*>", form):
        name, value = re.search(r'\bname="([^"]*)"', tag), re.search(r'\bvalue="([^"]*)"', tag)
        if name and value and not re.search(r'type="(radio|checkbox)"', tag):
            yield name[1], html.unescape(value[1])
