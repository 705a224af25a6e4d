"""What carries notices, made for the tests: a mail server, a push service, Notify, and a gateway
for texts. Each keeps to what it documents, and fails as a test wants."""

from __future__ import annotations

import base64
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import http_ece
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from tests.postgres import free_port


class Trouble(Enum):
    """What goes wrong with one sending."""

    NOTHING = auto()
    FAILS = auto()
    """It is refused for now."""
    REFUSED = auto()
    """It is refused for good."""
    LOST = auto()
    """It is taken, and the answer is lost."""
    HANGS = auto()
    """Nothing is said any more."""


Chooses = Callable[[], Trouble]


def no_trouble() -> Trouble:
    return Trouble.NOTHING


# TLS


@contextmanager
def certified(folder: Path) -> Iterator[tuple[ssl.SSLContext, Path]]:
    """What a server on this machine proves itself with, and the file by which it is believed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, own = folder / "believed.pem", folder / "own.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    own.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, own)
    yield context, file


# Mail


class MailServer:
    """Takes mail on this machine. `trouble` is asked once for each; `at` hears how far it came."""

    def __init__(
        self,
        trouble: Chooses = no_trouble,
        at: Callable[[str], None] = lambda _point: None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.taken: list[Mail] = []
        self.refuses: set[str] = set()
        """Addresses that are not there."""
        self.trouble, self.at = trouble, at
        self.users: list[str] = []
        self._stopped = threading.Event()
        secured = {} if tls is None else {"tls_context": tls, "require_starttls": True}
        self._server = Controller(self, hostname="127.0.0.1", port=free_port(), **secured)
        self._server.start()
        self.port = self._server.port

    def stop(self) -> None:
        if not self._stopped.is_set():
            self._stopped.set()
            self._server.stop(no_assert=True)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[Mail]:
        return [each for each in self.taken if each["To"] == address]

    async def handle_EHLO(
        self, server: SMTP, session: Any, _envelope: Any, name: str, responses: list[str]
    ) -> list[str]:
        session.host_name = name
        self.at("connected")
        return responses

    async def handle_RCPT(
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refuses:
            return "550 5.1.1 There is nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:
        import asyncio

        self.at("sent")
        trouble = self.trouble()
        if trouble is Trouble.FAILS:
            return "451 4.3.0 Later, please"
        if trouble is Trouble.REFUSED:
            return "554 5.7.1 Never"
        if trouble is Trouble.HANGS:
            while not self._stopped.is_set() and not server.transport.is_closing():
                await asyncio.sleep(0.05)
            return "421 4.3.0 Over"
        self.taken.append(message_from_bytes(envelope.original_content, policy=default))
        if trouble is Trouble.LOST:
            server.transport.close()
        return "250 2.0.0 OK"


# HTTP


class OverHttp:
    """Answers calls on a port of its own. A subclass says what each is answered with."""

    def __init__(self, trouble: Chooses = no_trouble, tls: ssl.SSLContext | None = None) -> None:
        self.trouble = trouble
        self.at: Callable[[str], None] = lambda _point: None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._stopped = threading.Event()
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=[0.01], daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def taken_in(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, Any]:
        raise NotImplementedError

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        self.at("connected")
        body = request.rfile.read(int(request.headers.get("content-length", 0)))
        self.at("sent")
        trouble = self.trouble()
        if trouble is Trouble.HANGS:
            self._stopped.wait(30)
            return
        if trouble is Trouble.FAILS:
            status, answer = 503, {}
        else:
            status, answer = self.taken_in(request, body)
        if trouble is Trouble.LOST:
            request.close_connection = True
            return
        said = json.dumps(answer).encode()
        request.send_response(status)
        request.send_header("Content-Length", str(len(said)))
        request.end_headers()
        request.wfile.write(said)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        answers = self._answer

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                answers(self)

            def do_GET(self) -> None:
                answers(self)

            def log_message(self, *_args: object) -> None: ...

        return Handler


class Device:
    """A browser that takes pushes: it alone can read them."""

    def __init__(self, service: PushService) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._secret = uuid4().bytes
        self.path = f"/push/{uuid4().hex}"
        self.endpoint = f"https://localhost:{service.port}{self.path}"
        service.devices[self.path] = self
        self.pushes: dict[str, dict[str, Any]] = {}
        """What is shown, by tag: a later one takes an earlier one's place."""
        self.heads: list[dict[str, str]] = []
        self.is_gone = False

    @property
    def subscription(self) -> str:
        point = self._key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        keys = {"p256dh": _text(point), "auth": _text(self._secret)}
        return json.dumps({"endpoint": self.endpoint, "expirationTime": None, "keys": keys})

    def takes(self, body: bytes, heads: dict[str, str]) -> None:
        plain = http_ece.decrypt(
            body, private_key=self._key, auth_secret=self._secret, version="aes128gcm"
        )
        push = json.loads(plain)
        self.heads.append(heads)
        self.pushes[push["notification"]["tag"]] = push


