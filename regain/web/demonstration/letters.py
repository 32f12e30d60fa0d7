"""Letters, goals and words of the demonstration; invented for it."""

LETTERS = {
    "Pelletier": "Referral for outpatient therapy.\n\nRuth Pelletier is 71. She had a right-hemisphere stroke three weeks ago and came home from rehabilitation on Friday.\nShe needs help to dress and cannot cook for herself. She overlooks things on her left side. She walks indoors with a walker and needs someone beside her on stairs. No chest pain, no new weakness.\n\nAssessment: stroke with left hemiparesis and neglect.\nPlan: please evaluate and treat, OT and PT.\n\nAmara Singh, MD",
    "Nyström": "Referral.\n\nWalter Nyström, 83, fell in the barn; the right hip fracture was pinned four weeks ago. Partial weight-bearing with a walker. He cannot get in and out of the bathtub and needs help with shoes and socks. Walking is slow, stairs are difficult. No calf swelling, wound healed.\n\nPlan: occupational and physical therapy.\n\nAmara Singh, MD",
    "Arsenault": "Joel Arsenault, 38, carpenter, right-handed. Flexor tendon repair of the right index finger five weeks ago after a saw injury at work. Stiff finger, weak grip, cannot hold a hammer or button his shirt. Wound closed, sensation intact.\n\nPlan: hand therapy, splint as needed.\n\nAmara Singh, MD",
    "Tran-Roberts": "Mia Tran-Roberts is 7 years old. Her teacher sees clumsy handwriting and trouble with buttons and shoelaces; she trips when running and cannot ride a bicycle. Developmental coordination disorder was diagnosed this autumn. Hearing and vision are normal.\n\nPlease evaluate, OT and PT.\n\nAmara Singh, MD",
    "Benítez": "Carlos Benítez, 47, office worker. Low back pain for two years, worse with sitting over thirty minutes. He has stopped lifting and playing with his children. Walking eases it. No bladder or bowel change, no numbness, no fever, no weight loss.\n\nPlan: physical therapy for chronic low back pain.\n\nAmara Singh, MD",
    "O'Leary": "Agnes O'Leary, 78, lives alone, daughter nearby. Mild dementia. She has left the stove on twice, misses medicines and has trouble planning meals and managing money. She walks as before and has not fallen.\n\nPlease evaluate safety and daily activities at home, OT.\n\nAmara Singh, MD",
    "Beaulieu": "Thomas Beaulieu, 64, total knee replacement ten weeks ago. Stiff knee, weak thigh, difficulty with stairs and walking long distances. Wound healed, no calf pain.\n\nPlan: physical therapy.\n\nAmara Singh, MD",
    "Kimball": "Grace Kimball, 68, distal radius fracture, cast off last week. Stiff and painful wrist, weak grip; she cannot open jars, lift a pan or wash her hair. She fell on ice and feels unsteady outdoors.\n\nPlan: OT for the hand, PT for balance.\n\nAmara Singh, MD",
    "Haddad": "Sofia Haddad, 35. Concussion six weeks ago on the soccer field. Dizziness when turning the head, unsteady walking in crowds, neck stiffness. No vomiting, headache is easing, alert and oriented.\n\nPlan: vestibular rehabilitation, PT.\n\nAmara Singh, MD",
    "Lachance": "Henry Lachance, 76, Parkinson's disease for six years. He freezes in doorways, shuffles and fell once in August without injury. Buttons and cutlery are difficult, handwriting is small. No change in thinking.\n\nPlease evaluate and treat, OT and PT.\n\nAmara Singh, MD",
    "Fournier": "Denise Fournier, 60. Frozen right shoulder since spring, painful and stiff, cannot reach overhead or behind her back. Sleeps poorly on that side. No trauma, no fever.\n\nPlan: physical therapy.\n\nAmara Singh, MD",
    "Rahimi": "My fingers tingle at night in both hands. I drop cups and have trouble buttoning my shirt and typing at work. I am 41 and work as a programmer.",
}  # fmt: skip


def _levels(*texts: str) -> dict[str, str]:
    return dict(zip(("-2", "-1", "0", "1", "2"), texts, strict=True))


GOALS = {
    "Pelletier": ("Make breakfast alone, standing, four mornings of five", _levels("Someone makes it", "With help to carry", "Alone, four of five mornings", "Every morning", "Breakfast and lunch"), {"OT": "One-handed techniques, adapted kitchen set-up, scanning to the left", "PT": "Standing balance with reach, strength for standing ten minutes"}),
    "Nyström": ("Walk to the barn and back with a cane", _levels("Walks indoors with a walker", "To the porch", "To the barn and back", "Twice a day", "Without the cane"), {"OT": "Dressing with aids, safe bath transfer", "PT": "Gait training, hip strength, steps"}),
    "Arsenault": ("Use a hammer for twenty minutes", _levels("Cannot grip it", "Holds it", "Twenty minutes", "An hour", "A full day"), {"OT": "Tendon gliding, graded grip, splint at night"}),
    "Benítez": ("Sit through a two-hour meeting", _levels("Thirty minutes", "One hour", "Two hours", "Half a day", "A whole day"), {"PT": "Trunk strength, graded activity, pacing"}),
    "O'Leary": ("Cook soup safely twice a week", _levels("Stove left on", "With her daughter beside her", "Alone with a timer, twice a week", "Four times a week", "Every day"), {"OT": "Routines, stove timer, written steps with her daughter"}),
    "Beaulieu": ("Walk the coast path, 5 km", _levels("500 m", "2 km", "5 km", "8 km", "10 km"), {"PT": "Knee range, strength, stairs, distance"}),
    "Kimball": ("Lift her grandson from the floor", _levels("Cannot lift a pan", "Lifts 5 kg", "Lifts him once", "Several times", "Carries him upstairs"), {"OT": "Wrist range, grip, lifting in steps", "PT": "Balance, lifting from the legs"}),
}  # fmt: skip

# measure, first score, target
MEASURES = {
    "Pelletier": {"PT": [("berg", 31, 45), ("five_xsts", 18.2, 12.0)], "OT": []},
    "Nyström": {"PT": [("tug", 28.4, 13.5)], "OT": []},
    "Arsenault": {"OT": [("quickdash", 61.4, 20.0)]},
    "Benítez": {"PT": [("odi", 42.0, 20.0)]},
    "Beaulieu": {"PT": [("tug", 16.2, 9.0)]},
    "Kimball": {"OT": [("quickdash", 54.5, 15.0)], "PT": [("tug", 14.1, 9.0)]},
}

ENDED = {
    "Beaulieu": "Walks 4 to 5 km on the coast path without a cane, stairs step over step, knee bends to 122 degrees. Pain 0 to 1 after long walks. Knows the home list and whom to call when the knee swells.",
}  # fmt: skip
