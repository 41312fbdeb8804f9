"""Every act of the rooms of actions once, with what it takes to do it: importing a file of them registers its acts."""

from tests.actions.acts import documents, families, pay, pay_periods, planning, sessions
from tests.actions.acts.registry import ACTS, prepared

__all__ = ["ACTS", "documents", "families", "pay", "pay_periods", "planning", "prepared", "sessions"]
