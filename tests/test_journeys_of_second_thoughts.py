"""What is asked, added, put right and looked at again: on a phone, by touch, in a real browser."""

from __future__ import annotations

from tests.people_on_phones import (
    A_FRIENDSHIP,
    A_GIFT,
    A_MEETING,
    WHO,
    People,
    Person,
    a_gift,
    a_meeting,
    days_ago,
)

# Read and acknowledged in one tap


def test_what_needs_nothing_more_is_acknowledged_in_one_tap_and_the_next_follows(
    person: People,
) -> None:
    given_two_things_wait_for_ben(person("gus"))
    when_ben_acknowledges_the_first_in_one_tap(person("ben"))
    then_the_next_in_his_inbox_is_one_tap_away(person("ben"))


def given_two_things_wait_for_ben(gus: Person) -> None:
    gus.declares(A_MEETING, a_meeting("The bakery"))
    gus.declares(A_MEETING, a_meeting("The tram"))


def when_ben_acknowledges_the_first_in_one_tap(ben: Person) -> None:
    ben.opens_what_waits("The bakery")
    ben.acknowledges("Read: all was well.")
    ben.reads("Closed", "Read: all was well.")


def then_the_next_in_his_inbox_is_one_tap_away(ben: Person) -> None:
    ben.follows("Next in your inbox")
    ben.reads("The tram", "You need to read this and acknowledge it")


# Handed to safeguarding after it was closed


def test_what_was_closed_can_be_handed_over_and_noted_later(person: People) -> None:
    park = given_ben_closed_a_meeting_of_gus(person("gus"), person("ben"))
    when_ben_hands_it_to_safeguarding(person("ben"), park)
    when_ben_adds_a_note(person("ben"))
    then_gus_reads_both(person("gus"), park)


def given_ben_closed_a_meeting_of_gus(gus: Person, ben: Person) -> str:
    park = gus.declares(A_MEETING, a_meeting("The park"))
    ben.opens_what_waits("The park")
    ben.acknowledges("We talked.")
    return park


def when_ben_hands_it_to_safeguarding(ben: Person, park: str) -> None:
    ben.opens(park)
    ben.presses("Hand it over")
    ben.reads("the register tells nobody outside", "HR")
    ben.fills_in({"To whom?": "Safeguarding", "Their reference": "SG-17"})
    ben.presses("Note that I handed it over")
    ben.reads("Closed", "To safeguarding, reference SG-17.")


def when_ben_adds_a_note(ben: Person) -> None:
    ben.presses("Add a note")
    ben.reads("Everybody who sees this declaration reads it, the worker too.")
    ben.fills_in({"What do you want to note?": "They will visit on Monday."})
    ben.presses("Add the note")
    ben.reads("Your note is in the register.", "They will visit on Monday.")


def then_gus_reads_both(gus: Person, park: str) -> None:
    gus.opens("/")
    gus.reads("handed it over to safeguarding.", "noted something about it.")
    gus.opens(park)
    gus.reads("reference SG-17", "They will visit on Monday.")
    gus.does_not_read("Hand it over", "Add a note")


# A gift chosen wrong, and put right


def test_a_gift_chosen_wrong_is_corrected_and_decided_as_what_it_was(person: People) -> None:
    given_amina_touched_money_instead_of_a_thing(person("amina"))
    when_she_corrects_it(person("amina"))
    then_carol_still_may_only_have_it_given_back(person("carol"))
    when_carol_looks_again_and_takes_the_correction(person("carol"))
    then_it_may_be_kept(person("carol"))


def given_amina_touched_money_instead_of_a_thing(amina: Person) -> None:
    amina.declares(A_GIFT, a_gift("A glass bowl", sort="Money"))
    amina.reads("Carol needs to decide on this")


def when_she_corrects_it(amina: Person) -> None:
    amina.presses("Change what I said")
    amina.fills_in({"What sort of gift is it?": "A thing, such as flowers or a watch"})
    amina.fills_in({"What was wrong?": "I touched the wrong line."})
    amina.presses("Send the correction")
    amina.reads("Your correction is in the register.", "I touched the wrong line.")


