"""The sign of every form: Django's own against forged ones, and whose form it is (the tag csrf_token)."""

from uuid import UUID

from django import template
from django.http import HttpRequest
from django.template.defaulttags import CsrfTokenNode
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from handsel.rules import fields

register = template.Library()

WHOSE = "whose"
KEPT = "kept"  # in the address of a form's page, or in a form, the id of what is kept (web/unsent.py)


class _FormSigns(CsrfTokenNode):
    def render(self, context: template.Context) -> SafeString:
        sign = SafeString(super().render(context))
        request = context.get("request")
        if not sign or request is None or not request.user.is_authenticated:
            return sign
        signs = [(WHOSE, _sign_of(request.user.pk)), *_kept(request)]
        return SafeString(sign + format_html_join("", '<input type="hidden" name="{}" value="{}">', signs))


@register.tag
def csrf_token(_parser: template.base.Parser, _token: template.base.Token) -> _FormSigns:
    return _FormSigns()


def owner(request: HttpRequest) -> UUID | None:
    """Return whose form was sent, if a page of theirs made it: nobody else can make up the sign."""
    sign = request.POST.get(WHOSE, "")
    try:
        person_id = UUID(sign.partition(".")[0])
    except ValueError:
        return None
    return person_id if constant_time_compare(sign, _sign_of(person_id)) else None


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what the page shows that waits to be sent, so that it is dropped when it was."""
    try:
        return [(KEPT, str(fields.identity(request.POST.get(KEPT) or request.GET.get(KEPT))))]
    except fields.Wrong:
        return []


def _sign_of(person_id: UUID) -> str:
    return f"{person_id}.{salted_hmac('handsel.whose-form', person_id.hex, algorithm='sha256').hexdigest()[:40]}"
