"""From the files in web/assets to those in web/static, which are served."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

from scripts.assets.slimming import slimmed

WEB = Path(__file__).parents[2] / "web"
ASSETS = WEB / "assets"
STATIC = WEB / "static"
MANIFEST = "manifest.json"
EXPORTED = "export { ErrorSummary, initAll };\n"

SOURCES: dict[str, str | tuple[str, ...]] = {
    "govuk-frontend.css": "vendor/govuk-frontend.css",
    "govuk-frontend.js": (
        "vendor/govuk-frontend/common/index.mjs",
        "vendor/govuk-frontend/errors/index.mjs",
        "vendor/govuk-frontend/component.mjs",
        "vendor/govuk-frontend/common/configuration.mjs",
        "vendor/govuk-frontend/components/button.mjs",
        "vendor/govuk-frontend/components/error-summary.mjs",
        "vendor/govuk-frontend/components/notification-banner.mjs",
        "vendor/govuk-frontend/components/service-navigation.mjs",
        "vendor/govuk-frontend/components/skip-link.mjs",
        "components.js",
    ),
    "htmx.js": "vendor/htmx.js",
    "app.css": "app.css",
    "vault.js": "vault.js",
    "receipts.js": "receipts.js",
    "outbox.js": "outbox.js",
    "work.js": "work.js",
    "service.js": "service.js",
    "phone.js": "phone.js",
    "asking.js": "asking.js",
    "app.js": "app.js",
    "picture.js": "picture.js",
    "pictures.js": "pictures.js",
    "photographs.js": "photographs.js",
    "badge.js": "badge.js",
    "live.js": "live.js",
    "declare.js": "declare.js",
    "waiting.js": "waiting.js",
    "ed25519.js": "vendor/noble-ed25519/index.js",
    "proving.js": "proving.js",
    "checking.js": "checking.js",
    "passkeys.js": "passkeys.js",
    "notices.js": "notices.js",
    "proof.js": "proof.js",
    "icon.svg": "icon.svg",
    "icon-180.png": "icon-180.png",
    "icon-192.png": "icon-192.png",
    "icon-512.png": "icon-512.png",
    "icon-maskable-512.png": "icon-maskable-512.png",
    "service-worker.js": "service-worker.js",
    "screenshot-phone.png": "screenshot-phone.png",
    "screenshot-desk.png": "screenshot-desk.png",
}
"""Each file that is served, after those that it refers to; several are joined into one."""


def build(assets: Path, static: Path) -> None:
    import brotli  # type: ignore[import-untyped]  # only whoever builds needs it

    static.mkdir(exist_ok=True)
    for old in static.iterdir():
        old.unlink()
    names: dict[str, str] = {}
    for name, source in SOURCES.items():
        data = served(name, read(assets, source), names)
        names[name] = hashed(name, data)
        (static / names[name]).write_bytes(data)
        if not is_picture(name):
            (static / f"{names[name]}.br").write_bytes(brotli.compress(data, quality=11))
            (static / f"{names[name]}.gz").write_bytes(gzip.compress(data, 9, mtime=0))
    (static / MANIFEST).write_text(json.dumps(names, indent=1) + "\n", encoding="utf-8")


def read(assets: Path, source: str | tuple[str, ...]) -> bytes:
    if isinstance(source, str):
        data = (assets / source).read_bytes()
        is_ours = source.endswith(".js") and not source.startswith("vendor/")
        return bare(data.decode()).encode() if is_ours else data
    return joined([(assets / each).read_text(encoding="utf-8") for each in source]).encode()


def bare(script: str) -> str:
    """Without the lines that explain it to people: browsers need not carry them."""
    return re.sub(r"^ *//.*\n", "", script, flags=re.MULTILINE)


def joined(modules: list[str]) -> str:
    """Modules as one, each after those that it imports; what explains them stays behind."""
    text = "\n".join(modules)
    text = re.sub(r"^/\*\*.*?\*/$|^ +/\*\*.*?\*/$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^import .*$|^export \{.*\};$|^//# .*$", "", text, flags=re.MULTILINE)
    return re.sub(r"\n\s*\n+", "\n", text) + EXPORTED


def served(name: str, data: bytes, names: dict[str, str]) -> bytes:
    return data if is_picture(name) else unbranded(name, resolved(data.decode(), names))


def is_picture(name: str) -> bool:
    """Compressed already."""
    return name.endswith(".png")


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
