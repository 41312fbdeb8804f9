"""What our middlewares and `responses.signed_in` know of a request, and Django's own class does not say."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from handsel.models import User
    from handsel.web.forms.drafts import KeptData


class Request(HttpRequest):
    """A request of somebody who is signed in. It is a type alone: no request is ever made of this class."""

    user: "User"
    htmx: HtmxDetails
    retry_after: int  # seconds, where a limit on signing in was reached
    kept: "KeptData | None"  # what was sent to this page before its person had signed in again
    codes: dict[str, str]  # that were made for letters of this request, by their hashes
