"""What a person chooses to hear of holds for what is decided from then on."""

from datetime import time, timedelta

import pytest

from handsel.access import mail_links
from handsel.actions import inbox, notice_choices
from handsel.models import CareSession, Delivery, Device, Notice, NoticeChoice, User
from handsel.notices import outbox, routing
from handsel.notices.routing import preferences
from handsel.notices.topics import TOPICS, topics_for
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.moves import Move
from handsel.rules.notices import UNDO_WINDOW, NoticeKind, Topic, Way
from handsel.rules.refusals import Invalid, NotVisible
from handsel.rules.roles import Role
from tests.world import NOW, ON_THE_WEB

pytestmark = pytest.mark.any_database


def test_what_a_draft_does_not_name_stays_as_it_is(world):
    quiet = Draft.of(quiet_from=time(21), quiet_until=time(6), mails_together=True, mails_at=time(18))
    notice_choices.update(quiet, by=world.ana, **ON_THE_WEB)
    notice_choices.update(Draft.of(push={Topic.STARTED: True}), by=world.ana, **ON_THE_WEB)
    ana = User.objects.get(pk=world.ana.pk)
    assert (ana.quiet, ana.mails_at) == ((time(21), time(6)), time(18))
    assert [(choice.topic, choice.way, choice.wanted) for choice in NoticeChoice.objects.all()] == [
        ("started", "push", True)
    ]
    notice_choices.update(Draft.of(mails_together=False), by=world.ana, **ON_THE_WEB)
    assert User.objects.get(pk=world.ana.pk).mails_at is None


def test_a_choice_is_kept_when_it_is_taken_back_so_that_other_defaults_do_not_undo_it(world):
    for wanted in (False, True, True):
        notice_choices.by_mail(Topic.CONFIRMED, wanted=wanted, by=world.ana, **ON_THE_WEB)
    (row,) = NoticeChoice.objects.all()
    assert row.wanted is True
    assert preferences(world.ana)[Topic.CONFIRMED, Way.EMAIL] is True
    assert preferences(world.noor)[Topic.STARTED, Way.PUSH] is (Way.PUSH in TOPICS[Topic.STARTED].ways)


def test_nothing_is_half_saved(world):
    draft = Draft.of(email={Topic.CONFIRMED: False}, quiet_from=time(21))
    with pytest.raises(Invalid):
        notice_choices.update(draft, by=world.ana, **ON_THE_WEB)
    assert not NoticeChoice.objects.exists()


def test_who_is_gone_chooses_nothing(world):
    User.objects.filter(pk=world.ana.pk).update(is_active=False)
    with pytest.raises(NotVisible):
        notice_choices.update(Draft.of(email={Topic.CONFIRMED: False}), by=world.ana, **ON_THE_WEB)
    with pytest.raises(NotVisible):
        notice_choices.by_mail(Topic.CONFIRMED, wanted=False, by=world.ana, **ON_THE_WEB)
    assert not NoticeChoice.objects.exists()


def test_what_is_not_wanted_does_not_leave(world, settings):
    settings.MAIL_IS_SET_UP = True
    Device.objects.create(person=world.noor, name="Phone", endpoint_hash="x", created_at=NOW)
    notice_choices.by_mail(Topic.CONFIRMED, wanted=False, by=world.noor, **ON_THE_WEB)
    session = world.session()
    outbox.notify(NoticeKind.SESSION_CONFIRMED, [world.noor.id], by=world.ana, at=NOW, session=session)
    routing.route(NOW + UNDO_WINDOW)
    assert [delivery_row.way for delivery_row in Delivery.objects.all()] == [Way.PUSH]


def test_who_only_reads_along_hears_of_the_family_alone():
    assert topics_for([Role.VIEWER]) == {Topic.FAMILY}
    assert topics_for([Role.VIEWER, Role.NANNY]) == topics_for([]) == set(Topic)


# Answers from a mail


def test_a_link_confirms_nothing_once_its_person_may_not(world):
    session = world.session()
    notice = Notice.objects.create(
        person=world.ana, family=world.riveras, session=session, kind=NoticeKind.SESSION_PLANNED, at=NOW
    )
    secret, draft = mail_links.answer_token(notice.id), Draft.of(session_ids=[session.id])
    world.leave(world.ana_of_riveras)
    with pytest.raises(NotVisible):
        inbox.answer_by_mail(secret, Move.CONFIRM, draft, here=None, **ON_THE_WEB)
    with pytest.raises(NotVisible):
        inbox.answer_by_mail("made-up", Move.CONFIRM, draft, here=None, **ON_THE_WEB)
    assert not CareSession.objects.get().is_confirmed


def test_a_clash_is_answered_and_leaves_the_notice_unread(world):
    world.session("2026-06-02 09:00", family=world.okafors, state=State.CONFIRMED)
    session = world.session("2026-06-02 09:00")
    notice = Notice.objects.create(
        person=world.ana, family=world.riveras, session=session, kind=NoticeKind.SESSION_PLANNED, at=NOW
    )
    later = {**ON_THE_WEB, "at": NOW + timedelta(minutes=1)}
    draft = Draft.of(session_ids=[session.id])
    answer = inbox.answer_by_mail(mail_links.answer_token(notice.id), Move.CONFIRM, draft, here=None, **later)
    assert [refusal.code for refusal in answer.refused] == ["clash"]
    notice.refresh_from_db()
    assert notice.read_at is None
