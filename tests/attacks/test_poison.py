"""Every text that any table holds is made hostile at once, then every page is read: what is stored stays text.

Fields and pages come from the models and the registry, so that a new app is covered without a word here.
"""

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client

from keqiao.audit import guard
from keqiao.conftest import Company
from keqiao.kernel.choices import forget_options
from keqiao.kernel.resource import resources
from keqiao.tickets.tests.conftest import Desk
from tests.attacks.addresses import OTHERS
from tests.attacks.payloads import SCRIPTS, crimes
from tests.attacks.world import chief, get_any, secret, usual_choices

pytestmark = pytest.mark.django_db

# what programs read, not people: changed, it would name another thing instead of saying something hostile
READ_BY_PROGRAMS = {
    "username", "password", "number", "code", "key", "path", "label", "owner_label", "verb", "url", "uid", "kind", "power",
    "resource", "query", "division", "occasion", "channel", "way", "stored", "content_type", "digest", "sealed", "sealed_by",
    "sealing_key", "words_key", "state", "calendar", "zone", "via", "about", "hint", "phone_reversed", "tier", "industry", "slot",
    "edition", "version", "sheet", "columns", "colour", "initials", "subject_key", "issuer", "client_id", "secret", "phone", "value",
    "masked", "ip", "dedupe", "job", "name_key", "event", "purpose", "field", "language", "reference", "token_digest",
}  # fmt: skip
LEFT = {"contenttypes", "auth", "runtime", "search", "sessions"}
ROOM = 30  # characters: shorter texts are codes and figures


def texts(model: type[models.Model]) -> list[str]:
    """The fields of a model that hold what people write."""
    unique = {name for one in model._meta.constraints for name in getattr(one, "fields", ())}
    return [
        field.attname
        for field in model._meta.concrete_fields
        if type(field) in {models.CharField, models.TextField}
        and not (field.choices or field.primary_key or field.unique or field.name in READ_BY_PROGRAMS | unique)
        and (field.max_length or ROOM) >= ROOM
    ]


def poison() -> int:
    """Overwrite them in all rows, each with another payload; returns how many texts there were."""
    payloads, count = cycle(SCRIPTS), 0
    for model in apps.get_models():
        if model._meta.app_label in LEFT or model._meta.proxy or not texts(model):
            continue
        rows: Any = models.QuerySet(model)
        for pk in list(rows.values_list("pk", flat=True)):
            hostile = {
                name: next(payloads)[: model._meta.get_field(name).max_length or 2000]  # type: ignore[union-attr]
                for name in texts(model)
            }
            with transaction.atomic(), guard.unlocked():
                rows.filter(pk=pk).update(**hostile)
            count += len(hostile)
    return count


def pages(hidden: Any) -> Iterator[str]:
    """Every page that can be read: lists by every tab, records with their forms and histories, and all others."""
    for one in resources():
        yield from (f"/{one.name}/?view={preset.name}" for preset in one.presets or ())
        obj = hidden.of(one.name)
        pk = obj.pk if obj is not None else get_any(one.name)
        yield from (f"/{one.name}/", f"/{one.name}/{pk}/", f"/history/{one.label}/{pk}/", f"/{one.name}/{pk}/edit/")
        yield from (f"/{one.name}/{pk}/do/{verb.name}/" for verb in one.verbs)
        if one.create is not None:
            yield f"/{one.name}/new/?customer={hidden.customer.pk}&ticket={hidden.ticket.pk}"
    for name, fill in OTHERS.items():
        if name not in {"logout", "set_language", "files:download", "export-file"}:
            yield from (one.url for one in fill(hidden))


def test_whatever_is_stored_is_shown_as_text(desk: Desk, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    place: Company = desk.company
    chief(place)
    usual_choices()
    hidden = secret(place, role="agent", unit="quality", answered_by="department")
    urls = list(dict.fromkeys(pages(hidden)))
    assert poison() > 300
    forget_options()
    client, shown, read = place.client("manager"), 0, 0
    for url in urls:
        answer = client.get(url)
        assert answer.status_code < 500, url
        if answer.streaming:  # a file, which has its own tests
            list(answer)  # type: ignore[call-overload]
            if stream := getattr(answer, "file_to_stream", None):
                stream.close()
            continue
        if answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"]:
            continue
        page = answer.content.decode()
        assert crimes(page) == [], url
        read += 1
        shown += "XSS" in page
    assert read > 250
    assert shown > 150, "the payloads were hardly shown at all"
    public = Client()
    for url in ("/p/", f"/v/{hidden.link.rstrip('/').rpartition('/')[2]}/"):
        assert crimes(public.get(url).content.decode()) == [], url
