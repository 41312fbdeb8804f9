"""Kinds of notices about pay. None says an amount: what it came to stands behind the tap."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from handsel.notices.kind_rows import Condition, KindRow
from handsel.rules.notices import NoticeKind, Topic

_CONCERNED = "the parents, the coordinators and the nanny"
_WHILE_IT_STANDS_SO = Condition("while the pay period stands so", subject="pay_period")


PAY_KINDS: Mapping[str, KindRow] = {
    NoticeKind.RATE_RAISED: KindRow(_("%(by)s set a new hourly rate"), Topic.PAY, _CONCERNED, page="pay_terms"),
    NoticeKind.PAY_PERIOD_SUBMITTED: KindRow(
        _("%(by)s submitted a pay period"),
        Topic.PAY,
        _CONCERNED,
        page="pay_periods",
        condition=_WHILE_IT_STANDS_SO,
        is_request=True,
    ),
    NoticeKind.PAY_PERIOD_WITHDRAWN: KindRow(
        _("%(by)s withdrew a pay period"), Topic.PAY, _CONCERNED, page="pay_periods", condition=_WHILE_IT_STANDS_SO
    ),
    NoticeKind.PAY_PERIOD_QUERIED: KindRow(
        _("%(by)s asked about a pay period"),
        Topic.PAY,
        _CONCERNED,
        page="pay_periods",
        condition=_WHILE_IT_STANDS_SO,
        is_request=True,
    ),
    NoticeKind.PAY_PERIOD_APPROVED: KindRow(
        _("%(by)s approved a pay period"), Topic.PAY, _CONCERNED, page="pay_periods", condition=_WHILE_IT_STANDS_SO
    ),
    NoticeKind.PAY_PERIOD_REOPENED: KindRow(
        _("%(by)s reopened a pay period"),
        Topic.PAY,
        _CONCERNED,
        page="pay_periods",
        condition=_WHILE_IT_STANDS_SO,
        is_request=True,
    ),
    NoticeKind.PAY_PERIOD_REOPEN_ASKED: KindRow(
        _("%(by)s asks to reopen a pay period"),
        Topic.PAY,
        _CONCERNED,
        page="pay_periods",
        condition=_WHILE_IT_STANDS_SO,
        is_request=True,
    ),
    NoticeKind.PAY_PERIOD_REOPEN_DECLINED: KindRow(
        _("%(by)s declined to reopen a pay period"),
        Topic.PAY,
        _CONCERNED,
        page="pay_periods",
        condition=_WHILE_IT_STANDS_SO,
    ),
}
