"""Static files, compressed beforehand. Their names have hashes, so browsers may keep them long."""

from __future__ import annotations

import json
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
NAMES: dict[str, str] = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
SERVED = frozenset(NAMES.values())
ENCODINGS = {"br": "br", "gzip": "gz"}
FOR_A_YEAR = "public, max-age=31536000, immutable"
TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
}


def address(name: str) -> str:
    """The address of a file, by its name without the hash."""
    return f"/static/{NAMES[name]}"


class HashedFiles(StaticFiles):
    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        if path not in SERVED:
            raise HTTPException(404)
        accepted = _accepted(scope)
        for encoding, suffix in ENCODINGS.items():
            if encoding in accepted and (FOLDER / f"{path}.{suffix}").is_file():
                response = await super().get_response(f"{path}.{suffix}", scope)
                response.headers["Content-Encoding"] = encoding
                break
        else:
            response = await super().get_response(path, scope)
        response.headers["Content-Type"] = TYPES.get(path.rsplit(".")[-1], "text/plain")
        response.headers["Cache-Control"] = FOR_A_YEAR
        response.headers["Vary"] = "Accept-Encoding"
        return response


def _accepted(scope: Scope) -> set[str]:
    header = dict(scope["headers"]).get(b"accept-encoding", b"").decode("latin-1")
    return {each.split(";")[0].strip() for each in header.split(",")}
