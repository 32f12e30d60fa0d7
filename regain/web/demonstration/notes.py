"""What the demonstration's therapists did and wrote, patient by patient: everybody is invented."""

# by patient and discipline: the lines of a treatment (code, label, minutes)
GIVEN = {
    "Pelletier": {
        "OT": [("97535", "One-handed breakfast, left arm as helper", 25), ("97530", "Reach and carry across the counter, scanning left", 15)],
        "PT": [("97112", "Standing balance with reach, weight to the left", 25), ("97116", "Walking with quad cane, turns and doorways", 15)],
    },
    "Nyström": {
        "OT": [("97535", "Dressing below the waist with reacher and sock aid", 25), ("97530", "Tub transfer with bench", 15)],
        "PT": [("97116", "Gait with walker, partial weight on the right", 25), ("97110", "Hip abduction and sit to stand", 15)],
    },
    "Arsenault": {"OT": [("97140", "Scar work and passive finger motion", 15), ("97110", "Tendon gliding, place and hold", 25)]},
    "Tran-Roberts": {"OT": [("97530", "Shoe tying in steps", 25)], "PT": [("97112", "Balance bike and hopping", 25)]},
    "Benítez": {"PT": [("97110", "Trunk endurance, hip hinge with load", 25), ("97530", "Sitting and lifting in doses, pacing plan", 15)]},
    "O'Leary": {"OT": [("97535", "Cooking soup by written steps and timer", 30), ("97129", "Memory strategies with her daughter", 15)]},
    "Beaulieu": {"PT": [("97110", "Knee extension and step-ups", 25), ("97116", "Stairs and longer walks", 15)]},
    "Kimball": {
        "OT": [("97140", "Wrist mobilization", 15), ("97110", "Grip and lifting in steps", 25)],
        "PT": [("97112", "Balance on uneven ground", 25), ("97530", "Lifting from the floor with the legs", 15)],
    },
}  # fmt: skip

# place in the discipline's evaluation codes: how complex the evaluation was
COMPLEXITY = {"Pelletier": 2, "Nyström": 1, "O'Leary": 2, "Tran-Roberts": 1, "Arsenault": 1}

