"""Every red flag: fires in its context, is denied when negated, and a weak word alone only asks."""

from __future__ import annotations

import pytest

from tests.referrals.factories import ask, known, problems, states

FIRES = [
    ("rf-cauda", 50, ["back pain for three days", "can't feel my bottom when I wipe"]),
    ("rf-cauda", 50, ["low back pain", "saddle numb"]),
    ("rf-cauda", 50, ["back pain", "cannot pee since yesterday"]),
    ("rf-cord", 60, ["legs are getting weaker by the day"]),
    ("rf-stroke", 70, ["face suddenly drooped and speech is slurred"]),
    ("rf-acs", 62, ["crushing chest pain and sweating"]),
    ("rf-pe", 55, ["suddenly cannot breathe since the operation"]),
    ("rf-dvt", 60, ["left calf swollen and sore"]),
    ("rf-fx-spine", 80, ["back pain after a fall"]),
    ("rf-fx-cspine", 30, ["neck pain after diving"]),
    ("rf-fx-ankle", 19, ["sprained ankle, cannot put any weight on it"]),
    ("rf-fx-knee", 30, ["knee swelled at once and cannot walk"]),
    ("rf-fx-hip", 85, ["fell and cannot stand"]),
    ("rf-fx-other", 21, ["wrist is bent after the fall"]),
    ("rf-openwound", 40, ["cut my finger and cannot bend it"]),
    ("rf-compart", 25, ["cast too tight and fingers blue"]),
    ("rf-septic", 50, ["knee is hot, red and I have a fever"]),
    ("rf-spineinf", 50, ["back pain with fever and chills"]),
    ("rf-sepsis", 70, ["fever and confused"]),
    ("rf-cancer", 60, ["pain wakes me every night and never eases"]),
    ("rf-headred", 45, ["worst headache of my life"]),
    ("rf-headinj", 45, ["hit head and keeps vomiting"]),
    ("rf-vertart", 45, ["dizzy with double vision"]),
    ("rf-vertigo", 60, ["spinning and cannot stand up at all"]),
    ("rf-delirium", 80, ["suddenly confused since yesterday"]),
    ("rf-seizure", 30, ["blacked out"]),
    ("rf-suicide", 30, ["wants to die"]),
    ("rf-abuse", 80, ["scared of who she lives with"]),
    ("rf-hf", 75, ["gained five pounds this week and breathless"]),
    ("rf-copdex", 70, ["lips are blue"]),
    ("rf-bpglucose", 60, ["blood pressure was 210"]),
    ("rf-bpglucose", 60, ["BP 210/120 today"]),
    ("rf-ad", 40, ["pounding headache with spinal injury"]),
    ("rf-aaa", 75, ["belly is throbbing and back hurts"]),
    ("rf-inflam", 45, ["stiff for hours every morning and fingers swollen"]),
    ("rf-neuroprog", 50, ["both legs and arms getting weak over days"]),
    ("rf-gbs", 50, ["legs weak, now arms, and hard to breathe"]),
    ("rf-regress", 3, ["lost the words he had"]),
    ("rf-pedlimp", 5, ["child has a fever and will not walk"]),
    ("rf-pedlate", 1.7, ["not walking yet"]),
    ("rf-preg", 30, ["pregnant and bleeding"]),
    ("rf-postop", 50, ["heard a pop after the repair"]),
    ("rf-crps", 50, ["hand is burning, purple and swollen weeks after the cast"]),
    ("rf-diabfoot", 60, ["diabetic with a sore on the foot"]),
    ("rf-medinstab", 60, ["in intensive care on drips to keep pressure up"]),
]


@pytest.mark.parametrize(("flag", "age", "said"), FIRES)
def test_flag_fires_in_a_profile_and_in_text(flag, age, said):
    assert states(problems(*said, age=age)).get(flag) == "fired"
    if age >= 18:
        assert states(ask(text=f"{age} year old patient. " + ". ".join(said) + ".")).get(flag) == "fired"


