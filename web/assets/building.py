"""From the files here to those that are served."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

from web.assets.slimming import slimmed

ASSETS = Path(__file__).parent
STATIC = ASSETS.parent / "static"
MANIFEST = "manifest.json"

SOURCES = {
    "govuk-frontend.css": "vendor/govuk-frontend.css",
    "govuk-frontend.js": "vendor/govuk-frontend.js",
    "htmx.js": "vendor/htmx.js",
    "app.css": "app.css",
    "app.js": "app.js",
    "picture.js": "picture.js",
    "photographs.js": "photographs.js",
    "badge.js": "badge.js",
    "icon.svg": "icon.svg",
}
"""Each file that is served, after those that it refers to."""


def build(assets: Path, static: Path) -> None:
    import brotli  # type: ignore[import-untyped]  # only whoever builds needs it

    static.mkdir(exist_ok=True)
    for old in static.iterdir():
        old.unlink()
    names: dict[str, str] = {}
    for name, source in SOURCES.items():
        data = unbranded(name, resolved((assets / source).read_text(encoding="utf-8"), names))
        names[name] = hashed(name, data)
        (static / names[name]).write_bytes(data)
        (static / f"{names[name]}.br").write_bytes(brotli.compress(data, quality=11))
        (static / f"{names[name]}.gz").write_bytes(gzip.compress(data, 9, mtime=0))
    (static / MANIFEST).write_text(json.dumps(names, indent=1) + "\n", encoding="utf-8")


def resolved(text: str, names: dict[str, str]) -> str:
    """A file names another as {{static:NAME}}; what is said of source maps goes."""
    text = re.sub(r"\n?(//# sourceMappingURL=.*|/\*# sourceMappingURL=.*?\*/)", "", text)
    return re.sub(r"\{\{static:([\w.-]+)\}\}", lambda found: f"/static/{names[found[1]]}", text)


def unbranded(name: str, text: str) -> bytes:
    """Without the font and the crest that only GOV.UK may use, and without what no page has."""
    if name == "govuk-frontend.css":
        text = slimmed(text)
        text = re.sub(r"@font-face\{[^}]*\}", "", text)
        text = text.replace("GDS Transport,arial", "system-ui,arial")
        text = re.sub(r"url\(/assets/images/govuk-crest\.svg\)", "none", text)
    return text.encode()


def hashed(name: str, data: bytes) -> str:
    stem, suffix = name.rsplit(".", 1)
    return f"{stem}.{hashlib.sha256(data).hexdigest()[:12]}.{suffix}"