# by patient and discipline: the evaluation, then treatments from early to late; said, seen, judged, next
NOTES = {
    "Pelletier": {
        "OT": [
            ("“I want my own kitchen back.” Lives with her sister in a first-floor flat. Dresses with help, eats what is made for her.", "Left arm lifts to the shoulder, fingers open halfway. Misses the plate's left third. Needs moderate help for the upper body, maximal for shoes. Safe awareness of the stove.", "Left weakness and inattention keep her from breakfast and dressing. Learns one-handed ways quickly; good potential to make breakfast alone.", "Twice a week: one-handed techniques, scanning, set-up of the kitchen with her sister."),
            ("Tired after the weekend. Dropped a cup on the left.", "Made toast and tea with 4 cues to look left, butter knife needed help. Left hand steadies the bread.", "Cues down from 9 last week. Fatigue after 20 minutes; the order of steps holds.", "Suction board at home; scanning with a red line on the counter."),
            ("Made toast alone on Sunday, her sister watched.", "Breakfast in 24 minutes, 2 cues, no spill. Left hand opens a jar held against the body.", "Meets the first half of the goal. Inattention shows when she is spoken to.", "Practise with the radio on; trial of the kettle tipper."),
            ("“I did not call my sister once.”", "Breakfast alone in 18 minutes, no cue. Carries the plate with both hands for 3 m.", "Three mornings of five alone: near the goal. Judgement at the stove is safe.", "One week without visits in the kitchen, then check."),
        ],
        "PT": [
            ("Fell once in the bathroom before discharge, no injury. Afraid of the way to the toilet at night.", "Stands without hands for 20 s, leans right. Walks 30 m with quad cane and contact guard. Left foot catches at turns.", "Left weakness and poor weight shift put her at high risk of falls. Needs skilled balance and gait work; motivated.", "Twice a week: weight shift, standing with reach, gait with turns. Night light and rail discussed."),
            ("No falls. Calf sore after stairs.", "Weight to the left 38 % in standing. Walks 60 m, 2 catches of the left foot, gait belt on.", "Reaches further before stepping. Fatigue changes the left foot first.", "Add step taps to the left; shorter stairs."),
            ("Walked to the mailbox with her sister.", "Stands 2 min while reaching to both sides. Walks 120 m, turns without a catch.", "Balance reactions to the left return. Supervision outdoors still needed.", "Uneven ground, doorways with a load."),
            ("“I go to the bathroom by myself at night.”", "Walks 200 m with cane, 1 rest. Picks a cup from the floor safely.", "Risk of falls is now moderate. Ready for distance and outdoor walking.", "Walk to the shop with supervision; review the home list."),
        ],
    },
    "Nyström": {
        "OT": [
            ("Farmer, lives with his wife. Sleeps downstairs since the operation. “Get to the barn and back.”", "Needs help for socks, shoes and the tub. Bends the hip to 80 degrees. Upper body independent.", "Hip pain and precautions limit dressing and bathing. Will manage with aids and practice.", "Once or twice a week: dressing aids, tub bench, safe reach."),
            ("Wife still does the socks.", "Socks with the aid in 6 minutes, 2 cues. Tub transfer with bench and contact guard.", "Learns the sequence; forgets the weight limit when in a hurry.", "Bench set up at home this week."),
            ("Showered on the bench with his wife near.", "Dresses below the waist in 9 minutes without help. Transfer with supervision.", "Keeps the precautions when he talks through the steps.", "Practise without cues; boots next."),
        ],
        "PT": [
            ("Pain 5 of 10 on standing up. Used no aid before the fall.", "Partial weight on the right, walker, 40 m with contact guard. Sit to stand with both arms.", "Weak hip and guarded gait after the fracture. Good potential to walk to the barn.", "Twice a week: gait, hip strength, steps when weight is cleared."),
            ("Pain 4. Did the chair list daily.", "60 m with walker, even steps after cues. 8 times sit to stand with arms.", "Strength improves; takes too much weight when he turns.", "Turns in both directions; step of 10 cm next week."),
            ("To the porch twice a day.", "90 m with walker, supervision. One step with rail.", "Gait is safe indoors.", "Gravel with walker; ask the surgeon about weight."),
        ],
    },
    "Arsenault": {
        "OT": [
            ("Carpenter, right-handed. Cut the finger on a plane iron. “Hold a hammer again.”", "Splint fits. Tip stays 4 cm from the palm. Swelling at the middle joint, wound dry. Feeling is dull at the tip.", "Repair in the protected phase: stiffness and swelling limit the grip. No resisted grip before week 8.", "Twice a week: tendon gliding, scar work, splint adjusted."),
            ("Stiff in the morning, better after the exercises.", "Tip to palm 3 cm. Scar lifts. Swelling down by 0.5 cm.", "Glides more freely; keeps the limits.", "Place and hold from today; splint at night."),
            ("Holds a cup with the right hand.", "Tip to palm 1.5 cm. Hook fist full.", "Motion returns as expected; strength work waits for week 8.", "Light putty when the surgeon agrees."),
            ("Drove the truck to the shop.", "Full fist in warm water, tip to palm 0.5 cm after. Grip not tested by protocol.", "On course for graded grip.", "Dowel, then hammer handle without load."),
        ],
    },
    "Tran-Roberts": {
        "OT": [("Her mother: she avoids buttons and scissors, friends tie her shoes. “Tie my shoes and ride my bike.”", "Ties step 1 and 2 of 6. Cuts along a line with the paper turned for her. Holds the pencil with four fingers, tires after 5 minutes.", "Planning of new movements is slow; learns well when steps are named.", "Once a week: shoe tying in steps, scissors, pencil; list for home.")],
        "PT": [("Falls on the playground twice a week, no injuries. Does not ride a bike.", "Hops 3 times right, once left. Stands on one leg 4 s. Catches a large ball in 6 of 10.", "Balance and timing are below her age. Likes games with rules.", "Once a week: balance bike, hopping, ball games; home list with her father.")],
    },
    "Benítez": {
        "PT": [
            ("Low back pain for two years, worse after an hour of sitting. Programmer, two small children. No leg signs, sleeps 6 hours.", "Bends to the shins with pain 5. Trunk endurance 40 s. No loss of strength or feeling.", "Persistent pain with fear of bending; no sign of nerve trouble. Good response to graded movement expected.", "Twice a week: graded lifting, trunk endurance, pacing at the desk."),
            ("Sat 45 minutes in a meeting. Pain 5 in the evening.", "Hip hinge with 5 kg, 3 sets. Holds 55 s.", "Moves more freely when he breathes out. Stops before pain does.", "Timer at the desk every 30 minutes."),
            ("Played on the floor with the children on Saturday.", "Lifts 10 kg from the floor, pain 3. Holds 75 s.", "Trusts the bend again.", "Sit in blocks of 60 minutes."),
            ("Ninety minutes in a meeting, got up once.", "Lifts 15 kg, pain 2. Holds 95 s.", "Near the goal of two hours.", "Plan for bad days written down together."),
        ],
    },
    "O'Leary": {
        "OT": [
            ("Her daughter: left the stove on twice, misses pills. “Cook soup without leaving the stove on.”", "Follows a recipe of 4 steps with 5 cues. Forgets the pot when spoken to. Finds the way in the house, names the date wrong.", "Early memory loss endangers cooking; routines and reading are kept.", "Once a week with her daughter: written steps, timer, stove switch."),
            ("Timer used on three days.", "Soup with written steps, 3 cues, turned the stove off at the bell.", "The bell helps more than reminders by voice.", "Step cards at eye height; pill box with alarm."),
            ("Cooked with her daughter reading in the next room.", "Soup in 40 minutes, 1 cue.", "Safe with timer and cards.", "Automatic switch for the stove: quote asked for."),
        ],
    },
    "Beaulieu": {
        "PT": [
            ("Three weeks after the new left knee. Pain 4 at night. “Walk the coast path.”", "Bends 85, lacks 8 degrees to straight. 200 m with a cane. Stairs one at a time.", "Stiff and weak after surgery; wound healed. Good potential.", "Twice a week: motion, strength, stairs, distance."),
            ("Sleeps through. Cane only outdoors.", "Bends 100, lacks 4. Step-ups 15 cm.", "Motion returns ahead of time.", "Cycle without load; stairs step over step."),
            ("Walked 2 km on the road.", "Bends 115, straight. Stairs step over step with rail.", "Strength is the limit now.", "Downhill, uneven ground."),
            ("Walked 4 km on the path, tired, no swelling.", "Bends 122. 10 single-leg rises on the left.", "Ready to go on alone.", "Home list three times a week; check at the last visit."),
        ],
    },
    "Kimball": {
        "OT": [
            ("Fell on ice. Cast off for two weeks. “Carry my grandson.”", "Wrist bends 30, straightens 25. Turns the palm up half. Cannot lift a pan.", "Stiffness and weakness after the fracture; swelling small.", "Twice a week: mobilization, grip, lifting in steps."),
            ("Opens doors with the right again.", "Bends 45, straightens 40.", "Motion improves; guards against weight.", "Light pan from counter to stove."),
            ("Carried 3 kg of groceries.", "Bends 55, straightens 55, palm up nearly full.", "Lifts with both hands without pain.", "5 kg from the chair."),
            ("Lifted her grandson from the sofa.", "Full turn of the palm. Lifts 9 kg from the floor twice.", "Goal reached.", "Home list goes on; discharge together with PT."),
        ],
        "PT": [
            ("Afraid of ice since the fall. No other falls this year.", "One leg 6 s right, 5 s left. Looks at the feet outdoors.", "Balance is below what carrying a child asks for.", "Twice a week: balance, lifting from the legs."),
            ("Walked to the church on gravel.", "One leg 9 s. Step over 20 cm with a load of 2 kg.", "Confidence returns.", "Slopes and turns with a load."),
            ("Took the stairs with a laundry basket.", "One leg 14 s. Lifts 6 kg with a straight back.", "Lifting is safe.", "Uneven ground with 8 kg."),
            ("Carried her grandson down the hall.", "One leg 20 s. Lifts 10 kg from the floor.", "Goal reached.", "Discharge together with OT."),
        ],
    },
}  # fmt: skip

