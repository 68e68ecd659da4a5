"""Going in: as a person would, through the login page, and by a session made for a test about something else."""

from django.conf import settings
from django.test import Client

from accounts.tests.clients import act_as
from accounts.tests.factories import PASSWORD


def login(page, role):
    """Log in as the person of `role`, acting as the role; the page then shows the start page of its system."""
    session = act_as(Client(), role).cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": "localhost", "path": "/"}
    page.context.add_cookies([cookie])
    page.goto(f"/{role.system}/")


def login_by_hand(page, role):
    """Log in through the login page and choose the role on the page of 角色切换, as a person would.

    The person gets the password of the factories.
    """
    set_password(role.user)
    page.goto("/login/")
    page.get_by_label("登录名").fill(role.user.unsealed_id_number())
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/")
    page.goto("/role/")
    other = page.get_by_role("button", name=f"{role.label}，{role.system_label}")  # none for the role acted in already
    if other.count():
        other.click()
        page.wait_for_url(f"**/{role.system}/")
    page.goto(f"/{role.system}/")


def set_password(user):
    """Give an account the password of the factories."""
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
