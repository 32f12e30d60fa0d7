import pytest

from regain.careers.rules import Block, lean
from regain.reference.facts import fact

NEUTRAL = ([3] * 6, [3] * 6, [3] * 10, [0] * 10)
STRONG_PT = ([5, 5, 1, 4, 4, 3], [3, 3, 5, 3, 3, 3], [5] * 5 + [1] * 5, [1] * 10)


def ask(interests, values, skills, tasks):
    known = {value["key"]: value for value in fact("careers/questionnaire").latest()}
    blocks = {
        name: Block(given, known[name]["diff_pt_minus_ot"], known[name]["weight"])
        for name, given in (("interests", interests), ("values", values), ("skills", skills))
    }
    return lean(blocks, tasks, known["tasks"]["weight"], [known["profiles"]["OT"], known["profiles"]["PT"]])


@pytest.mark.parametrize(
    ("answers", "parts", "whole", "band", "fit"),
    [
        (NEUTRAL, (0, 0, 0, 0), 0, "no clear lean", None),
        (STRONG_PT, (0.7018, 0.4485, 1, 1), 0.8703, "clear toward PT", 0.471),
    ],
)
def test_the_published_vectors(answers, parts, whole, band, fit):
    found = ask(*answers)
    assert tuple(found.parts.values()) == pytest.approx(parts, abs=1e-4)
    assert (found.lean, found.band, found.fit_to_both) == (
        pytest.approx(whole, abs=1e-4),
        band,
        fit if fit is None else pytest.approx(fit, abs=1e-3),
    )
