"""One person's care in the browser, as each role does it: at a desk with script, and on a phone without."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.xdist_group("journeys"), pytest.mark.both_databases]

LETTER = """Referral for therapy.

{given} Marden is 67. She fell on the ice and broke her left wrist; the cast came off on Monday.
She cannot button her shirt, open jars or lift a pan. Her grip is weak. She is unsteady walking outdoors and on stairs.
No numbness, no fever.

Plan: evaluate and treat.
"""


# apart, for a sister born on the same day would be asked about before she is registered
BORN = {"Eleanor": "1959-04-05", "Winifred": "1948-11-21"}


@pytest.mark.parametrize(("width", "script", "given"), [(1440, True, "Eleanor"), (390, False, "Winifred")])
def test_a_letter_becomes_care_claim_and_discharge(visitor, tmp_path, width, script, given):
    letter = tmp_path / "letter.txt"
    letter.write_text(LETTER.format(given=given))
    therapist, desk = visitor(width, script=script).signs_in("dana"), visitor(width, script=script).signs_in("desk")
    referral = take_letter(desk, letter, given)
    episode = decide(therapist, referral)
    cover(desk, episode, given)
    book(desk, episode)
    plan(therapist, episode)
    certify(therapist, visitor, episode)
    write_note(therapist, episode)
    bill(visitor(width, script=script).signs_in("biller"), given)
    discharge(therapist, episode)


def take_letter(desk, letter, given) -> str:
    """Given a letter, when it is uploaded and the person registered, then the referral shows what was read."""
    page = desk.opens("/referrals/new/letter/")
    page.set_input_files("[name=file]", str(letter))
    desk.clicks("Read it")
    referral = page.url.removesuffix("match/")
    desk.fills(family="Marden", given=given, birth_date=BORN[given], state="ME")
    desk.clicks("Register new patient")
    desk.opens(referral)
    assert page.get_by_text("button her shirt").count() >= 1
    return referral


def decide(therapist, referral) -> str:
    """When the therapist decides for OT and opens the episode, then it stands with its story."""
    page = therapist.opens(referral)
    for box in page.locator("[name=disciplines]").all():
        box.set_checked(box.get_attribute("value") == "OT")
    page.fill("[name=reason]", "Hand first; balance was checked by telephone.")
    therapist.clicks("Keep the change")
    therapist.fills(problem="Distal radius fracture")
    therapist.clicks("Open episode")
    page.goto(referral)
    therapist.page.locator("a[href*='/episode/']").first.click()
    episode = page.url.rstrip("/")
    therapist.clicks("Add a diagnosis", "link")
    therapist.fills(code="S52.502D", label="Fracture of lower end of left radius")
    therapist.clicks("Add", exact=True)
    return episode


def cover(desk, episode, given) -> None:
    """When the front desk enters the coverage, then the patient's page shows it."""
    page = desk.opens(episode)
    page.locator("h1 a").click()
    desk.clicks("Add a coverage", "link")
    page.select_option("[name=payer]", label="Pine Tree Health PPO (example)")
    desk.fills(member_id="P-1", copay="30")
    desk.clicks("Save")
    assert page.get_by_text("Pine Tree Health PPO (example), member P-1").count() == 1


def book(desk, episode) -> None:
    """When a course is asked for, then one is found and booked whole."""
    page = desk.opens(episode)
    desk.clicks("Book the plan", "link")
    desk.fills(OT_per_week="1", OT_weeks="2", PT_per_week="0")
    desk.clicks("Find the course")
    desk.clicks("Book all 2")
    assert page.get_by_text("2 appointments ahead").count() == 1


