"""The API's description holds together, and the API does what it says, whoever calls it and
whatever they send. Schemathesis finds out, with all of its checks on."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import hypothesis
import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyStrategyDefinition
from hypothesis.stateful import Bundle, initialize
from schemathesis.checks import load_all_checks
from schemathesis.engine.errors import is_inconsistent_replay
from schemathesis.generation import GenerationMode
from schemathesis.generation.stateful.state_machine import APIStateMachine, StepInput
from schemathesis.pytest.lazy import get_all_tests

from register.kinds import all_kinds
from tests.at_length import ONE_ENGINE
from tests.gifts import act, declare
from tests.server import Installation, Server, servers_with_the_cast
from web.api.documentation import describe
from web.errors import TITLES
from web.urls import OPERATIONS

Servers = Callable[[str], Server]

OPENAPI = describe(OPERATIONS)
ONE = "/api/declarations/{id}"


# The description itself


def test_the_server_gives_the_description(server: Server) -> None:
    answer = server.as_nobody().get("/api/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == OPENAPI
    assert OPENAPI["openapi"].startswith("3.1")


def test_every_call_is_described_under_a_name_of_its_own() -> None:
    described = {
        (method.upper(), path): operation["operationId"]
        for path, operations in OPENAPI["paths"].items()
        for method, operation in operations.items()
    }
    assert described == {(each.method, each.template): each.name for each in OPERATIONS}
    assert len(set(described.values())) == len(described)


def test_every_schema_is_one_and_every_reference_leads_somewhere() -> None:
    schemas = OPENAPI["components"]["schemas"]
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    references = set(re.findall(r"'\$ref': '([^']+)'", str(OPENAPI)))
    assert references == {f"#/components/schemas/{name}" for name in schemas}


def test_every_link_leads_to_a_call_that_takes_its_parameters() -> None:
    operations = {
        operation["operationId"]: operation
        for operations in OPENAPI["paths"].values()
        for operation in operations.values()
    }
    for operation in operations.values():
        for response in operation["responses"].values():
            for link in response.get("links", {}).values():
                taken = {each["name"] for each in operations[link["operationId"]]["parameters"]}
                assert set(link["parameters"]) <= taken


def test_every_kind_can_be_told_and_corrected() -> None:
    told, corrected = (
        OPENAPI["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]
        for path, method in ((ONE, "put"), (f"{ONE}/correction", "post"))
    )
    kinds = {schema["properties"]["kind"]["const"] for schema in choices(told)}
    assert kinds == set(all_kinds())
    assert len(choices(corrected)) == len(all_kinds())


def choices(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The schemas that a body may follow."""
    named = [each["$ref"].rpartition("/")[2] for each in schema.get("anyOf", [schema])]
    return [OPENAPI["components"]["schemas"][name] for name in named]


def test_every_answer_of_a_kind_is_asked_in_words() -> None:
    for kind in all_kinds().values():
        for name, answer in kind.details.model_fields.items():
            assert answer.title, name


def test_only_what_is_public_asks_for_no_token() -> None:
    public = {
        path
        for path, operations in OPENAPI["paths"].items()
        for operation in operations.values()
        if "security" not in operation
    }
    assert public == {
        "/healthz",
        "/readyz",
        "/statusz",
        "/api/openapi.json",
        "/api/docs",
        "/api/checkpoint",
        "/api/proofs/consistency",
        "/api/proofs/promise-keys",
        "/log/checkpoint",
        "/log/tile/{tile}",
    }


def test_the_page_to_read_tells_every_call_and_every_refusal(server: Server) -> None:
    page = html.unescape(server.as_nobody().get("/api/docs").text)
    for operation in OPERATIONS:
        assert operation.template in page
        assert operation.summary in page
    for code, title in TITLES.items():
        assert f'id="{code}"' in page, "where the `type` of a problem leads to"
        assert title in page


# What the API does

SCHEMA = schemathesis.openapi.from_dict(OPENAPI)
# The one thing that is let go: what follows the schema may still break a rule that no schema can
# tell, such as a day that has not come yet.
ACCEPTANCE = SCHEMA.config.checks.positive_data_acceptance
ACCEPTANCE.expected_statuses = [*ACCEPTANCE.expected_statuses, "422"]

