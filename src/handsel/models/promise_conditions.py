"""What breaks the promises of models.promises: conditions of their triggers, in SQL that both databases read."""

TAKES = "{row}.is_confirmed AND {row}.status IN ('SCHEDULED', 'IN_PROGRESS') AND NOT {row}.overlap_allowed"


# The person of time off is that of the nanny it is entered for.
NOT_THE_NANNY = """NOT EXISTS (
    SELECT 1 FROM handsel_member m
    WHERE m.id = NEW.nanny_id AND m.user_id = NEW.person_id AND m.family_id = NEW.family_id)"""


# A family in which somebody is left can read who gave the care that is completed. Of accounts that were deleted before
# their names were kept nothing is asked: the name has to be taken away.
_COMPLETED_FOR_SOMEBODY = """s.status = 'COMPLETED' AND EXISTS (
    SELECT 1 FROM handsel_member reader WHERE reader.family_id = s.family_id AND reader.removed_at IS NULL)"""
PERSON_LOSES_THE_NAME = f"""NEW.name = '' AND OLD.name <> '' AND EXISTS (
    SELECT 1 FROM handsel_member m JOIN handsel_caresession s ON s.nanny_id = m.id
    WHERE m.user_id = NEW.id AND m.name_on_record = '' AND {_COMPLETED_FOR_SOMEBODY})"""
RECORD_LOSES_THE_NAME = f"""NEW.name_on_record = '' AND OLD.name_on_record <> '' AND EXISTS (
    SELECT 1 FROM handsel_user u JOIN handsel_caresession s ON s.nanny_id = NEW.id
    WHERE u.id = NEW.user_id AND u.name = '' AND {_COMPLETED_FOR_SOMEBODY})"""

# The other periods of the same nanny in the same family.
OTHERS = """SELECT {what} FROM handsel_payperiod other
    WHERE other.id <> {row}.id AND other.family_id = {row}.family_id
    AND (other.nanny_id = {row}.nanny_id OR (other.nanny_id IS NULL AND {row}.nanny_id IS NULL))"""
_LATER = f"EXISTS ({OTHERS.format(what=1, row='OLD')} AND other.from_date > OLD.from_date)"
# The last one alone grows, shrinks or goes, and only until somebody submits it.
IS_SETTLED = f"(OLD.submitted_at IS NOT NULL OR {_LATER})"
MOVES_AWAY = """OLD.from_date <> NEW.from_date OR OLD.family_id <> NEW.family_id
    OR COALESCE(OLD.nanny_id <> NEW.nanny_id, OLD.nanny_id IS NOT NULL OR NEW.nanny_id IS NOT NULL)"""
OUT_OF_ORDER = f"""(NEW.status IN ('SUBMITTED', 'APPROVED') AND EXISTS (
        {OTHERS.format(what=1, row="NEW")} AND other.from_date < NEW.from_date AND other.status <> 'APPROVED'))
    OR (NEW.status <> 'APPROVED' AND EXISTS (
        {OTHERS.format(what=1, row="NEW")} AND other.from_date > NEW.from_date
        AND other.status IN ('SUBMITTED', 'APPROVED')))"""

NOT_THE_NEXT_NUMBER = """NEW.number <> 1 + COALESCE(
    (SELECT MAX(other.number) FROM handsel_issueddocument other WHERE other.family_id = NEW.family_id), 0)"""
# What it voids is a payment of the same nanny and amount, and no void itself.
ANOTHER_VOID = """NEW.voids_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM handsel_payment p
    WHERE p.id = NEW.voids_id AND p.voids_id IS NULL AND p.amount = NEW.amount AND p.family_id = NEW.family_id
    AND (p.nanny_id = NEW.nanny_id OR (p.nanny_id IS NULL AND NEW.nanny_id IS NULL)))"""