def plan(therapist, episode) -> None:
    """When the goal and the section are written, then the section is signed and frozen."""
    page = therapist.opens(f"{episode}/plan")
    therapist.clicks("Add the first goal", "link")
    therapist.fills(text="Carry a full pan across the kitchen", target_on="2099-01-31")
    for level, text in (
        ("-2", "Cannot lift it"),
        ("-1", "Half full"),
        ("0", "Full, once"),
        ("1", "Twice a day"),
        ("2", "Every meal"),
    ):
        page.fill(f"[name='level_{level}']", text)
    therapist.clicks("Add the goal")
    therapist.clicks("Add the occupational therapy section", "link")
    page.fill("[name=findings]", "Wrist extension 20 degrees, grip 9 kg.")
    for row, (code, words, minutes) in enumerate((("97530", "Kitchen tasks", "25"), ("97110", "Grip and range", "15"))):
        page.select_option(f"[name=lines-{row}-code]", code)
        page.fill(f"[name=lines-{row}-label]", words)
        page.fill(f"[name=lines-{row}-minutes]", minutes)
    page.locator("textarea[name^=goal_]").first.fill("Graded lifting in real kitchen tasks")
    therapist.clicks("Save the draft")
    therapist.clicks("Review and sign", "link")
    therapist.clicks("Sign now")
    assert page.get_by_text("Signed").count() >= 1


def certify(therapist, visitor, episode) -> None:
    """When the link is opened on a phone without an account, then the physician signs."""
    page = therapist.opens(f"{episode}/plan")
    therapist.clicks("Send to the physician", "link")
    therapist.clicks("Make the link")
    link = page.locator("main a[href*='/certify/']").get_attribute("href")
    physician = visitor(390)
    phone = physician.opens(link)
    phone.fill("[name=signature]", "Amara Singh")
    physician.clicks("I certify this")
    assert phone.get_by_text("You signed on").count() == 1


def write_note(therapist, episode) -> None:
    """When the evaluation is written and signed, then it cannot be changed any more."""
    page = therapist.opens(f"{episode}/visits")
    page.locator("a[href*='/begin/']").first.click()
    page.wait_for_load_state()
    page.check("[name=discipline][value=OT]")
    page.check("[name=kind][value=evaluation]") if page.locator("input[name=kind]").count() else page.select_option(
        "[name=kind]", "evaluation"
    )
    page.fill("[name=on]", page.locator("[name=on]").input_value())
    page.locator("main form button.primary").first.click()
    page.wait_for_load_state()
    words = {
        "subjective": "Wants to cook again.",
        "objective": "Grip 9 kg left.",
        "assessment": "Needs skilled therapy.",
        "next_steps": "Kitchen tasks.",
    }
    for name, text in words.items():
        if page.locator(f"[name={name}]").is_visible():
            page.fill(f"[name={name}]", text)
    page.locator("input[name$=minutes][name^=line], input[name$=minutes][name^=form]").first.fill("45")
    therapist.clicks("Save and sign")
    assert page.get_by_text("Sign amendment").count() >= 1, page.locator("main").inner_text()


def bill(biller, given) -> None:
    """When the signed visit is drafted as a claim, then its lines carry units and modifiers."""
    page = biller.opens(f"/billing/?q=Marden {given}")
    row = page.locator("tr", has_text=f"{given} Marden")
    assert row.count() == 1, page.locator("main").inner_text()
    row.get_by_role("button", name="Draft the claim").click()
    page.wait_for_load_state()
    assert page.get_by_text("GO").count() >= 1


def discharge(therapist, episode) -> None:
    """When the last part is signed, then the summary is a PDF and the episode has ended."""
    page = therapist.opens(f"{episode}/discharge")
    therapist.clicks("Start the discharge", "link")
    therapist.clicks("Start", exact=True)
    therapist.clicks("Write", "link", exact=True)
    therapist.fills(text="Reached what she wanted; goes on with the home list.")
    therapist.clicks("Save")
    therapist.clicks("Sign the occupational therapy part")
    assert page.get_by_text("Signed by Dana Ouellette").count() == 1
    answer = page.request.get(f"{episode}/discharge.pdf")
    assert (answer.status, answer.body()[:5]) == (200, b"%PDF-")
