"""Between platforms: what came, what goes out, and with whom. Source: issue 5; docs/exchange.md."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from accounts.powers import Power
from members.codes import ETHNICITIES, PersonCategory
from members.items import BY_FIELD
from partyplatform import masking, uploads
from partyplatform.crypto import Undecipherable
from partyplatform.ui.columns import Column
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.proof import proved
from partyplatform.ui.refusals import tell
from partyplatform.ui.tables import ListPage
from partyplatform.ui.texts import is_number
from partyplatform.ui.views import FormPage, Scoped, UploadPage, get_managed, needs
from transfers.codes import TransferState, Way
from transfers.exchange import envelope, identity
from transfers.forms.exchange import InFilter, OutFilter, PlaceForm, ReceiveForm, SendForm, WhyForm
from transfers.models import InMessage, Letter, OutMessage, Peer, Transfer
from transfers.services import peers, receiving, sending
from transfers.views.detail import told

COUNTED = 1000
MENU = {"section": "组织关系转接"}
IN_COLUMNS = (
    Column("收到时间", "received_at"),
    Column("类型", "get_kind_display"),
    Column("姓名", "name", link="get_absolute_url"),
    Column("介绍信编号", "letter_number", kind="code"),
    Column("来自", "sender", width=30),
    Column("去何单位", "destination", width=30, fold=True),
    Column("办理组织", "place.short_name", width=30),
    Column("状态", "status", kind="tag"),
)
OUT_COLUMNS = (
    Column("生成时间", "created_at"),
    Column("类型", "get_kind_display"),
    Column("姓名", "name", link="get_absolute_url"),
    Column("介绍信编号", "letter_number", kind="code"),
    Column("对方平台", "peer.name", width=30),
    Column("方式", "get_way_display"),
    Column("下次尝试", "next_try_at"),
    Column("状态", "status", kind="tag"),
)


class _Messages(Scoped, ListPage):
    needs = Power.EXCHANGE_TRANSFERS
    count_cap = COUNTED
    template_name = "transfers/exchange/list.html"
    heading = told = ""

    def get_queryset(self):
        return super().get_queryset().listed().newest_first()

    def get_context_data(self, **kwargs):
        words = {"heading": self.heading, "told": self.told, "is_on": bool(identity.own_id())}
        return super().get_context_data(**words, **kwargs)


class Inbox(_Messages):
    model, columns, filter_class = InMessage, IN_COLUMNS, InFilter
    heading = "收件箱"
    told = "其他平台发来的转接、回执和退回，最近的在前。"


class Outbox(_Messages):
    model, columns, filter_class = OutMessage, OUT_COLUMNS, OutFilter
    heading = "发件箱"
    told = "发往其他平台的转接、回执和退回，最近的在前。对方暂时不通时自动再试。"


class Peers(Scoped, TemplateView):
    needs = Power.EXCHANGE_TRANSFERS
    template_name = "transfers/exchange/peers.html"

    def get_context_data(self, **kwargs):
        role = self.request.role
        return super().get_context_data(
            peers=Peer.objects.visible_to(role).order_by("name", "pk"),
            may_switch=Peer.objects.managed_by(role).exists(),
            is_on=bool(identity.own_id()),
            own_id=identity.own_id(),
            **kwargs,
        )


@require_POST
@needs(Power.EXCHANGE_TRANSFERS)
@proved
@once_only
def switch_peer(request, pk):
    peer = get_managed(Peer, request.role, pk=pk)
    is_on = request.POST.get("on") == "1"
    peers.switch(peer, on=is_on, by=request.role, version=_seen(request, peer))
    messages.success(request, f"{peer}：已{'启用' if is_on else '停用'}")
    return redirect("transfers:peers")


# ── going out ───────────────────────────────────────────────────────────────────────────────────────────


class Send(FormPage):
    """A transfer whose letter is in force leaves for another installation: the person's data with it."""

    needs = Power.EXCHANGE_TRANSFERS
    proof = True
    form_class = SendForm
    template_name = "transfers/exchange/send.html"
    extra_context = MENU

    @cached_property
    def transfer(self):
        found = get_object_or_404(Transfer.objects.visible_to(self.request.role).whole(), pk=self.kwargs["pk"])
        if not Letter.objects.visible_to(self.request.role).of(found).exists():
            raise Http404
        return found

    def get(self, request, *args, **kwargs):
        if self.transfer.state != TransferState.LETTER or not identity.own_id():
            messages.info(request, "该转接现在不能发往对方平台")
            return HttpResponseRedirect(self.transfer.get_absolute_url())
        return super().get(request, *args, **kwargs)

    def get_initial(self):
        return {"version": self.transfer.version}

    def get_form_kwargs(self):
        known = Peer.objects.visible_to(self.request.role).in_use(timezone.localdate())
        return {**super().get_form_kwargs(), "peers": known}

    def act(self, form):
        sent = form.cleaned_data
        return sending.send(
            self.transfer, to=sent["peer"], way=sent["way"], by=self.request.role, version=sent["version"]
        )

    def location(self, result):
        ways = {Way.HTTPS: "已放入发件箱，稍后自动发送", Way.FILE: "已生成交换文件，请下载后转交对方"}
        messages.success(self.request, ways[Way(result.way)])
        return result.get_absolute_url()

    def get_context_data(self, **kwargs):
        further = "、".join(BY_FIELD[name].label for name in sending.FURTHER)
        return super().get_context_data(transfer=self.transfer, further=further, **kwargs)