# by patient and discipline: title, how, dose, minutes
HOME = {
    "Pelletier": {"OT": ("Lay out breakfast with one hand", "Sitting or standing, take your time. Look for the red line.", "Once a day", 10), "PT": ("Stand up from a chair", "Lean forward, push through both feet.", "3 sets of 10, rest 1 minute", 8)},
    "Nyström": {"OT": ("Put on socks with the aid", "Sit on the bed. Right leg first. Do not bend past the mark.", "Every morning", 8), "PT": ("Stand up from a chair", "Both hands on the arms. Little weight on the right.", "3 sets of 8", 8)},
    "Arsenault": {"OT": ("Five positions of the fingers", "Straight, hook, fist, flat fist, table. Slowly, without force.", "10 times, every 2 hours", 5)},
    "Benítez": {"PT": ("Bend at the hips with a box", "Push the hips back, breathe out, stand up tall.", "3 sets of 8", 8)},
    "O'Leary": {"OT": ("Make tea with the step card", "Set the timer first. Turn the stove off when it rings.", "Once a day, with your daughter near", 10)},
    "Beaulieu": {"PT": ("Step up and down", "Left foot first up, right foot first down. Hold the rail if you need it.", "3 sets of 10", 8)},
    "Kimball": {"OT": ("Turn the palm up and down", "Elbow at your side, a light hammer in your hand.", "2 sets of 15", 5), "PT": ("Stand on one leg", "Near the counter. Look ahead.", "5 times each side, 15 seconds", 5)},
}  # fmt: skip

