"""Documents: the list of what was issued, the forms to issue more, and their files."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from handsel.actions import issued_documents as actions
from handsel.documents.document_page import DOCUMENT_KINDS
from handsel.documents.issued_files import MEDIA_TYPES
from handsel.pages import issued_documents as pages
from handsel.queries import issued_documents as queries
from handsel.rules.pay.documents import DocumentKind, FileFormat
from handsel.rules.refusals import NotVisible
from handsel.web import responses
from handsel.web.forms.issued_documents import DocumentForm
from handsel.web.requests import Request


@responses.form_page
def documents(request: Request, family_id: UUID) -> HttpResponse:
    """Show a family's documents; `?kind=` opens the form of that kind, filled in with the `year` and `nanny_id` that
    stand beside it, which is sent to the same address.
    """
    page = pages.page(request.user, family_id, at=timezone.now(), after=request.GET.get("after"))
    kind = next((kind for kind, _ in page["choices"].kinds if kind == request.GET.get("kind")), None)
    if kind is None:
        return responses.answer(request, "pay/documents.html", documents=page)
    named = {name: request.GET[name] for name in ("year", "nanny_id") if name in request.GET}
    form = DocumentForm(responses.form_data(request), kind=kind, choices=page["choices"], initial=named)
    issued = responses.submit(request, form, actions.issue, family_id, duplicate_route="web:documents")
    if issued:
        return responses.redirect_with_message(request, _sentence(issued), "web:documents", family_id)
    return responses.answer(request, "pay/documents.html", form=form, documents=page, kind=kind, title=_title(kind))


def _title(kind: DocumentKind) -> str:
    return str(DOCUMENT_KINDS[kind])


def _sentence(issued: actions.Issued) -> str:
    if issued.is_old:
        return gettext("No. %(number)s says the same already, so nothing new was issued.") % {
            "number": issued.document.number
        }
    return gettext("Issued as No. %(number)s.") % {"number": issued.document.number}


@responses.page
def my_documents(request: Request) -> HttpResponse:
    """Show what is about one's own pay in all families, also those that one has left."""
    page = pages.mine(request.user, after=request.GET.get("after"))
    return responses.answer(request, "pay/my_documents.html", documents=page)


@responses.page
def document_file(request: Request, document_id: UUID) -> HttpResponse:
    """Send a file as it was issued: the PDF, or the `format` that the address names."""
    file_format = request.GET.get("format", FileFormat.PDF)
    if file_format not in tuple(FileFormat):
        raise NotVisible
    file = queries.file(request.user, document_id, file_format=FileFormat(file_format))
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(file.content, content_type=MEDIA_TYPES[file.format], headers=headers)
