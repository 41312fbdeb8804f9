"""What a view of a signed-in person is given. Django makes plain requests; `responses.signed_in` checks them."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from handsel.models import User


class Request(HttpRequest):
    """A request that a middleware or `signed_in` has found to be of somebody who is signed in.

    It is a type alone: no request is ever made of this class.
    """

    user: "User"
    htmx: HtmxDetails