EQUIPMENT = {
    "Pelletier": "Suction board for the kitchen", "Nyström": "Sock aid and tub bench", "Arsenault": "Dorsal blocking splint", "Benítez": "Timer for the desk",
    "O'Leary": "Timer and step cards for the stove", "Beaulieu": "Cane, for outdoors", "Kimball": "Wrist support for heavy work",
}  # fmt: skip

SAID = {
    "Pelletier": "Tires after twenty minutes; please keep the first half hour for what matters most. She sees better to the left when I stand there.",
    "Nyström": "He takes too much weight on the right when he turns. Same words from all of us: slow turns, walker first.",
    "Kimball": "Grip is 80 % of the left now, so carrying weights in PT is fine from my side.",
}  # fmt: skip


def note(family: str, discipline: str, kind: str, progress: float) -> dict[str, str]:
    """The words of a note: the evaluation's, or those of the treatment that is as far along as `progress` (0 to 1)."""
    evaluation, *treatments = NOTES[family][discipline]
    place = min(int(progress * len(treatments)), len(treatments) - 1) if treatments else 0
    chosen = evaluation if kind == "evaluation" else treatments[place]
    return dict(zip(("subjective", "objective", "assessment", "next_steps"), chosen, strict=True))


PICTURE = {
    "Lay out breakfast with one hand": "table", "Stand up from a chair": "chair", "Put on socks with the aid": "dress",
    "Five positions of the fingers": "hand", "Bend at the hips with a box": "reach", "Make tea with the step card": "table",
    "Step up and down": "stairs", "Turn the palm up and down": "hand", "Stand on one leg": "balance",
}  # fmt: skip
