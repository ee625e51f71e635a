"""WeCom 企业微信: its own OAuth2. The browser brings a code, the interface of the company's app says whose it is."""

import hashlib
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache

from keqiao.org.sso.provider import Attempt, Failed, Person, ask

API = "https://qyapi.weixin.qq.com"
SCAN = "https://login.work.weixin.qq.com/wwlogin/sso/login"
INSIDE = "https://open.weixin.qq.com/connect/oauth2/authorize"  # within WeCom itself, without scanning
STALE = {40014, 42001}  # the access token is no longer good
KEPT = 6600  # seconds; good for 7,200, and asking too often is refused


class WeCom:
    """One company's app."""

    def __init__(self, corporation: str, agent_id: str, secret: str, api: str = "") -> None:
        self.corporation, self.agent_id, self.secret = corporation, agent_id, secret
        self.api = (api or API).rstrip("/")
        self.issuer = f"wecom:{corporation}"

    def check(self) -> None:
        """The app's secret opens the interface."""
        self.access_token(fresh=True)

    def address(self, attempt: Attempt, back: str, agent: str) -> str:
        """The page to scan, or to pass through when the browser is WeCom's own."""
        if "wxwork" in agent.lower():
            query = {
                "appid": self.corporation, "redirect_uri": back, "response_type": "code", "scope": "snsapi_base",
                "state": attempt.state, "agentid": self.agent_id,
            }  # fmt: skip
            return f"{INSIDE}?{urlencode(query)}#wechat_redirect"
        query = {
            "login_type": "CorpApp", "appid": self.corporation, "agentid": self.agent_id, "redirect_uri": back,
            "state": attempt.state,
        }  # fmt: skip
        return f"{SCAN}?{urlencode(query)}"

    def person(self, attempt: Attempt, back: str, code: str) -> Person:
        """The member of the company who brought the code; a customer or a member of another company is nobody."""
        found = self.whose(code, self.access_token())
        if found.get("errcode") in STALE:
            found = self.whose(code, self.access_token(fresh=True))
        member = found.get("userid") or found.get("UserId")
        if found.get("errcode") != 0 or not isinstance(member, str) or not member:
            raise Failed(f"WeCom: {found.get('errcode')}, no member")
        return Person(self.issuer, member[:255], member[:254], username=member)

    def whose(self, code: str, token: str) -> dict[str, Any]:
        """What the interface says of the code."""
        return self.get("auth/getuserinfo", access_token=token, code=code)

    def access_token(self, *, fresh: bool = False) -> str:
        """The app's own token, kept while it is good."""
        key = "wecom:" + hashlib.sha256(f"{self.api}\0{self.corporation}\0{self.secret}".encode()).hexdigest()
        token = None if fresh else cache.get(key)
        if token is None:
            found = self.get("gettoken", corpid=self.corporation, corpsecret=self.secret)
            token = found.get("access_token")
            if found.get("errcode") != 0 or not isinstance(token, str):
                raise Failed(f"WeCom: {found.get('errcode')}, no access token")
            cache.set(key, token, KEPT)
        return str(token)

    def get(self, name: str, **query: str) -> dict[str, Any]:
        """One question to the interface."""
        return ask("GET", f"{self.api}/cgi-bin/{name}", issuer=self.api, params=query)
