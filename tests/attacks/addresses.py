"""Every address that is not of the resource machine, and how a stranger would fill it with the secret."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile

from keqiao.customers.archive.parts import PARTS
from keqiao.kernel.resource import resources
from tests.attacks.bodies import FILLED
from tests.attacks.world import PHONE, Secret, get_any


@dataclass(frozen=True)
class Try:
    """One request. `about` tells that it names a secret record, so that it must be refused."""

    url: str
    about: bool = False
    posts: tuple[dict[str, Any], ...] = ({},)


def words(hidden: Secret) -> list[str]:
    """What a stranger might look for."""
    return [
        "暮雪", "洗碗机", "oymx", hidden.ticket.number, hidden.customer.number, "13913572468", "2468", hidden.visit.number,
    ]  # fmt: skip


def plain(url: str, about: bool = False, **post: Any) -> Callable[[Secret], list[Try]]:
    """An address without arguments."""
    return lambda hidden: [Try(url, about, ({}, post) if post else ({},))]


def filled(url: str, *ways: Callable[[Secret], Any], **post: Any) -> Callable[[Secret], list[Try]]:
    """An address that names a secret record."""
    return lambda hidden: [Try(url.format(*(way(hidden) for way in ways)), True, ({}, post) if post else ({},))]


def customer(hidden: Secret) -> int:
    return hidden.customer.pk


def point(hidden: Secret) -> int:
    return hidden.customer.contact_points.order_by("pk")[0].pk


def visit(hidden: Secret) -> int:
    return hidden.visit.pk


def batch(hidden: Secret) -> int:
    return hidden.batch.pk


def histories(hidden: Secret) -> list[Try]:
    secrets = [one for one in (hidden.of(resource.name) for resource in resources()) if one is not None]
    others = [hidden.evidence, hidden.file, hidden.batch, hidden.token, hidden.owner]
    return [Try(f"/history/{one._meta.label_lower}/{one.pk}/", True) for one in [*secrets, *others]]


def uploads(hidden: Secret) -> list[Try]:
    proved = hidden.of("corrections")
    owners = [hidden.ticket, hidden.evidence, proved, hidden.customer, hidden.visit, hidden.owner, hidden.batch]
    return [
        Try(f"/files/of/{one._meta.label_lower}/{one.pk}/", True, ({}, {"file": SimpleUploadedFile("x.txt", b"x")}))
        for one in owners
    ]


def searches(url: str) -> Callable[[Secret], list[Try]]:
    return lambda hidden: [Try(f"{url}?q={word}") for word in words(hidden)]


def calendar(hidden: Secret) -> int:
    return int(apps.get_model("calendars.Calendar").objects.values_list("pk", flat=True).first() or 1)


def days(hidden: Secret) -> list[Try]:
    return [Try(f"/calendar/{calendar(hidden)}/2026-10-01/", posts=({"state": "closed", "reason": "x"},))]


def part(kind: str) -> Callable[[Secret], int]:
    """The id of a part of the secret customer's archive; that of the address for kinds of which it has none."""

    def found(hidden: Secret) -> int:
        row = PARTS[kind].rows(hidden.customer).first() or hidden.customer.addresses.first()
        return int(row.pk)

    return found


STEPS: tuple[dict[str, Any], ...] = ({}, {"who": "manager", "levels": "1", "every": "0"})


def rule() -> int:
    """Some row of the rules."""
    return int(apps.get_model("tickets.Rule").objects.order_by("pk").values_list("pk", flat=True)[0])


def step() -> int:
    """A step of a flow's draft."""
    return int(apps.get_model("approvals.FlowStep").objects.values_list("pk", flat=True).first() or 1)


def parts_tries(end: str, *, only: str = "") -> Callable[[Secret], list[Try]]:
    """Every kind of part of the secret customer's archive."""
    return lambda hidden: [
        Try(f"/customers/{hidden.customer.pk}/{only or f'parts/{kind}'}/{part(kind)(hidden)}/{end}/", True, FILLED)
        for kind in PARTS
        if not only or kind == only
    ]


