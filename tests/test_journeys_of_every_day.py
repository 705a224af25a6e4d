"""What every day brings, from beginning to end: on a phone, by touch, in a real browser."""

from __future__ import annotations

import re
from datetime import date, timedelta

from tests.people_on_phones import (
    A_GIFT,
    A_MEETING,
    SOMEBODY_KNOWN,
    Organisation,
    People,
    Person,
    a_gift,
    a_meeting,
    a_neighbour,
    days_ago,
)

RIVERSIDE_S = "RV-007"
A_WEEK_ON = str(date.today() + timedelta(days=7))


# Somebody of a bank, of no service, is given something at another home


def test_a_bank_worker_is_given_something_at_another_home(person: People) -> None:
    when_kim_of_the_bank_declares_a_scarf_from_riverside(person("kim"))
    then_kim_s_manager_acknowledges_it_under_riverside_s_policy(person("ben"))
    then_riverside_s_director_knows_of_it(person("dana"))


def when_kim_of_the_bank_declares_a_scarf_from_riverside(kim: Person) -> None:
    kim.begins(A_GIFT, a_gift("A red scarf", about=RIVERSIDE_S))
    kim.reads("This is declared for Riverside.", "Ben Okoro", "Dana Moss", "The policy, 1.2")
    kim.sends()
    kim.reads("Waiting for Ben", "Riverside")


def then_kim_s_manager_acknowledges_it_under_riverside_s_policy(ben: Person) -> None:
    ben.opens_what_waits("A red scarf")
    ben.reads("Kim Lau declared", "The policy, 1.2")
    ben.acknowledges("It is for the whole house.")
    ben.reads("Closed")


def then_riverside_s_director_knows_of_it(dana: Person) -> None:
    dana.opens("/news")
    dana.reads("Kim Lau declared it.", "Ben Okoro acknowledged it.")


# Somebody of two services


def test_a_worker_of_two_services_is_asked_which_only_where_nobody_can_know(
    person: People,
) -> None:
    ola = person("ola")
    when_what_ola_tells_is_about_somebody_the_directory_knows(ola)
    then_ola_is_not_asked_where_it_was(ola)
    when_it_is_about_somebody_whom_nobody_knows(ola)
    then_ola_is_asked_and_it_is_declared_there(ola)


def when_what_ola_tells_is_about_somebody_the_directory_knows(ola: Person) -> None:
    ola.begins(A_GIFT, a_gift("A plant", about=RIVERSIDE_S))


def then_ola_is_not_asked_where_it_was(ola: Person) -> None:
    ola.reads("Check your answers", "This is declared for Riverside.")
    ola.does_not_read("Which service was this at?")


def when_it_is_about_somebody_whom_nobody_knows(ola: Person) -> None:
    ola.begins(A_GIFT, a_gift("A plant", about="SU-9999"))


def then_ola_is_asked_and_it_is_declared_there(ola: Person) -> None:
    ola.reads("Which service was this at?", "This reference is not known here")
    ola.fills_in({"Which service was this at?": "Riverside"})
    ola.presses("Check my answers")
    ola.reads("This is declared for Riverside.", "not know")
    ola.presses("Send")
    ola.reads("It is in the register")


# A director's own gift


def test_a_director_s_own_gift_is_decided_by_another_director(person: People) -> None:
    gift = when_carol_declares_what_she_was_given(person("carol"))
    then_she_cannot_decide_on_it_herself(person("carol"))
    then_another_director_decides(person("dana"))
    then_carol_reads_who_decided_and_why_it_was_they(person("carol"), gift)


def when_carol_declares_what_she_was_given(carol: Person) -> str:
    carol.begins(A_GIFT, a_gift("A cashmere scarf"))
    carol.reads("Who will see this", "Dana Moss")
    return carol.sends()


def then_she_cannot_decide_on_it_herself(carol: Person) -> None:
    carol.reads("Dana needs to decide on this")
    carol.does_not_read("Ask a question")


def then_another_director_decides(dana: Person) -> None:
    dana.opens_what_waits("A cashmere scarf")
    dana.decides("It may be kept", "Everybody got one.")
    dana.reads("Decision: it may be kept")


def then_carol_reads_who_decided_and_why_it_was_they(carol: Person, gift: str) -> None:
    carol.opens("/")
    carol.reads("New since you last looked", "decided: you may keep it")
    carol.opens(gift)
    carol.reads("Everybody got one.", "as a director, because nobody above could be told")


# A manager leaves with things open


def test_what_a_manager_who_leaves_had_to_do_goes_to_the_next_above(
    person: People, organisation: Organisation
) -> None:
    baths = given_pat_agreed_to_do_something_for_lee(person("lee"), person("pat"))
    given_pat_has_not_acknowledged_something_else(person("lee"))
    when_pat_leaves(organisation)
    then_carol_is_asked_for_both(person("carol"))
    then_lee_reads_who_has_it_now(person("lee"), baths)


