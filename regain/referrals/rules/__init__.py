"""Letters read, red flags checked, a recommendation made: pure, with the facts passed in as `Knowledge`."""

from regain.referrals.rules.explaining import as_words, explained
from regain.referrals.rules.knowledge import Knowledge, knowledge
from regain.referrals.rules.profiles import check_text, profile_of
from regain.referrals.rules.reading import read
from regain.referrals.rules.recommending import PHYSICIAN_FIRST, decide, recommend, word_for
from regain.referrals.rules.values import (
    Coded,
    ConditionItem,
    FlagItem,
    FlagState,
    FunctionItem,
    Order,
    Passage,
    Profile,
    Quote,
    Reason,
    Recommendation,
    Urgency,
)

__all__ = [
    "PHYSICIAN_FIRST", "Coded", "ConditionItem", "FlagItem", "FlagState", "FunctionItem", "Knowledge", "Order", "Passage",
    "Profile", "Quote", "Reason", "Recommendation", "Urgency", "as_words", "check_text", "decide", "explained", "knowledge",
    "profile_of", "read", "recommend", "word_for",
]  # fmt: skip