class PushService(OverHttp):
    """As RFC 8030 and 8292 have it: 201 for a push with a TTL that is signed for this service."""

    def __init__(self, trouble: Chooses = no_trouble, tls: ssl.SSLContext | None = None) -> None:
        self.devices: dict[str, Device] = {}
        super().__init__(trouble, tls)

    def taken_in(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, Any]:
        device = self.devices.get(request.path)
        if device is None or device.is_gone:
            return 410, {}
        heads = {name.lower(): value for name, value in request.headers.items()}
        if int(heads["ttl"]) < 1 or len(heads["topic"]) > 32 or not self._is_signed(heads):
            return 403, {}
        device.takes(body, heads)
        return 201, {}

    def _is_signed(self, heads: dict[str, str]) -> bool:
        parts = dict(each.strip().split("=", 1) for each in heads["authorization"][6:].split(","))
        point = base64.urlsafe_b64decode(parts["k"] + "=" * (-len(parts["k"]) % 4))
        x, y = _text(point[1:33]), _text(point[33:])
        key = ECKey.import_key({"kty": "EC", "crv": "P-256", "x": x, "y": y})
        claims = jwt.decode(parts["t"], key, algorithms=["ES256"]).claims
        is_for_us = claims["aud"] == f"https://localhost:{self.port}"
        return is_for_us and time.time() < claims["exp"] < time.time() + 24 * 3600


SERVICE, SECRET = str(uuid4()), str(uuid4())
NOTIFY_KEY = f"tests-{SERVICE}-{SECRET}"


Life = tuple[tuple[float, str], ...]
"""How Notify says that a message stands, from so many seconds after it was taken."""
DAYS_3 = 3 * 24 * 3600.0
ARRIVES: Life = ((0, "created"), (2, "sending"), (30, "delivered"))
IS_REFUSED: Life = ((0, "created"), (2, "sending"), (30, "permanent-failure"))
COMES_BACK: Life = ((0, "created"), (2, "sending"), (DAYS_3 - 60, "temporary-failure"))
IS_NOT_SENT: Life = ((0, "created"), (30, "technical-failure"))
GOES_ABROAD: Life = ((0, "created"), (2, "sending"), (30, "sent"))
IS_THERE_AT_ONCE: Life = ((0, "delivered"),)


class NotifyService(OverHttp):
    """GOV.UK Notify: it takes a reference as often as it is given, and is asked by it. What it
    takes has the `life` that is set at that time."""

    def __init__(
        self,
        trouble: Chooses = no_trouble,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        life: Life = ARRIVES,
    ) -> None:
        self.taken: list[dict[str, Any]] = []
        self.refuses: set[str] = set()
        self.now, self.life = now, life
        self.asked = 0
        """How often it was asked for a message."""
        super().__init__(trouble)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def taken_in(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, Any]:
        token = request.headers["authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, OctKey.import_key(SECRET), algorithms=["HS256"]).claims
        if claims["iss"] != SERVICE or abs(time.time() - claims["iat"]) > 30:
            return 403, {"errors": [{"error": "AuthError"}]}
        parts = urlsplit(request.path)
        if request.command == "GET":
            self.asked += 1
            (reference,) = parse_qs(parts.query)["reference"]
            found = [each for each in reversed(self.taken) if each["reference"] == reference]
            said = {"notifications": [self._stands(each) for each in found], "links": {}}
            return 200, said
        said = json.loads(body)
        address = said.get("email_address") or said["phone_number"]
        if address in self.refuses:
            return 400, {"errors": [{"error": "ValidationError"}]}
        taken = {**said, "id": str(uuid4()), "created_at": self.now(), "life": self.life}
        self.taken.append(taken)
        return 201, {"id": taken["id"], "reference": said["reference"]}

    def _stands(self, taken: dict[str, Any]) -> dict[str, Any]:
        age = (self.now() - taken["created_at"]).total_seconds()
        return {
            "id": taken["id"],
            "reference": taken["reference"],
            "email_address": taken.get("email_address"),
            "phone_number": taken.get("phone_number"),
            "type": "email" if "email_address" in taken else "sms",
            "status": [status for since, status in taken["life"] if since <= age][-1],
            "created_at": taken["created_at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        }


class TextGateway(OverHttp):
    def __init__(self, trouble: Chooses = no_trouble) -> None:
        self.taken: list[dict[str, Any]] = []
        super().__init__(trouble)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/texts"

    def taken_in(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, Any]:
        self.taken.append(json.loads(body))
        return 202, {}


def _text(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()
