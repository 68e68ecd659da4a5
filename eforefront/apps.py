from django.apps import AppConfig

# 社区报到, 分数 and 报名 of 支部活动
INVOLVEMENT = {
    "eforefront.register": "登记社区报到",
    "eforefront.end_registration": "撤销社区报到",
    "eforefront.propose_service": "登记服务",
    "eforefront.confirm_service": "确认服务",
    "eforefront.refuse_service": "不予确认服务",
    "eforefront.withdraw_service": "撤回服务",
    "eforefront.sign_up_gathering": "支部活动：设置报名",
    "eforefront.enrol_gathering": "支部活动：报名",
    "eforefront.unenrol_gathering": "支部活动：取消报名",
    "eforefront.enter_score": "登记分数",
    "eforefront.correct_score": "更正分数",
}

STATISTICS = {
    "eforefront.count_statistics": "党内统计：统计",
    "eforefront.seal_statistics": "党内统计：封存",
    "eforefront.open_statistics": "党内统计：启封",
    "eforefront.export_statistics": "党内统计：导出",
}


class EforefrontConfig(AppConfig):
    name = "eforefront"
    verbose_name = "党员E先锋"

    def ready(self):
        self.enter_involvement()
        self.enter_dues()
        self.enter_notices()
        self.enter_development()
        self.enter_queries()
        self.enter_statistics()
        from accounts.powers import Power
        from eforefront import (  # noqa: F401  # they enter themselves
            gathering_integrity,
            gathering_receivers,
            gathering_todos,
            gatherings,
            meeting_lists,
            merging_receivers,
        )
        from partyplatform.audit import name_actions
        from partyplatform.ui.menu import PORTAL, Item, menu_item
        from partyplatform.ui.todos import counts_todos

        menu_item(PORTAL, "首页", "eforefront:home", power=Power.USE_PORTAL, order=0)
        menu_item(PORTAL, "党员信息", "eforefront:members", power=Power.VIEW_MEMBERS, order=1)
        menu_item(
            PORTAL,
            "组织生活",
            order=2,
            children=(
                Item("组织生活", "eforefront:meetings", Power.VIEW_GATHERINGS, order=1),
                Item("日历", "eforefront:meeting_calendar", Power.VIEW_GATHERINGS, order=2),
                Item("频次", "eforefront:meeting_frequency", Power.VIEW_GATHERINGS, order=3),
                Item("会议记录簿", "eforefront:minutes_book", Power.VIEW_GATHERINGS, order=4),
                Item("民主评议", "eforefront:review_cycles", Power.VIEW_GATHERINGS, order=5),
                Item("学时", "eforefront:study_hours", Power.VIEW_GATHERINGS, order=6),
                Item("党小组", "eforefront:groups", Power.VIEW_GATHERINGS, order=7),
                Item("我的组织生活", "eforefront:my_meetings", Power.VIEW_OWN_RECORD, order=9),
                Item("我的学时和评议", "eforefront:my_study", Power.VIEW_OWN_RECORD, order=10),
            ),
        )
        counts_todos(gathering_todos.todos)
        name_actions(gatherings.action_labels())

    def enter_dues(self):
        """党费收缴: its checks, receivers, masked fields and chores, names of its acts, entries of the menu."""
        from accounts.powers import Power
        from eforefront import (  # noqa: F401
            dues_actions,
            dues_integrity,
            dues_jobs,
            dues_lists,
            dues_receivers,
            dues_reveals,
            dues_told,
        )
        from eforefront.services.dues import opening, sheets  # noqa: F401  # their chores
        from partyplatform.audit import name_actions
        from partyplatform.ui.menu import PORTAL, Item, menu_item

        name_actions(dues_actions.ACTIONS)
        menu_item(
            PORTAL,
            "党费收缴",
            order=6,
            around="eforefront:dues",
            children=(
                Item("收缴登记", "eforefront:dues", Power.KEEP_DUES, order=1),
                Item("缴纳标准", "eforefront:dues_standards", Power.VIEW_DUES, order=3),
                Item("减免", "eforefront:dues_reliefs", Power.VIEW_DUES, order=4),
                Item("导入缴费表", "eforefront:import_dues", Power.KEEP_DUES, order=2),
                Item("党费公示", "eforefront:dues_publications", Power.VIEW_OWN_RECORD, order=8),
                Item("留存比例", "eforefront:dues_shares", Power.DECIDE_DUES, order=9),
                Item("欠缴名单", "eforefront:dues_arrears", Power.VIEW_DUES, order=5),
                Item("党费统计", "eforefront:dues_sums", Power.VIEW_DUES, order=6),
                Item("年度报告", "eforefront:dues_report", Power.VIEW_DUES, order=7),
                Item("我的党费", "eforefront:own_dues", Power.VIEW_OWN_RECORD, order=10),
            ),
        )

    def enter_development(self):
        """党员发展: its checks, receivers, guards and claims, names of its acts, entries of the menu."""
        from accounts.powers import Power
        from eforefront.development import (  # noqa: F401  # they enter themselves
            actions,
            checks,
            integrity,
            receivers,
            reminders,
            reveals,
            ways_integrity,
        )
        from eforefront.views.development import exporting  # noqa: F401  # its job
        from partyplatform.audit import name_actions
        from partyplatform.ui.menu import PORTAL, Item, menu_item

        name_actions(actions.ACTIONS)
        menu_item(
            PORTAL,
            "党员发展",
            order=4,
            children=(
                Item("申请人管理", "eforefront:applicants", Power.VIEW_DEVELOPMENT, order=1),
                Item("培养进度", "eforefront:development_pipeline", Power.VIEW_DEVELOPMENT, order=2),
                Item("待办步骤", "eforefront:development_queues", Power.DECIDE_DEVELOPMENT, order=3),
                Item("材料移交", "eforefront:hand_overs", Power.VIEW_DEVELOPMENT, order=4),
                Item("发展计划", "eforefront:development_plans", Power.VIEW_DEVELOPMENT, order=5),
                Item("串码管理", "eforefront:applicant_codes", Power.KEEP_DEVELOPMENT, order=6),
                Item("二维码登记", "eforefront:registration_door", Power.KEEP_DEVELOPMENT, order=7),
                Item("我的发展进度", "eforefront:own_development", Power.OWN_DEVELOPMENT, order=9),
            ),
        )

    def enter_involvement(self):
        """党员信息, 社区报到, 分数: their checks and receivers, names of their acts, entries of the menu."""
        from django.conf import settings

        from accounts.powers import Power
        from eforefront import (  # noqa: F401  # they enter themselves
            activity_integrity,
            registration_integrity,
            registration_receivers,
            score_integrity,
            score_receivers,
        )
        from partyplatform.audit import name_actions
        from partyplatform.ui.menu import PORTAL, Item, menu_item

        name_actions(INVOLVEMENT)
        lists, own = [], []
        if settings.COMMUNITY_REGISTRATION:
            lists += [
                Item(
                    "已报到人数",
                    "eforefront:registration_figures",
                    Power.KEEP_REGISTRATIONS,
                    order=2,
                    around="eforefront:registrations",
                ),
                Item("服务详情", "eforefront:services", Power.KEEP_REGISTRATIONS, order=3),
            ]
            own.append(Item("我的社区报到", "eforefront:own_registration", Power.VIEW_OWN_RECORD, order=2))
        if settings.MEMBER_SCORES:
            own.append(Item("我的分数", "eforefront:own_scores", Power.VIEW_OWN_RECORD, order=3))
        activities = (
            Item("支部活动", "eforefront:activities", Power.VIEW_GATHERINGS, order=1),
            Item("我的活动", "eforefront:my_activities", Power.VIEW_OWN_RECORD, order=9),
        )
        menu_item(PORTAL, "支部活动", order=3, children=activities)
        menu_item(PORTAL, "我的信息", "own:record", Power.VIEW_OWN_RECORD, order=1, children=tuple(own))
        menu_item(PORTAL, "党员信息", "eforefront:members", Power.VIEW_MEMBERS, order=1, children=tuple(lists))

    def enter_notices(self):
        """通知动态, the daily run and the tiles of 首页."""
        from accounts.powers import Power
        from eforefront import (  # noqa: F401  # they enter themselves
            dues_reminders,
            home_tiles,
            meeting_reminders,
            notice_integrity,
            notice_todos,
        )
        from eforefront.notice_workflow import ACTIONS
        from eforefront.services import composing, daily, digests, notices  # noqa: F401  # what they do daily
        from partyplatform.audit import name_actions
        from partyplatform.ui.menu import PORTAL, Item, menu_item
        from partyplatform.ui.todos import counts_todos

        menu_item(
            PORTAL,
            "通知动态",
            order=7,
            children=(
                Item("通知", "eforefront:notices", Power.USE_PORTAL, 1),
                Item("动态", "eforefront:news", Power.USE_PORTAL, 2),
                Item("通知管理", "eforefront:managed_notices", Power.PUBLISH_NOTICES, 3),
                Item("动态管理", "eforefront:managed_news", Power.PUBLISH_NOTICES, 4),
            ),
        )
        counts_todos(notice_todos.todos)
        name_actions(ACTIONS)

    def enter_queries(self):
        """查询统计 of 党内信息管理系统: its jobs, names of its acts, entries of the menu."""
        from accounts.powers import Power
        from eforefront import query_jobs  # noqa: F401  # its job and its source of full exports
        from eforefront.services.queries import ACTIONS
        from partyplatform.audit import name_actions
        from partyplatform.ui.menu import INFO, Item, menu_item

        name_actions(ACTIONS)
        menu_item(
            INFO,
            "查询统计",
            order=4,
            children=(
                Item("组合查询", "queries:build", Power.QUERY, order=1, around="queries:result"),
                Item("随机统计", "queries:table", Power.QUERY, order=2),
                Item("已保存的查询", "queries:saved", Power.QUERY, order=3),
            ),
        )

    def enter_statistics(self):
        """党内统计: what closes days, its jobs, the names of its acts, its entry of the menu."""
        from accounts.powers import Power
        from eforefront import (  # noqa: F401  # they enter themselves
            statistics_checks,
            statistics_guard,
            statistics_integrity,
            statistics_jobs,
        )
        from partyplatform.audit import name_actions
        from partyplatform.ui.menu import INFO, menu_item

        menu_item(INFO, "党内统计", "statistics:start", Power.VIEW_STATISTICS, order=8)
        name_actions(STATISTICS)
