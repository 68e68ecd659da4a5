from django.apps import AppConfig


class TransfersConfig(AppConfig):
    name = "transfers"
    verbose_name = "组织关系转接"

    def ready(self):
        from partyplatform.audit import name_actions
        from transfers import integrity, workflow  # noqa: F401  # they enter themselves
        from transfers.services import clocks  # noqa: F401  # its chores

        labels = {step.verb: step.label for step in reversed(workflow.TABLE)}
        name_actions({f"transfers.{verb}": f"组织关系转接：{label}" for verb, label in labels.items()})
        name_actions({"transfers.remind": "组织关系转接：逾期提醒"})
