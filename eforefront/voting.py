"""When a vote counts and when it passes, as a table. Source: workflows.md 4.5, 7.3; 支部条例 11, 12."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """How votes of one type of meeting are counted: who is due, how many of them must be there."""

    due: str
    is_committee: bool = False


VOTERS, COMMITTEE = Rule("有表决权的正式党员"), Rule("委员", is_committee=True)
RULES = {"11": VOTERS, "22": VOTERS, "23": VOTERS, "12": COMMITTEE, "31": COMMITTEE}  # by meeting_type


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a vote counts, whether it passes, and why not."""

    is_valid: bool
    is_passed: bool
    why: str = ""


def counting(*, due: int, present: int, agree: int, admits: bool) -> Outcome:
    """Return what comes of a vote.

    It counts when at least half of those due are there, 接收 and 转正 when more than half are; it passes with more
    than half of those *due*, whoever is there.
    """
    enough = 2 * present > due if admits else 2 * present >= due
    if not due or not enough:
        word = "超过" if admits else "达到"
        return Outcome(False, False, f"应到有表决权 {due} 人，实到 {present} 人，未{word}半数，表决无效")
    if 2 * agree > due:
        return Outcome(True, True)
    return Outcome(True, False, f"赞成 {agree} 票，未超过应到有表决权人数 {due} 人的半数，未通过")


def problem(*, due: int, present: int, agree: int, against: int, abstain: int, written: int) -> str:
    """Return what is impossible about the figures of a vote, "" where nothing is."""
    if present + written > due:
        return f"实到 {present} 人与书面意见 {written} 份之和超过应到有表决权人数 {due} 人"
    if agree + against + abstain > present + written:
        return f"赞成、反对、弃权之和超过实到有表决权 {present} 人与书面意见 {written} 份之和"
    return ""
