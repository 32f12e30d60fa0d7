"""Pages of referrals: the list and the ways in (`receiving`), and one referral from words to episode (`page`)."""
