"""Who carries things out of the book, for actions.delivery."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from handsel.access import tokens
from handsel.actions.delivery import News
from handsel.management import letters, push_carrier
from handsel.outbound import PermanentFailure, email


class ByMailAndPush:
    """The real ones. What they are given are rows; see actions.delivery.Carriers."""

    def mail(self, person: Any, news: Sequence[News], deliveries: Sequence[Any], *, at: datetime) -> None:
        email.hand_over(letters.notice(person, news, [one.id for one in deliveries]))

    def push(self, device: Any, news: News, delivery: Any, *, at: datetime) -> None:
        push_carrier.push(device, news, delivery, at=at)

    def invite(self, invitation: Any, delivery: Any, *, at: datetime) -> None:
        if tokens.hash_of(tokens.of_invitation(invitation.id)) != invitation.token_hash:
            raise PermanentFailure("another secret key")
        email.hand_over(letters.invitation(invitation, delivery.id))
