"""docs/transfers.md, drawn from the table of the workflow."""

from transfers.codes import Stage, TransferState, TransferType
from transfers.workflow import TABLE, Step

_HEAD = """# Transfers

Drawn from `transfers/workflow.py` by `manage.py write_docs`; a test compares the two. Do not edit by hand.

The chain of a transfer is worked out from the tree (`transfers/chains.py`): 内部调动 goes up to the lowest organisation
above both branches and down again; 市内转接 over the two committees that exchange letters; 转往市外 up to that
committee, which waits for the receipt; 市外转入 up to the committee that checks letter and file.
"""
_STEPS = """
## Every step

| 转接类型 | 状态 | 环节 | 办理 | 由谁办理 | 之后状态 | 条件 | 同时发生 |
| --- | --- | --- | --- | --- | --- | --- | --- |"""
_WORDS = {
    "untouched": "还没有组织审批",
    "valid": "介绍信未过期",
    "overdue": "有效期已过",
    "reopenable": "首次开具未满 6 个月",
    "complete": "党员信息必填项齐全",
}
_ASKED = {"received_on": "回执日期", "scan": "扫描件"}


def transfers_page() -> str:
    """Return the whole page."""
    return "\n".join([_HEAD, "## States", "", *_diagram(), _STEPS, *(_row(step) for step in TABLE), ""])


def _diagram() -> list[str]:
    """A picture of the states in the words of the table; lines between the same two states are one."""
    edges: dict[tuple[str, str], list[str]] = {}
    for step in TABLE:
        key = (step.state.value if step.state else "[*]", step.next.value)
        if step.label not in edges.setdefault(key, []):
            edges[key].append(step.label)
    names = [f'    state "{state.label}" as {state.value}' for state in TransferState]
    lines = [f"    {start} --> {end} : {'、'.join(labels)}" for (start, end), labels in edges.items()]
    ends = sorted({step.next.value for step in TABLE} - {step.state.value for step in TABLE if step.state})
    return ["```mermaid", "stateDiagram-v2", *names, *lines, *(f"    {end} --> [*]" for end in ends), "```"]


def _row(step: Step) -> str:
    conditions = [_WORDS[guard.__name__] for guard in step.guards] + (["须写明原因"] if step.reason else [])
    conditions += [f"须有{_ASKED[name]}" for name in step.asks]
    cells = (
        "全部" if len(step.types) == len(TransferType) else "、".join(kind.label for kind in step.types),
        step.state.label if step.state else "",
        "任一审批环节" if len(step.stages) == len(Stage) - 1 else "、".join(stage.label for stage in step.stages),
        step.label,
        step.actor.value,
        step.next.label,
        "；".join(conditions),
        "；".join(effect.value for effect in step.effects),
    )
    return "| " + " | ".join(cells) + " |"
