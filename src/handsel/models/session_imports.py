"""Imports of sessions from a spreadsheet: which file, by whom, and which session each row became."""

from django.db import models

from handsel.models.care_sessions import CareSession
from handsel.models.families import Family, Member
from handsel.models.rows import Identified


class SessionImport(Identified):
    """One import of one file."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="session_imports")
    sha256 = models.CharField(max_length=64)
    created_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)


class SessionImportRow(Identified):
    """A row that became a session; it goes with the session."""

    session_import = models.ForeignKey(SessionImport, on_delete=models.CASCADE, related_name="rows")
    session = models.OneToOneField(CareSession, on_delete=models.CASCADE, related_name="import_row")
    row = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session_import", "row"], name="one_session_per_imported_row"),
        ]