def then_carol_still_may_only_have_it_given_back(carol: Person) -> None:
    carol.opens_what_waits("A glass bowl")
    carol.presses("Decide")
    carol.reads("What was said before, and since", "There is one outcome here: it goes back.")
    carol.reads("What was said first still counts", "I touched the wrong line.")


def when_carol_looks_again_and_takes_the_correction(carol: Person) -> None:
    carol.follows("look again")
    carol.fills_in({"Is the correction right?": "Yes", "Why?": "It is a bowl."})
    carol.presses("Send")
    carol.reads("What you said about it is in the register.")


def then_it_may_be_kept(carol: Person) -> None:
    carol.decides("It may be kept", "A farewell.")
    carol.reads("Closed", "Decision: it may be kept")


# A decision that is changed


def test_a_director_changes_a_decision_by_opening_it_again(person: People) -> None:
    watch = given_carol_decided_that_a_watch_goes_back(person("amina"), person("carol"))
    when_carol_opens_it_again(person("carol"), watch)
    then_amina_has_nothing_to_give_back_any_more(person("amina"), watch)
    when_carol_decides_otherwise(person("carol"))
    then_both_decisions_are_in_the_history(person("amina"), watch)


def given_carol_decided_that_a_watch_goes_back(amina: Person, carol: Person) -> str:
    watch = amina.declares(A_GIFT, a_gift("A wrist watch"))
    carol.opens_what_waits("A wrist watch")
    carol.decides("It goes back", "Worth too much.")
    carol.reads("Amina Yusuf needs to give it back")
    return watch


def when_carol_opens_it_again(carol: Person, watch: str) -> None:
    carol.opens(watch)
    carol.presses("Open it again")
    carol.reads("It is asked again from its beginning.", "what was said stays in the history")
    carol.fills_in({"Why?": "Her family wrote to us."})
    carol.presses("Open it again")
    carol.reads("Open again.", "You need to decide on this")


def then_amina_has_nothing_to_give_back_any_more(amina: Person, watch: str) -> None:
    assert amina.is_asked("A wrist watch").count() == 0
    amina.reads("decided: it goes back.", "opened it again:")
    amina.opens(watch)
    amina.reads("Carol needs to decide on this", "Her family wrote to us.")
    amina.does_not_read("I have given it back")


def when_carol_decides_otherwise(carol: Person) -> None:
    carol.decides("It may be kept", "The family wants it so.")


def then_both_decisions_are_in_the_history(amina: Person, watch: str) -> None:
    amina.opens(watch)
    amina.reads("Closed", "Decision: it may be kept", "The family wants it so.")
    history = amina.page.locator("ol.app-history:not([reversed])").inner_text()
    assert history.index("that it goes back") < history.index("opened this again")
    assert history.index("opened this again") < history.index("that it may be kept")


# A question


def test_a_question_is_asked_and_answered(person: People) -> None:
    given_something_waits_for_ben_to_read(person("amina"))
    when_ben_asks_a_question(person("ben"))
    then_amina_reads_it_at_once_and_above_the_box(person("amina"))
    when_amina_answers(person("amina"))
    then_ben_reads_the_answer_and_acts(person("ben"))


def given_something_waits_for_ben_to_read(amina: Person) -> None:
    agreed = {"Did you agree to do something for them? (optional)": "To make some calls"}
    amina.declares(A_MEETING, a_meeting("The chemist's") | agreed)


def when_ben_asks_a_question(ben: Person) -> None:
    ben.opens_what_waits("The chemist's")
    ben.presses("Ask a question")
    ben.fills_in({"What would you like to know?": "Which calls?"})
    ben.presses("Ask")
    ben.reads("You will see the answer here", "Amina Yusuf needs to answer a question")


def then_amina_reads_it_at_once_and_above_the_box(amina: Person) -> None:
    amina.opens_what_waits("The chemist's")
    amina.reads("Waiting for your answer")
    amina.presses("Answer the question")
    amina.reads("Which calls?")
    asked = amina.page.get_by_text("Which calls?").bounding_box()
    box = amina.page.get_by_label("Your answer").bounding_box()
    assert asked is not None
    assert box is not None
    assert asked["y"] < box["y"]


