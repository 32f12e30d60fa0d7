"""Who is in the demonstration: everybody is invented."""

PASSWORD = "regain-demonstration"
DOMAIN = "example.org"

SITES = [
    {"name": "Portland", "address": "12 Harbor Street", "city": "Portland", "state": "ME", "postal_code": "04101", "latitude": 43.657, "longitude": -70.259, "phone": "207 555 0100"},
    {"name": "Bath", "address": "4 Mill Road", "city": "Bath", "state": "ME", "postal_code": "04530", "latitude": 43.911, "longitude": -69.821, "phone": "207 555 0110"},
]  # fmt: skip

# key, name, roles
STAFF = [
    ("owner", "Helen Marchetti", ["owner"]), ("desk", "Ivy Cormier", ["front_desk"]), ("biller", "Tomas Reyes", ["biller"]),
    ("dana", "Dana Ouellette", ["therapist"]), ("priya", "Priya Raman", ["therapist"]), ("marcus", "Marcus Theriault", ["therapist"]),
    ("lena", "Lena Okafor", ["therapist"]), ("sam", "Sam Whitfield", ["therapist"]), ("nora", "Nora Bell", ["assistant"]), ("eli", "Eli Castonguay", ["assistant"]),
]  # fmt: skip

# key, given, family, suffix, profession, NPI, sites worked at (site, weekdays)
PRACTITIONERS = [
    ("dana", "Dana", "Ouellette", "OTR/L", "OT", "2000000010", [(0, (0, 1, 2, 3, 4))]),
    ("priya", "Priya", "Raman", "OTD, OTR/L", "OT", "2000000028", [(1, (0, 1, 2, 3, 4))]),
    ("marcus", "Marcus", "Theriault", "DPT", "PT", "2000000036", [(0, (0, 1, 2, 3, 4))]),
    ("lena", "Lena", "Okafor", "DPT", "PT", "2000000044", [(1, (0, 1, 2, 3, 4))]),
    ("sam", "Sam", "Whitfield", "DPT", "PT", "2000000051", [(0, (0, 2, 4))]),
    ("nora", "Nora", "Bell", "COTA/L", "OTA", "", [(0, (0, 1, 2, 3, 4))]),
    ("eli", "Eli", "Castonguay", "PTA", "PTA", "", [(0, (0, 1, 2, 3, 4))]),
]  # fmt: skip
SUPERVISED = [("nora", "dana"), ("eli", "marcus")]

# name, kind, an invented payer number for claims
PAYERS = [
    ("Medicare Part B", "medicare_b", "EXMED1"),
    ("Pine Tree Health PPO (example)", "commercial", "EXPPO1"),
    ("MaineCare (example)", "medicaid", "EXMCD1"),
    ("Workers' compensation (example)", "workers_comp", "EXWCM1"),
    ("Paying oneself", "self_pay", ""),
]

# stage: how far the episode has come; see `care`
PATIENTS = [
    {"given": "Ruth", "family": "Pelletier", "born": (1955, 3, 2), "sex": "female", "payer": 0, "problem": "Right-hemisphere stroke", "condition": "stroke", "code": ("I69.354", "Hemiplegia after stroke, left non-dominant side"), "stage": "midway", "disciplines": ["OT", "PT"], "precautions": "Falls: use gait belt", "wish": "I want my own kitchen back."},
    {"given": "Walter", "site": 1, "family": "Nyström", "born": (1943, 11, 19), "sex": "male", "payer": 0, "problem": "Hip fracture, pinned", "condition": "hip_fracture", "code": ("S72.001D", "Fracture of neck of right femur, healing"), "stage": "planned", "disciplines": ["OT", "PT"], "precautions": "Partial weight-bearing, right leg", "wish": "Get to the barn and back."},
    {"given": "Joel", "family": "Arsenault", "born": (1988, 6, 14), "sex": "male", "payer": 3, "problem": "Flexor tendon repair, right index finger", "condition": "hand_injury", "code": ("S66.120D", "Tendon injury of right index finger"), "stage": "midway", "disciplines": ["OT"], "precautions": "No resisted grip until week 8", "wish": "Hold a hammer again."},
    {"given": "Mia", "family": "Tran-Roberts", "born": (2019, 9, 3), "sex": "female", "payer": 2, "problem": "Developmental coordination disorder", "condition": "dcd", "code": ("F82", "Developmental coordination disorder"), "stage": "evaluated", "disciplines": ["OT", "PT"], "precautions": "", "wish": "Tie my shoes and ride my bike."},
    {"given": "Carlos", "family": "Benítez", "born": (1979, 2, 27), "sex": "male", "payer": 1, "problem": "Chronic low back pain", "condition": "low_back_pain", "code": ("M54.50", "Low back pain"), "stage": "midway", "disciplines": ["PT"], "precautions": "", "wish": "Sit through a workday and play with my kids."},
    {"given": "Agnes", "site": 1, "family": "O'Leary", "born": (1948, 7, 30), "sex": "female", "payer": 0, "problem": "Early dementia", "condition": "dementia", "code": ("F03.A0", "Mild dementia"), "stage": "planned", "disciplines": ["OT"], "precautions": "Her daughter comes along", "wish": "Cook soup without leaving the stove on."},
    {"given": "Thomas", "family": "Beaulieu", "born": (1961, 12, 5), "sex": "male", "payer": 1, "problem": "Total knee replacement", "condition": "knee_replacement", "code": ("Z47.1", "Aftercare after joint replacement"), "stage": "discharged", "disciplines": ["PT"], "precautions": "", "wish": "Walk the coast path."},
    {"given": "Grace", "family": "Kimball", "born": (1958, 4, 11), "sex": "female", "payer": 1, "problem": "Distal radius fracture", "condition": "wrist_fracture", "code": ("S52.501D", "Fracture of lower end of right radius"), "stage": "discharging", "disciplines": ["OT", "PT"], "precautions": "", "wish": "Carry my grandson."},
    {"given": "Sofia", "family": "Haddad", "born": (1991, 8, 23), "sex": "female", "payer": 4, "problem": "Post-concussion dizziness", "condition": "concussion", "code": ("S06.0X0D", "Concussion, later visit"), "stage": "referred", "disciplines": ["PT"], "precautions": "", "wish": ""},
    {"given": "Henry", "family": "Lachance", "born": (1950, 1, 17), "sex": "male", "payer": 0, "problem": "Parkinson's disease", "condition": "parkinson", "code": ("G20.A1", "Parkinson's disease"), "stage": "accepted", "disciplines": ["OT", "PT"], "precautions": "Freezes in doorways", "wish": "Button my own shirt."},
    {"given": "Denise", "site": 1, "family": "Fournier", "born": (1966, 10, 9), "sex": "female", "payer": 1, "problem": "Frozen shoulder", "condition": "shoulder", "code": ("M75.01", "Adhesive capsulitis of right shoulder"), "stage": "booked", "disciplines": ["PT"], "precautions": "", "wish": "Reach the top shelf."},
    {"given": "Amir", "family": "Rahimi", "born": (1985, 5, 6), "sex": "male", "payer": 1, "problem": "Numb hands at night", "condition": "", "code": ("G56.03", "Carpal tunnel syndrome, both hands"), "stage": "self_referred", "disciplines": ["OT"], "precautions": "", "wish": ""},
]  # fmt: skip
