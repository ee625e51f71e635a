"""Corrective actions on their own pages: found from the to-do, proved with files, seen by nobody else."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from keqiao.conftest import Company
from keqiao.files.models import Attachment
from keqiao.notices.models import Notice, Todo
from keqiao.tickets import actions
from keqiao.tickets.holdings import files
from keqiao.tickets.models import CorrectiveAction
from keqiao.tickets.tests.conftest import Desk


def test_the_proof_may_be_files_which_stand_on_its_page(desk: Desk, company: Company) -> None:
    ticket = desk.at("closed")
    row = actions.correct(
        actor=company.actor("manager"), obj=ticket, title="启动器来料全检", measure="增加上电检测工位",
        owner=company.people["department"], due_on=timezone.localdate() + timedelta(days=10),
    )  # fmt: skip
    owner, page = company.client("department"), f"/corrections/{row.pk}/"
    assert Todo.objects.get(label="tickets.correctiveaction").url == page, "its owner need not see the ticket"
    photo = SimpleUploadedFile("工位.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, "image/png")
    sent = {"proof": "工位已装好", "attachments": [photo]}
    assert owner.post(f"{page}do/finish/", sent).status_code == 302
    assert CorrectiveAction.objects.get().status == CorrectiveAction.Status.DONE
    assert Notice.objects.get(kind="correction.done").url == page
    proof = Attachment.objects.get(owner_label="tickets.correctiveaction", owner_id=row.pk)
    shown = company.client("manager").get(page).content.decode()
    assert "证明文件" in shown
    assert f"/files/{proof.key}/" in shown
    assert "do/finish/" not in shown
    download = company.client("manager").get(f"/files/{proof.key}/")
    assert b"".join(download.streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]  # a file is streamed
    assert company.client("outsider").get(f"/files/{proof.key}/").status_code == 404
    assert owner.post(f"/files/{proof.key}/remove/").status_code in {403, 404}, "nobody takes proof away"
    assert proof in files([ticket.customer_id]), "an erasure finds it"
