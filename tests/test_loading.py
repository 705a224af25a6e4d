"""People, services and service users from files: only what changed becomes an event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from events.directory import (
    PersonJoined,
    PersonLeft,
    PersonMoved,
    PersonRenamed,
    PersonWords,
    PolicyAdopted,
    ServiceChanged,
    ServiceOpened,
    ServiceUserListed,
)
from events.event import Event
from events.log.log import Log
from register.directory.cache import directory_at
from register.directory.directory import Directory
from register.directory.files import LoadError, read_files
from register.directory.loading import Load, compare
from tests.cast import A_DAY, CASES, CAST, POLICIES, TODAY, cast_files, empty_log

PEOPLE = (CASES / "people.csv").read_text(encoding="utf-8")
SERVICES = (CASES / "services.csv").read_text(encoding="utf-8")
SERVICE_USERS = (CASES / "service_users.csv").read_text(encoding="utf-8")
AMINA = "amina,Amina Yusuf,amina@example.org,worker,ben,elm-house,"


@pytest.fixture
def log() -> Iterator[Log]:
    with empty_log() as empty:
        yield empty


@pytest.fixture
def loaded(log: Log) -> Log:
    """The log after the first load of the cast."""
    log.append(compare(cast_files(), log, Directory(TODAY), POLICIES).events)
    return log


def written(
    folder: Path, people: str = PEOPLE, services: str = SERVICES, users: str = SERVICE_USERS
) -> tuple[Path, Path, Path]:
    """The files of the cast, or what they read instead."""
    files = folder / "people.csv", folder / "services.csv", folder / "service_users.csv"
    for file, text in zip(files, (people, services, users), strict=True):
        file.write_text(text, encoding="utf-8")
    return files


def load(log: Log, folder: Path, **texts: str) -> Load:
    directory = directory_at(log, log.last_position(), TODAY)
    return compare(read_files(*written(folder, **texts)), log, directory, POLICIES)


def change(text: str, was: str, now: str) -> str:
    assert text.count(was) == 1
    return text.replace(was, now)


def kinds(events: list[Event]) -> list[type[Event]]:
    return [type(event) for event in events]


# What becomes an event


def test_the_first_load_tells_of_everybody(log):
    events = compare(cast_files(), log, Directory(TODAY), POLICIES).events
    assert kinds(events) == [
        *[ServiceOpened, PolicyAdopted] * 2,
        *[PersonJoined] * 9,
        *[ServiceUserListed] * 3,
    ]


def test_the_same_files_again_tell_nothing(loaded, tmp_path):
    assert load(loaded, tmp_path) == Load()


def test_files_in_another_order_with_blanks_tell_nothing(loaded, tmp_path):
    header, *rows = PEOPLE.splitlines()
    people = "\n".join([header, *(row.replace(",", " , ") for row in reversed(rows))])
    assert load(loaded, tmp_path, people="\ufeff" + people) == Load()


@pytest.mark.parametrize(
    ("now", "event"),
    [
        ("amina,Amina Adeyemi,amina@example.org,worker,ben,elm-house,", PersonRenamed),
        ("amina,Amina Yusuf,a.yusuf@example.org,worker,ben,elm-house,", PersonRenamed),
        ("amina,Amina Yusuf,amina@example.org,worker,carol,elm-house,", PersonMoved),
        ("amina,Amina Yusuf,amina@example.org,worker,ben,riverside,", PersonMoved),
        ("amina,Amina Yusuf,amina@example.org,worker auditor,ben,elm-house,", PersonMoved),
        ("amina,Amina Yusuf,amina@example.org,worker,ben,elm-house,2026-11-30", PersonLeft),
    ],
)
def test_only_what_changed_of_a_person_is_told(loaded, tmp_path, now, event):
    found = load(loaded, tmp_path, people=change(PEOPLE, AMINA, now))
    assert kinds(found.events) == [event]
    loaded.append(found.events)
    assert load(loaded, tmp_path, people=change(PEOPLE, AMINA, now)) == Load()


def test_somebody_who_leaves_and_comes_back_is_told_of_twice(loaded, tmp_path):
    gone = change(PEOPLE, AMINA, AMINA + "2026-11-01")
    loaded.append(load(loaded, tmp_path, people=gone).events)
    assert not directory_at(loaded, loaded.last_position(), TODAY).is_here("amina")
    loaded.append(load(loaded, tmp_path).events)
    assert directory_at(loaded, loaded.last_position(), TODAY).is_here("amina")


def test_somebody_may_join_who_is_leaving_already(log, tmp_path):
    people = change(PEOPLE, AMINA, AMINA + "2026-11-01")
    log.append(load(log, tmp_path, people=people).events)
    assert directory_at(log, log.last_position(), TODAY).people["amina"].left_on == date(
        2026, 11, 1
    )


def test_somebody_the_file_does_not_name_is_listed_and_left_alone(loaded, tmp_path):
    found = load(loaded, tmp_path, people=change(PEOPLE, AMINA + "\n", ""))
    assert found == Load([], ["amina"])


def test_only_what_changed_of_a_service_is_told(loaded, tmp_path):
    services = change(SERVICES, "elm-house,Elm House", "elm-house,The Elms")
    assert kinds(load(loaded, tmp_path, services=services).events) == [ServiceChanged]


def with_contacts(contacts: str) -> str:
    header, elm_house, riverside = SERVICES.splitlines()
    return f"{header},contacts\n{elm_house},{contacts}\n{riverside},\n"


ON_CALL = "On-call manager 01632 960114; Safeguarding 01632 960271"


def test_whom_a_service_calls_may_be_said_and_unsaid(loaded, tmp_path):
    for contacts, expected in [
        (ON_CALL, ("On-call manager 01632 960114", "Safeguarding 01632 960271")),
        ("", ()),
    ]:
        events = load(loaded, tmp_path, services=with_contacts(contacts)).events
        assert kinds(events) == [ServiceChanged]
        loaded.append(events)
        directory = directory_at(loaded, loaded.last_position(), TODAY)
        assert directory.services["elm-house"].contacts == expected
        assert load(loaded, tmp_path, services=with_contacts(contacts)) == Load()


def test_a_file_that_does_not_speak_of_contacts_leaves_them_as_they_are(loaded, tmp_path):
    loaded.append(load(loaded, tmp_path, services=with_contacts(ON_CALL)).events)
    assert load(loaded, tmp_path) == Load()
    renamed = change(SERVICES, "elm-house,Elm House", "elm-house,The Elms")
    (changed,) = load(loaded, tmp_path, services=renamed).events
    assert changed.contacts == ("On-call manager 01632 960114", "Safeguarding 01632 960271")


def test_a_director_may_be_followed_by_another(loaded, tmp_path):
    found = load(
        loaded,
        tmp_path,
        services=change(SERVICES, "2026-04-01,carol", "2026-04-01,dana"),
        people=change(PEOPLE, "worker,,elm-house", "worker,dana,elm-house"),
    )
    assert kinds(found.events) == [ServiceChanged, PersonMoved]


def test_another_policy_from_another_day_is_adopted(loaded, tmp_path):
    services = change(
        SERVICES, "residential-short-breaks,2026-04-01", "supported-living,2027-01-01"
    )
    (event,) = load(loaded, tmp_path, services=services).events
    assert isinstance(event, PolicyAdopted)
    assert (event.policy, event.in_force_on) == ("supported-living", date(2027, 1, 1))


def test_a_service_may_have_no_policy_yet(log, tmp_path):
    services = change(SERVICES, "residential-short-breaks,2026-04-01", ",")
    log.append(load(log, tmp_path, services=services).events)
    assert directory_at(log, log.last_position(), TODAY).services["elm-house"].adopted == ()


def test_only_what_changed_of_a_service_user_is_told_in_the_same_stream(loaded, tmp_path):
    users = change(SERVICE_USERS, "SU-1042,M. K.,elm-house,", "SU-1042,M. K.,riverside,2026-11-01")
    (event,) = load(loaded, tmp_path, users=users).events
    assert isinstance(event, ServiceUserListed)
    before = {each.originator_id for each in loaded.after(topics=(ServiceUserListed.TOPIC,))}
    assert event.originator_id in before
    assert (event.service, event.ended_on) == ("riverside", date(2026, 11, 1))


def test_nothing_but_the_sealed_part_tells_who_a_service_user_is(log, tmp_path):
    first = load(log, tmp_path).events[-1]
    second = load(log, tmp_path).events[-1]
    assert isinstance(first, ServiceUserListed)
    assert first.words is not None
    assert first.words.reference == "RV-007"
    assert first.originator_id != second.originator_id


def test_people_and_services_may_be_loaded_alone(log):
    files = read_files(CASES / "people.csv", CASES / "services.csv")
    assert ServiceUserListed not in kinds(compare(files, log, Directory(TODAY), POLICIES).events)


# What is refused: a line that cannot be read


def refused(folder: Path, **texts: str) -> list[str]:
    with pytest.raises(LoadError) as refusal:
        read_files(*written(folder, **texts))
    return refusal.value.problems


@pytest.mark.parametrize(
    ("now", "problem"),
    [
        ("amina,,a@example.org,worker,ben,elm-house,", "'amina' has no name"),
        (",Amina,a@example.org,worker,ben,elm-house,", "'' is not an id"),
        ("a b,Amina,a@example.org,worker,ben,elm-house,", "'a b' is not an id"),
        ("../a,Amina,a@example.org,worker,ben,elm-house,", "'../a' is not an id"),
        ("x" * 65 + ",Amina,a@example.org,worker,ben,elm-house,", "is not an id"),
        ("amina,Amina,a@example.org,boss,ben,elm-house,", "not boss"),
        ("amina,Amina,a@example.org,worker,ben,elm-house,soon", "'soon' is not a date"),
        ("amina,Amina,a@example.org,worker,ben,elm-house,2026-02-30", "'2026-02-30' is not a date"),
        ("amina,Amina,a@example.org,worker,ben,elm-house,,7", "more values than columns"),
        ("gus,Amina,a@example.org,worker,ben,elm-house,", "'gus' is there twice"),
    ],
)
def test_a_wrong_person_is_refused_by_line(tmp_path, now, problem):
    (found,) = refused(tmp_path, people=change(PEOPLE, AMINA, now))
    line = 3 if "twice" in problem else 2
    assert found.startswith(f"people.csv, line {line}: ")
    assert problem in found


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [
        ("Elm House", "", "'elm-house' has no name"),
        ("elm-house,", "elm house,", "'elm house' is not an id"),
        ("residential-short-breaks,2026-04-01", ",2026-04-01", "a policy goes with the day"),
        ("residential-short-breaks,2026-04-01", "residential-short-breaks,", "a policy goes with"),
        ("residential-short-breaks,2026-04-01", "residential-short-breaks,1 April", "not a date"),
        ("riverside,Riverside", "elm-house,Riverside", "'elm-house' is there twice"),
    ],
)
def test_a_wrong_service_is_refused_by_line(tmp_path, was, now, problem):
    (found,) = refused(tmp_path, services=change(SERVICES, was, now))
    assert found.startswith("services.csv, line ")
    assert problem in found


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [
        ("SU-1042", "M K", "'M K' is not a case reference"),
        ("SU-1042", "", "'' is not a case reference"),
        ("SU-1042", "SU-1077", "'SU-1077' is there twice"),
        ("2026-03-02", "March", "'March' is not a date"),
    ],
)
def test_a_wrong_service_user_is_refused_by_line(tmp_path, was, now, problem):
    (found,) = refused(tmp_path, users=change(SERVICE_USERS, was, now))
    assert found.startswith("service_users.csv, line ")
    assert problem in found


def test_everything_wrong_in_all_files_is_told_at_once(tmp_path):
    found = refused(
        tmp_path,
        people=change(change(PEOPLE, "Amina Yusuf", ""), "Gus Hale", ""),
        services=change(SERVICES, "Elm House", ""),
        users=change(SERVICE_USERS, "SU-1042", "M K"),
    )
    assert [problem.split(":")[0] for problem in found] == [
        "people.csv, line 2",
        "people.csv, line 3",
        "services.csv, line 2",
        "service_users.csv, line 2",
    ]


def test_a_missing_column_is_named(tmp_path):
    people = PEOPLE.replace("line_manager,", "manager,", 1)
    assert refused(tmp_path, people=people) == [
        "people.csv: these columns are missing: line_manager"
    ]


def test_an_empty_file_has_no_columns(tmp_path):
    (problem,) = refused(tmp_path, services="")
    assert "missing: id, name, policy, policy_in_force, service_director" in problem


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(LoadError, match=r"nobody\.csv: No such file"):
        read_files(tmp_path / "nobody.csv", CASES / "services.csv")


def test_a_file_that_is_no_text_is_named(tmp_path):
    people, services, _ = written(tmp_path)
    people.write_bytes(PEOPLE.encode("utf-16"))
    with pytest.raises(LoadError, match=r"people\.csv is not a CSV file in UTF-8"):
        read_files(people, services)


@pytest.mark.parametrize("rest", ["", "x" * 200_000])
def test_a_quote_that_never_ends_is_refused_by_line(tmp_path, rest):
    people = change(PEOPLE, "Amina Yusuf", '"Amina Yusuf') + rest
    (problem,) = refused(tmp_path, people=people)
    assert problem.startswith("people.csv, line ")


def test_a_quoted_name_may_hold_a_comma(log, tmp_path):
    people = change(PEOPLE, "Amina Yusuf", '"Yusuf, Amina"')
    words = {
        event.person: event.words
        for event in load(log, tmp_path, people=people).events
        if isinstance(event, PersonJoined)
    }
    assert words["amina"] == PersonWords("Yusuf, Amina", "amina@example.org")


# What is refused: a directory that cannot be


def impossible(log: Log, folder: Path, **texts: str) -> list[str]:
    with pytest.raises(LoadError) as refusal:
        load(log, folder, **texts)
    return refusal.value.problems


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [
        (AMINA, AMINA.replace("ben", "nobody"), "person 'amina': there is no person 'nobody'"),
        (AMINA, AMINA.replace("elm-house", "nowhere"), "person 'amina': there is no service"),
        (AMINA, AMINA.replace("elm-house", ""), "person 'amina' is a worker and has no service"),
        (AMINA, AMINA.replace("ben", ""), "person 'amina' is a worker and has neither a line"),
        (
            AMINA,
            AMINA.replace("ben", "amina"),
            "person 'amina': the reporting line goes round: amina -> amina",
        ),
        (
            "worker,carol,",
            "worker,amina,",
            "person 'amina': the reporting line goes round: amina -> ben -> amina",
        ),
    ],
)
def test_an_impossible_person_is_refused_by_name(log, tmp_path, was, now, problem):
    (found,) = impossible(log, tmp_path, people=change(PEOPLE, was, now))
    assert found.startswith(problem)


def test_a_loop_is_told_once_with_all_its_names(log, tmp_path):
    people = change(PEOPLE, "worker,,elm-house", "worker,amina,elm-house")
    assert impossible(log, tmp_path, people=people) == [
        "person 'amina': the reporting line goes round: amina -> ben -> carol -> amina"
    ]


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [
        ("2026-04-01,carol", "2026-04-01,", "service 'elm-house' has no service director"),
        (
            "2026-04-01,carol",
            "2026-04-01,zoe",
            "service 'elm-house': there is no person 'zoe' to direct it",
        ),
        (
            "residential-short-breaks",
            "no-such-policy",
            "service 'elm-house': there is no policy 'no-such-policy'",
        ),
        (
            "residential-short-breaks,2026-04-01",
            "residential-short-breaks,2026-03-31",
            "service 'elm-house': no version of 'residential-short-breaks' is dated 2026-03-31",
        ),
    ],
)
def test_an_impossible_service_is_refused_by_name(log, tmp_path, was, now, problem):
    found = impossible(log, tmp_path, services=change(SERVICES, was, now))
    assert [each for each in found if each.startswith(problem)]


def test_a_director_who_has_left_is_refused_by_name(log, tmp_path):
    carol = "carol,Carol Price,carol@example.org,worker,,elm-house,"
    people = change(PEOPLE, carol, carol + "2026-11-15")
    assert impossible(log, tmp_path, people=people) == [
        "service 'elm-house': its director 'carol' has left"
    ]


def test_a_director_may_leave_tomorrow(log, tmp_path):
    carol = "carol,Carol Price,carol@example.org,worker,,elm-house,"
    assert load(log, tmp_path, people=change(PEOPLE, carol, f"{carol}{TODAY + A_DAY}")).events


def test_a_service_users_service_must_be_one_there_is(log, tmp_path):
    users = change(SERVICE_USERS, "RV-007,L. B.,riverside", "RV-007,L. B.,nowhere")
    assert impossible(log, tmp_path, users=users) == [
        "service users: there is no service 'nowhere'"
    ]


def test_a_worker_who_has_left_needs_nobody_above(log, tmp_path):
    people = change(PEOPLE, AMINA, AMINA.replace("ben", "") + "2026-11-01")
    assert load(log, tmp_path, people=people).events


def test_what_the_register_knows_already_counts(loaded, tmp_path):
    """A file may name only some: their line manager is known."""
    header, *_ = PEOPLE.splitlines()
    found = load(loaded, tmp_path, people=f"{header}\n{AMINA}\n")
    assert found.events == []
    assert set(found.missing) == set(CAST.people) - {"amina"}


def test_everything_impossible_is_told_at_once(log, tmp_path):
    people = change(PEOPLE, AMINA, AMINA.replace("ben", "nobody"))
    users = change(SERVICE_USERS, "RV-007,L. B.,riverside", "RV-007,L. B.,nowhere")
    assert len(impossible(log, tmp_path, people=people, users=users)) == 2
