"""The positions that most departments have, ready to be taken over by a new installation and then changed at will."""

from django.db import transaction

from keqiao.kernel import powers
from keqiao.kernel.actor import Actor
from keqiao.org.actions import create_position
from keqiao.org.models import Position, Scope

LOOK = [
    "customer.view",
    "ticket.view",
    "visit.view",
    "reception.view",
    "service.view",
    "care.view",
    "loss.view",
    "bad_record.view",
    "survey.view",
    "suggestion.view",
]
SERVE = [
    *LOOK, "customer.create", "customer.change", "customer.reveal", "ticket.create", "ticket.assess", "ticket.dispatch",
    "ticket.investigate", "ticket.plan", "ticket.tell", "ticket.urge", "ticket.withdraw", "visit.do",
    "reception.register", "service.register", "care.do", "loss.mark", "bad_record.register", "customer.pick", "violation.report",
    "survey.send", "survey.answers",
    "suggestion.register", "suggestion.answer",
]  # fmt: skip
ANSWER = [
    "dispatch.answer", "bad_record.view", "rectification.view", "rectification.do", "suggestion.view", "suggestion.decide",
]  # fmt: skip
LEAD = [
    *SERVE, "ticket.assign", "ticket.join", "ticket.supervise", "ticket.reopen", "ticket.export", "customer.import", "customer.export",
    "visit.assign", "visit.give_up", "correction.change", "dispatch.answer", "rectification.view", "rectification.do",
    "rectification.check", "reception.manage", "reception.export", "service.manage", "service.export", "loss.win", "bad_record.close",
    "care.assign", "care.plan", "care.export",
    "customer.merge", "customer.oversee", "customer.share", "violation.decide",
    "suggestion.route", "suggestion.export", "suggestion.decide", "summary.view", "summary.draft",
    "survey.send", "survey.answers", "survey.export",
]  # fmt: skip
OFFICE = [*ANSWER, "correction.change", "customer.view"]
# name → data scope, powers, purpose
USUAL: dict[str, tuple[Scope, list[str], str]] = {
    "总经理": (
        Scope.ALL,
        [
            *LOOK,
            "ticket.supervise",
            "ticket.urge",
            "ticket.approve",
            "ticket.export",
            "export.approve",
            "approval.oversee",
            "correction.change",
            "rectification.view",
            "report.view",
            "audit.view",
            "privacy.approve",
            "customer.oversee",
            "violation.decide",
            "position.approve",
            "survey.answers",
            "survey.export",
            "summary.view",
            "summary.approve",
            "summary.export",
        ],
        "掌握投诉、回访和整改的全局情况，督办重大投诉，审批大额补偿。",
    ),
    "客户服务部经理": (
        Scope.ALL,
        [
            *LEAD,
            "ticket.approve",
            "export.approve",
            "approval.oversee",
            "report.view",
            "survey.design",
            "settings.change",
            "calendars.change",
            "audit.view",
            "list.share",
            "webhook.keep",
            "privacy.handle",
            "privacy.oversee",
            "position.draft",
            "position.review",
        ],
        "对投诉处理和客户满意度负责，审批超限额补偿，组织整改并上报。",
    ),
    "客服班长": (Scope.DEPARTMENT, [*LEAD, "position.draft"], "分派工单和回访，盯住时限，带班处理疑难投诉。"),
    "客服专员": (Scope.TEAM, SERVE, "受理、评审、派发客户来话，跟进到告知客户。"),
    "回访专员": (
        Scope.TEAM,
        [
            *LOOK,
            "customer.reveal",
            "visit.do",
            "rectification.view",
            "care.do",
            "suggestion.register",
            "suggestion.answer",
        ],
        "在规定时限内回访客户，如实记录满意度和客户意见。",
    ),
    "部门经理": (Scope.DEPARTMENT, OFFICE, "答复派发给本部门的投诉，制定并落实整改。"),
    "承办专员": (Scope.TEAM, ANSWER, "现场检测、维修和取证，答复派发给本科室的投诉。"),
}


@transaction.atomic
def adopt_positions(*, actor: Actor) -> list[Position]:
    """Make those of the usual positions that are not there by name; returns them. Every one can be changed afterwards."""
    there = set(Position.objects.filter(name__in=USUAL).values_list("name", flat=True))
    declared = {power.code for power in powers.every()}
    return [
        create_position(
            actor=actor, name=name, scope=scope, powers=[code for code in codes if code in declared], purpose=purpose
        )
        for name, (scope, codes, purpose) in USUAL.items()
        if name not in there
    ]