def given_pat_agreed_to_do_something_for_lee(lee: Person, pat: Person) -> str:
    baths = lee.declares(A_MEETING, a_meeting("The baths"))
    pat.opens_what_waits("The baths")
    pat.presses("Acknowledge")
    pat.fills_in({"What was said and agreed?": "We will look at the rota."})
    pat.unfolds("Something more is needed")
    action = {"What is to be done?": "Change the rota", "Who does it?": "Pat Reed"}
    pat.fills_in({**action, "By which day?": A_WEEK_ON}, within="Action 1")
    pat.presses("Acknowledge")
    pat.reads("You have acknowledged this.", "You need to do what was agreed")
    return baths


def given_pat_has_not_acknowledged_something_else(lee: Person) -> None:
    lee.declares(A_MEETING, a_meeting("The cinema"))
    lee.reads("Pat needs to read this")


def when_pat_leaves(organisation: Organisation) -> None:
    organisation.changes("pat", left_on=days_ago(1))


def then_carol_is_asked_for_both(carol: Person) -> None:
    carol.opens_what_waits("The cinema")
    carol.acknowledges("Nobody was hurt.")
    carol.opens_what_waits("The baths")
    carol.reads("You need to do what was agreed", "Carol Price in place of Pat Reed")
    carol.presses(re.compile("^I have done this: "))
    carol.fills_in({"How can it be seen?": "In the rota of December."})
    carol.presses("It is done")
    carol.reads("You have said that it is done.", "Closed")


def then_lee_reads_who_has_it_now(lee: Person, baths: str) -> None:
    lee.opens(baths)
    lee.reads("Closed", "This passed to Carol Price", "In the rota of December.")


# A neighbour


def test_a_neighbour_declared_three_times_is_one_exclusion_which_goes_with_who_moves(
    person: People, organisation: Organisation
) -> None:
    first = given_mo_declares_a_neighbour_three_times(person("mo"))
    then_ben_finds_one_line(person("ben"))
    when_ben_names_another_key_worker(person("ben"), first)
    when_mo_moves_to_riverside(organisation)
    then_both_lines_still_see_it(person("ben"), person("femi"))
    when_it_is_lifted_once(person("femi"))
    then_nobody_finds_it_any_more(person("ben"), person("femi"))
    then_mo_reads_that_it_is_lifted(person("mo"), first)


def given_mo_declares_a_neighbour_three_times(mo: Person) -> str:
    first = mo.declares(SOMEBODY_KNOWN, a_neighbour("Two doors from me", key_worker="Yes"))
    mo.declares(SOMEBODY_KNOWN, a_neighbour("As I said in June"))
    mo.declares(SOMEBODY_KNOWN, a_neighbour("We share a garden"))
    mo.reads("You must not be the key worker of SU-1042, until a manager allows it again.")
    return first


def then_ben_finds_one_line(ben: Person) -> None:
    ben.opens("/exclusions")
    ben.reads("Mo Farr", "SU-1042")
    assert lines(ben) == 1


def lines(reader: Person) -> int:
    return reader.page.locator("main tbody tr", has_text="Mo Farr").count()


def when_ben_names_another_key_worker(ben: Person, first: str) -> None:
    ben.opens(first)
    ben.presses("Acknowledge")
    ben.reads("Somebody else needs to be the key worker.")
    who = ben.page.get_by_label(re.compile("Who is the new key worker"))
    assert "Mo Farr" not in who.inner_text()
    who.select_option(label="Gus Hale")
    ben.fills_in({"What was said and agreed?": "Gus takes over."})
    ben.fills_in({"Did you talk about confidentiality?": "Yes"})
    ben.fills_in({"What does the risk assessment say, or where is it?": "Low: in the file."})
    ben.presses("Nothing more is needed")
    ben.reads("You have acknowledged this.", "The new key worker is Gus Hale.", "Closed")


def when_mo_moves_to_riverside(organisation: Organisation) -> None:
    organisation.changes("mo", line_manager="femi", service="riverside")


def then_both_lines_still_see_it(ben: Person, femi: Person) -> None:
    for manager in (ben, femi):
        manager.opens("/exclusions")
        manager.reads("Elm House")
        assert lines(manager) == 1


def when_it_is_lifted_once(femi: Person) -> None:
    femi.follows(re.compile("^Allow again Mo Farr"))
    femi.reads("however often it was declared")
    femi.fills_in({"Why may they be the key worker again?": "They are neighbours no longer."})
    femi.presses("Allow as key worker again")
    femi.reads("The exclusion is lifted.")


def then_nobody_finds_it_any_more(*managers: Person) -> None:
    for manager in managers:
        manager.opens("/exclusions")
        manager.reads("There are none.")


def then_mo_reads_that_it_is_lifted(mo: Person, first: str) -> None:
    mo.opens("/")
    mo.reads("lifted the exclusion")
    mo.opens(first)
    mo.reads("What was declared")
    mo.does_not_read("You must not be the key worker")
