from django.apps import AppConfig


class TransfersConfig(AppConfig):
    name = "transfers"
    verbose_name = "组织关系转接"

    def ready(self):
        from accounts.powers import Power
        from partyplatform.audit import name_actions
        from partyplatform.ui.menu import PORTAL, Item, menu_item
        from partyplatform.ui.todos import counts_todos
        from transfers import guards, integrity, jobs, reminders, reveals, todos, workflow  # noqa: F401  # enter themselves
        from transfers.services import batches, clocks  # noqa: F401  # their chores

        menu_item(
            PORTAL,
            "组织关系转接",
            order=5,
            children=(
                Item("待办工作", "transfers:waiting", Power.VIEW_TRANSFERS),
                Item("未办结工作", "transfers:unfinished", Power.VIEW_TRANSFERS),
                Item("即将办理工作", "transfers:coming", Power.VIEW_TRANSFERS),
                Item("批量转接", "transfers:batches", Power.VIEW_TRANSFERS),
                Item("转出历史记录", "transfers:left", Power.VIEW_TRANSFERS),
                Item("转入历史记录", "transfers:arrived", Power.VIEW_TRANSFERS),
                Item("审批记录查询", "transfers:records", Power.VIEW_TRANSFERS),
                Item("我的转接", "transfers:own", Power.VIEW_OWN_RECORD),
            ),
        )
        labels = {step.verb: step.label for step in reversed(workflow.TABLE)}
        name_actions({f"transfers.{verb}": f"组织关系转接：{label}" for verb, label in labels.items()})
        name_actions({"transfers.remind": "组织关系转接：逾期提醒", "transfers.print_letter": "打印介绍信"})
        name_actions({"transfers.open_file": "下载转接扫描件", "transfers.write_record": "完善转入党员信息"})
        name_actions({"transfers.send_receipt": "登记回执寄出"})
        name_actions({"transfers.batch": "组织关系转接：批量转接", "transfers.pass_many": "组织关系转接：批量通过"})
        counts_todos(todos.todos)
