"""A child, and what to know about it."""

from django.utils.translation import gettext_lazy as _

from handsel.rules import fields
from handsel.web.forms import drafts


class CareNotesForm(drafts.DraftForm):
    """What a nanny may change: how to care for the child."""

    allergies = drafts.text(_("Allergies"), most=4000, lines=2, help_text=_("On top of every session of this child."))
    medications = drafts.text(_("Medications"), most=4000, lines=2)
    notes = drafts.text(_("Notes"), most=4000, lines=3, help_text=_("Naps, food, fears, favourite things."))


class ChildForm(CareNotesForm):
    """All of a child."""

    first_name = drafts.text(_("First name"), most=120, required=True, attrs={"autocomplete": "off"})
    last_name = drafts.text(_("Last name"), most=120, attrs={"autocomplete": "off"})
    date_of_birth = drafts.RuleField(fields.day, label=_("Date of birth"), required=False, widget=drafts.DayInput())
    field_order = ("first_name", "last_name", "date_of_birth", "allergies", "medications", "notes")