def test_every_flag_has_a_case():
    assert {flag.id for flag in known().flags} == {flag for flag, _, _ in FIRES}


@pytest.mark.parametrize(("flag", "said"), [
    ("rf-cauda", "Denies saddle anesthesia, bladder or bowel incontinence"),
    ("rf-cauda", "no numbness between the legs"),
    ("rf-acs", "no chest pain"),
    ("rf-suicide", "denies suicidal ideation"),
    ("rf-dvt", "no calf tenderness"),
    ("rf-spineinf", "no fever, chills or night sweats"),
    ("rf-cancer", "denies unexplained weight loss"),
    ("rf-pe", "denies hemoptysis"),
    ("rf-seizure", "no loss of consciousness or seizures"),
])  # fmt: skip
def test_a_denied_flag_is_listed_as_denied(flag, said):
    reply = problems("back pain", flags=[said])
    assert states(reply).get(flag) in ("denied", None)
    assert reply.recommendation != "physician_first"


@pytest.mark.parametrize(("flag", "said"), [
    ("rf-cauda", "urinary retention"), ("rf-acs", "chest pain"), ("rf-dvt", "calf pain"), ("rf-vertart", "double vision"),
    ("rf-cancer", "night pain"),
])  # fmt: skip
def test_a_weak_word_alone_asks(flag, said):
    reply = problems(said)
    assert states(reply).get(flag) == "asked"
    assert reply.recommendation != "physician_first"
    assert reply.questions


@pytest.mark.parametrize("text", [
    "Given DVT prophylaxis after knee replacement. Knee stiff, trouble with stairs.",
    "Knee pain. Return if calf swollen and sore or chest pain at rest.",
    "Stroke 3 months ago with sudden onset of left hemiparesis, treated in hospital. Now needs help dressing and walking.",
    "Father died of a heart attack with crushing chest pain. Knee pain on stairs.",
    "Shoulder pain. X-ray negative, no fracture. Fell two weeks ago, cannot reach overhead.",
    "Low back pain without saddle anesthesia or bowel or bladder change.",
])  # fmt: skip
def test_context_of_the_past_or_of_advice_does_not_fire(text):
    assert ask(text=text).recommendation != "physician_first"


def test_a_fired_flag_keeps_therapy_for_after_clearance():
    reply = problems("back pain bending", "saddle numb")
    assert reply.recommendation == "physician_first"
    assert reply.disciplines == ("PT",)
    assert str(reply.urgency) == "emergency"


def test_soon_advises_and_does_not_override():
    reply = problems("stiff for hours every morning and fingers swollen", "cannot open jars")
    assert reply.recommendation == "both"
    assert str(reply.urgency) == "soon"


@pytest.mark.parametrize(
    ("flag", "sign", "diagnosis"),
    [
        ("rf-stroke", "face suddenly dropped, cannot speak", "stroke 4 weeks ago"),
        ("rf-dvt", "one calf is swollen, warm and sore", "total knee replacement 10 days ago"),
        ("rf-seizure", "passed out without a reason last week", "traumatic brain injury 4 weeks ago"),
    ],
)
def test_the_diagnosis_explains_no_listed_warning_sign_away(flag, sign, diagnosis):
    answer = ask(profile={"age": 60, "diagnosis": diagnosis, "flags": [sign]})
    assert states(answer)[flag] == "fired"
    assert answer.recommendation == "physician_first"


@pytest.mark.parametrize("words", ["moderate neglect", "visual neglect", "neglect of the left side"])
def test_neglect_of_a_side_is_no_question_of_abuse(words):
    assert "rf-abuse" not in states(problems(words, diagnosis="stroke three weeks ago"))


def test_neglect_by_a_carer_still_is():
    assert states(problems("neglected by her carer", diagnosis="stroke three weeks ago"))["rf-abuse"] == "fired"
