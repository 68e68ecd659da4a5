"""Going in through the login page, as a person would."""

from accounts.tests.factories import PASSWORD


def login(page, role):
    """Log in as the person of `role` and act as the role; the page shows the start page of its system.

    The person gets the password of the factories. Roles of one person must be told apart by the page of 角色切换.
    """
    role.user.set_password(PASSWORD)
    role.user.save(update_fields=["password"])
    page.goto("/login/")
    page.get_by_label("登录名").fill(role.user.unsealed_id_number())
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/")
    home = f"/{role.system}/"
    page.goto(home)
    if page.locator("body").get_by_text(role.label).count() == 0:
        page.goto("/role/")
        page.get_by_role("button", name=role.label).click()
        page.wait_for_url(f"**{home}")
