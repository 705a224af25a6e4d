"""People, services and service users from files: only what changed becomes an event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from events.directory import (
    PersonJoined,
    PersonLeft,
    PersonMoved,
    PersonRenamed,
    PolicyAdopted,
    ServiceChanged,
    ServiceOpened,
    ServiceUserListed,
)
from events.log.log import Log
from register.directory.cache import directory_at
from register.directory.directory import Directory
from register.directory.files import read_files
from register.directory.loading import Load, compare
from tests.cast import CASES, IN_FORCE, POLICIES, TODAY, cast_files, empty_log
from tests.loading import AMINA, PEOPLE, SERVICE_USERS, SERVICES, change, kinds, load, with_cast


@pytest.fixture
def log() -> Iterator[Log]:
    with empty_log() as empty:
        yield empty


@pytest.fixture
def loaded(log: Log) -> Log:
    return with_cast(log)


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
        ("amina,Amina Yusuf,amina@example.org,worker,ben,elm-house; riverside,", PersonMoved),
        ("amina,Amina Yusuf,amina@example.org,worker,ben,,", PersonMoved),
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


def with_ways(whistleblowing: str, regulator: str) -> str:
    header, elm_house, riverside = SERVICES.splitlines()
    said = f"{elm_house},{whistleblowing},{regulator}"
    return f"{header},whistleblowing,regulator\n{said}\n{riverside},,\n"


def test_a_file_may_say_where_the_whistleblowing_policy_is_and_who_regulates(loaded, tmp_path):
    for ways in (("In the blue folder", "Ofsted"), ("", "")):
        loaded.append(load(loaded, tmp_path, services=with_ways(*ways)).events)
        found = directory_at(loaded, loaded.last_position(), TODAY).services["elm-house"]
        assert (found.whistleblowing, found.regulator) == ways
        assert load(loaded, tmp_path, services=with_ways(*ways)) == Load()


def test_a_file_that_does_not_speak_of_these_leaves_them_as_they_are(loaded, tmp_path):
    loaded.append(load(loaded, tmp_path, services=with_ways("On the intranet", "Ofsted")).events)
    assert load(loaded, tmp_path) == Load()
    renamed = change(SERVICES, "elm-house,Elm House", "elm-house,The Elms")
    (changed,) = load(loaded, tmp_path, services=renamed).events
    assert (changed.whistleblowing, changed.regulator) == ("On the intranet", "Ofsted")


def with_first_policy(day: str) -> str:
    header, elm_house, riverside = SERVICES.splitlines()
    return f"{header},policy_first_on\n{elm_house},{day}\n{riverside},\n"


def first_policy(log) -> date | None:
    return directory_at(log, log.last_position(), TODAY).services["elm-house"].first_adopted_on


def test_a_policy_from_before_the_register_may_be_said_and_unsaid(loaded, tmp_path):
    for day, expected in [("2019-09-01", date(2019, 9, 1)), ("", IN_FORCE)]:
        events = load(loaded, tmp_path, services=with_first_policy(day)).events
        assert kinds(events) == [ServiceChanged]
        loaded.append(events)
        assert first_policy(loaded) == expected
        assert load(loaded, tmp_path, services=with_first_policy(day)) == Load()


def test_a_file_that_does_not_speak_of_a_first_policy_leaves_it_as_it_is(loaded, tmp_path):
    loaded.append(load(loaded, tmp_path, services=with_first_policy("2019-09-01")).events)
    assert load(loaded, tmp_path) == Load()
    loaded.append(load(loaded, tmp_path, services=with_contacts(ON_CALL)).events)
    assert first_policy(loaded) == date(2019, 9, 1)


def test_the_first_policy_is_no_later_than_the_first_that_is_adopted(loaded, tmp_path):
    loaded.append(load(loaded, tmp_path, services=with_first_policy("2027-01-01")).events)
    assert first_policy(loaded) == IN_FORCE


def with_reserve(reserve: str) -> str:
    header, elm_house, riverside = SERVICES.splitlines()
    return f"{header},reserve\n{elm_house},{reserve}\n{riverside},\n"


def test_who_is_in_reserve_may_be_said_and_unsaid(loaded, tmp_path):
    for reserve in ("grace", ""):
        people = PEOPLE + "grace,Grace Whitlock,grace@example.org,worker,carol,elm-house,\n"
        found = load(loaded, tmp_path, people=people, services=with_reserve(reserve))
        assert ServiceChanged in kinds(found.events)
        loaded.append(found.events)
        directory = directory_at(loaded, loaded.last_position(), TODAY)
        assert directory.services["elm-house"].reserve == reserve
        assert load(loaded, tmp_path, people=people) == Load()  # no such column: as it was


def test_a_director_may_be_followed_by_another(loaded, tmp_path):
    found = load(
        loaded,
        tmp_path,
        services=change(SERVICES, "2026-04-01,carol", "2026-04-01,gus"),
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


# Services


def test_a_worker_may_have_several_services_in_their_order_or_none(log, tmp_path):
    people = change(PEOPLE, AMINA, AMINA.replace("elm-house", " riverside ;elm-house; riverside;"))
    people = people.replace("worker,femi,riverside", "worker,femi,")
    found = load(log, tmp_path, people=people)
    services = {
        each.person: each.services for each in found.events if isinstance(each, PersonJoined)
    }
    assert services["amina"] == ("riverside", "elm-house")
    assert services["eve"] == services["dev"] == ()
