"""The service archive of a customer as a page to read and print, and as a file."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keqiao.customers.resource import customers
from keqiao.documents.answers import answer
from keqiao.kernel.resource.pages import actor_of, fetch
from keqiao.workspace.queries.service_archive import service_archive


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything on one page."""
    customer = fetch(customers, request, pk, "view")
    paper = service_archive(actor_of(request), customer)
    return render(request, "workspace/service_archive.html", {"customer": customer, "paper": paper})


@require_safe
def file(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """The same as DOCX or PDF, on record."""
    customer, actor = fetch(customers, request, pk, "view"), actor_of(request)
    return answer(actor=actor, paper=service_archive(actor, customer), kind=kind, obj=customer, about=customer.pk)
