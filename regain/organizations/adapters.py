"""What Regain asks of allauth."""

from allauth.account.adapter import DefaultAccountAdapter
from django.utils import timezone

from regain.organizations.middleware import SEEN


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are made by invitation: an owner adds a member, a clinic gives a patient access."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def login(self, request, user):
        """Signed in, by whatever way: from now on use keeps the session alive."""
        super().login(request, user)
        request.session[SEEN] = int(timezone.now().timestamp())
