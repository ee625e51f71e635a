"""Case 40: no spelling, no redirect and no name that changes its mind leads to an address that is not public."""

import ipaddress
import socket
import ssl
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqiao.webhooks import addresses, client
from keqiao.webhooks.tests.conftest import Receiver, Running

SPELLINGS = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "0.0.0.0",  # noqa: S104 – an address to refuse
    "0",
    "localhost", "localhost.", "LOCALHOST", "127.0.0.1.", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]",
    "[fe80::1]", "[fc00::1]", "[fd12:3456::1]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]",
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "2852039166", "0xa9fea9fe", "100.100.100.200",
    "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250",
    "240.0.0.1", "255.255.255.255", "[64:ff9b::a9fe:a9fe]", "[::ffff:169.254.169.254]", "[fd00:ec2::254]", "１２７.０.０.１",
    "127。0。0。1",
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_an_inner_address_is_connected_to(
    host: str, scheme: str, running: Running, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOK_ALLOW = []
    tried: list[Any] = []
    monkeypatch.setattr(client.httpcore.SyncBackend, "connect_tcp", lambda *args, **more: tried.append(args))
    answer = client.post(f"{scheme}://{host}:{running.receiver.port}/hook", b"{}", {})
    assert answer.code is None
    assert not tried
    assert not running.receiver.got
    assert "不允许" in answer.error or "连不上" in answer.error or "无法解析" in answer.error


def test_the_control_reaches_what_is_listed(running: Running) -> None:
    """The same client, the same server: only the list differs."""
    answer = client.post(running.receiver.url, b"{}", {})
    assert answer.code == 200
    assert len(running.receiver.got) == 1
    assert client.post(f"http://localhost.:{running.receiver.port}/", b"{}", {}).code in {200, None}


def test_public_addresses_are_told_from_others() -> None:
    for text in ("1.1.1.1", "8.8.8.8", "114.114.114.114", "2606:4700:4700::1111", "2400:3200::1", "64:ff9b::8.8.8.8"):
        assert addresses.public(ipaddress.ip_address(text)), text


@given(number=st.integers(0, 2**32 - 1))
def test_whatever_carries_an_inner_address_is_as_closed_as_that(number: int) -> None:
    inner = ipaddress.IPv4Address(number)
    for prefix in (0, 0x0064_FF9B << 96, 0xFFFF << 32, 0x2002 << 112 | 0):
        place = number << 80 if prefix >> 112 == 0x2002 else number
        outer = ipaddress.IPv6Address(prefix | place)
        assert addresses.public(outer) <= addresses.public(inner), (outer, inner)


def test_a_redirect_is_not_followed(running: Running, settings: Any) -> None:
    inner = Running()
    try:
        for code in (301, 302, 303, 307, 308):
            running.receiver.says, running.receiver.location = (lambda _got, code=code: code), inner.receiver.url
            answer = client.post(running.receiver.url, b"{}", {})
            assert (answer.code, answer.good) == (code, False)
        assert not inner.receiver.got
    finally:
        inner.stop()


def named(*answers: list[str]) -> Any:
    """A name server that gives another answer each time."""
    left = list(answers)

    def getaddrinfo(_host: str, port: int, *_args: Any, **_more: Any) -> list[Any]:
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    return getaddrinfo


def test_a_name_that_changes_its_mind_is_connected_to_where_it_was_checked(
    running: Running, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: public when asked first, loopback when asked again."""
    settings.WEBHOOK_ALLOW = []
    tried: list[str] = []

    def connect(_self: Any, host: str, _port: int, *_args: Any, **_more: Any) -> Any:
        tried.append(host)
        raise client.httpcore.ConnectError

    monkeypatch.setattr(addresses.socket, "getaddrinfo", named(["93.184.216.34"], ["127.0.0.1"]))
    monkeypatch.setattr(client.httpcore.SyncBackend, "connect_tcp", connect)
    client.post(f"https://rebind.example:{running.receiver.port}/", b"{}", {})
    assert tried == ["93.184.216.34"], "asked once, and that is where it went"
    answer = client.post(f"https://rebind.example:{running.receiver.port}/", b"{}", {})
    assert tried == ["93.184.216.34"]
    assert "不允许" in answer.error
    assert not running.receiver.got


def test_one_inner_address_among_public_ones_is_enough_to_refuse(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOK_ALLOW = []
    monkeypatch.setattr(addresses.socket, "getaddrinfo", named(["93.184.216.34", "10.0.0.1"]))
    with pytest.raises(addresses.NotAllowed):
        addresses.checked("mixed.example", 443, encrypted=True)
    monkeypatch.setattr(addresses.socket, "getaddrinfo", named(["93.184.216.34"]))
    assert addresses.checked("public.example", 443, encrypted=True) == ["93.184.216.34"]
    with pytest.raises(addresses.NotAllowed):
        addresses.checked("public.example", 80, encrypted=False)


def test_what_is_told_of_a_refusal_gives_nothing_away(
    running: Running, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An open port, a closed one and a host that is not there look alike; no address is named."""
    settings.WEBHOOK_ALLOW = []
    urls = [
        f"http://127.0.0.1:{running.receiver.port}/",
        "http://127.0.0.1:9/",
        "http://10.1.2.3:22/",
        "http://169.254.169.254/",
    ]
    said = {client.post(url, b"{}", {}).error for url in urls}
    assert len(said) == 1
    monkeypatch.setattr(addresses.socket, "getaddrinfo", named(["10.20.30.40"]))
    error = client.post("https://intranet.example/", b"{}", {}).error
    assert error in said
    assert "10.20" not in error


def test_what_is_told_of_a_connection_that_fails_names_neither_address_nor_reason(settings: Any) -> None:
    settings.WEBHOOK_ALLOW = ["127.0.0.1"]
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, but nobody listens
        told = client.post(f"http://127.0.0.1:{nobody.getsockname()[1]}/geheim", b"{}", {}).error
    assert told == "连不上对方。"


def test_who_drips_is_left_after_a_few_seconds(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that sends a byte now and then would hold a client that waits for each byte."""
    settings.WEBHOOK_ALLOW = ["127.0.0.1"]
    monkeypatch.setattr(client, "PATIENCE", 0.6)
    stop = threading.Event()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def drip() -> None:
            connection, _address = listening.accept()
            with connection:
                while not stop.wait(0.05):
                    try:
                        connection.send(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        answer = client.post(f"http://127.0.0.1:{listening.getsockname()[1]}/", b"{}", {})
        stop.set()
        thread.join()
    assert answer.code is None
    assert answer.took_ms < 3000


def test_a_certificate_of_nobody_is_refused(settings: Any, tmp_path: Any) -> None:
    settings.WEBHOOK_ALLOW = ["127.0.0.1"]
    key, cert = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    running = Running()
    assert running.server is not None
    running.server.socket = context.wrap_socket(running.server.socket, server_side=True, do_handshake_on_connect=False)
    running.server.handle_error = lambda *_args: None  # type: ignore[method-assign]
    try:
        answer = client.post(running.receiver.url.replace("http:", "https:"), b"{}", {})
    finally:
        running.stop()
    assert answer.code is None
    assert "证书" in answer.error
    assert not running.receiver.got


def self_signed(folder: Any) -> tuple[str, str]:
    """A key and a certificate that nobody vouches for."""
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415 – only here

    from cryptography import x509  # noqa: PLC0415 – only here
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 – only here
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 – only here
    from cryptography.x509.oid import NameOID  # noqa: PLC0415 – only here

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )  # fmt: skip
    (folder / "key.pem").write_bytes(private)
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return str(folder / "key.pem"), str(folder / "cert.pem")


__all__ = ["Receiver"]
