"""What of 通知动态 waits for a role, beside the bell: news to decide about, notices to read."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.codes import System
from accounts.powers import Power
from eforefront.models import News, Notice


def todos(role: Any) -> list[QuerySet]:
    """Return the news the role decides about, and the notices that ask the reader for something still not done.

    An applicant opens none of them.
    """
    if role.system != System.PORTAL or not role.can(Power.USE_PORTAL):
        return []
    unread = Notice.objects.addressed_to(role).unread_by(role.user, timezone.localdate())
    return [unread, News.objects.waiting_for(role)]
