"""Two at once over one applicant, in processes of their own: one wins, the other is told who was faster and when."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from eforefront.development.states import Deed, HandOverState, State
from eforefront.models import Applicant, DevelopmentRecord, DossierHandOver
from eforefront.services.development import advancing, applying, handing_over, leaving
from eforefront.tests.development_factories import ApplicantFactory
from eforefront.tests.development_walks import PERSON, WALK, apply, holder, number_of, take, walk
from eforefront.tests.test_development import problems, university
from eforefront.tests.test_development_pages import typed
from members.models import Member
from members.services.members import admit
from members.tests.factories import MemberFactory
from orgs.models import Organization
from orgs.tests.acting import Acting
from partyplatform.ui.stale import Stale
from transfers.tests.at_once import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
TRIES = 3
NAMES = ("林晓", "何文", "罗敏")
D = datetime.date


@pytest.fixture
def here(transactional_db):
    return university("示范大学")


class Silent(Exception):
    """Somebody was overtaken and not told by whom, or not when."""


def telling(act):
    """Let an act run; one that was overtaken must know by whom and when."""

    def run():
        try:
            act()
        except Stale as overtaken:
            if not overtaken.who or not overtaken.when:
                raise Silent from None
            raise

    return run


def assert_one_wins(first, second, *, told=Stale):
    """One of both acts is done, the other is refused with `told`; return whether it was the first."""
    answers = race(telling(first), telling(second))
    assert sorted(answers, key=str) == sorted([True, told], key=str), answers
    return answers[0] is True


def approving(applicant, place):
    words = {"by": Acting(place.root), "version": applicant.version, "on": WALK["17"][0]}
    return lambda: advancing.record(applicant, facts=WALK["17"][1], **words)


def waiting_for_approval(place, number):
    """Somebody whose approval waits at the committee itself."""
    applicant = walk(apply(place.branch, n=number, name=NAMES[number]), place.people, until="17")
    words = {"by": holder(applicant), "version": applicant.version, "on": WALK["17"][0], "opinion": "同意"}
    return advancing.review(applicant, **words)


def test_two_approvals_make_one_member(here):
    for number in range(TRIES):
        applicant = waiting_for_approval(here, number)
        assert_one_wins(approving(applicant, here), approving(applicant, here))
        assert Member.objects.filter(name=applicant.name).count() == 1
        assert DevelopmentRecord.objects.of(applicant).filter(step="17", deed=Deed.STEP).count() == 1
    assert Organization.objects.get(pk=here.branch.pk).probationary_members == TRIES
    assert problems() == []


def test_an_approval_against_a_step_back(here):
    for number in range(TRIES):
        applicant = waiting_for_approval(here, number)
        back = {"by": Acting(here.root), "version": applicant.version, "reason": "缺谈话记录"}
        approved = assert_one_wins(
            approving(applicant, here),
            lambda: advancing.send_back(applicant, **back),  # noqa: B023
        )
        stored = Applicant.objects.get(pk=applicant.pk)
        assert (stored.step, stored.member_id is not None) == (("18", True) if approved else ("16", False))
    assert problems() == []


def test_one_person_is_entered_once(here):
    """At two branches, at one branch twice, and at a branch while another enters a member of the number."""
    other = university("友邻大学")
    for number in range(TRIES):
        words = {"name": "何文", "id_number": number_of(50 + number)}

        def entering(place, words=words):
            return lambda: applying.register(place.branch, by=Acting(place.branch), values=PERSON, **words)

        def admitting(words=words):
            admit(here.branch, by=Acting(here.root), category="1", **words)

        second = (entering(other), entering(here), admitting)[number]
        assert_one_wins(entering(here), second, told=ValidationError)
        assert Applicant.objects.filter(name="何文").count() + Member.objects.filter(name="何文").count() == number + 1
    assert problems() == []


def test_one_probation_is_taken_up_once(here):
    by = Acting(here.branch)
    for _ in range(TRIES):
        member = MemberFactory(organization=here.branch, category="2", joined_on=D(2024, 7, 10))

        def begin(member=member):
            applying.begin_probation(member, by=by)

        assert_one_wins(begin, begin, told=ValidationError)
        assert Applicant.objects.filter(member=member).count() == 1


def test_a_hand_over_against_a_step(here):
    other = university("友邻大学")
    by = Acting(here.branch)
    for number in range(TRIES):
        applicant = walk(apply(here.branch, n=number), here.people, until="07")
        words = {"by": by, "version": applicant.version}
        offered = assert_one_wins(
            lambda: handing_over.hand_over(applicant, other.branch, reason="升学", **words),  # noqa: B023
            lambda: take(applicant, here.people),  # noqa: B023
        )
        stored = Applicant.objects.get(pk=applicant.pk)
        assert (stored.step, stored.hand_overs.exists()) == (("07", True) if offered else ("08", False))
    assert problems() == []


def test_a_hand_over_is_taken_in_or_taken_back(here):
    other = university("友邻大学")
    for _ in range(TRIES):
        applicant = ApplicantFactory(organization=here.branch)
        words = {"by": Acting(here.branch), "version": applicant.version, "reason": "升学"}
        offer = handing_over.hand_over(applicant, other.branch, **words)
        taken = assert_one_wins(
            lambda: handing_over.take_in(offer, by=Acting(other.branch), version=1),  # noqa: B023
            lambda: handing_over.withdraw(offer, by=Acting(here.branch), version=1),  # noqa: B023
        )
        stored = DossierHandOver.objects.get(pk=offer.pk)
        place = other.branch if taken else here.branch
        assert stored.state == (HandOverState.ACCEPTED if taken else HandOverState.WITHDRAWN)
        assert Applicant.objects.get(pk=applicant.pk).organization_id == place.pk
    assert problems() == []


def test_somebody_leaves_or_goes_on(here):
    by = Acting(here.branch)
    for number in range(TRIES):
        applicant = walk(apply(here.branch, n=number), here.people, until="03")
        words = {"by": by, "version": applicant.version, "on": D(2023, 9, 1), "reason": "本人申请"}
        left = assert_one_wins(
            lambda: leaving.leave(applicant, State.WITHDRAWN, **words),  # noqa: B023
            lambda: take(applicant, here.people),  # noqa: B023
        )
        stored = Applicant.objects.get(pk=applicant.pk)
        assert (stored.state, stored.step) == ((State.WITHDRAWN, "03") if left else (State.ACTIVE, "04"))
    assert problems() == []


def test_whoever_was_slower_reads_who_and_when(client, here):
    applicant = waiting_for_approval(here, 0)
    faster, slower = (RoleGrantFactory(organization=here.root, system="portal", user__name=n) for n in ("吴迪", "何静"))
    sent = typed("17", version=applicant.version)
    advancing.record(applicant, by=faster, version=applicant.version, on=WALK["17"][0], facts=WALK["17"][1])
    answer = act_as(client, slower).post(applicant.get_absolute_url(), sent)
    assert answer.status_code == 409
    last = DevelopmentRecord.objects.of(applicant).latest("pk")
    for told in ("吴迪", f"{timezone.localtime(last.at):%Y-%m-%d %H:%M}"):
        assert told in answer.content.decode()