# Days and moments of any time, and as often ones that may have been.
PAST_DAYS = st.dates(date(1900, 1, 1), datetime.now(UTC).date())
schemathesis.openapi.format("date", st.one_of(PAST_DAYS, st.dates()).map(date.isoformat))
MOMENTS = st.one_of(
    st.datetimes(datetime(1900, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.datetimes(timezones=st.just(UTC)),
)
schemathesis.openapi.format("date-time", MOMENTS.map(datetime.isoformat))

WORKER, MANAGER, DIRECTOR, AUDITOR, ADMINISTRATOR = "amina", "femi", "carol", "dev", "ada"
CALLERS = (WORKER, MANAGER, DIRECTOR, AUDITOR, ADMINISTRATOR)


def examples(count: int, **more: Any) -> settings:
    return settings(
        max_examples=count,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )


@pytest.fixture(scope="module")
def own_servers(new_installation: Callable[..., Installation]) -> Iterator[Servers]:
    """Of this module's own, since what is sent to them at random stays in them."""
    with servers_with_the_cast(new_installation) as on_engine:
        yield on_engine


@pytest.fixture(params=CALLERS)
def caller(request: pytest.FixtureRequest) -> str:
    person: str = request.param
    return person


@pytest.fixture(params=ONE_ENGINE)
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def how_to_call(server: Server, person: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {server.token(person)}"}
    return {"base_url": server.url, "headers": headers}


@pytest.mark.timeout(400)
def test_every_call_keeps_to_its_description(
    own_servers: Servers, subtests: pytest.Subtests
) -> None:
    """What reads by who reads everything, the rest by who declares; of what is wrong with a call,
    one in 24. Everybody's turn with each, and all that is wrong, come in `make test-long`."""
    make_every_call(own_servers("postgresql"), by_reader_or_worker, subtests, times=3, every=24)


def by_reader_or_worker(method: str) -> list[str]:
    return [AUDITOR if method.upper() == "GET" else WORKER]


@pytest.mark.long
def test_every_call_keeps_to_its_description_at_length(
    own_servers: Servers, engine: str, subtests: pytest.Subtests
) -> None:
    make_every_call(own_servers(engine), lambda _: CALLERS, subtests, times=150)


def make_every_call(
    server: Server,
    callers: Callable[[str], Iterable[str]],
    subtests: pytest.Subtests,
    times: int,
    every: int = 1,
) -> None:
    """The calls are made up here and not by a decorator, which would do it in every process that
    collects tests."""
    calling: dict[str, Any] = {}

    wrong = count()

    @examples(times)
    def keeps_to_its_description(case: schemathesis.Case) -> None:
        if not case.meta.generation.mode.is_negative or next(wrong) % every == 0:
            case.call_and_validate(**calling)

    load_all_checks()
    made = get_all_tests(
        schema=SCHEMA, test_func=keeps_to_its_description, settings=None, given_kwargs=None
    )
    tried = set()
    for operation, keeps in (each.ok() for each in made):
        for caller in callers(operation.method):
            calling |= how_to_call(server, caller)
            with subtests.test(f"{operation.label} by {caller}"):
                keeps()
        tried.add((operation.method.upper(), operation.path))
    assert tried == {(each.method, each.template) for each in OPERATIONS}


def test_every_course_of_calls_keeps_to_its_description(
    own_servers: Servers, engine: str, caller: str
) -> None:
    walk(own_servers(engine), caller, courses=6, calls=10)


@pytest.mark.long
def test_every_course_of_calls_keeps_to_its_description_at_length(
    own_servers: Servers, engine: str, caller: str
) -> None:
    walk(own_servers(engine), caller, courses=150, calls=25)


# What each of them gets to, at the least.
SEES = {"looks for some", "looks at one"}
REACHES = {
    WORKER: {*SEES, "declares", "acts"},
    MANAGER: {*SEES, "acts"},
    DIRECTOR: {*SEES, "acts"},
    AUDITOR: SEES,
    ADMINISTRATOR: {"looks for some"},
}


def walk(server: Server, caller: str, courses: int, calls: int) -> None:
    """Follow links from call to call; fails also where nothing that was tried was ever taken."""
    walked = Walked()
    for seed in range(50):
        left = examples(
            max(courses - walked.courses, 1), phases=[Phase.generate], stateful_step_count=calls
        )
        machine = hypothesis.seed(seed)(course_of_calls(server, caller, walked))
        try:
            machine.run(settings=left)
        except Exception as error:
            if walked.failures or not is_other_than_before(error):
                raise
        assert walked.failures == []
        if walked.courses >= courses and walked.taken.keys() >= REACHES[caller]:
            break
    assert walked.courses >= courses
    assert walked.taken.keys() >= REACHES[caller], walked.taken
    if caller in (AUDITOR, ADMINISTRATOR):
        assert walked.taken.keys() == REACHES[caller], walked.taken


class Walked:
    """What came of all courses so far."""

    def __init__(self) -> None:
        self.courses = 0
        self.taken: Counter[str] = Counter()
        self.failures: list[BaseException] = []


def is_other_than_before(error: Exception) -> bool:
    """Hypothesis began a course as it had begun one before, and went on to something else, since
    the register remembers: what was new then is there now. Another seed goes on."""
    return isinstance(error, FlakyStrategyDefinition) or is_inconsistent_replay(error)


def deed(method: str, path: str) -> str:
    """What a call that was taken came to."""
    if method == "PUT":
        return "declares"
    if method == "POST" and not path.endswith("/search"):
        return "acts"
    return "looks at one" if path.startswith(ONE) else "looks for some"


def course_of_calls(server: Server, caller: str, walked: Walked) -> type[APIStateMachine]:
    """Begins by declaring something and by looking for what others have declared."""
    start = Bundle("catch_all")
    declares = SCHEMA[ONE]["PUT"].as_strategy(generation_mode=GenerationMode.POSITIVE)
    newest = SCHEMA["/api/declarations"]["GET"].Case(query={"limit": 5})

    class CourseOfCalls(SCHEMA.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            """Something new awaits each of them."""
            walked.courses += 1
            declare(server)
            declare(server, "eve")
            returned = {"outcome": "return", "reason": "It is too much"}
            act(server, "carol", declare(server), "decision", returned)

        @initialize(target=start, case=declares)
        def declare(self, case: schemathesis.Case) -> object:
            return self.begin(case)

        @initialize(target=start)
        def look(self) -> object:
            return self.begin(newest)

        def begin(self, case: schemathesis.Case) -> object:
            first = StepInput.initial(case)
            self.recorder.record_case(case=case)
            self.control.record_step(first, self.recorder)
            return self.step(first)

        def get_call_kwargs(self, case: schemathesis.Case) -> dict[str, Any]:
            return how_to_call(server, caller)

        def after_call(self, response: schemathesis.Response, case: schemathesis.Case) -> None:
            super().after_call(response, case)
            if response.status_code in (200, 201):
                walked.taken[deed(case.operation.method.upper(), case.operation.path)] += 1

        def validate_response(self, *args: Any, **kwargs: Any) -> None:
            try:
                super().validate_response(*args, **kwargs)
            except BaseException as failure:
                walked.failures.append(failure)
                raise

    return CourseOfCalls
