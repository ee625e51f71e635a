"""An OpenID Connect provider and WeCom's interface, as real HTTP servers with real keys, and with every fault on demand."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "keqiao", "s3cret:with/odd&signs"


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class Issuer:
    """What the provider knows, and what it shall do wrong."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.url = ""
        self.codes: dict[str, dict[str, str]] = {}
        self.person: dict[str, Any] = {"sub": "u-1", "email": "agent@haina.example", "email_verified": True}
        self.fault: dict[str, Any] = {}  # claims that replace the right ones
        self.sign_with: Any = None  # how a token is signed wrongly
        self.about: dict[str, Any] = {}  # what discovery says instead
        self.asked: list[str] = []

    def authorise(self, url: str) -> dict[str, str]:
        """What the login page at `url` would do for the person: a code, sent back with the state."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return {"code": code, "state": query["state"]}

    def token(self, asked: dict[str, str]) -> str:
        """The signed word on who came."""
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= self.person | self.fault
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.sign_with is not None:
            return str(self.sign_with(claims))
        return jwt.encode(claims, self.key, "RS256", headers={"kid": "k1"})

    def jwks(self) -> dict[str, Any]:
        """The public key."""
        numbers = self.key.public_key().public_numbers()
        key = {"kty": "RSA", "kid": "k1", "use": "sig", "alg": "RS256"}
        key |= {"n": b64(numbers.n.to_bytes(256, "big")), "e": b64(numbers.e.to_bytes(3, "big"))}
        return {"keys": [key]}

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """One request."""
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.url, "authorization_endpoint": f"{self.url}/authorise",
                "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/keys",
            } | self.about  # fmt: skip
        if path == "/keys":
            return 200, self.jwks()
        if path == "/token":
            return self.exchange(form, authorization)
        return 404, {}

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """A code for a token: once, for the client that knows its secret and the verifier."""
        name, _colon, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        if (unquote(name), unquote(secret)) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if asked is None or challenge != asked["code_challenge"] or form.get("redirect_uri") != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.token(asked)}


class WeComApi:
    """The interface of one company."""

    def __init__(self) -> None:
        self.url = ""
        self.tokens: list[str] = []
        self.members: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """One request."""
        self.asked.append(path)
        if path == "/cgi-bin/gettoken":
            if (form["corpid"], form["corpsecret"]) != ("ww1", SECRET):
                return 200, {"errcode": 40001, "errmsg": "invalid credential"}
            self.tokens.append(secrets.token_urlsafe(8))
            return 200, {"errcode": 0, "access_token": self.tokens[-1], "expires_in": 7200}
        if path == "/cgi-bin/auth/getuserinfo":
            if not self.tokens or form["access_token"] != self.tokens[-1]:
                return 200, {"errcode": 42001, "errmsg": "access_token expired"}
            return 200, self.members.pop(form["code"], {"errcode": 40029, "errmsg": "invalid code"})
        return 404, {}


@contextmanager
def serving(what: Any) -> Iterator[str]:
    """A server on this machine; sets and gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply()

        def do_POST(self) -> None:
            self.reply()

        def reply(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            form = {name: values[0] for name, values in parse_qs(body or parts.query).items()}
            status, found = what.answer(parts.path, form, self.headers.get("Authorization", ""))
            content = json.dumps(found).encode()
            self.send_response(status)
            if status in {301, 302, 307}:
                self.send_header("Location", found["to"])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    what.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield what.url
    server.shutdown()
    server.server_close()
    thread.join()
