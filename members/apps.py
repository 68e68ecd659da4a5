from django.apps import AppConfig

ACTIONS = {
    "members.update": "修改党员信息",
    "members.update_section": "修改党员信息",
    "members.admit": "新增党员",
    "members.confirm": "预备党员转正",
    "members.extend": "延长预备期",
    "members.put_probation_off": "预备期顺延",
    "members.annul": "取消预备党员资格",
    "members.suspend": "停止党籍",
    "members.resume": "恢复党籍",
    "members.expel": "出党",
    "members.decease": "登记死亡",
    "members.seniority": "党龄校正",
    "members.strike": "误录删除",
    "members.rectify": "限期改正",
    "members.restore": "还原历史党员",
    "members.move": "变更所在支部",
    "members.move_all": "整体变更所在支部",
    "members.depart": "转往市外",
    "members.change_category": "变更人员类别",
    "members.change_status": "变更党籍状态",
    "members.export": "导出党员",
    "members.export_matters": "导出党员管理业务",
    "members.batch": "批量维护",
    "members.export_batch": "导出批量维护结果",
    "members.ask_export": "申请全项导出",
    "members.approve_export": "批准全项导出",
    "members.refuse_export": "退回全项导出",
    "members.export_full": "全项导出党员",
    "members.search_ends_often": "按身份证号或电话查询过多",
    "members.import_elsewhere": "导入表查到多个其他组织的身份证号",
    "members.set_rules": "变更完整度规则",
    "members.rescore": "重新计算信息完整度",
    "members.propose": "申请更正党员信息",
    "members.accept_correction": "采纳更正申请",
    "members.forward_correction": "同意更正申请并报上级",
    "members.refuse_correction": "不采纳更正申请",
    "members.withdraw_correction": "撤回更正申请",
    "members.save_admission": "填写补录申请",
    "members.submit_admission": "提交补录申请",
    "members.pass_admission": "补录申请审核通过",
    "members.admit_admission": "补录申请入库",
    "members.return_admission": "退回补录申请",
    "members.withdraw_admission": "撤回补录申请",
    "members.confirm_doubt": "确认信息无误",
    "members.export_history": "导出历史党员",
    "members.export_doubts": "导出信息校核",
    "members.merge": "合并重复党员",
    "members.read_by_api": "其他系统读取党员",
    "members.merged": "并入另一条党员记录",
    "members.tell_apart": "确认不是同一人",
    "members.change_number": "更正身份证号",
    "members.import": "新增党员导入",
    "members.undo_import": "撤销新增党员导入",
    "members.undo_batch": "撤销批量维护",
    "members.attach": "上传党员附件",
    "members.detach": "移除党员附件",
    "members.open_file": "下载党员附件",
    "members.set_photo": "更换党员照片",
    "members.remove_photo": "移除党员照片",
    "members.print": "下载党员信息",
    "members.redate": "更正信息变更日期",
}
# Entries of 党员管理业务: what it is called, its address.
MATTERS = (
    ("流动党员", "members:flow"),
    ("失联党员", "members:lost"),
    ("出国（境）党员", "members:abroad"),
    ("组织关系暂留", "members:retention"),
    ("困难党员", "members:hardships"),
    ("提醒", "members:reminders"),
)


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "党员"

    def ready(self):
        from members import (  # noqa: F401  # they enter themselves
            batch_jobs,
            guards,
            import_jobs,
            integrity,
            jobs,
            matter_jobs,
            membership_jobs,
            mobility_integrity,
            number_guessing,
            phones,
            procedures,
            receivers,
            reminders,
            reveals,
            review_integrity,
            reviewing,
            traces,
            webhooks,
        )
        from members.services import full_exports, pausing  # noqa: F401
        from partyplatform.audit import name_actions
        from partyplatform.ui.todos import counts_todos

        self.enter_menus()
        self.enter_review_menu()
        counts_todos(full_exports.todos)
        counts_todos(reminders.waiting)
        name_actions(ACTIONS | procedures.action_labels())

    def enter_menus(self):
        from accounts.powers import Power
        from partyplatform.ui.menu import INFO, PORTAL, Item, menu_item

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
        menu_item(
            INFO,
            "党员管理业务",
            order=3,
            children=(Item("补录申请", "members:admissions", Power.ASK_ADMISSION, order=2),),
        )
        exports = Item("全项导出", "members:exports", Power.EXPORT_MEMBERS_FULL, order=8)
        menu_item(INFO, "信息浏览", order=1, children=(exports,))
        menu_item(INFO, "批量维护", "members:batches", Power.EDIT_MEMBER, order=6)
        menu_item(PORTAL, "我的信息", "own:record", power=Power.VIEW_OWN_RECORD, order=1)
        menu_item(
            INFO,
            "党员管理业务",
            order=3,
            children=(Item("新增党员", "members:imports", Power.IMPORT_MEMBERS, order=1),),
        )
        kept = tuple(Item(*entry, Power.KEEP_MOBILITY, order) for order, entry in enumerate(MATTERS, 30))
        menu_item(INFO, "党员管理业务", order=3, children=kept)

    def enter_review_menu(self):
        from accounts.powers import Power
        from partyplatform.ui.menu import INFO, Item, menu_item

        menu_item(
            INFO,
            "信息审核",
            order=7,
            children=(
                Item("信息审核", "members:reviews", Power.EDIT_MEMBER, order=1),
                Item("信息校核", "members:doubts", Power.EDIT_MEMBER, order=2),
                Item("疑似重复党员", "members:twins", Power.MERGE_MEMBERS, order=3),
            ),
        )
