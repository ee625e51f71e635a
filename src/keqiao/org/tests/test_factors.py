"""The second factor: set up, asked for, good once, shared lock-out, lost phones."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.customers.archive import identity
from keqiao.kernel import sealing
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, TooMany
from keqiao.notices.models import Notice
from keqiao.org import actions
from keqiao.org.factors import actions as factors
from keqiao.org.factors import totp
from keqiao.org.factors.proving import check_code
from keqiao.org.models import Employee, Position, RecoveryCode, SecondFactor, TrustedDevice
from keqiao.org.tests.conftest import GOOD, as_actor, is_in, log_in, to_of, work
from keqiao.runtime import throttle, worker

Phone = Callable[[], str]
CODE = "/login/code/"
FACTOR = "/me/factor/"


def codes_of(page: str) -> list[str]:
    return re.findall(r"<li><code>([A-Z2-9-]{19})</code></li>", page)


def test_codes_are_those_of_the_standard() -> None:
    secret = totp.base64.b32encode(b"12345678901234567890").decode()
    at = timezone.datetime.fromtimestamp  # type: ignore[attr-defined]  # the class behind it
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):  # RFC 6238, appendix B
        assert totp.code_at(secret, at(seconds, tz=timezone.get_default_timezone())) == code
    now = timezone.now()
    for drift, counts in ((-60, False), (-30, True), (0, True), (30, True), (61, False)):
        code = totp.code_at(secret, now + timedelta(seconds=drift))
        assert (totp.step_of(secret, code, now) is not None) == counts, drift


def test_set_up_by_the_page_and_log_in_with_a_code(agent: Employee, clock: Any) -> None:
    client = Client()
    log_in(client)
    assert "尚未开启" in client.get(FACTOR).content.decode()
    wrong = client.post(FACTOR, {"step": "begin", "password": "nonsense"})
    assert wrong.status_code == 422
    assert not SecondFactor.objects.exists()
    client.post(FACTOR, {"step": "begin", "password": GOOD})
    page = client.get(FACTOR).content.decode()
    secret = re.search(r'id="factor-secret">([A-Z2-7 ]+)<', page)
    assert secret
    assert "data:image/svg" in page
    plain = secret[1].replace(" ", "")
    assert client.post(FACTOR, {"step": "confirm", "code": "000000"}).status_code == 422
    assert log_in(Client()).headers["Location"] == "/", "not yet confirmed, so not yet asked for"
    shown = client.post(FACTOR, {"step": "confirm", "code": totp.code_at(plain, timezone.now())}).content.decode()
    assert len(codes_of(shown)) == 10
    assert not codes_of(client.get(FACTOR).content.decode()), "shown once only"
    assert plain not in client.get(FACTOR).content.decode().replace(" ", "")

    other = Client()
    assert log_in(other, query_params={"next": "/employees/"}).headers["Location"] == CODE
    assert not is_in(other)
    assert other.post(CODE, {"code": totp.code_at(plain, timezone.now())}).status_code == 422, "used at set-up"
    clock.shift(30)
    assert other.post(CODE, {"code": totp.code_at(plain, timezone.now())}).headers["Location"] == "/employees/"
    assert is_in(other)


def test_the_secret_is_seen_only_in_the_session_that_gave_the_password(agent: Employee) -> None:
    here, there = Client(), Client()
    log_in(here)
    log_in(there)
    here.post(FACTOR, {"step": "begin", "password": GOOD})
    assert "factor-secret" in here.get(FACTOR).content.decode()
    assert "factor-secret" not in there.get(FACTOR).content.decode()


def test_nothing_of_secret_and_codes_lies_open_in_the_database(agent: Employee, phone: Phone) -> None:
    factor = SecondFactor.objects.get()
    secret = factors.secret_of(factor)
    codes = factors.renew_codes(actor=as_actor(agent), employee=agent)
    rows = [*SecondFactor.objects.values(), *RecoveryCode.objects.values(), *Event.objects.values()]
    assert secret not in str(rows)
    assert not [code for code in codes if code in str(rows) or code.replace("-", "") in str(rows)]


def test_a_code_opens_once(agent: Employee, phone: Phone) -> None:
    first, second, code = Client(), Client(), phone()
    log_in(first)
    log_in(second)
    assert first.post(CODE, {"code": code}).status_code == 302
    assert second.post(CODE, {"code": code}).status_code == 422
    assert not is_in(second)
    assert second.post(CODE, {"code": phone()}).status_code == 302


class TestRaces:
    pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

    def test_a_code_sent_by_many_at_once_opens_once(
        self, agent: Employee, phone: Phone, in_parallel: Callable[..., list[Any]]
    ) -> None:
        code, actor = phone(), as_actor(agent)
        won = in_parallel(lambda _n: factors.use_code(actor=actor, employee=agent, code=code), 12)
        assert sorted(won) == [False] * 11 + [True], won

    def test_a_recovery_code_sent_by_many_at_once_opens_once(
        self, agent: Employee, phone: Phone, in_parallel: Callable[..., list[Any]]
    ) -> None:
        actor = as_actor(agent)
        code = factors.renew_codes(actor=actor, employee=agent)[0]
        won = in_parallel(lambda _n: factors.use_code(actor=actor, employee=agent, code=code), 12)
        assert sorted(won) == [False] * 11 + [True], won

    def test_looking_before_writing_would_let_several_in(
        self, agent: Employee, phone: Phone, in_parallel: Callable[..., list[Any]]
    ) -> None:
        """The control: the same check without the conditional update."""
        code, looked = phone(), threading.Barrier(12)

        def careless(_n: int) -> bool:
            factor = SecondFactor.objects.get()
            looked.wait()
            step = totp.step_of(factors.secret_of(factor), code, timezone.now())
            if step is None or factor.last_step >= step:
                return False
            SecondFactor.objects.update(last_step=step)
            return True

        assert sum(in_parallel(careless, 12)) > 1

    def test_parallel_guesses_at_the_code_get_ten_tries_with_those_at_the_password(
        self, agent: Employee, phone: Phone, in_parallel: Callable[..., list[Any]]
    ) -> None:
        client = Client()
        log_in(client)
        actor = as_actor(agent)
        results = in_parallel(lambda n: check_code(actor, agent, f"{n:06d}"), 20)
        assert sum(type(one) is Refused for one in results) == 9, results  # the right password was the first of ten
        assert sum(isinstance(one, TooMany) for one in results) == 11


def test_a_right_password_does_not_give_new_tries_at_the_code(agent: Employee, phone: Phone) -> None:
    client = Client(headers={"X-Forwarded-For": "1.2.3.4"})
    for _time in range(5):
        log_in(client)
        assert client.post(CODE, {"code": "000000"}).status_code == 422
    assert log_in(client).status_code == 422
    assert client.post(CODE, {"code": phone()}).status_code == 422, "locked for the right code too"
    assert "尝试次数过多" in client.post(CODE, {"code": phone()}).content.decode()


def test_a_done_login_forgets_the_tries(agent: Employee, phone: Phone) -> None:
    for _time in range(4):
        client = Client()
        log_in(client, "wrong")
        log_in(client)
        client.post(CODE, {"code": "000000"})
        assert client.post(CODE, {"code": phone()}).status_code == 302
    assert throttle.count("login:agent") == 0


def test_a_recovery_code_replaces_the_phone_once(agent: Employee, phone: Phone) -> None:
    code = factors.renew_codes(actor=as_actor(agent), employee=agent)[3]
    client, again = Client(), Client()
    log_in(client)
    assert client.post(CODE, {"code": f" {code.lower()} "}).status_code == 302
    assert "还有 9 个恢复码" in client.get(FACTOR).content.decode()
    log_in(again)
    assert again.post(CODE, {"code": code}).status_code == 422
    assert Event.objects.filter(verb="factor.recovery_used", object_id=agent.pk).count() == 1


def test_the_second_step_is_over_with_time_and_with_a_new_password(agent: Employee, phone: Phone, clock: Any) -> None:
    late, changed = Client(), Client()
    log_in(late)
    clock.shift(timedelta(minutes=11))
    assert late.post(CODE, {"code": phone()}).headers["Location"] == "/login/"
    log_in(changed)
    actions.change_password(actor=SYSTEM, employee=agent, password="blue-lantern-77")
    assert changed.post(CODE, {"code": phone()}).headers["Location"] == "/login/"
    assert Client().get(CODE).headers["Location"] == "/login/"
    assert not is_in(late)
    assert not is_in(changed)


def test_a_trusted_device_is_asked_for_the_password_only(agent: Employee, phone: Phone, clock: Any) -> None:
    client = Client()
    log_in(client)
    client.post(CODE, {"code": phone(), "trusted": "on"})
    cookie = client.cookies["keqiao_device"]
    assert cookie["httponly"]
    assert cookie.value not in str(list(TrustedDevice.objects.values()))
    client.post("/logout/")
    assert log_in(client).headers["Location"] == "/"
    stranger = Client()
    stranger.cookies["keqiao_device"] = "x" + cookie.value
    assert log_in(stranger).headers["Location"] == CODE
    client.post("/logout/")
    clock.shift(timedelta(days=30, seconds=1))
    assert log_in(client).headers["Location"] == CODE
    client.post(CODE, {"code": phone(), "trusted": "on"})
    client.post(FACTOR, {"step": "distrust"})
    client.post("/logout/")
    assert log_in(client).headers["Location"] == CODE


def test_a_device_trusted_by_one_is_not_trusted_by_another(agent: Employee, phone: Phone, company: Company) -> None:
    plain = factors.trust(actor=company.actor("colleague"), employee=company.people["colleague"], agent="x")
    client = Client()
    client.cookies["keqiao_device"] = plain
    assert log_in(client).headers["Location"] == CODE


def test_a_new_password_ends_the_trust(agent: Employee, phone: Phone) -> None:
    factors.trust(actor=as_actor(agent), employee=agent, agent="x")
    actions.change_password(actor=SYSTEM, employee=agent, password="blue-lantern-77")
    assert not TrustedDevice.objects.exists()


@pytest.mark.parametrize("step", ["remove", "codes"])
def test_taking_away_needs_password_and_code(agent: Employee, phone: Phone, step: str) -> None:
    client = Client()
    log_in(client)
    client.post(CODE, {"code": phone()})
    before = list(RecoveryCode.objects.values_list("digest", flat=True))
    for proof in ({"password": GOOD, "code": "000000"}, {"password": "wrong", "code": phone()}, {}):
        assert client.post(FACTOR, {"step": step, **proof}).status_code == 422
        assert SecondFactor.objects.exists()
        assert list(RecoveryCode.objects.values_list("digest", flat=True)) == before
    done = client.post(FACTOR, {"step": step, "password": GOOD, "code": phone()})
    assert (done.status_code, SecondFactor.objects.exists()) == ((302, False) if step == "remove" else (200, True))
    assert list(RecoveryCode.objects.values_list("digest", flat=True)) != before


def test_guesses_at_the_page_count_too(agent: Employee, phone: Phone) -> None:
    client = Client()
    log_in(client)
    client.post(CODE, {"code": phone()})
    for _time in range(10):
        client.post(FACTOR, {"step": "remove", "password": GOOD, "code": "000000"})
    assert "尝试次数过多" in client.post(FACTOR, {"step": "remove", "password": GOOD, "code": phone()}).content.decode()
    assert SecondFactor.objects.exists()


def demand(name: str = "客服专员") -> None:
    position = Position.objects.get(name=name)
    actions.change_position(
        actor=SYSTEM, position=position, name=name, scope=position.scope, powers=position.powers, second_factor=True
    )


def test_a_position_can_demand_it(agent: Employee, clock: Any, company: Company) -> None:
    client = Client()
    log_in(client)
    assert client.get("/employees/").status_code == 200
    demand()
    assert client.get("/employees/").headers["Location"] == FACTOR, "felt at once, in open sessions too"
    assert client.get("/api/units").status_code == 401
    assert "您的岗位要求两步验证" in client.get(FACTOR).content.decode()
    assert company.client("manager").get("/employees/").status_code == 200
    client.post(FACTOR, {"step": "begin", "password": GOOD})
    code = totp.code_at(factors.secret_of(SecondFactor.objects.get()), timezone.now())
    client.post(FACTOR, {"step": "confirm", "code": code})
    assert client.get("/employees/").status_code == 200
    assert client.get("/api/units").status_code == 200
    assert client.post("/logout/").status_code == 302


def test_the_page_of_a_position_keeps_the_demand(company: Company) -> None:
    client, position = company.client("manager"), Position.objects.get(name="客服专员")
    url = f"/positions/{position.pk}/edit/"
    body = {"name": position.name, "scope": position.scope, "powers": position.powers, "reveals_a_day": 50}
    assert client.post(url, {**body, "second_factor": "on"}).status_code == 302
    position.refresh_from_db()
    assert position.second_factor
    assert 'name="second_factor" id="id_second_factor" checked' in re.sub(
        r' (aria-\w+="[^"]*"|class="[^"]*")', "", client.get(url).content.decode()
    )


def test_an_administrator_resets_it_on_record_and_the_person_is_told(
    agent: Employee, phone: Phone, company: Company, mailbox: list[Any]
) -> None:
    boss = company.client("manager")
    url = f"/employees/{agent.pk}/do/reset_factor/"
    assert url in boss.get(f"/employees/{agent.pk}/").content.decode()
    assert company.client("colleague").post(url).status_code == 403
    assert boss.post(url).status_code == 302
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert Event.objects.get(verb="factor.reset").actor_id == company.people["manager"].pk
    worker.drain()
    assert "沈若谷已重设您的两步验证" in Notice.objects.get(employee=agent).title
    assert to_of(mailbox[0]) == "agent@haina.example"
    assert log_in(Client()).headers["Location"] == "/"
    assert url not in boss.get(f"/employees/{agent.pk}/").content.decode()


def test_nobody_resets_the_own_one_that_way(agent: Employee, phone: Phone) -> None:
    Position.objects.filter(employees=agent).update(powers=["org.change"])
    actions.refresh_access([agent.pk])
    with pytest.raises(NotAllowed):
        factors.reset(actor=as_actor(agent), employee=agent)
    assert SecondFactor.objects.exists()


def test_a_change_of_keys_takes_the_secrets_along(agent: Employee, phone: Phone, mailbox: list[Any]) -> None:
    factors.reset(actor=SYSTEM, employee=agent)  # a letter waits, sealed
    actor = as_actor(agent)
    factors.begin(actor=actor, employee=agent)
    secret = factors.secret_of(SecondFactor.objects.get())
    old = sealing.keys()[0].id
    new, count = identity.rotate(actor=SYSTEM)
    assert (SecondFactor.objects.get().key, count) == (new, 1)
    assert identity.forget(actor=SYSTEM) == [], "the letter still needs it"
    work()
    assert identity.forget(actor=SYSTEM) == [old]
    assert factors.secret_of(SecondFactor.objects.get()) == secret
    assert to_of(mailbox[0]) == "agent@haina.example"


def test_without_its_key_it_says_so_and_can_be_reset(agent: Employee, phone: Phone) -> None:
    sealing.file().unlink()
    client = Client()
    log_in(client)
    assert "缺少解开两步验证的密钥" in client.post(CODE, {"code": "123456"}).content.decode()
    factors.reset(actor=SYSTEM, employee=agent)
    assert log_in(client).headers["Location"] == "/"
