"""Documents that were issued, and their files. Nothing of them ever changes (promise documents_never_change), but that
the files go when their years are over and what they name was erased.
"""

import zlib
from typing import Self

from django.db import models
from django.db.models import Q

from handsel.models.families import Family, Member
from handsel.models.pay_periods import PayPeriod
from handsel.models.rows import Identified
from handsel.rules.pay.documents import OF_A_PERIOD, OF_A_YEAR, DocumentKind, FileFormat


class IssuedDocument(Identified):
    """A document with its number, 1, 2, 3 ... in its family (promise documents_numbered_without_gaps). What it says is
    in its files.
    """

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="issued_documents")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=13, choices=[(kind.value, kind.value) for kind in DocumentKind])
    # The nanny whose pay it is about; null where it is nobody's, or of a family that keeps its book alone.
    nanny = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    period = models.ForeignKey(PayPeriod, on_delete=models.PROTECT, null=True, related_name="documents")
    year = models.PositiveSmallIntegerField(null=True)
    from_date = models.DateField(null=True)
    to_date = models.DateField(null=True)
    # As text, in the order in which the children were entered.
    child_ids = models.JSONField(default=list)
    language = models.CharField(max_length=12)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrections")
    # The SHA-256 of what it says but for number and time of issue: the same again is no new document.
    content_sha256 = models.CharField(max_length=64)
    # Those of its files, by their format.
    sha256 = models.JSONField()
    # Since when the files are gone, once their years were over and what they name was erased, and what they came to.
    files_dropped_at = models.DateTimeField(null=True, blank=True)
    sums = models.JSONField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["family", "number"], name="documents_by_number")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=sorted(OF_A_PERIOD), period__isnull=False, year__isnull=True)
                | Q(kind__in=sorted(OF_A_YEAR), period__isnull=True, year__isnull=False)
                | Q(kind=DocumentKind.CARE_RECEIPT, period__isnull=True, year__isnull=True, from_date__isnull=False),
                name="a_document_is_about_what_its_kind_says",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class IssuedFile(Identified):
    """The bytes of a document in one format, as they were issued."""

    document = models.ForeignKey(IssuedDocument, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=4, choices=[(name.value, name.value) for name in FileFormat])
    # Half of a tagged PDF is the names of its tags.
    deflated = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "format"], name="one_file_per_format")]

    def __str__(self) -> str:
        return self.format

    @classmethod
    def of(cls, document: IssuedDocument | None, file_format: FileFormat, content: bytes) -> Self:
        return cls(document=document, format=file_format.value, deflated=zlib.compress(content))

    @property
    def content(self) -> bytes:
        return zlib.decompress(self.deflated)
