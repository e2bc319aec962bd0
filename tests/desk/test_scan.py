"""A scan of the desk, as somebody who means it no good would do one. What it tries is listed in docs/desk.md."""

from __future__ import annotations

import re
import socket
from urllib.parse import quote

import pytest

from pipeline.desk.people import Role
from pipeline.web.headers import HEADERS
from pipeline.web.table import TABLE

from .server import Answer, DeskServer

GETS = sorted({re.sub(r"\{[^}]*\}", "1", p.path) for p in TABLE if p.method == "GET"})
POSTS = sorted({re.sub(r"\{[^}]*\}", "1", p.path) for p in TABLE if p.method == "POST"} - {"/logout"})
FIELDS = (
    *("next", "who", "act", "before", "state", "topic", "format", "edition", "all", "days", "word", "field", "term"),
    *("feed", "story", "name", "reviewer", "after", "page", "old", "new", "v", "kept_path", "sort", "q"),
)
FORM_FIELDS = ("name", "role", "state", "reason", "text", "term", "plain", "shown", "session")
SCRIPTS = ("<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "javascript:alert(1)", "{{7*7}}${7*7}")
SQL = ("' OR '1'='1", "1; DROP TABLE stories --", '" UNION SELECT password FROM users --', "%", "\x00", "-1", "9" * 30)
PATHS = ("../", "..%2f", "%2e%2e/", "....//", "..\\", "%00", "/etc/passwd", "//etc/passwd", "..;/", "\u2025/")
OWN_CODE = re.compile(r"<script(?![^>]*\ssrc=)|\son\w+\s*=|\sstyle\s*=|<style|<base", re.IGNORECASE)


def sound(answer: Answer, asked: str) -> None:
    """What holds for every answer, whatever was asked."""
    assert answer.status < 500, (asked, answer.status, answer.text[:200])
    for name, value in HEADERS.items():
        found = answer.headers.get(name.lower())
        if name == "Cache-Control" and asked.startswith(("/static/", "GET /static/")):
            continue
        if (
            asked.startswith("/digest/page")
            and answer.status == 200
            and name in ("Content-Security-Policy", "X-Frame-Options")
        ):
            assert found and "script" not in found.replace("default-src 'none'", "")
            continue
        if name == "Referrer-Policy" and found == "no-referrer":  # a reader's link: stricter still
            value = "no-referrer"
        assert found == value, (asked, name, found)
    assert "server" not in answer.headers or answer.headers["server"] == "uvicorn"
    assert "access-control-allow-origin" not in answer.headers
    for word in ("Traceback", "sqlalchemy", "sqlite3", "OperationalError", 'File "'):
        assert word not in answer.text, (asked, word)
    for script in SCRIPTS[:2]:
        assert script not in answer.text, (asked, script)
    assert "=49" not in answer.text


def test_every_answer_has_its_headers_and_no_page_runs_its_own_scripts(served: DeskServer) -> None:
    for role in (None, Role.ADMIN):
        visitor = served.visitor(role)
        for path in [*GETS, "/nothing/here", "/static/nothing.js", "/static/desk.css"]:
            answer = visitor.get(path)
            sound(answer, path)
            if "text/html" in answer.headers.get("content-type", "") and path != "/digest/page":
                assert not re.search(
                    r"<script(?![^>]*\ssrc=)|\son\w+\s*=|\sstyle\s*=|<style|<base", answer.text, re.IGNORECASE
                ), path


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(served: DeskServer) -> None:
    for path in GETS:
        given = served.visitor().get(path).headers.get("set-cookie", "")
        assert not given or ("HttpOnly" in given and "SameSite=lax" in given and "Domain" not in given), path


def test_no_secret_is_in_a_page(served: DeskServer) -> None:
    admin = served.visitor(Role.ADMIN)
    for path in GETS:
        text = admin.get(path).text
        assert admin.cookie not in text, path
        assert "$argon2" not in text, path


def test_reflected_scripts_and_sql_in_every_field_are_text(served: DeskServer) -> None:
    admin = served.visitor(Role.ADMIN)
    for path in GETS:
        for evil in (*SCRIPTS, *SQL):
            query = "&".join(f"{name}={quote(evil)}" for name in (*FIELDS, *FIELDS[:3]))
            sound(admin.get(f"{path}?{query}"), path)


def test_hostile_forms_break_nothing(served: DeskServer) -> None:
    admin = served.visitor(Role.ADMIN)
    for path in POSTS:
        for evil in (SCRIPTS[1], SQL[1], SQL[-1], "", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")):
            fields = dict.fromkeys(
                ("name", "role", "state", "reason", "text", "term", "plain", "shown", "session"), evil
            )
            sound(admin.post(path, fields), path)
    assert served.visitor(Role.ADMIN).get("/people").status == 200
    with served.desk.database.reading() as session:
        from pipeline.storage import stories
        from pipeline.storage.desk import people

        assert len(people.all_users(session)) == len(Role)
        assert sum(stories.stories_by_state(session).values()) > 0


def test_paths_lead_nowhere_else(served: DeskServer) -> None:
    admin = served.visitor(Role.ADMIN)
    for trick in PATHS:
        for front in ("/static/", "/", "/feeds/", "/published/", "/enter/"):
            for end in ("config.yaml", "etc/passwd", "inshort.db"):
                answer = admin.ask("GET", front + quote(trick, safe="/%\\;") + end)
                sound(answer, front)
                assert answer.status in (400, 403, 404), (front, trick, end)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "XYZ"])
def test_other_methods_are_not_answered(served: DeskServer, method: str) -> None:
    admin = served.visitor(Role.ADMIN)
    for path in ("/people/role", "/people", "/static/desk.css"):
        assert admin.ask(method, path).status in (400, 404, 405)


def test_a_form_sent_as_a_query_or_as_json_does_nothing(served: DeskServer) -> None:
    admin = served.visitor(Role.ADMIN)
    assert admin.get(f"/people/role?name=reader&role=admin&token={admin.token()}").status == 405
    body = f'{{"name": "reader", "role": "admin", "token": "{admin.token()}"}}'
    assert admin.ask("POST", "/people/role", body, Content_Type="application/json").status == 403


def test_a_form_without_end_is_cut(served: DeskServer) -> None:
    admin = served.visitor(Role.ADMIN)
    assert admin.post("/people/role", {"name": "x" * 2_100_000}).status == 413
    assert admin.ask("POST", "/people/role", "&".join(["a=b"] * 3000)).status == 413


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /people HTTP/1.1\r\n\r\n",
        b"GET /people HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /login\r\nX: y HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET http://169.254.169.254/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    ],
)
def test_broken_requests_are_refused_and_the_desk_goes_on(served: DeskServer, raw: bytes) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=300) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(65536)
    assert not answer or re.match(rb"HTTP/1.1 (4\d\d|303)", answer), answer[:80]
    assert served.visitor(Role.READER).get("/account").status == 200
