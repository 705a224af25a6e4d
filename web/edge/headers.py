"""The headers of every response."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

SCRIPTS = "script-src"
POLICY = {
    "default-src": "'none'",
    SCRIPTS: "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), camera=(self)",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def _policy(inline_script: str) -> str:
    policy = {**POLICY, SCRIPTS: f"{POLICY[SCRIPTS]} {inline_script}"}
    return "; ".join(f"{name} {value}" for name, value in policy.items())


HTTPS_ALONE = {"Strict-Transport-Security": "max-age=31536000"}
"""For a year, browsers ask for this host by https alone; other hosts of its domain are not ours."""


class SafeHeaders:
    """Adds the headers. `inline_script` is the hash of the one script inside pages; browsers run
    no other. `is_https`: people reach the register by https."""

    def __init__(self, app: ASGIApp, inline_script: str, is_https: bool = False) -> None:
        self.app = app
        headers = {"Content-Security-Policy": _policy(inline_script), **HEADERS}
        headers |= HTTPS_ALONE if is_https else {}
        self.headers = [(name.lower().encode(), headers[name].encode()) for name in headers]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                message["headers"] += [each for each in self.headers if each[0] not in own]
            await send(message)

        await self.app(scope, receive, send_with_headers)
