"""Test clients that are logged in and act as one role."""

from accounts.acting import LAST_SYSTEM


def act_as(client, role):
    """Log `client` in as the role's person, acting as the role; return the client. Earlier clients are logged out."""
    client.force_login(role.user)
    session = client.session
    session[f"role:{role.system}"] = role.pk
    session[LAST_SYSTEM] = str(role.system)
    session.save()
    return client
