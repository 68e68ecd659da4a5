"""Going in through the login page, as a person would."""

from accounts.tests.factories import PASSWORD


def login(page, role):
    """Log in as the person of `role` and act as the role; the page then shows the start page of its system.

    The person gets the password of the factories. Among several roles in one system the page of 角色切换 chooses.
    """
    role.user.set_password(PASSWORD)
    role.user.save(update_fields=["password"])
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
