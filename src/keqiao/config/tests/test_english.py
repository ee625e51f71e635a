"""Every main page in English: what is left of Chinese is data, nothing else."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils.translation import override, trans_real

from keqiao.config import catalogue
from keqiao.customers.models import Customer
from keqiao.kernel import divisions
from keqiao.kernel.actor import CUSTOMER, SYSTEM, Actor
from keqiao.kernel.resource import resources
from keqiao.org.models import Employee, OrgUnit
from keqiao.runtime import worker
from keqiao.tickets.letters.places import GAP
from keqiao.tickets.models import Ticket
from keqiao.visits.tests.conftest import Round
from keqiao.workspace.tests.conftest import at_work, clock, desk, round_

__all__ = ["at_work", "clock", "desk", "round_"]

SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
WORDS = re.compile(r"[^<>\"]*[\u3000-\u303f\u3400-\u9fff\uff00-\uffef][^<>\"]*")
OWN = {"中文", GAP}  # the language switch names each language in its own words
CHIP = re.compile(r'data-inserts="[^"]*"([^>]*)>[^<]*')  # a place of templates, whose language is Chinese
PARTS = re.compile(r"\{[^{}]*\}|\n")
ACTORS = {SYSTEM.name, CUSTOMER.name}  # stored with what they did, yet words of the page


@pytest.fixture
def english(tmp_path: Path, settings: Any) -> Iterator[None]:
    """The catalogue compiled as it stands in the sources."""
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, catalogue.read())
    settings.LOCALE_PATHS = [tmp_path]
    forget()
    yield
    forget()


def forget() -> None:
    """Drop the catalogues that Django holds."""
    trans_real._translations = {}
    trans_real._default = None


def texts(value: object) -> Iterator[str]:
    """Every string in a stored value."""
    if isinstance(value, str):
        yield value
        yield from value.splitlines()
        yield from PARTS.split(value)  # the wording of a letter between what is filled in
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, Iterable):
        for one in value:
            yield from texts(one)


def data() -> list[str]:
    """All Chinese that the database holds, the longest first."""
    names = [one.name for model in (Employee, OrgUnit) for one in model._base_manager.all()]
    masked = Ticket.objects.values_list("contact_name", flat=True)
    # A name is drawn as its first character where there is no picture, and masked for whoever looks up a number.
    found: set[str] = {*OWN, *(name[:1] for name in names), *(f"{name[:1]}**" for name in masked)}
    for model in apps.get_models():
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
        ]
        for row in model._base_manager.values_list(*names) if names else ():
            found.update(text.strip() for text in texts(row) if catalogue.CHINESE.search(text))
    # the places of China are data too, though of a library
    found.update(
        one.name for top in ("", *(one.code for one in divisions.children())) for one in divisions.children(top)
    )
    return sorted(found - ACTORS, key=len, reverse=True)


def left(page: str) -> list[str]:
    """The Chinese of a page that is not data."""
    page = unescape(CHIP.sub(r"\1>", SCRIPT.sub("", page)))
    for text in data():
        page = page.replace(text, "")
    page = catalogue.PLACE.sub("", page)  # {places} of a script are Chinese everywhere
    return [words.strip() for words in WORDS.findall(page)]


def addresses(actor: Actor) -> Iterator[str]:
    """The main pages, the pages of every resource's first record, and every verb's form."""
    for name in ("home", "manager", "manager-days", "share-out", "settings", "search", "notices:todos", "api-docs",
                 "notices:list", "customer-imports", "customer-import-new", "calendars:year", "password", "sessions",
                 "tokens", "me", "factor", "logins"):  # fmt: skip
        yield reverse(name)
    yield reverse("search") + "?q=TS2026"
    for resource in resources():
        yield reverse(f"{resource.name}:list")
        if resource.create:
            yield reverse(f"{resource.name}:create")
        rows = list(resource.model._base_manager.order_by("pk"))
        for row in rows[:1]:
            yield reverse(f"{resource.name}:detail", args=[row.pk])
            yield reverse("history", args=[resource.model._meta.label_lower, row.pk])
            if resource.update:
                yield reverse(f"{resource.name}:edit", args=[row.pk])
        for verb in resource.verbs:
            for row in [row for row in rows if resource.allowed(actor, verb.name, row)][:1]:
                yield reverse(f"{resource.name}:verb", args=[row.pk, verb.name])
    for customer in Customer.objects.all():
        yield reverse("customer-matters", args=[customer.pk])
    for ticket in Ticket.objects.all():
        yield reverse("tickets:detail", args=[ticket.pk])
        yield reverse("visits-of-ticket", args=[ticket.pk])


@pytest.mark.usefixtures("english")
def test_no_chinese_on_english_pages(at_work: Round) -> None:
    worker.drain()
    client = at_work.company.client("manager")
    assert leaks(client, addresses(at_work.company.actor("manager"))) == {}


@pytest.mark.usefixtures("english")
def test_no_chinese_on_english_pages_for_customers(at_work: Round) -> None:
    with override("en"):  # the receipt is written in the language of who registers
        ticket = at_work.told()
    client = Client()
    names = ("login", "reset-ask", "portal", "portal-complain")
    assert leaks(client, [reverse(name) for name in names] + ["/login/join/x/", "/login/reset/x/"]) == {}
    client.post(reverse("portal"), {"number": ticket.number, "tail": ticket.contact_phone[-4:]})
    assert ticket.number in client.get(reverse("portal-ticket")).content.decode()
    assert leaks(client, [reverse("portal-ticket"), "/nowhere/"]) == {}


def leaks(client: Client, places: Iterable[str]) -> dict[str, list[str]]:
    """What is left of Chinese, by address."""
    client.cookies["django_language"] = "en"
    found = {}
    for address in places:
        response = client.get(address, follow=True)
        assert response.status_code < 500, address
        found[address] = left(response.content.decode())
    return {address: words for address, words in found.items() if words}
