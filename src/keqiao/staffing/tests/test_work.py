"""No app forgets to say what its records do when their person leaves."""

import pytest
from django.apps import apps
from django.db import connection

from keqiao.org import work
from keqiao.org.models import Employee, OrgUnit

# foreign keys to a person that stay with that person, and why
STAY = {
    "tickets.Share.person": "what was found to be his part",
    "org.Appointment.employee": "the positions are the person's own",
    "org.Session.employee": "ends with the leaving",
    "org.Token.employee": "is revoked with the leaving",
    "notices.Notice.employee": "was told to that person",
    "lists.ListView.owner": "a person's own view; shared ones stay readable",
    "lists.Habit.employee": "a person's own habit",
    "customers.RevealExtra.employee": "a person's own allowance of one day",
    "customers.Segment.owner": "a person's own selection; shared ones stay readable",
    "care.Loss.owner": "who was answerable when the customer was lost",
    "tickets.Complaint.responsible": "who was responsible for the fault",
    "visits.Visitor.employee": "the person's own share of the calls",
    "tickets.SpecialMonth.leader": "whom the summary was made for",
    "org.SecondFactor.employee": "the person's own",
    "org.RecoveryCode.employee": "the person's own",
    "org.TrustedDevice.employee": "the person's own",
    "org.Invitation.employee": "who was invited",
    "org.OldPassword.employee": "the person's own",
    "org.PersonalLink.employee": "the person's own",
    "org.LoginLink.employee": "the person's own",
    "notices.NoticeChoice.employee": "the person's own",
    "notices.NoticeHours.employee": "the person's own",
    "approvals.Flow.copied": "kept by those who keep flows; who left is not told",
    "approvals.FlowStep.person": "kept by those who keep flows; the engine says when nobody can decide",
    "approvals.Step.person": "the engine finds the next",
    "approvals.Decider.principal": "whose say it is by the flow",
    "approvals.Deputy.employee": "ends with the absence",
    "approvals.Deputy.deputy": "the engine passes over who left",
    "webhooks.Subscription.owner": "rests with its owner; whoever keeps webhooks takes it over with the own sight",
    "customers.Violation.accused": "who is said to have done it",
    "customers.Violation.victim": "whose customer it was",
    "customers.Violation.reporter": "who reported it",
    "customers.Ability.employee": "a person's own weight",
    "customers.ShareLine.employee": "who got something in a sharing out",
    "customers.Holding.owner": "follows the customer",
    "customers.Pooled.owner": "follows the customer",
    "badrecords.BadRecord.person": "who was responsible for the fault; who puts it right is handed over",
    "surveys.Invitation.agent": "whose service it was",
    "surveys.Response.agent": "whose service it was",
    "staffing.Confirmation.employee": "who has read it",
    "staffing.WorkTransfer.giver": "who gave",
    "staffing.TransferShare.receiver": "who got",
}
# foreign keys to a unit that do not keep it from being closed, and why
OF_PAST = {
    "org.Employee.unit": "counted by itself",
    "org.OrgUnit.parent": "counted by itself",
    "badrecords.BadRecord.from_unit": "where it was registered",
    "suggestions.Suggestion.from_unit": "where it was registered",
    "calendars.UnitCalendar.unit": "the unit's own",
    "customers.Holding.unit": "follows the customer",
    "customers.Pooled.unit": "counted as customers",
    "customers.ImportBatch.unit": "where it was imported",
    "customers.ShareLine.unit": "whose pool it came from",
    "customers.ShareOut.unit": "who shared out",
    "customers.Violation.unit": "where the accused was",
    "exports.Export.unit": "where it was asked for",
    "lists.ListView.unit": "whom it is shared with",
    "surveys.Invitation.unit": "whose service it was",
    "tickets.Wave.unit": "its complaints are counted",
    "services.Service.unit": "whose delivery or service it was",
    "tickets.Share.unit": "what was found to be its part",
    "surveys.Poster.unit": "where it hangs; its answers stay",
    "surveys.Response.unit": "whose service it was",
    "surveys.Survey.unit": "where it was made; what was answered stays",
    "tickets.SpecialMonth.unit": "what its month was like",
    "tickets.Complaint.responsible_unit": "which was responsible for the fault",
}


def keys_to(target: type) -> set[str]:
    """Every foreign key to an employee or unit whose name does not say that it is past: done_by, created_by."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is target
        if not (field.name == "by" or field.name.endswith("_by"))
    }


def test_every_record_of_a_person_is_handed_over_or_says_why_not() -> None:
    declared = {f"{one.model._meta.label}.{one.field}" for one in work.every()}
    unknown = keys_to(Employee) - declared - set(STAY)
    assert not unknown, f"register with keqiao.org.work, or say in STAY why it stays: {sorted(unknown)}"
    assert not set(STAY) & declared


def test_every_record_of_a_unit_stands_in_the_way_of_its_closing_or_says_why_not() -> None:
    declared = {f"{one.model._meta.label}.{one.unit}" for one in work.kinds() if one.unit}
    unknown = keys_to(OrgUnit) - declared - set(OF_PAST)
    assert not unknown, f"register with keqiao.org.work, or say in OF_PAST why it does not matter: {sorted(unknown)}"
    assert not set(OF_PAST) & declared


@pytest.mark.django_db
@pytest.mark.parametrize("name", [one.name for one in work.every()])
def test_what_somebody_holds_is_found_and_its_list_opens(company, name: str) -> None:
    holding = work.named(name)
    assert holding is not None
    assert holding.of(company.people["agent"].pk).count() == 0
    assert str(holding.label)
    for url in (holding.url.format(employee=company.people["agent"].pk), holding.unit_url.format(unit=1)):
        assert not url or company.client("manager").get(url).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["customers", "tickets", "visits", "care", "rectifications", "reception", "todos"])
def test_an_index_serves_the_question(company, name: str) -> None:
    holding = work.named(name)
    assert holding is not None
    rows = holding.model._default_manager.filter(holding.where, **{f"{holding.field}_id": 1})
    if connection.vendor == "sqlite":
        assert "USING" in rows.explain()
