"""Letters to who runs the server."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from handsel.models import User
from handsel.pages.letters import Letter, host


def of_backup_trouble(person: User, since: datetime, error: str) -> Letter:
    """Return what tells that no backup is made."""
    language = person.language
    with translation.override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        subject = gettext("No backup could be made at %(host)s") % {"host": host()}
        since_text = gettext("This has gone wrong since %(since)s UTC:") % {"since": f"{since:%Y-%m-%d %H:%M}"}
        lines = [since_text, error, "", f"{settings.ADDRESS}{reverse('admin:status')}"]
        return Letter(to=person.email, subject=subject, text="\n".join(lines) + "\n")
