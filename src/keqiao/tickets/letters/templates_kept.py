"""Keeping the templates of papers. Every change of the words is a new version; papers that were issued keep theirs."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.text import single_line
from keqiao.tickets.letters import policies
from keqiao.tickets.letters.places import unknown
from keqiao.tickets.letters.usual import TEMPLATES
from keqiao.tickets.models import LetterKind, LetterTemplate

LONGEST = 5000


def checked(title: str, body: str) -> tuple[str, str]:
    """Title and words in their one spelling; Refused for a place that means nothing."""
    title, body = single_line(title, 60), body.replace("\r\n", "\n").strip()[:LONGEST]
    if not title:
        raise Refused(_("请填写文书标题。"), field="title")
    if not body:
        raise Refused(_("请填写正文。"), field="body")
    for field, words in (("title", title), ("body", body)):
        strange = unknown(words)
        if strange:
            names = _("、").join(f"{{{name}}}" for name in strange)
            raise Refused(_("没有 %(names)s 这样的变量，请从变量列表里选。") % {"names": names}, field=field)
    return title, body


@transaction.atomic
def keep_template(
    *, actor: Actor, kind: str, name: str, title: str, body: str, active: bool = True, obj: LetterTemplate | None = None
) -> LetterTemplate:
    """Add a template, or change one. Templates are retired, not deleted."""
    if not policies.keeps(actor, "edit", obj):
        raise NotAllowed(_("您没有维护文书模板的权限。"))
    if kind not in LetterKind.values:
        raise Refused(_("请选择文书种类。"), field="kind")
    title, body = checked(title, body)
    values = {"kind": kind, "name": single_line(name, 40), "title": title, "body": body, "active": active}
    if not values["name"]:
        raise Refused(_("请填写模板名称。"), field="name")
    row = LetterTemplate.objects.select_for_update().get(pk=obj.pk) if obj else LetterTemplate()
    changed = changes({key: getattr(row, key) for key in values}, values)
    if obj is not None and {"title", "body"} & set(changed):
        row.version += 1
    for key, value in values.items():
        setattr(row, key, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(_("这一种类已有同名的模板。"), field="name") from error
    verb = "letter_template.changed" if obj else "letter_template.created"
    record(actor, verb, row, {"changes": changed, "version": row.version})
    return row


@transaction.atomic
def ensure_templates(*, actor: Actor) -> None:
    """Give an installation the usual templates of those kinds that have none."""
    known = set(LetterTemplate.objects.values_list("kind", flat=True))
    for kind, name, title, body in TEMPLATES:
        if kind not in known:
            keep_template(actor=actor, kind=kind, name=name, title=title, body=body)
