"""Who is asking: the user and the membership come in one query a request."""

from allauth.account.auth_backends import AuthenticationBackend

from regain.organizations.models import Membership, User


class MemberBackend(AuthenticationBackend):
    """Allauth's sign-in; a signed-in user arrives with the active memberships already read."""

    def get_user(self, user_id):
        memberships = list(
            Membership.objects.filter(user_id=user_id, active=True, user__is_active=True)
            .select_related("user", "organization")
            .order_by("id")
        )
        if not memberships:
            # an account without a membership may sign in and is told so
            return User.objects.filter(pk=user_id, is_active=True).first()
        user = memberships[0].user
        user.active_memberships = memberships
        return user
