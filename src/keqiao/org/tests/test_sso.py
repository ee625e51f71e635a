"""Logging in by another system, against real servers: whom to believe, and whom not."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.customers.archive import identity
from keqiao.kernel.actor import SYSTEM
from keqiao.org import actions as org
from keqiao.org.models import Employee, LoginLink, LoginProvider, SecondFactor
from keqiao.org.sso import actions
from keqiao.org.sso.provider import Failed, Person, ask, is_safe
from keqiao.org.sso.queries import provider_of
from keqiao.org.tests.conftest import GOOD, is_in, log_in
from keqiao.org.tests.idp import CLIENT, SECRET, Issuer, WeComApi, serving

GO, BACK = "/login/sso/", "/login/sso/back/"


def provider() -> LoginProvider:
    """The one row of a new installation; a test with real transactions leaves the table empty."""
    return LoginProvider.objects.first() or LoginProvider.objects.create()


def set_up(**values: Any) -> LoginProvider:
    given = {"kind": "oidc", "client_id": CLIENT, "client_secret": SECRET, "auto_link": True, "active": True}
    return actions.change_provider(actor=SYSTEM, obj=provider(), **given | values)


@pytest.fixture
def issuer(agent: Employee) -> Iterator[Issuer]:
    """A provider that is set up and knows the agent."""
    one = Issuer()
    with serving(one):
        set_up(issuer=one.url)
        yield one


def come(issuer: Issuer, client: Client | None = None, **query: str) -> tuple[Client, Any]:
    """Go and come back."""
    client = client or Client()
    sent = client.get(GO)
    assert sent["Location"].startswith(f"{issuer.url}/authorise?")
    return client, client.get(BACK, issuer.authorise(sent["Location"]) | query)


def test_a_good_login_opens_a_session_and_is_on_record(issuer: Issuer, agent: Employee) -> None:
    client = Client()
    assert "用单位账号登录" in client.get("/login/").content.decode()
    sent = client.get(GO, {"next": "/employees/"})
    answer = client.get(BACK, issuer.authorise(sent["Location"]))
    assert answer["Location"] == "/employees/"
    assert is_in(client)
    link = LoginLink.objects.get()
    assert (link.employee, link.issuer, link.subject) == (agent, issuer.url, "u-1")
    assert Event.objects.filter(verb="employee.logged_in", object_id=agent.pk, data__note="单点登录").exists()
    assert SECRET not in str(list(LoginProvider.objects.values()))
    issuer.person["email"] = "other@haina.example"  # linked by the subject; the address may change
    assert is_in(come(issuer)[0])


def with_key(issuer: Issuer, key: Any, algorithm: str, kid: str = "k1") -> Callable[[dict[str, Any]], str]:
    return lambda claims: jwt.encode(claims, key, algorithm, headers={"kid": kid})


def tampered(issuer: Issuer) -> Callable[[dict[str, Any]], str]:
    def make(claims: dict[str, Any]) -> str:
        head, _body, signature = jwt.encode(claims, issuer.key, "RS256", headers={"kid": "k1"}).split(".")
        body = jwt.encode(claims | {"email": "manager@haina.example"}, issuer.other, "RS256").split(".")[1]
        return f"{head}.{body}.{signature}"

    return make


SIGNATURES: dict[str, Callable[[Issuer], Any]] = {
    "another key": lambda issuer: with_key(issuer, issuer.other, "RS256"),
    "an unknown key": lambda issuer: with_key(issuer, issuer.other, "RS256", "k2"),
    "none": lambda issuer: lambda claims: jwt.encode(claims, None, "none", headers={"kid": "k1"}),
    "our own secret": lambda issuer: with_key(issuer, SECRET, "HS256"),
    "words changed afterwards": tampered,
    "no token at all": lambda issuer: lambda claims: "nonsense",
}


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("how", SIGNATURES)
def test_a_token_not_signed_by_the_issuer_opens_nothing(issuer: Issuer, how: str) -> None:
    issuer.sign_with = SIGNATURES[how](issuer)
    client, answer = come(issuer)
    assert answer["Location"] == "/login/"
    assert not is_in(client)
    assert not LoginLink.objects.exists()
    assert "登录没有完成" in client.get("/login/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "another"}, {"aud": None}, {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT, "x"], "azp": "x"}, {"iss": "https://evil.example"}, {"iss": None}, {"exp": 1_700_000_000},
        {"exp": None}, {"iat": 4_000_000_000}, {"sub": None}, {"sub": ""}, {"sub": "x" * 256}, {"nbf": 4_000_000_000},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_says_something_wrong_opens_nothing(issuer: Issuer, wrong: dict[str, Any]) -> None:
    issuer.fault = wrong
    client, answer = come(issuer)
    assert answer["Location"] == "/login/"
    assert not is_in(client)
    assert not LoginLink.objects.exists()
    issuer.fault = {}
    assert is_in(come(issuer)[0]), "the control: nothing else was wrong"


def test_a_state_is_good_once_and_only_where_it_was_given_out(issuer: Issuer) -> None:
    client = Client()
    query = issuer.authorise(client.get(GO)["Location"])
    stranger = Client()
    assert stranger.get(BACK, query)["Location"] == "/login/"
    assert not is_in(stranger)
    assert client.get(BACK, query | {"state": "guessed"})["Location"] == "/login/"
    assert client.get(BACK, query)["Location"] == "/login/", "used up by the wrong try"
    query = issuer.authorise(client.get(GO)["Location"])
    assert client.get(BACK, query)["Location"] == "/"
    again = len(issuer.asked)
    assert client.get(BACK, query)["Location"] == "/me/logins/", "logged in already; nothing was asked"
    assert len(issuer.asked) == again


def test_a_code_is_good_once(issuer: Issuer) -> None:
    query = issuer.authorise(Client().get(GO)["Location"])
    used, client = Client(), Client()
    own = issuer.authorise(used.get(GO)["Location"])
    assert used.get(BACK, own)["Location"] == "/"
    state = issuer.authorise(client.get(GO)["Location"])["state"]
    assert client.get(BACK, {"code": own["code"], "state": state})["Location"] == "/login/"
    state = issuer.authorise(client.get(GO)["Location"])["state"]
    assert client.get(BACK, {"code": query["code"], "state": state})["Location"] == "/login/", "of another's verifier"
    assert not is_in(client)


def test_the_way_back_is_closed_after_ten_minutes(issuer: Issuer) -> None:
    client = Client()
    query = issuer.authorise(client.get(GO)["Location"])
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert client.get(BACK, query)["Location"] == "/login/"
    assert not is_in(client)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_links_nobody(issuer: Issuer, verified: Any) -> None:
    issuer.person["email_verified"] = verified
    client, _answer = come(issuer)
    assert not is_in(client)
    assert "还没有关联员工" in client.get("/login/").content.decode()
    assert not LoginLink.objects.exists()


def test_who_keeps_the_installation_is_never_linked_by_an_address(issuer: Issuer, company: Company) -> None:
    Employee.objects.filter(username="manager").update(email="boss@haina.example")
    issuer.person["email"] = "boss@haina.example"
    assert not is_in(come(issuer)[0])
    assert not LoginLink.objects.exists()


def test_nobody_is_linked_by_an_address_that_two_have_or_where_it_is_switched_off(issuer: Issuer) -> None:
    set_up(issuer=issuer.url, auto_link=False)
    assert not is_in(come(issuer)[0])
    set_up(issuer=issuer.url)
    Employee.objects.filter(username="colleague").update(email="AGENT@haina.example")
    assert not is_in(come(issuer)[0])
    Employee.objects.filter(username="colleague").update(email="")
    assert is_in(come(issuer)[0])
    issuer.person["sub"] = "u-2"  # the same address, another person
    assert not is_in(come(issuer)[0])


def test_a_leaver_stays_out(issuer: Issuer, agent: Employee) -> None:
    assert is_in(come(issuer)[0])
    org.deactivate_employee(actor=SYSTEM, employee=agent)
    assert not is_in(come(issuer)[0])


def test_the_second_factor_is_asked_for_here_too(issuer: Issuer, agent: Employee) -> None:
    SecondFactor.objects.create(employee=agent, key="k1", sealed="x", confirmed_at=timezone.now())
    client, answer = come(issuer)
    assert answer["Location"] == "/login/code/"
    assert not is_in(client)


def linking(client: Client, issuer: Issuer) -> Any:
    assert client.post("/me/logins/", {"step": "prove", "password": GOOD}).status_code == 302
    return come(issuer, client)[1]


def test_one_links_and_unlinks_the_own_account_with_the_password(issuer: Issuer, company: Company) -> None:
    set_up(issuer=issuer.url, auto_link=False)
    issuer.person |= {"email": "else@elsewhere.example", "email_verified": False}
    client = Client()
    log_in(client)
    assert client.post("/me/logins/", {"step": "prove", "password": "wrong"}).status_code == 422
    come(issuer, client)
    assert not LoginLink.objects.exists(), "without the password a login is only a login"
    assert linking(client, issuer)["Location"] == "/me/logins/"
    link = LoginLink.objects.get()
    assert link.employee.username == "agent"
    assert is_in(come(issuer)[0])
    other = company.client("colleague")
    assert other.post("/me/logins/", {"unlink": link.pk}).status_code == 404
    assert client.post("/me/logins/", {"unlink": link.pk}).status_code == 302
    assert not is_in(come(issuer)[0])


def test_one_subject_is_one_employee(issuer: Issuer, company: Company) -> None:
    come(issuer)
    colleague = company.people["colleague"]
    org.change_password(actor=SYSTEM, employee=colleague, password=GOOD)
    client = Client()
    log_in(client, username="colleague")
    linking(client, issuer)
    assert LoginLink.objects.get().employee.username == "agent"
    assert "已关联到另一位员工" in client.get("/me/logins/").content.decode()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_link(company: Company, in_parallel: Callable[..., list[Any]]) -> None:
    Employee.objects.filter(username="agent").update(email="agent@haina.example")
    person, ready = Person("https://i.example", "u-1", email="agent@haina.example"), threading.Barrier(8)

    def enter(_n: int) -> Any:
        ready.wait()
        return actions.come_in(person=person, auto_link=True)

    in_parallel(enter, 8)
    assert LoginLink.objects.count() == 1


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({"issuer": "https://evil.example"}, "another issuer"),
        ({"token_endpoint": "http://127.0.0.1:9/token"}, "another port"),
        ({"jwks_uri": "http://169.254.169.254/latest"}, "the metadata of a cloud"),
        ({"token_endpoint": None}, "missing"),
        ({"jwks_uri": "file:///etc/passwd"}, "a file"),
    ],
)
def test_nothing_is_asked_of_anybody_but_the_issuer(issuer: Issuer, about: dict[str, Any], why: str) -> None:
    issuer.about = about
    client = Client()
    sent = client.get(GO)
    if sent["Location"] != "/login/":
        client.get(BACK, issuer.authorise(sent["Location"]))
    assert not is_in(client)


def test_redirects_and_endless_answers_are_not_followed(issuer: Issuer) -> None:
    other = Issuer()
    with serving(other):
        issuer.answer = lambda path, form, authorization: (302, {"to": f"{other.url}/keys"})  # type: ignore[method-assign]
        with pytest.raises(Failed):
            ask("GET", f"{issuer.url}/keys", issuer=issuer.url)
        assert other.asked == []
    issuer.answer = lambda path, form, authorization: (200, {"x": "y" * 2_000_000})  # type: ignore[method-assign]
    with pytest.raises(Failed, match="too long"):
        ask("GET", f"{issuer.url}/keys", issuer=issuer.url)


def test_a_provider_that_is_away_is_said_to_be_and_the_password_still_opens(agent: Employee) -> None:
    set_up(issuer="http://127.0.0.1:9")
    client = Client()
    assert client.get(GO)["Location"] == "/login/"
    assert "登录没有完成" in client.get("/login/").content.decode()
    assert log_in(client).status_code == 302


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://login.haina.example/realms/x", True), ("http://127.0.0.1:8080", True), ("http://localhost", True),
        ("http://login.haina.example", False), ("https://", False), ("ftp://x", False), ("javascript:alert(1)", False),
        ("https://a@b.example", False), ("https://b.example/?x", False), ("https://b.example/#x", False),
        ("https://[::1", False), ("", False),
    ],
)  # fmt: skip
def test_an_issuer_is_https(url: str, safe: bool) -> None:
    assert is_safe(url) == safe


def test_it_is_set_up_in_the_browser_and_the_secret_is_never_shown(agent: Employee, company: Company) -> None:
    boss, row = company.client("manager"), provider()
    url = f"/sso-settings/{row.pk}/edit/"
    body = {"kind": "oidc", "issuer": "https://login.haina.example", "client_id": CLIENT, "active": "on"}
    assert company.client("agent").post(url, body).status_code in {403, 404}
    assert boss.post(url, body).status_code == 422, "no secret yet"
    assert boss.post(url, body | {"client_secret": SECRET, "issuer": "http://x.example"}).status_code == 422
    assert boss.post(url, body | {"client_secret": SECRET}).status_code == 302
    assert boss.post(url, body | {"label": "海纳账号"}).status_code == 302, "an empty secret keeps the old one"
    row.refresh_from_db()
    assert provider_of(row).secret == SECRET  # type: ignore[attr-defined]  # of the one kind
    pages = [
        url,
        f"/sso-settings/{row.pk}/",
        "/sso-settings/",
        f"/api/sso-settings/{row.pk}",
        "/history/org.loginprovider/1/",
    ]
    assert not [page for page in pages if SECRET in boss.get(page).content.decode()]
    assert SECRET not in str(list(Event.objects.values()))
    assert "海纳账号" in Client().get("/login/").content.decode()
    identity.rotate(actor=SYSTEM)
    identity.forget(actor=SYSTEM)
    row.refresh_from_db()
    assert provider_of(row).secret == SECRET  # type: ignore[attr-defined]


@pytest.fixture
def wecom(agent: Employee) -> Iterator[WeComApi]:
    """WeCom's interface, with the agent as a member."""
    one = WeComApi()
    with serving(one):
        set_up(kind="wecom", client_id="ww1", agent_id="1000002", issuer=one.url)
        yield one


