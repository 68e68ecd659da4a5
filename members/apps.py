from django.apps import AppConfig

ACTIONS = {
    "members.update": "修改党员信息",
    "members.update_section": "修改党员信息",
    "members.admit": "新增党员",
    "members.move": "变更所在支部",
    "members.move_all": "整体变更所在支部",
    "members.change_category": "变更人员类别",
    "members.change_status": "变更党籍状态",
    "members.export": "导出党员",
}


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "党员"

    def ready(self):
        from members import guards, integrity, jobs, phones, receivers, reveals, traces  # noqa: F401  # they enter themselves
        from partyplatform.audit import name_actions

        name_actions(ACTIONS)
