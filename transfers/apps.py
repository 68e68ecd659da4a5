from django.apps import AppConfig
from django.conf import settings


class TransfersConfig(AppConfig):
    name = "transfers"
    verbose_name = "组织关系转接"

    def ready(self):
        from accounts.powers import Power
        from partyplatform.ui.menu import PORTAL, Item, menu_item
        from partyplatform.ui.todos import counts_todos
        from transfers import (  # noqa: F401  # enter themselves
            exchange_integrity,
            guards,
            integrity,
            jobs,
            reminders,
            reveals,
            todos,
            told,
            workflow,
        )
        from transfers.services import answering, batches, clocks, delivering, telling  # noqa: F401  # chores and receivers

        exchange = [Item("平台间交换", "transfers:inbox", Power.EXCHANGE_TRANSFERS)] if settings.EXCHANGE_ID else []
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
                *exchange,
            ),
        )
        self.name_acts()
        counts_todos(todos.todos)

    def name_acts(self):
        """Give the acts the words the audit tells them by."""
        from partyplatform.audit import name_actions
        from transfers import workflow

        labels = {step.verb: step.label for step in reversed(workflow.TABLE)}
        name_actions({f"transfers.{verb}": f"组织关系转接：{label}" for verb, label in labels.items()})
        name_actions({"transfers.remind": "组织关系转接：逾期提醒", "transfers.print_letter": "打印介绍信"})
        name_actions({"transfers.open_file": "下载转接扫描件", "transfers.write_record": "完善转入党员信息"})
        name_actions({"transfers.send_receipt": "登记回执寄出"})
        name_actions({"transfers.batch": "组织关系转接：批量转接", "transfers.pass_many": "组织关系转接：批量通过"})
        name_actions(
            {
                "transfers.register_peer": "平台间交换：登记平台",
                "transfers.switch_peer": "平台间交换：启用或停用平台",
                "transfers.send_message": "平台间交换：生成消息",
                "transfers.cancel_message": "平台间交换：取消发送",
                "transfers.hurry_message": "平台间交换：立即再试",
                "transfers.take_message": "平台间交换：下载文件",
                "transfers.deliver_message": "平台间交换：送达结果",
                "transfers.receive_message": "平台间交换：收到消息",
                "transfers.receive_again": "平台间交换：重复收到",
                "transfers.refuse_exchange": "平台间交换：拒收消息",
                "transfers.assign_message": "平台间交换：分派",
                "transfers.hand_on_message": "平台间交换：转交",
                "transfers.refuse_message": "平台间交换：退回对方",
                "transfers.settle_message": "平台间交换：处理未登记的答复",
            }
        )
