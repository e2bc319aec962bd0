"""Every route of the desk, without a session, with every lower role, and every form without its token.

A route that is not in this table fails the test: whoever adds one says here who may use it.
"""

from __future__ import annotations

import re

import pytest

from pipeline.desk.people import Role
from pipeline.web.table import TABLE

from .server import DeskServer

READER, EDITOR, CHIEF, ADMIN = Role
ROUTES: dict[tuple[str, str], Role | None] = {
    ("GET", "/static/{name}"): None,
    ("GET", "/favicon.ico"): None,
    ("GET", "/robots.txt"): None,
    ("GET", "/token"): READER,
    ("GET", "/"): READER,
    ("GET", "/login"): None,
    ("POST", "/login"): None,
    ("GET", "/enter/{secret}"): None,
    ("POST", "/logout"): READER,
    ("GET", "/account"): READER,
    ("POST", "/account/password"): READER,
    ("POST", "/account/sessions/{session}/end"): READER,
    ("POST", "/account/sessions/end"): READER,
    ("GET", "/people"): ADMIN,
    ("POST", "/people/role"): ADMIN,
    ("GET", "/digest"): READER,
    ("GET", "/digest/page"): READER,
    ("GET", "/digest/file"): READER,
    ("GET", "/published"): READER,
    ("GET", "/published/{story}"): READER,
    ("POST", "/published/{story}/correct"): CHIEF,
    ("POST", "/published/{story}/retract"): CHIEF,
    ("GET", "/feeds"): READER,
    ("GET", "/feeds/{feed}"): READER,
    ("POST", "/feeds/add"): CHIEF,
    ("POST", "/feeds/{feed}/state"): CHIEF,
    ("POST", "/feeds/{feed}/describe"): CHIEF,
    ("POST", "/feeds/{feed}/entries/{entry}/try"): EDITOR,
    ("GET", "/glossary"): READER,
    ("GET", "/glossary/term"): EDITOR,
    ("POST", "/glossary/term"): EDITOR,
    ("POST", "/glossary/suggested"): EDITOR,
    ("POST", "/glossary/remove"): EDITOR,
    ("GET", "/figures"): EDITOR,
    ("GET", "/queue"): EDITOR,
    ("GET", "/queue/arrived"): EDITOR,
    ("POST", "/queue/many"): EDITOR,
    ("POST", "/queue/accept"): EDITOR,
    ("GET", "/mine"): EDITOR,
    ("GET", "/search"): READER,
    ("POST", "/digest/arrange"): EDITOR,
    ("POST", "/people/add"): ADMIN,
    ("POST", "/people/password"): ADMIN,
    ("POST", "/people/remove"): ADMIN,
    ("POST", "/feeds/{feed}/poll"): EDITOR,
    ("POST", "/digest/issue"): CHIEF,
    ("POST", "/digest/cancel"): CHIEF,
    ("GET", "/story/{story}"): EDITOR,
    ("GET", "/story/{story}/versions"): EDITOR,
    ("GET", "/story/{story}/sentence/{place}"): EDITOR,
    ("GET", "/story/{story}/judged/{place}"): EDITOR,
    ("POST", "/story/{story}/open"): EDITOR,
    ("POST", "/story/{story}/act"): EDITOR,
    ("POST", "/story/{story}/join"): EDITOR,
    ("POST", "/story/{story}/lead"): EDITOR,
    ("POST", "/story/{story}/split"): EDITOR,
    ("POST", "/story/{story}/topics"): EDITOR,
    ("POST", "/story/{story}/seen"): EDITOR,
    ("POST", "/story/{story}/accept"): EDITOR,
    ("POST", "/story/{story}/unaccept"): EDITOR,
    ("POST", "/story/{story}/typed"): EDITOR,
    ("POST", "/story/{story}/sentence"): EDITOR,
    ("POST", "/story/{story}/drop"): EDITOR,
    ("GET", "/story/{story}/text"): EDITOR,
    ("POST", "/story/{story}/text"): EDITOR,
    ("POST", "/story/{story}/back"): EDITOR,
    ("GET", "/story/{story}/rewrite/{place}"): EDITOR,
    ("POST", "/story/{story}/rewrite/{place}"): EDITOR,
    ("GET", "/story/{story}/rewrites/{rewrite}"): EDITOR,
    ("POST", "/story/{story}/rewrites/{rewrite}/take"): EDITOR,
    ("POST", "/story/{story}/rewrites/{rewrite}/drop"): EDITOR,
    ("GET", "/log"): EDITOR,
    ("GET", "/log/file"): EDITOR,
    ("GET", "/settings"): ADMIN,
    ("GET", "/readers/confirm/{secret}"): None,
    ("POST", "/readers/confirm/{secret}"): None,
    ("GET", "/readers/leave/{secret}"): None,
    ("POST", "/readers/leave/{secret}"): None,
    ("GET", "/rate/{story}/{answer}"): None,
    ("POST", "/rate/{story}/{answer}"): None,
}
ASKED = [(page.method, page.path, page.role) for page in TABLE]
BY_LINK = {page.path for page in TABLE if page.by_link}
"""What readers reach: their links hold what they need, and no form of theirs can do more than their link."""


def concrete(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "1", path)


def test_the_table_is_whole() -> None:
    assert {(page.method, page.path): page.role for page in TABLE} == ROUTES


def test_nobody_comes_in_without_a_session(served: DeskServer) -> None:
    for method, path, role in ASKED:
        answer = served.visitor().ask(method, concrete(path), "" if method == "POST" else None)
        if role is None:
            assert answer.status != 401 or path == "/login", path
        else:
            assert answer.status == 401, (method, path)
            assert "Log in" in answer.text


def test_nobody_comes_in_with_a_lower_role(served: DeskServer) -> None:
    for role in Role:
        visitor = served.visitor(role)
        for method, path, needed in ASKED:
            if needed is not None and not role.covers(needed):
                answer = visitor.ask(method, concrete(path), f"token={visitor.token()}" if method == "POST" else None)
                assert answer.status == 403, (role, method, path)
                assert f"you are {role}" in answer.words


@pytest.mark.parametrize("token", ["", "0" * 64, "ü", "a" * 5000])
def test_no_form_does_anything_without_its_token(served: DeskServer, token: str) -> None:
    admin = served.visitor(ADMIN)
    for method, path, _ in ASKED:
        if method == "POST" and path not in BY_LINK:
            answer = admin.post(concrete(path), {"name": "reader", "role": "admin"}, token=token)
            assert answer.status == 403, path
    assert "admin" in served.visitor(ADMIN).get("/people").text
    assert admin.get("/account").status == 200


def test_a_form_of_another_session_is_not_taken(served: DeskServer) -> None:
    admin, other = served.visitor(ADMIN), served.visitor(ADMIN)
    answer = admin.post("/people/role", {"name": "reader", "role": "editor"}, token=other.token())
    assert answer.status == 403
    assert "Send it again" in answer.words
    assert admin.post("/people/role", {"name": "reader", "role": "editor"}).status == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_of_another_site_is_not_taken(served: DeskServer, headers: dict[str, str]) -> None:
    admin = served.visitor(ADMIN)
    answer = admin.post("/people/role", {"name": "reader", "role": "admin"}, **headers)
    assert answer.status == 403
    assert "another site" in answer.words
