"""补录申请: the list, the form, one application with its timeline and decision. Source: screens.md 2.7."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.powers import Power
from members.admissions import CONFIRMED, EDITABLE, FIELDS, OTHERWISE, timeline
from members.forms.admissions import AdmissionFilter, AdmissionForm, StepForm
from members.models import Admission, Member
from members.services import admissions as services
from orgs.models import Organization
from partyplatform import uploads
from partyplatform.audit.models import Record
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import FormPage, Scoped, UploadPage

COUNTED = 1000
COLUMNS = (
    Column("姓名", "name", link="get_absolute_url"),
    Column("身份证号", "masked_id_number", kind="code"),
    Column("增加方式", "get_add_kind_display"),
    Column("人员类别", "get_category_display"),
    Column("党支部", "organization.short_name", width=36),
    Column("申请人", "asked_by", fold=True),
    Column("最近办理", "updated_at"),
    Column("状态", "status", kind="tag"),
)
DONE = {
    "submit": "已提交，等待审核",
    "pass": "已审核通过，报上级审核",
    "admit": "已入库，账号已建立",
    "return": "已退回，申请组织可以修改后重新提交",
    "withdraw": "已撤回",
}
NOT_EDITABLE = "该申请由“{place}”填写，当前角色不能修改。"
EXPLAINED = "没有发展党员权限的党支部不能按“新发展”办理"


class AdmissionList(Scoped, ListPage):
    model = Admission
    needs = Power.ASK_ADMISSION
    columns = COLUMNS
    count_cap = COUNTED
    filter_class = AdmissionFilter
    template_name = "members/admissions/list.html"

    def get_queryset(self):
        return super().get_queryset().select_related("organization").order_by("-updated_at", "-pk")

    def get_context_data(self, **kwargs):
        nothing = "没有符合条件的申请，可放宽筛选条件。" if self.filters.is_active else "还没有补录申请。"
        return super().get_context_data(nothing=nothing, **kwargs)


class OfAdmission:
    """The application of the address."""

    @cached_property
    def admission(self):
        rows = Admission.objects.visible_to(self.request.role)
        rows = rows.select_related("organization", "asking_organization", "decider", "member")
        return get_object_or_404(rows, pk=self.kwargs["pk"])


class Write(UploadPage):
    """A new application; saved as a draft, or handed in at once."""

    needs = Power.ASK_ADMISSION
    form_class = AdmissionForm
    template_name = "members/admissions/form.html"
    max_body, max_file = uploads.MOST_READ, uploads.MAX_BYTES
    admission = None

    @cached_property
    def own_branch(self):
        """The branch of the role, when it is one: nobody else's members are entered by it."""
        organization = self.request.role.organization
        return organization if organization.is_branch else None

    def get_form_kwargs(self):
        own = self.own_branch
        return {
            **super().get_form_kwargs(),
            "admission": self.admission,
            "may_develop": own is None or own.may_develop,
            "code": own.code if own else "",
        }

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.also_sent = ("verb",)
        return form

    def _branch(self, form):
        rows = Organization.objects.visible_to(self.request.role).living()
        found = rows.filter(code=form.cleaned_data["code"]).first()
        if found is None:
            raise ValidationError({"code": "管理范围内没有该编码的党支部，请核对"})
        return found

    def act(self, form):
        given = {
            name: form.cleaned_data[name] for name in ("add_kind", "category", "name", "checked", "reason", "scan")
        }
        admission = services.save(
            self.admission,
            by=self.request.role,
            organization=self._branch(form),
            id_number=form.cleaned_data["id_number"],
            values=form.values,
            version=form.cleaned_data["version"] or 0,
            **given,
        )
        if self.request.POST.get("verb") == "submit":
            admission = services.advance(admission, "submit", by=self.request.role, version=admission.version)
        return admission

    def location(self, result):
        is_draft = result.state in EDITABLE
        said = "草稿已保存，提交后才会审核" if is_draft else DONE["submit"]
        messages.success(self.request, f"{result.name}的补录申请：{said}")
        return result.get_absolute_url()

    def get_context_data(self, **kwargs):
        own = self.own_branch
        return super().get_context_data(
            admission=self.admission, why_grey="" if own is None or own.may_develop else EXPLAINED, **kwargs
        )


class Edit(OfAdmission, Write):
    """A draft, or what was sent back."""

    def check_target(self):
        if not any(step.verb == "submit" for step in services.open_steps(self.admission, self.request.role)):
            if self.admission.state not in EDITABLE:
                raise Http404
            raise PermissionDenied(NOT_EDITABLE.format(place=self.admission.asking_organization.short_name))


class AdmissionPage(OfAdmission, FormPage):
    """One application: how far it is, what it says, what the reader may do with it."""

    needs = Power.ASK_ADMISSION
    form_class = StepForm
    template_name = "members/admissions/detail.html"

    @cached_property
    def steps(self):
        return services.open_steps(self.admission, self.request.role)

    def post(self, request, *args, **kwargs):
        self.admission  # noqa: B018 (raises Http404 for one out of reach)
        return super().post(request, *args, **kwargs)

    def get_initial(self):
        return {"version": self.admission.version}

    def get_form_kwargs(self):
        admits = any(step.verb == "admit" for step in self.steps)
        return {**super().get_form_kwargs(), "counts": admits and self.admission.add_kind == OTHERWISE}

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.also_sent = ("verb",)
        return form

    def act(self, form):
        verb = self.request.POST.get("verb", "")
        return services.advance(self.admission, verb, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"{result.name}的补录申请：{DONE[self.request.POST['verb']]}")
        return result.get_absolute_url()

    def get_context_data(self, **kwargs):
        admission, role = self.admission, self.request.role
        values, single = admission.values, services.is_single(admission)
        is_own = any(step.verb == "submit" for step in self.steps)
        decides = any(step.verb in ("pass", "admit", "return") for step in self.steps)
        return super().get_context_data(
            admission=admission,
            timeline=timeline(admission, is_single=single, now=timezone.now()),
            facts=[(item.label, admission.shown(values, item.field)) for item in FIELDS if self._is_shown(item)],
            steps=self.steps,
            may_edit=is_own,
            decides=decides,
            problems=services.problems(admission, by=role).values() if is_own or decides else (),
            twins=self._twins(values),
            late=services.lateness(admission, timezone.localdate()),
            scans=admission.scans.all(),
            history=Record.objects.of_object(admission)[:20],
            **kwargs,
        )

    def _twins(self, values):
        """Members in reach of the same name and date of birth: perhaps the person is on the roll already."""
        if values.get("born_on") is None or self.admission.member_id:
            return ()
        rows = Member.objects.visible_to(self.request.role, few=True).enrolled()
        return rows.alike(self.admission.name, values["born_on"]).select_related("organization")[:5]

    def _is_shown(self, item):
        """Sealed items have their own line; an empty 转正日期 of a 预备党员 says nothing."""
        if item.field in ("phone", "address"):
            return False
        return item.field != CONFIRMED or self.admission.category == "1"
