"""What comes in on the wire, in the production settings: plain HTTP, hosts, framing. Source: security.md 19, 25, 29."""

import socket

import pytest

HOST = b"Host: dj.example.edu.cn\r\n"
TLS = b"X-Forwarded-Proto: https\r\n"


def send(port, *parts, seconds=5):
    """Send bytes as they are; return everything that came back until the other side closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as wire:
        for part in parts:
            wire.sendall(part)
        answer = b""
        while piece := wire.recv(65536):
            answer += piece
        return answer


def status(answer):
    return int(answer.split(b" ", 2)[1])


def get(path, *headers):
    return b"GET " + path + b" HTTP/1.1\r\n" + b"".join(headers) + b"Connection: close\r\n\r\n"


# ── plain HTTP (19) ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", (b"/", b"/login/", b"/info/", b"/nothing/"))
def test_plain_http_is_led_to_https_and_sets_no_cookie(production, path):
    answer = send(production, get(path, HOST))
    assert status(answer) == 301
    assert b"Location: https://dj.example.edu.cn" + path in answer
    assert b"set-cookie" not in answer.lower()


def test_a_password_sent_over_plain_http_is_not_read(production):
    body = b"login_name=x&password=y"
    head = b"POST /login/ HTTP/1.1\r\n" + HOST + b"Content-Type: application/x-www-form-urlencoded\r\n"
    answer = send(production, head + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)
    assert (status(answer), b"set-cookie" in answer.lower()) == (301, False)


def test_cookies_over_https_have_every_flag(production):
    answer = send(production, get(b"/login/", HOST, TLS))
    [cookie] = [line for line in answer.split(b"\r\n") if line.lower().startswith(b"set-cookie")]
    assert cookie.startswith(b"Set-Cookie: __Host-csrf=")
    for flag in (b"Secure", b"HttpOnly", b"SameSite=Lax", b"Path=/"):
        assert flag in cookie
    assert b"Domain" not in cookie
    assert b"Strict-Transport-Security: max-age=31536000" in answer


@pytest.mark.parametrize(
    "header", (b"X_Forwarded_Proto: https\r\n", b"X-Forwarded-Protocol: ssl\r\n", b"X-Forwarded-Ssl: on\r\n")
)
def test_look_alikes_of_the_proxys_header_change_nothing(production, header):
    assert status(send(production, get(b"/login/", HOST, header))) == 301


# ── hosts and framing (29) ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "host",
    (
        b"Host: evil.example\r\n",
        b"Host: dj.example.edu.cn.evil.example\r\n",
        b"Host: dj.example.edu.cn@evil.example\r\n",
        b"Host: \r\n",
        b"",
        HOST + b"Host: evil.example\r\n",
        b"Host: evil.example\r\n" + HOST,
        b"Host: evil.example\r\nX-Forwarded-Host: dj.example.edu.cn\r\n",
    ),
)
def test_an_unknown_host_is_400(production, host):
    assert status(send(production, get(b"/login/", host, TLS))) == 400


POST_HEAD = b"POST /login/ HTTP/1.1\r\n" + HOST + TLS
BROKEN = {
    "two lengths": POST_HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    "two equal lengths": POST_HEAD + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde",
    "a list of lengths": POST_HEAD + b"Content-Length: 5, 6\r\n\r\nabcdef",
    "length and chunks": POST_HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and length": POST_HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "chunked twice": POST_HEAD + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "unknown coding": POST_HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "negative length": POST_HEAD + b"Content-Length: -5\r\n\r\nabcde",
    "signed length": POST_HEAD + b"Content-Length: +5\r\n\r\nabcde",
    "length in words": POST_HEAD + b"Content-Length: five\r\n\r\nabcde",
    "bare LF": b"GET /login/ HTTP/1.1\nHost: dj.example.edu.cn\n\n",
    "bare LF in a header": b"GET /login/ HTTP/1.1\r\n" + HOST + b"A: b\nX-Forwarded-Proto: https\r\n\r\n",
    "bare CR in a header": b"GET /login/ HTTP/1.1\r\n" + HOST + b"A: b\rc\r\n\r\n",
    "NUL in a header": b"GET /login/ HTTP/1.1\r\n" + HOST + b"A: b\x00c\r\n\r\n",
    "space before the colon": b"GET /login/ HTTP/1.1\r\n" + HOST + b"A : b\r\n\r\n",
    "folded header": b"GET /login/ HTTP/1.1\r\n" + HOST + b"A: b\r\n c\r\n\r\n",
    "no version": b"GET /login/\r\n\r\n",
    "strange version": b"GET /login/ HTTP/9.9\r\n" + HOST + b"\r\n",
    "a line too long": b"GET /login/?" + b"a" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "too many headers": b"GET /login/ HTTP/1.1\r\n" + HOST + b"A: b\r\n" * 200 + b"\r\n",
    "a header too long": b"GET /login/ HTTP/1.1\r\n" + HOST + b"A: " + b"b" * 9000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_framing_is_refused_and_the_connection_closed(production, name):
    """A second request behind the broken one is never answered."""
    answer = send(production, BROKEN[name] + get(b"/health/live", HOST, TLS))
    assert 400 <= status(answer) < 500 or status(answer) == 501
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"Connection: close" in answer


def test_trace_is_refused(production):
    assert status(send(production, b"TRACE / HTTP/1.1\r\n" + HOST + TLS + b"Connection: close\r\n\r\n")) == 405
