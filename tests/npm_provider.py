"""npm's `oidc-provider`, run by the Node that comes in a wheel, and a server of the register."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import httpx
import uvicorn
from pydantic import SecretStr

from register.register import Register
from register.setup.providers import Provider
from tests.node import NODE, installed
from tests.postgres import free_port
from tests.providers import SECRET
from tests.registers import opened_register
from web.app import create_app

SOURCES = Path(__file__).parent / "oidc"


@contextmanager
def npm_provider(register: str) -> Iterator[Provider]:
    """The provider, running, for the register at an origin."""
    folder, port = installed("oidc-provider", SOURCES), free_port()
    command = [NODE, SOURCES / "provider.mjs", folder, port, register]
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        while process.stdout.readline().strip() != "ready":
            assert process.poll() is None, "the provider did not start"
        yield Provider(
            name="care",
            issuer=f"http://127.0.0.1:{port}",
            client_id="register",
            secret=SecretStr(SECRET),
            label="Care Login",
            trust_email=True,
        )
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@contextmanager
def served(folder: Path) -> Iterator[Provided]:
    """A register with the cast, whose pages can be reached, and a provider to sign in at."""
    with opened_register(f"sqlite:///{folder}/register.sqlite") as register:
        port = free_port()
        origin = f"http://127.0.0.1:{port}"
        with npm_provider(origin) as provider:
            app = create_app(register, address=origin, providers={"care": provider})
            config = uvicorn.Config(app, port=port, ws="none", lifespan="off", log_config=None)
            server = uvicorn.Server(config)
            serving = threading.Thread(target=server.run)
            serving.start()
            while not server.started:
                time.sleep(0.01)
            try:
                with ExitStack() as browsers:
                    yield Provided(register, origin, provider.issuer, browsers)
            finally:
                server.should_exit = True
                serving.join()


@dataclass(frozen=True)
class Provided:
    register: Register
    origin: str
    issuer: str
    browsers: ExitStack

    def person(self) -> Person:
        return Person(self.origin, self.browsers.enter_context(httpx.Client(trust_env=False)))


class Person:
    """Somebody with a browser, who follows every redirect and fills in the provider's forms."""

    def __init__(self, origin: str, browser: httpx.Client) -> None:
        self.origin = origin
        self.browser = browser

    def post(self, path: str, **form: str) -> httpx.Response:
        return self.browser.post(self.origin + path, data=form, headers={"origin": self.origin})

    def get(self, path: str) -> httpx.Response:
        return self.browser.get(self.origin + path)

    def signs_in_as(self, person: str, **form: str) -> httpx.Response:
        """From the sign-in page to the provider and back; gives the last answer."""
        answer = self.goes_there(**form)
        while "/interaction/" in str(answer.url):
            answer = self._fill_in(answer, person)
        return answer

    def goes_there(self, **form: str) -> httpx.Response:
        answer = self.post("/sign-in/with/care", **form)
        return self._follow(answer.headers["refresh"].partition("url=")[2])

    def signs_out_there(self, provider: str) -> None:
        answer = self._follow(f"{provider}/session/end")
        secret = re.search(r'name="xsrf" value="([^"]*)"', answer.text)
        assert secret is not None, answer.text
        self.browser.post(
            f"{provider}/session/end/confirm", data={"xsrf": secret[1], "logout": "yes"}
        )

    def _fill_in(self, asking: httpx.Response, person: str) -> httpx.Response:
        prompt = re.search(r'name="prompt" value="([^"]*)"', asking.text)
        assert prompt is not None, asking.text
        form = {"prompt": prompt[1], "login": person, "password": "any"}
        answer = self.browser.post(str(asking.url), data=form)
        return self._follow(urljoin(str(asking.url), answer.headers["location"]))

    def _follow(self, url: str) -> httpx.Response:
        answer = self.browser.get(url)
        while answer.is_redirect:
            url = urljoin(url, answer.headers["location"])
            answer = self.browser.get(url)
        return answer