def test_wecom_logs_a_member_in(wecom: WeComApi, agent: Employee) -> None:
    wecom.members["c1"] = {"errcode": 0, "userid": "Agent", "user_ticket": "x"}
    client = Client()
    assert "用企业微信登录" in client.get("/login/").content.decode()
    sent = client.get(GO)["Location"]
    query = parse_qs(urlsplit(sent).query)
    assert sent.startswith("https://login.work.weixin.qq.com/wwlogin/sso/login?")
    assert (query["appid"], query["agentid"], query["login_type"]) == (["ww1"], ["1000002"], ["CorpApp"])
    assert query["redirect_uri"][0].endswith(BACK)
    assert client.get(BACK, {"code": "c1", "state": query["state"][0]})["Location"] == "/"
    assert is_in(client)
    assert LoginLink.objects.get().issuer == "wecom:ww1"


def test_within_wecom_nobody_has_to_scan(wecom: WeComApi) -> None:
    sent = Client(headers={"User-Agent": "Mozilla/5.0 wxwork/4.1 MicroMessenger/7.0"}).get(GO)["Location"]
    assert sent.startswith("https://open.weixin.qq.com/connect/oauth2/authorize?")
    assert sent.endswith("#wechat_redirect")


def test_wecom_customers_used_codes_and_wrong_states_stay_out(wecom: WeComApi) -> None:
    for answer in (
        {"errcode": 0, "openid": "o1"},
        {"errcode": 40029},
        {"errcode": 0, "userid": ""},
        {"userid": "agent"},
    ):
        wecom.members["c2"] = answer
        client = Client()
        state = parse_qs(urlsplit(client.get(GO)["Location"]).query)["state"][0]
        assert client.get(BACK, {"code": "c2", "state": state})["Location"] == "/login/", answer
        assert not is_in(client)
    wecom.members["c3"] = {"errcode": 0, "userid": "agent"}
    client = Client()
    client.get(GO)
    assert client.get(BACK, {"code": "c3", "state": "guessed"})["Location"] == "/login/"
    assert "c3" in wecom.members, "not even asked"


def test_wecoms_token_is_kept_and_renewed_when_it_has_gone_stale(wecom: WeComApi) -> None:
    for number in range(3):
        wecom.members[f"c{number}"] = {"errcode": 0, "userid": "agent"}
        if number == 2:
            wecom.tokens.append("the old one is void now")
        client = Client()
        state = parse_qs(urlsplit(client.get(GO)["Location"]).query)["state"][0]
        client.get(BACK, {"code": f"c{number}", "state": state})
        assert is_in(client), number
    assert wecom.asked.count("/cgi-bin/gettoken") == 2


def test_the_set_up_can_be_tried(wecom: WeComApi, issuer: Issuer, company: Company) -> None:
    boss, row = company.client("manager"), provider()
    url = f"/sso-settings/{row.pk}/do/check/"
    assert "对方的回答与设置相符" in boss.post(url, follow=True).content.decode()
    set_up(issuer="http://127.0.0.1:9")
    assert "连不上" in boss.post(url, follow=True).content.decode()
    set_up(kind="wecom", client_id="ww1", agent_id="1", issuer=wecom.url)
    assert "对方的回答与设置相符" in boss.post(url, follow=True).content.decode()
