"""Mail: one letter, as text and as HTML, handed to the mail server that the operator has set up."""

from collections.abc import Callable
from email.message import EmailMessage, MIMEPart
from email.policy import Policy, default
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from handsel.documents.calendar_ics import CalendarFile, Method
from handsel.observability import work
from handsel.outbound import MessageRejected, NoAnswer, PermanentFailure, ServerFailure, TemporaryFailure, smtp
from handsel.pages.letters import Letter

PERMANENT_ERROR_CODE = 500


def send(letter: Letter, handed_over: Callable[[], None] | None = None) -> None:
    """Send the letter. Raises TemporaryFailure, PermanentFailure where the server refuses the receiver for good, or
    MessageRejected where it refuses this letter. To the example people goes nothing unless that is wanted.

    handed_over: is called when the letter has left and the server has not answered yet, which may take ten minutes.
    What goes wrong is told by its kind and the server's number: the texts name people.
    """
    if letter.to.lower() in settings.SILENT_ADDRESSES:
        raise PermanentFailure("an address of the example")
    try:
        mail = _mail(letter)
        mail.handed_over = handed_over
        mail.send()
    except SMTPRecipientsRefused as trouble:
        raise _refused(trouble, max(code for code, _ in trouble.recipients.values()), PermanentFailure) from None
    except SMTPDataError as trouble:
        raise _refused(trouble, trouble.smtp_code, MessageRejected) from None
    except smtp.NoAnswer:
        raise NoAnswer("NoAnswer") from None
    except SMTPResponseException as trouble:  # we are not let in, or may not send: an operator can mend it
        raise ServerFailure(f"{type(trouble).__name__} {trouble.smtp_code}") from None
    except OSError as trouble:  # smtplib's own are of this kind
        raise ServerFailure(type(trouble).__name__) from None
    except ValueError:  # an address that no mail can be sent to; the text names it
        raise PermanentFailure("not an address") from None


def _refused(
    trouble: SMTPException, code: int, for_good: type[PermanentFailure]
) -> TemporaryFailure | PermanentFailure:
    """Return the failure that the number of the answer stands for (RFC 5321, 4.2.1)."""
    kind = f"{type(trouble).__name__} {code}"
    return for_good(kind) if code >= PERMANENT_ERROR_CODE else TemporaryFailure(kind)


class _Mail(EmailMultiAlternatives):
    """A mail that is ASCII on the wire, whatever stands in it: not every server on its way takes eight bits."""

    handed_over: Callable[[], None] | None = None  # what outbound.smtp calls once it has left

    def message(self, *, policy: Any = default) -> EmailMessage:
        return super().message(policy=policy.clone(cte_type="7bit"))


class _UnfoldedHeader(str):
    """The value of a header that stays in one line. Python's policy makes encoded words of what is longer than a line
    (RFC 2047), and no program presses an address that is written so.
    """

    def __new__(cls, name: str, value: str) -> Self:
        header = super().__new__(cls, value)
        header.name = name
        return header

    name: str

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # it is copied with its mail
        return self.name, str(self)

    def fold(self, *, policy: "Policy[Any]") -> str:
        return f"{self.name}: {self}{policy.linesep}"


def _mail(letter: Letter) -> _Mail:
    headers = {"Auto-Submitted": "auto-generated"}  # RFC 3834: who is away answers nothing
    if request_id := work.request_id():
        headers[work.HEADER] = _UnfoldedHeader(work.HEADER, request_id)
    if letter.message_id:
        headers["Message-ID"] = _UnfoldedHeader("Message-ID", letter.message_id)
    if letter.stop:
        headers["List-Unsubscribe"] = _UnfoldedHeader("List-Unsubscribe", f"<{letter.stop}>")
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # Names are for others to choose: whatever stands in one, a header is one line.
    subject = " ".join("".join(sign if sign.isprintable() else " " for sign in letter.subject).split())
    mail = _Mail(subject, letter.text, to=[letter.to], headers=headers)
    if letter.html:
        mail.attach_alternative(letter.html, "text/html")
    for calendar in letter.calendars:
        mail.attach(_calendar_part(calendar))
    return mail


_FILE_NAMES = {Method.PUBLISH: "sessions.ics", Method.CANCEL: "cancelled.ics"}


def _calendar_part(calendar: CalendarFile) -> MIMEPart:
    """Return the file as it is, byte for byte: its lines end in CRLF, and may hold letters of any language.

    Mail programs act on it by the method that its header names, which is the one in the file (RFC 6047, 2.4).
    """
    part = MIMEPart()
    part.set_content(
        calendar.content,
        maintype="text",
        subtype="calendar",
        cte="base64",
        disposition="attachment",
        filename=_FILE_NAMES[calendar.method],
        params={"method": calendar.method.value, "charset": "utf-8"},
    )
    return part
