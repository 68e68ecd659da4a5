"""The entry of the menu that leads to one's own jobs."""

from partyplatform.ui.menu import INFO, menu_item

menu_item(INFO, "后台任务", "jobs:list", order=9)
