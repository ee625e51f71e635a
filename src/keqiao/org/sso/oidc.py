"""OpenID Connect: authorisation code with PKCE, state and nonce; the ID token is checked against the issuer's keys."""

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import quote, urlencode

import jwt

from keqiao.org.sso.provider import Attempt, Failed, Person, ask

# signed by the issuer's private key: neither "none" nor HMAC, for which our own secret would be the key
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
CLAIMS = ["iss", "sub", "aud", "exp", "iat"]
LEEWAY = 60  # seconds between two clocks


class OpenIdConnect:
    """One issuer, with what it knows us by."""

    def __init__(self, issuer: str, client_id: str, secret: str) -> None:
        self.issuer, self.client_id, self.secret = issuer, client_id, secret

    def about(self) -> dict[str, Any]:
        """What the issuer says of itself; it must be the configured one."""
        found = ask("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration", issuer=self.issuer)
        if found.get("issuer") != self.issuer:
            raise Failed("discovery names another issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(found.get(name), str):
                raise Failed(f"discovery lacks {name}")
        return found

    def check(self) -> None:
        """Discovery and keys can be read."""
        self.keys(self.about())

    def keys(self, about: dict[str, Any]) -> jwt.PyJWKSet:
        """The issuer's public keys as they are now."""
        try:
            return jwt.PyJWKSet.from_dict(ask("GET", about["jwks_uri"], issuer=self.issuer))
        except jwt.PyJWTError as error:
            raise Failed("no usable keys") from error

    def address(self, attempt: Attempt, back: str, agent: str) -> str:
        """The issuer's own login page."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": back, "scope": "openid email profile",
            "state": attempt.state, "nonce": attempt.nonce, "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        url = str(self.about()["authorization_endpoint"])
        return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"

    def person(self, attempt: Attempt, back: str, code: str) -> Person:
        """Exchange the code, check the token."""
        about = self.about()
        token = self.exchange(about, attempt, back, code).get("id_token")
        if not isinstance(token, str):
            raise Failed("no id_token")
        claims = self.claims(token, about, attempt)
        email = claims.get("email") if claims.get("email_verified") is True else ""
        label = claims.get("email") or claims.get("preferred_username") or claims.get("name") or ""
        return Person(self.issuer, claims["sub"], str(label)[:254], str(email or ""))

    def exchange(self, about: dict[str, Any], attempt: Attempt, back: str, code: str) -> dict[str, Any]:
        """The issuer's answer to the code; a code is good once, and only with the verifier."""
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": attempt.verifier,
        }  # fmt: skip
        ways = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if "client_secret_basic" in ways:
            auth = (quote(self.client_id, safe=""), quote(self.secret, safe=""))  # encoded first: RFC 6749, 2.3.1
            return ask("POST", about["token_endpoint"], issuer=self.issuer, data=form, auth=auth)
        form |= {"client_id": self.client_id, "client_secret": self.secret}
        return ask("POST", about["token_endpoint"], issuer=self.issuer, data=form)

    def claims(self, token: str, about: dict[str, Any], attempt: Attempt) -> dict[str, Any]:
        """What the token says, after everything about it has been checked. Raises Failed."""
        try:
            header = jwt.get_unverified_header(token)
            algorithm = header.get("alg")
            if algorithm not in ALGORITHMS:
                raise Failed(f"algorithm {algorithm}")
            claims: dict[str, Any] = jwt.decode(
                token, self.key_for(header, about), algorithms=[algorithm], audience=self.client_id,
                issuer=self.issuer, leeway=LEEWAY, options={"require": CLAIMS},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            raise Failed(f"id_token: {error}") from error
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != self.client_id:
            raise Failed("id_token: for several, and made out to another")
        nonce = claims.get("nonce")
        if not isinstance(nonce, str) or not hmac.compare_digest(nonce, attempt.nonce):
            raise Failed("id_token: wrong nonce")
        if not claims["sub"] or len(claims["sub"]) > 255:
            raise Failed("id_token: no subject")
        return claims

    def key_for(self, header: dict[str, Any], about: dict[str, Any]) -> jwt.PyJWK:
        """The key that the token names; where it names none there must be only one."""
        keys = [key for key in self.keys(about).keys if key.public_key_use in {None, "sig"}]
        if "kid" in header:
            keys = [key for key in keys if key.key_id == header["kid"]]
        if len(keys) != 1:
            raise Failed("id_token: by no known key")
        return keys[0]
