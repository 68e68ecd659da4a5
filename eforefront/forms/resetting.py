"""The form of 密码重置. Source: screens.md 3.2."""

from partyplatform.ui.forms import CleanText, PlatformForm


class ResetForm(PlatformForm):
    """Why; the ticked members travel beside it."""

    reason = CleanText(label="原因", max_length=100, required=False, help_text="可不填，记入审计记录")

    also_sent = ("ids",)
