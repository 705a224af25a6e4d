"""What the containers may do, read from docker-compose.yml and the Dockerfile."""

import re
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parent.parent
COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
DOCKERFILE = (PROJECT / "Dockerfile").read_text()
EXAMPLE = (PROJECT / ".env.example").read_text()

SERVICES = COMPOSE["services"]
ENDS_BY_ITSELF = {
    other
    for service in SERVICES.values()
    for other, needed in service.get("depends_on", {}).items()
    if needed["condition"] == "service_completed_successfully"
}
LONG_RUNNING = sorted(SERVICES.keys() - ENDS_BY_ITSELF)
ASKED_FOR = re.compile(r"\$\{(\w+):\?[^}]+\}")

every_service = pytest.mark.parametrize("name", sorted(SERVICES))


def test_the_tables_are_made_before_the_server_starts() -> None:
    assert {"migrate"} == ENDS_BY_ITSELF
    assert SERVICES["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"
    assert SERVICES["server"]["depends_on"].keys() >= ENDS_BY_ITSELF


@every_service
def test_nothing_runs_as_root(name: str) -> None:
    if "build" in SERVICES[name]:
        assert "user" not in SERVICES[name]
        assert last_instruction("USER") == "10001:10001"
    else:
        assert SERVICES[name]["user"] not in ("root", "0")


@every_service
def test_no_service_has_a_capability_or_can_gain_one(name: str) -> None:
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert "cap_add" not in SERVICES[name]
    assert "privileged" not in SERVICES[name]
    assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_a_long_running_service_tells_its_health_and_starts_again(name: str) -> None:
    if name not in ("background", "sign"):  # /statusz of the server tells if they are at work
        assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_the_servers_files_cannot_be_changed_from_inside() -> None:
    assert SERVICES["server"]["read_only"] is True
    assert SERVICES["server"]["volumes"] == ["data:/data"]
    assert "data" in COMPOSE["volumes"]


def test_the_server_answers_and_another_service_chases_and_sends() -> None:
    assert SERVICES["server"]["command"][-1] == "--no-background"
    assert SERVICES["background"]["command"][-1] == "background"
    assert "ports" not in SERVICES["background"]


def test_the_server_never_has_the_log_s_key_nor_whoever_signs_those_that_open_words() -> None:
    sign, server = SERVICES["sign"], SERVICES["server"]
    assert sign["command"][-1] == "sign"
    assert not set(sign["volumes"]) & set(server["volumes"])
    assert {each.partition(":")[0] for each in sign["volumes"]} <= COMPOSE["volumes"].keys()
    assert "REGISTER_OWNER_URL" not in sign["environment"]
    assert not {"REGISTER_LOG_KEY", "REGISTER_CHECKPOINTS"} & server["environment"].keys()
    places = sign["environment"]["REGISTER_CHECKPOINTS"]
    _, _, folder = places.removesuffix("}").partition(":-")
    assert f"checkpoints:{folder}" in sign["volumes"]
    assert re.search(rf"install --directory .* {folder}\b", DOCKERFILE.replace("\\\n", ""))


def test_only_this_machine_reaches_the_server_and_nobody_the_database() -> None:
    assert SERVICES["server"]["ports"] == ["127.0.0.1:8000:8000"]
    assert "ports" not in SERVICES["db"]


def test_secrets_are_asked_for_and_never_written_down() -> None:
    for service in SERVICES.values():
        for setting, value in service["environment"].items():
            if value is None:
                continue  # handed on from .env, if it stands there
            if re.search("PASSWORD|SECRET|TOKEN|KEY", setting):
                assert ASKED_FOR.fullmatch(value), setting
            if password := re.search(r"://[^:/]+:(.*)@", value):
                assert ASKED_FOR.fullmatch(password[1]), setting


def test_the_server_never_has_the_owners_password() -> None:
    def named(service: str) -> set[str]:
        return set(ASKED_FOR.findall(yaml.safe_dump(SERVICES[service], width=1000)))

    assert "REGISTER_OWNER_PASSWORD" in named("db") & named("migrate")
    assert "REGISTER_OWNER_PASSWORD" not in named("server")
    assert "REGISTER_OWNER_URL" not in SERVICES["server"]["environment"]
    assert SERVICES["migrate"]["environment"].items() > SERVICES["server"]["environment"].items()


def test_the_example_settings_name_what_is_asked_for_and_hold_no_secret() -> None:
    settings = dict(re.findall(r"^(\w+)=(.*)$", EXAMPLE, re.MULTILINE))
    assert settings == dict.fromkeys(ASKED_FOR.findall(yaml.safe_dump(COMPOSE, width=1000)), "")


def test_images_are_pinned_to_a_major_version() -> None:
    images = [service["image"] for service in SERVICES.values()]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    for image in images:
        assert re.search(r":\d+", image), image


def test_the_image_takes_only_pinned_packages_and_says_how_it_is() -> None:
    assert "--require-hashes" in DOCKERFILE
    assert "/readyz" in last_instruction("HEALTHCHECK")
    assert not DOCKERFILE.startswith("# syntax")


def last_instruction(name: str) -> str:
    whole_lines = DOCKERFILE.replace("\\\n", "")
    return re.findall(rf"^{name} (.*)$", whole_lines, re.MULTILINE)[-1]
