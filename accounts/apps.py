from django.apps import AppConfig

from partyplatform.audit import name_actions

ACTIONS = {
    "accounts.login": "登录",
    "accounts.login_failed": "登录失败",
    "accounts.login_locked": "登录锁定",
    "accounts.logout": "退出",
    "accounts.switch_role": "角色切换",
    "accounts.prove": "身份验证",
    "accounts.create": "建立账号",
    "accounts.activate": "启用账号、设置密码",
    "accounts.change_password": "修改密码",
    "accounts.close_sessions": "结束登录",
    "accounts.reset_password": "重置密码",
    "accounts.unlock": "解除锁定",
    "accounts.disable": "停用账号",
    "accounts.enable": "恢复使用账号",
    "accounts.initial_password_off": "初始密码停用",
    "accounts.issue_code": "发放启用码",
    "accounts.hand_over": "显示启用码领取单",
    "accounts.grant": "授权",
    "accounts.end_grant": "解除管理员权限",
    "accounts.confirm_grant": "确认保留权限",
    "accounts.change_duty": "变更职务",
    "accounts.divide_work": "变更分工",
    "accounts.export_grants": "导出授权总览",
    "accounts.forged_grant": "授权记录被改动",
    "accounts.reveal": "显示完整信息",
    "accounts.reveal_often": "一小时内显示完整信息过多",
    "accounts.undecipherable": "密文无法解密",
    "accounts.accept_authority": "导入发证机构",
    "accounts.sign_revocations": "签发吊销列表",
    "accounts.revocations_ending": "吊销列表即将到期",
    "accounts.register_certificate": "登记数字证书",
    "accounts.revoke_certificate": "吊销数字证书",
    "accounts.retire_certificate": "数字证书由新证书接替",
    "accounts.refuse_certificate": "拒绝数字证书",
    "accounts.refuse_signature": "拒绝签名登录",
    "accounts.issue_api_token": "发放接口凭证",
    "accounts.revoke_api_token": "停用接口凭证",
}


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "账号与授权"

    def ready(self):
        from accounts import (  # noqa: F401  # they enter themselves
            account_fields,
            checks,
            integrity,
            jobs,
            lists_ending,
            patrol,
            receivers,
            sessions,
        )
        from accounts.powers import Power
        from accounts.services import handovers, initial_password, reviews  # noqa: F401
        from partyplatform.ui.menu import INFO, Item, menu_item
        from partyplatform.ui.todos import counts_todos

        menu_item(
            INFO,
            "权限配置",
            order=5,
            children=(Item("账号管理", "accounts:accounts", Power.MANAGE_ACCOUNTS),),
        )
        name_actions(ACTIONS)
        counts_todos(reviews.todos)
        self.enter_certificates()

    def enter_certificates(self):
        from accounts.powers import Power
        from accounts.services import challenges  # noqa: F401
        from partyplatform.ui.menu import INFO, Item, menu_item

        certificates = Item("数字证书", "accounts:certificates", Power.MANAGE_CERTIFICATES)
        tokens = Item("接口凭证", "accounts:api_tokens", Power.MANAGE_API_TOKENS)
        menu_item(INFO, "权限配置", order=5, children=(certificates, tokens))
