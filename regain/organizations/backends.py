"""Who is asking: the user and the membership come in one query a request."""

from itertools import islice

from allauth.account.auth_backends import AuthenticationBackend

from regain.organizations.models import Membership, Organization, User
from regain.organizations.queries import columns, lean, row_of

_MEMBERS = """SELECT {0}, {1}, {2} FROM organizations_membership m JOIN organizations_user u ON u.id = m.user_id
  JOIN organizations_organization o ON o.id = m.organization_id WHERE m.user_id = %s AND m.active AND u.is_active ORDER BY m.id"""


class MemberBackend(AuthenticationBackend):
    """Allauth's sign-in; a signed-in user arrives with the active memberships already read."""

    def get_user(self, user_id):
        memberships = [_member(row) for row in lean(_MEMBERS.format(columns(Membership, "m"), columns(User, "u"), columns(Organization, "o")), user_id)]  # fmt: skip
        if not memberships:
            # an account without a membership may sign in and is told so
            return User.objects.filter(pk=user_id, is_active=True).first()
        user = memberships[0].user
        user.active_memberships = memberships
        return user


def _member(row: tuple) -> Membership:
    """A membership with its user and organization, from one row of plain SQL: every request asks this."""
    values = iter(row)
    member, user, organization = (row_of(m, list(islice(values, len(m._meta.concrete_fields)))) for m in (Membership, User, Organization))  # fmt: skip
    member.user, member.organization = user, organization
    return member
