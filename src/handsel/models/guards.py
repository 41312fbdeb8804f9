"""What guards signing in and forms: counters of limits, codes that were used, and forms that arrived or wait.

Each row holds until it expires, whatever else is written meanwhile; the worker drops it afterwards.
"""

from django.conf import settings
from django.db import models

from handsel.models.rows import Identified


class RateLimitCounter(models.Model):
    """How often something was done in the window that ends at `ends_at`; at most `most` times. Whose it is stands as a
    hash.
    """

    key_hash = models.CharField(max_length=64, primary_key=True)
    used = models.PositiveIntegerField(default=0)
    most = models.PositiveIntegerField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(used__lte=models.F("most")), name="never_more_than_the_limit"),
        ]
        indexes = [models.Index(fields=["ends_at"], name="limits_by_end")]

    def __str__(self) -> str:
        return f"{self.used} of {self.most}"


class UsedCode(Identified):
    """A code of an authenticator app, or a recovery code, that has opened its person's account once."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "code_hash"], name="a_code_opens_once")]
        indexes = [models.Index(fields=["expires_at"], name="used_codes_by_end")]


class FormToken(Identified):
    """A form that has arrived, by the token that its page carried."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=40)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "token"], name="a_form_is_taken_once")]
        indexes = [models.Index(fields=["used_at"], name="form_tokens_by_age")]


class KeptForm(Identified):
    """A form that was sent when its person was not signed in any more. It waits, encrypted, until they are."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    encrypted = models.TextField()
    kept_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kept_at"], name="kept_forms_by_age")]
