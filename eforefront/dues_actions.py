"""What the audit calls the acts of dues."""

ACTIONS = {
    "eforefront.set_dues_standard": "核定党费标准",
    "eforefront.confirm_dues": "年度确认党费标准",
    "eforefront.register_dues": "登记党费",
    "eforefront.correct_dues": "更正党费（冲正）",
    "eforefront.print_dues_receipt": "打印党费收据",
    "eforefront.ask_dues_relief": "提出党费减免",
    "eforefront.approve_dues_relief": "批准党费减免",
    "eforefront.refuse_dues_relief": "不批准党费减免",
    "eforefront.withdraw_dues_relief": "撤回党费减免",
    "eforefront.end_dues_relief": "提前终止党费减免",
    "eforefront.publish_dues": "公示党费",
    "eforefront.set_dues_share": "登记党费留存比例",
    "eforefront.import_dues": "导入缴费表",
    "eforefront.export_dues": "导出党费",
}
