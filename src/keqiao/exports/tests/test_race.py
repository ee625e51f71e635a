"""The same export asked for at the same moment is one export."""

import pytest
from django.db import models

from keqiao.exports.models import Export
from keqiao.exports.tests.conftest import URL

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_ten_clicks_make_one_request(desk, in_parallel) -> None:
    clients = [desk.company.client("leader") for _n in range(10)]
    answers = in_parallel(lambda n: clients[n].post(URL + "?format=xlsx", {"reason": "寄礼品"}), 10)
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert Export.objects.count() == 1


def test_without_the_constraint_there_would_be_several(desk, in_parallel, monkeypatch) -> None:
    """The control: fingerprints that never meet."""
    real = models.Model.save

    def save(self, *args, **kwargs):
        if isinstance(self, Export):
            self.fingerprint = f"{id(self):x}"
        real(self, *args, **kwargs)

    monkeypatch.setattr(Export, "save", save)
    clients = [desk.company.client("leader") for _n in range(10)]
    in_parallel(lambda n: clients[n].post(URL + "?format=xlsx", {"reason": "寄礼品"}), 10)
    assert Export.objects.count() > 1