def when_amina_answers(amina: Person) -> None:
    amina.fills_in({"Your answer": "To the council, about her rent."})
    amina.presses("Send")
    amina.reads("Ben needs to read this and say so")


def then_ben_reads_the_answer_and_acts(ben: Person) -> None:
    ben.opens_what_waits("The chemist's")
    ben.reads("To the council, about her rent.")
    ben.acknowledges("Let the family make the calls.")


# Something that is no declaration


def test_advice_answers_for_what_no_kind_holds_and_leads_to_the_policy(person: People) -> None:
    when_lee_asks_about_messages_and_a_will(person("lee"))
    then_lee_reads_whom_to_tell_and_what_not_to_do(person("lee"))
    then_the_policy_is_one_tap_away(person("lee"))


def when_lee_asks_about_messages_and_a_will(lee: Person) -> None:
    lee.opens("/")
    lee.follows("Should I declare this?")
    lee.fills_in({"Is someone at risk now, or might they be?": "No"})
    lee.ticks(
        "A service user sent me a message or a friend request online",
        "I am asked to be executor or trustee of a will",
    )
    lee.presses("Go on")


def then_lee_reads_whom_to_tell_and_what_not_to_do(lee: Person) -> None:
    lee.reads("Do not accept, and do not answer.", "5.0 H", "Do not agree to it.", "6.0 E")
    lee.reads("What to do now", "may be disciplined")
    assert lee.page.get_by_role("button", name="Declare it").count() == 0


def then_the_policy_is_one_tap_away(lee: Person) -> None:
    lee.follows("Read the policy")
    lee.reads("What it says, in our words", "Read it together with", "9.0 C", "6.0 E", "house rule")


# A friendship that the policy answers


def test_a_friendship_that_the_policy_answers_is_talked_over(person: People) -> None:
    when_gus_asks_for_a_friendship_with_somebody_still_vulnerable(person("gus"))
    then_the_policy_has_answered(person("gus"))
    then_ben_acknowledges_that_they_talked(person("ben"))


def when_gus_asks_for_a_friendship_with_somebody_still_vulnerable(gus: Person) -> None:
    answers = {
        WHO: "SU-1077",
        "When did their service end? (optional)": "2026-03-02",
        "Who asked?": "The service user",
        "Do they still receive a service?": "No",
        "Are they still vulnerable, as far as you can tell?": "Yes",
        "Would one of you have power over the other?": "No",
        "What do they want?": "To meet for coffee",
    }
    gus.begins(A_FRIENDSHIP, answers)
    gus.reads("Check your answers")
    gus.presses("Send")


def then_the_policy_has_answered(gus: Person) -> None:
    gus.reads("It is in the register", "it is not appropriate")
    gus.follows("See your declaration")
    gus.reads("it is not appropriate", "Ben needs to read this and say so", "5.0 I")


def then_ben_acknowledges_that_they_talked(ben: Person) -> None:
    assert "it is not appropriate" in ben.is_asked("To meet for coffee").inner_text()
    ben.opens_what_waits("To meet for coffee")
    ben.reads("it is not appropriate")
    ben.acknowledges("We talked: he will write a card instead.")
    ben.reads("Closed")


# Told late


def test_what_is_told_late_is_taken_and_asked_why(person: People) -> None:
    when_kim_declares_a_gift_of_three_weeks_ago(person("kim"))
    then_kim_is_asked_why_and_it_is_taken(person("kim"))
    then_carol_reads_how_late_and_why(person("carol"))


def when_kim_declares_a_gift_of_three_weeks_ago(kim: Person) -> None:
    kim.begins(A_GIFT, a_gift("A music box") | {"Which day was it?": days_ago(21)})


def then_kim_is_asked_why_and_it_is_taken(kim: Person) -> None:
    kim.reads("This is told later than the policy asks. It is taken like any other.")
    kim.fills_in({"Why is it told only now? (optional)": "I was on leave."})
    kim.sends()
    kim.reads("Told late")


def then_carol_reads_how_late_and_why(carol: Person) -> None:
    carol.opens_what_waits("A music box")
    carol.reads("20 days later than the policy asks", "I was on leave.")
