"""Dull notices and news: published by an organisation to itself, asking for a receipt; handed in and returned."""

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from eforefront.models import News, Notice, NoticeFile, NoticeTarget
from eforefront.notice_workflow import NewsState, NoticeState, Range
from orgs.tests.factories import OrganizationFactory


class NoticeFactory(factory.django.DjangoModelFactory):
    """`below=True` is for everything below too."""

    class Meta:
        model = Notice

    organization = factory.SubFactory(OrganizationFactory)
    title = factory.Sequence(lambda n: f"通知{n}")
    body = "请按时参加。"
    range = Range.OWN
    needs_receipt = True
    state = NoticeState.PUBLISHED
    published_at = factory.LazyFunction(timezone.now)

    @classmethod
    def _create(cls, model_class, *args, below=False, **kwargs):
        if below:
            kwargs["range"] = Range.BELOW
        notice = super()._create(model_class, *args, **kwargs)
        NoticeTarget.objects.create(notice=notice, organization=notice.organization, with_below=below)
        return notice


class NewsFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = News

    organization = factory.SubFactory(OrganizationFactory)
    title = factory.Sequence(lambda n: f"动态{n}")
    body = "支部开展了主题党日活动。"
    state = NewsState.RETURNED


def notice_file(**subject):
    """A file of a notice or of news."""
    file = NoticeFile(uploaded_by="示例", **subject)
    file.hold(SimpleUploadedFile("通知.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf"))
    file.save(force_insert=True)
    return file