class OutboxItem(Scoped, TemplateView):
    needs = Power.EXCHANGE_TRANSFERS
    template_name = "transfers/exchange/out.html"

    def get_context_data(self, **kwargs):
        rows = OutMessage.objects.visible_to(self.request.role).listed()
        return super().get_context_data(message=get_object_or_404(rows, pk=self.kwargs["pk"]), **kwargs)


ACTS = {"cancel": (sending.cancel, "已取消发送"), "hurry": (sending.hurry, "将在一分钟内再次发送")}


@require_POST
@needs(Power.EXCHANGE_TRANSFERS)
@once_only
def outbox_act(request, pk, verb):
    if verb not in ACTS:
        raise Http404
    message, (act, words) = get_managed(OutMessage, request.role, pk=pk), ACTS[verb]
    try:
        act(message, by=request.role, version=_seen(request, message))
        messages.success(request, words)
    except ValidationError as refusal:
        tell(request, refusal)
    return HttpResponseRedirect(message.get_absolute_url())


def _seen(request, row):
    """Return the version of a row that the page had shown; without one, as it is now."""
    version = request.POST.get("version", "")
    return int(version) if is_number(version, digits=9) else row.version


@require_POST
@needs(Power.EXCHANGE_TRANSFERS)
def take_file(request, pk):
    """The sealed file, to be carried to the other side. Who took it is kept."""
    message = get_managed(OutMessage, request.role, pk=pk)
    try:
        content = sending.taken_away(message, by=request.role)
    except ValidationError as refusal:
        tell(request, refusal)
        return HttpResponseRedirect(message.get_absolute_url())
    return uploads.stream_response([content], f"{message.get_kind_display()}{message.letter_number}.json")


# ── coming in ───────────────────────────────────────────────────────────────────────────────────────────


class Receive(UploadPage):
    """A file that was carried here. It is taken once, whoever brings it: its number is kept."""

    needs = Power.EXCHANGE_TRANSFERS
    form_class = ReceiveForm
    template_name = "transfers/exchange/receive.html"
    max_body = envelope.LARGEST
    extra_context = MENU

    def form_valid(self, form):
        """Outside the form's transaction: what is refused is written down all the same."""
        try:
            data = form.cleaned_data["file"].read(envelope.LARGEST + 1)
            received = receiving.receive(data, way=Way.FILE, by=self.request.role)
        except envelope.Refused as refused:
            form.add_error("file", refused.reason)
            return self.form_invalid(form)
        message = received.message
        if received.is_repeated:
            when = f"{timezone.localtime(message.received_at):%Y-%m-%d %H:%M}"
            messages.warning(self.request, f"该文件已于 {when} 收到过，没有重复办理")
        else:
            messages.success(
                self.request,
                f"已收到{message.get_kind_display()}：{message.name}，由“{message.place.short_name}”办理",
            )
        is_mine = InMessage.objects.visible_to(self.request.role).filter(pk=message.pk).exists()
        return HttpResponseRedirect(message.get_absolute_url() if is_mine else reverse("transfers:inbox"))


class _OfMessage(FormPage):
    """One message that came, and one thing to decide about it."""

    needs = Power.EXCHANGE_TRANSFERS
    extra_context = MENU

    @cached_property
    def message(self):
        rows = InMessage.objects.visible_to(self.request.role).listed()
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_initial(self):
        return {"version": self.message.version}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "role": self.request.role}

    def get_context_data(self, **kwargs):
        return super().get_context_data(message=self.message, **kwargs)


class InboxItem(_OfMessage):
    """What came, and, while it waits, the branch it is assigned to."""

    form_class = PlaceForm
    template_name = "transfers/exchange/in.html"

    def act(self, form):
        version = form.cleaned_data["version"]
        return receiving.assign(self.message, form.target, by=self.request.role, version=version)

    def location(self, result):
        messages.success(self.request, f"已分派。{told(result)}。")
        return result.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(content=_shown(self.message), **kwargs)


class Decide(_OfMessage):
    """退回对方, 转交, 处理: each a page of its own, told apart by `verb`."""

    template_name = "transfers/exchange/decide.html"
    verb = heading = hint = ""

    def get_form_class(self):
        return PlaceForm if self.verb == "hand_on" else WhyForm

    def get_form_kwargs(self):
        label = {} if self.verb == "hand_on" else {"label": "退回原因" if self.verb == "refuse" else "处理情况"}
        return {**super().get_form_kwargs(), **label}

    def act(self, form):
        words = {"by": self.request.role, "version": form.cleaned_data["version"]}
        if self.verb == "hand_on":
            receiving.hand_on(self.message, form.target, **words)
        elif self.verb == "refuse":
            receiving.refuse(self.message, reason=form.cleaned_data["why"], **words)
        else:
            receiving.settle(self.message, remark=form.cleaned_data["why"], **words)
        return self.message

    def location(self, result):
        messages.success(self.request, f"{self.heading}：已办理")
        return result.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(heading=self.heading, hint=self.hint, verb=self.verb, **kwargs)


def _shown(message):
    """Return what a message says as a page may show it, number and telephone masked; None when it does not open."""
    try:
        content = receiving.content_of(message)
    except Undecipherable:
        return None
    if person := content.get("person"):
        person["id_number"] = masking.ends(person["id_number"])
        person["phone"] = masking.phone(person["phone"]) if person["phone"] else ""
        person["category"] = PersonCategory(person["category"]).label
        person["ethnicity"] = ETHNICITIES.display(person["ethnicity"])
    return content
