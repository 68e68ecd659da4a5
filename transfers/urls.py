from django.urls import path

from transfers.forms.filters import UnfinishedFilter
from transfers.views import arriving, batches, detail, exchange, letters, lists, passing, starting

app_name = "transfers"


def _list(kind, heading, told, **more):
    return lists.TransferList.as_view(kind=kind, heading=heading, told=told, **more)


def _decide(verb, heading, hint, *, name):
    view = exchange.Decide.as_view(verb=verb, heading=heading, hint=hint)
    return path(f"transfers/exchange/in/<int:pk>/{verb}/", view, name=name)


urlpatterns = [
    path(
        "transfers/waiting/",
        _list("waiting", "待办工作", "等待本组织办理的转接，期限近的在前；逾期后报本组织督办的也在其中。"),
        name="waiting",
    ),
    path(
        "transfers/unfinished/",
        _list(
            "unfinished", "未办结工作", "本组织及下级党组织转出或转入、尚未办结的转接。", filter_class=UnfinishedFilter
        ),
        name="unfinished",
    ),
    path(
        "transfers/coming/",
        _list("coming", "即将办理工作", "正在其他党组织办理、后续环节由本组织办理的转接。"),
        name="coming",
    ),
    path("transfers/left/", _list("left", "转出历史记录", "从本组织及下级党组织转出、已经结束的转接。"), name="left"),
    path(
        "transfers/arrived/",
        _list("arrived", "转入历史记录", "转入本组织及下级党组织、已经结束的转接。"),
        name="arrived",
    ),
    path("transfers/records/", lists.Records.as_view(), name="records"),
    path("transfers/own/", lists.OwnTransfers.as_view(), name="own"),
    path("transfers/arrive/", arriving.Arrive.as_view(), name="arrive"),
    path("transfers/start/", starting.ChooseMember.as_view(), name="choose"),
    path("transfers/start/<int:pk>/", starting.Start.as_view(), name="start"),
    path("transfers/many/", batches.Many.as_view(), name="many"),
    path("transfers/pass/", passing.PassMany.as_view(), name="pass_many"),
    path("transfers/batches/", batches.Batches.as_view(), name="batches"),
    path("transfers/batches/upload/", batches.Upload.as_view(), name="upload_batch"),
    path("transfers/batches/template/", batches.template, name="batch_template"),
    path("transfers/batches/<uuid:uid>/", batches.BatchPage.as_view(), name="batch"),
    path("transfers/batches/<uuid:uid>/repair/", batches.Repair.as_view(), name="repair_batch"),
    path("transfers/batches/<uuid:uid>/errors/", batches.error_book, name="batch_errors"),
    path("transfers/batches/<uuid:uid>/confirm/", batches.confirm, name="confirm_batch"),
    path("transfers/batches/<uuid:uid>/withdraw/", batches.withdraw, name="withdraw_batch"),
    path("transfers/batches/<uuid:uid>/letters/", batches.PrintLetters.as_view(), name="batch_letters"),
    path("transfers/letters/<int:pk>/print/", letters.PrintLetter.as_view(), name="print_letter"),
    path("transfers/exchange/", exchange.Inbox.as_view(), name="inbox"),
    path("transfers/exchange/in/<int:pk>/", exchange.InboxItem.as_view(), name="inbox_item"),
    _decide("refuse", "退回对方", "原因将随退回消息发给对方。", name="refuse_message"),
    _decide("hand_on", "转交下级党委", "填写下级党委的编码和名称，由该党委分派到党支部。", name="hand_on"),
    _decide("settle", "登记处理情况", "写明与对方核实的结果和办理情况。", name="settle_message"),
    path("transfers/exchange/out/", exchange.Outbox.as_view(), name="outbox"),
    path("transfers/exchange/out/<int:pk>/", exchange.OutboxItem.as_view(), name="outbox_item"),
    path("transfers/exchange/out/<int:pk>/file/", exchange.take_file, name="take_file"),
    path("transfers/exchange/out/<int:pk>/<slug:verb>/", exchange.outbox_act, name="outbox_act"),
    path("transfers/exchange/receive/", exchange.Receive.as_view(), name="receive"),
    path("transfers/exchange/peers/", exchange.Peers.as_view(), name="peers"),
    path("transfers/exchange/peers/<int:pk>/switch/", exchange.switch_peer, name="switch_peer"),
    path("transfers/<int:pk>/exchange/", exchange.Send.as_view(), name="send"),
    path("transfers/<int:pk>/", detail.Detail.as_view(), name="detail"),
    path("transfers/<int:pk>/record/", arriving.Complete.as_view(), name="complete"),
    path("transfers/<int:pk>/reply/", arriving.Receipt.as_view(), name="receipt"),
    path("transfers/<int:pk>/replied/", arriving.ReceiptSent.as_view(), name="receipt_sent"),
    path("transfers/files/<uuid:uid>/", detail.download, name="file"),
    path("transfers/<int:pk>/settle/<slug:verb>/", detail.Settle.as_view(), name="settle"),
    path("transfers/<int:pk>/<slug:verb>/", detail.Act.as_view(), name="act"),
]