OTHERS: dict[str, Callable[[Secret], list[Try]]] = {
    "notices:settings": plain("/notices/settings/"),
    "notices:todo_new": plain("/todos/new/"),
    "notices:todo_do": lambda hidden: [
        Try(f"/todos/{hidden.of('todos').pk}/{deed}/", True, ({}, {"until": "day"}))
        for deed in ("done", "undone", "later")
    ],
    "webhook-secret": filled("/webhooks/{}/secret/", lambda hidden: hidden.of("webhooks").pk),
    "api-docs": plain("/api/docs/"),
    "set_language": plain("/language/", language="en", next="/"),
    "home": plain("/"),
    "manager": plain("/manager/?days=365"),
    "complaint-analysis": plain("/manager/complaints/?weeks=52"),
    "manager-days": plain("/manager/days/?days=365"),
    "share-out": lambda hidden: [Try("/share-out/", posts=({"give": [f"{hidden.second.pk}:{hidden.owner.pk}"]},))],
    "settings": plain("/settings/"),
    "starting": plain("/start/"),
    "customer-import-sample": plain("/customers/imports/empty.xlsx"),
    "starting-positions": lambda hidden: [Try("/start/positions/", posts=({},))],
    "customer-matters": filled("/customers/{}/matters/", customer),
    "pool-pick-many": lambda hidden: [
        Try(
            "/pool/bulk/",
            posts=tuple({"verb": "pick", "pk": [str(hidden.customer.pk)], **more} for more in ({}, {"confirmed": "1"})),
        )
    ],
    "customers-today": plain("/customers/today/"),
    "customer-divisions": plain("/customers/divisions/?name=division&division_0=230000"),
    "customer-names": lambda hidden: [
        Try(f"/customers/names/?field=other&other={word}") for word in ("欧阳暮雪", hidden.customer.number, PHONE)
    ],
    "customer-part-edit": parts_tries("edit"),
    "customer-part-remove": parts_tries("remove"),
    "customer-identity-reveal": parts_tries("reveal", only="identities"),
    "customer-address-reveal": parts_tries("reveal", only="addresses"),
    "customer-birthday-reveal": filled("/customers/{}/birthday/reveal/", customer, reason="好奇得很"),
    "consent-link": filled("/customers/{}/consent-link/", customer),
    "consent-choose": plain("/c/bm90LWEtdG9rZW4tYXQtYWxs/", purpose="marketing", given="no"),
    "consent-unsubscribe": lambda hidden: [Try("/c/bm90LWEtdG9rZW4tYXQtYWxs/unsubscribe/")],
    "privacy-copy": filled("/privacy-requests/{}/copy/", lambda hidden: hidden.of("privacy-requests").pk),
    "privacy-plan": filled("/privacy-requests/{}/plan/", lambda hidden: hidden.of("privacy-requests").pk),
    "breach": plain("/privacy/breach/?since=2020-01-01&until=2030-01-01&everything=on"),
    "sight": plain("/privacy/sight/", **{"p1-phone": "full"}),
    "portal": lambda hidden: [Try("/p/", posts=({"number": hidden.ticket.number, "tail": "0000"},))],
    "portal-complain": plain("/p/complain/"),
    "portal-receipt": plain("/p/complain/done/"),
    "portal-ticket": plain("/p/ticket/"),
    "portal-supplement": plain("/p/ticket/supplement/", text="改"),
    "portal-answer": plain("/p/ticket/answer/", satisfaction="5", solved="true"),
    "portal-urge": plain("/p/ticket/urge/"),
    "portal-leave": plain("/p/leave/"),
    "login": plain("/login/"),
    "login-code": plain("/login/code/", code="123456"),
    "reset-ask": plain("/login/reset/", email="nobody@geheim.example"),
    "reset-set": plain("/login/reset/bm9ib2R5cy10b2tlbg/", new_password="x" * 12, repeated="x" * 12),
    "join": plain("/login/join/bm9ib2R5cy10b2tlbg/", username="stranger", new_password="x" * 12, repeated="x" * 12),
    "sso": plain("/login/sso/"),
    "sso-back": plain("/login/sso/back/?code=x&state=y"),
    "me": plain("/me/", kind="email", **{"email-value": "x@geheim.example", "email-password": "x"}),
    "contact-confirm": plain("/me/confirm/bm9ib2R5cy10b2tlbg/"),
    "factor": plain("/me/factor/", step="remove", password="x", code="123456"),
    "logins": plain("/me/logins/", unlink="1"),
    "invitation-link": lambda hidden: [Try("/invitations/1/link/")],
    "password": plain("/me/password/"),
    "sessions": plain("/me/sessions/", session="1"),
    "tokens": plain("/me/tokens/"),
    "token-revoke": filled("/me/tokens/{}/revoke/", lambda hidden: hidden.token.pk),
    "export-progress": filled("/exports/{}/progress/", lambda hidden: hidden.export.pk),
    "export-file": filled("/exports/{}/file/", lambda hidden: hidden.export.pk),
    "health": plain("/health/"),
    "org-tree": plain("/organisation/?closed=1"),
    "powers": plain("/powers/"),
    "power": plain("/powers/ticket.view/"),
    "work-held": filled("/work-transfers/held/{}/", lambda hidden: hidden.owner.pk),
    "work-transfer-paper": filled("/work-transfers/{}/paper/", lambda hidden: hidden.of("work-transfers").pk),
    "description-paper": plain("/position-descriptions/1/paper/"),
    "description-compare": plain("/position-descriptions/1/compare/"),
    "descriptions-of-position": plain("/position-descriptions/of-position/1/"),
    "descriptions-of-employee": plain("/position-descriptions/of-employee/1/"),
    "history": histories,
    "search": searches("/search/"),
    "search_live": searches("/search/live/"),
    "lists:save": plain("/lists/tickets/save/?view=all", name="改"),
    "lists:columns": plain("/lists/tickets/columns/?view=all", column="number"),
    "notices:list": plain("/notices/"),
    "notices:bell": plain("/notices/bell/"),
    "notices:read_all": plain("/notices/read/"),
    "notices:read": filled("/notices/{}/read/", lambda hidden: hidden.notice.pk),
    "notices:todos": plain("/todos/"),
    "files:download": filled("/files/{}/", lambda hidden: hidden.file.key),
    "files:remove": filled("/files/{}/remove/", lambda hidden: hidden.file.key),
    "files:upload": uploads,
    "calendars:year": plain("/calendar/"),
    "calendars:add": plain("/calendar/add/", name="我的日历"),
    "calendars:quiet": plain("/calendar/quiet/", start="01:00", end="02:00"),
    "calendars:assign": plain("/calendar/assign/", unit="1", calendar="1"),
    "calendars:change": lambda hidden: [Try(f"/calendar/{calendar(hidden)}/change/", posts=({"name": "改"},))],
    "calendars:day": days,
    "customer-reveal-more": plain("/customers/reveal-more/", reason="好奇"),
    "customer-check": lambda hidden: [Try("/customers/check/?phone=13913572468"), Try("/customers/check/?phone=2468")],
    "services-paste": plain("/services/paste/", table="送货,12,某人,某物"),
    "reception-matches": plain("/reception/matches/?phone=2468&name=暮雪"),
    "reception-ledger": plain("/reception/ledger/?from=2020-01-01&to=2030-01-01"),
    "reception-ledger-file": lambda hidden: [
        Try(f"/reception/ledger/{kind}/?from=2020-01-01&to=2030-01-01") for kind in ("xlsx", "pdf", "docx")
    ],
    "ticket-from-reception": filled(
        "/tickets/from-reception/{}/", lambda hidden: hidden.entry.pk, body="改", kind="repair"
    ),
    "letters-of-ticket": filled("/tickets/{}/letters/", lambda hidden: hidden.ticket.pk),
    "letter-file": lambda hidden: [
        Try(f"/letters/{hidden.of('letters').pk}/print/{kind}/", True) for kind in ("pdf", "docx", "bogus")
    ],
    "customer-merge-choose": filled("/customers/{}/merge/?q=2468", customer),
    "customer-merge": filled("/customers/{}/merge/{}/", customer, lambda hidden: hidden.pair.high_id),
    "customer-duplicates": filled("/customers/{}/duplicates/", customer),
    "duplicates-start": lambda hidden: [Try("/duplicates/start/", posts=())],
    "duplicates-progress": plain("/duplicates/progress/"),
    "customer-analysis": plain("/customers/analysis/?rows=complaints&columns=age"),
    "stage-rules-run": lambda hidden: [Try("/stage-rules/run/", posts=())],
    "ticket-alike": filled("/tickets/{}/alike/", lambda hidden: hidden.ticket.pk),
    "tickets-alike": plain("/tickets/alike/", body="洗碗机", contact_phone="13913572468", kind="complaint"),
    "ticket-severity": lambda hidden: [Try(f"/tickets/{hidden.ticket.pk}/severity/?safety=on", True)],
    "ticket-rules-current": lambda hidden: [Try("/ticket-rules/current/")],
    "ticket-rules-begin": lambda hidden: [Try("/ticket-rules/begin/", posts=({},))],
    "deadlines-before": lambda hidden: [Try("/deadlines/")],
    "ticket-settings-before": lambda hidden: [Try("/ticket-settings/")],
    "ticket-rules-trial": lambda hidden: [Try(f"/ticket-rules/{get_any('ticket-rules')}/trial/?what=severity")],
    "ticket-rule-new": lambda hidden: [
        Try(f"/ticket-rules/{get_any('ticket-rules')}/new/{kind}/", posts=FILLED) for kind in ("severity", "bogus")
    ],
    "ticket-rule": lambda hidden: [Try(f"/ticket-rules/rows/{rule()}/", posts=FILLED)],
    "ticket-rule-move": lambda hidden: [
        Try(f"/ticket-rules/rows/{rule()}/{way}/", posts=({},)) for way in ("up", "down", "remove", "bogus")
    ],
    "approval-step-new": lambda hidden: [Try(f"/approval-flows/{get_any('approval-flows')}/steps/new/", posts=STEPS)],
    "approval-step": lambda hidden: [Try(f"/approval-flows/steps/{step()}/", posts=STEPS)],
    "approval-step-move": lambda hidden: [
        Try(f"/approval-flows/steps/{step()}/{way}/", posts=({},)) for way in ("up", "down", "remove", "bogus")
    ],
    "duplicate-next": plain("/duplicates/next/"),
    "duplicate-pair": filled("/duplicates/{}/", lambda hidden: hidden.pair.pk, verdict="same"),
    "service-archive": filled("/customers/{}/service-archive/", customer),
    "service-archive-file": filled("/customers/{}/service-archive/pdf/", customer),
    "loss-analysis": plain("/losses/analysis/?from=2026-01-01&to=2030-01-01"),
    "bad-record-analysis": plain("/bad-records/analysis/?from=2026-01-01&to=2030-01-01"),
    "bad-records-of-ticket": filled("/bad-records/of-ticket/{}/", lambda hidden: hidden.ticket.pk),
    "customer-losses": filled("/customers/{}/losses/", customer),
    "care-next": plain("/care/next/"),
    "care-results": plain("/care/results/?from=2026-01-01&to=2030-01-01"),
    "care-record": lambda hidden: [Try(f"/care/{hidden.greeting.pk}/record/", True, ({"outcome": "bought"},))],
    "customer-belonging": filled("/customers/{}/belonging/", customer),
    "share-out-progress": filled("/share-outs/{}/progress/", lambda hidden: hidden.line.share_id),
    "customer-timeline": filled("/customers/{}/timeline/?before=99999999", customer),
    "customer-reveal": filled("/customers/{}/points/{}/reveal/", customer, point, reason="好奇得很"),
    "customer-point-remove": filled("/customers/{}/points/{}/remove/", customer, point),
    "customer-point-primary": filled("/customers/{}/points/{}/primary/", customer, point),
    "customer-imports": plain("/customers/imports/"),
    "customer-import-new": plain("/customers/imports/new/"),
    "customer-import": filled("/customers/imports/{}/", batch, column_0="name", column_1="phone", duplicates="skip"),
    "customer-import-progress": filled("/customers/imports/{}/progress/", batch),
    "customer-import-refused": filled("/customers/imports/{}/refused/", batch),
    "customer-import-undo": filled("/customers/imports/{}/undo/", batch),
    "visit-answer": plain("/v/bm90LWEtdG9rZW4tYXQtYWxs/", satisfaction="5", solved="true"),
    "visit-record": filled("/visits/{}/record/", visit, satisfaction="5", solved="true", said="改"),
    "visit-try": filled("/visits/{}/try/", visit, **{"try-outcome": "busy"}),
    "visit-link": filled("/visits/{}/link/", visit),
    "visit-phone": filled("/visits/{}/phone/", visit),
    "visits-of-ticket": filled("/visits/of-ticket/{}/", lambda hidden: hidden.ticket.pk),
    "visit-next": plain("/visits/next/"),
    "visit-desk": plain("/visits/desk/"),
    "visit-undo": plain("/visits/desk/undo/"),
    "visit-call": filled("/visits/desk/{}/", visit, satisfaction="5", solved="true", said="改"),
    "visit-plan": plain("/visit-rules/1/plan/"),
    "visit-coverage": plain("/visit-coverage/?from=2026-01-01&to=2026-12-31"),
    "visit-coverage-plan": plain("/visit-coverage/1/?which=all"),
    "report-section": lambda hidden: [
        Try(
            f"/reports/{hidden.of('reports').pk}/sections/{key}/",
            True,
            ({}, {"section": key, "revision": 0, "text": "改"}),
        )
        for key in ("overview", "bogus")
    ],
    "report-file": lambda hidden: [
        Try(f"/reports/{hidden.of('reports').pk}/file/{kind}/", True) for kind in ("pdf", "docx", "bogus")
    ],
    "suggestion-figures": plain("/suggestions/figures/?from=2026-01-01&to=2030-01-01"),
    "suggestions-of": lambda hidden: [
        Try(f"/suggestions/of/ticket/{hidden.ticket.pk}/", True),
        Try(f"/suggestions/of/customer/{hidden.customer.pk}/", True),
        Try("/suggestions/of/bogus/1/", True),
    ],
    "survey-answer": plain("/q/bm90LWEtdG9rZW4tYXQtYWxs/", page="0", q1="5"),
    "survey-poster-answer": plain("/s/bm90LWEtY29kZQ/", page="0", q1="5"),
    "survey-link": filled("/survey-links/{}/link/", lambda hidden: hidden.of("survey-links").pk),
    "survey-poster-pdf": filled("/survey-posters/{}/poster.pdf", lambda hidden: hidden.of("survey-posters").pk),
    "survey-results": plain("/surveys/results/?from=2026-01-01&to=2030-01-01"),
    "surveys-of-ticket": filled("/surveys/of-ticket/{}/", lambda hidden: hidden.ticket.pk),
    "surveys-of-customer": filled("/surveys/of-customer/{}/", customer),
    "survey-preview": lambda hidden: [Try(f"/surveys/{get_any('surveys')}/preview/")],
    "survey-question-new": lambda hidden: [Try(f"/surveys/{get_any('surveys')}/questions/new/", posts=FILLED)],
    "survey-question": lambda hidden: [Try(f"/surveys/questions/{get_any('survey-questions')}/", posts=FILLED)],
    "survey-question-move": lambda hidden: [
        Try(f"/surveys/questions/{get_any('survey-questions')}/{way}/") for way in ("up", "down", "remove", "bogus")
    ],
    "logout": lambda hidden: [],  # ends the stranger's own session; test_access covers it
}
