from django.apps import AppConfig

ACTIONS = {
    "members.update": "修改党员信息",
    "members.update_section": "修改党员信息",
    "members.admit": "新增党员",
    "members.confirm": "预备党员转正",
    "members.extend": "延长预备期",
    "members.annul": "取消预备党员资格",
    "members.suspend": "停止党籍",
    "members.resume": "恢复党籍",
    "members.expel": "出党",
    "members.decease": "登记死亡",
    "members.seniority": "党龄校正",
    "members.restore": "还原历史党员",
    "members.move": "变更所在支部",
    "members.move_all": "整体变更所在支部",
    "members.depart": "转往市外",
    "members.change_category": "变更人员类别",
    "members.change_status": "变更党籍状态",
    "members.export": "导出党员",
    "members.batch": "批量维护",
    "members.export_batch": "导出批量维护结果",
    "members.search_ends_often": "按身份证号后几位查询过多",
    "members.set_rules": "变更完整度规则",
    "members.rescore": "重新计算信息完整度",
}


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "党员"

    def ready(self):
        from accounts.powers import Power
        from members import guards, integrity, jobs, phones, receivers, reveals, traces  # noqa: F401  # they enter themselves
        from partyplatform.audit import name_actions
        from partyplatform.ui.menu import INFO, Item, menu_item

        menu_item(
            INFO,
            "党籍管理",
            order=2,
            children=(
                Item("预备党员", "members:probation", Power.KEEP_MEMBERSHIP),
                Item("停止党籍", "members:suspended", Power.KEEP_MEMBERSHIP),
                Item("历史党员", "members:history", Power.KEEP_MEMBERSHIP),
            ),
        )
        menu_item(INFO, "批量维护", "members:batches", Power.EDIT_MEMBER, order=6)
        name_actions(ACTIONS)
