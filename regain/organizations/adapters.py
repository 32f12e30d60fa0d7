"""What Regain asks of allauth."""

from allauth.account.adapter import DefaultAccountAdapter


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are made by invitation: an owner adds a member, a clinic gives a patient access."""

    def is_open_for_signup(self, request) -> bool:
        return False
