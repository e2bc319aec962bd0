"""Coming in: passwords, sessions, forged cookies and roles, a proxy's word, the one-time link."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from pipeline.config import Config
from pipeline.desk import sessions
from pipeline.desk.people import Person, Role, fingerprint
from pipeline.errors import UsageError
from pipeline.settings import Desk, Proxy
from pipeline.storage.database import Database
from pipeline.storage.desk import people
from pipeline.web.app import open_desk
from tests.until import until

from .server import PASSWORD, DeskServer, Visitor, add_users

Open = Callable[..., DeskServer]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens desks over an empty newsroom with a user `ada`, an editor with a password."""
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    running: list[DeskServer] = []

    def start(*, owner: Person | None = None, users: bool = True, **settings: object) -> DeskServer:
        server = DeskServer(database, Config(desk=Desk.model_validate(settings)), tmp_path, owner=owner)
        if users:
            add_users(database)
            sessions.add_user(database, "ada", Role.EDITOR, PASSWORD, who="test", now=server.clock())
        running.append(server.__enter__())
        return server

    yield start
    for server in running:
        server.__exit__()
    database.close()


def log_in(visitor: Visitor, name: str = "ada", password: str = PASSWORD, **fields: str) -> int:
    return visitor.post("/login", {"name": name, "password": password, **fields}).status


def test_a_password_lets_in_and_log_out_ends_it(opened: Open) -> None:
    visitor = opened().visitor()
    before = visitor.token() and visitor.cookie
    answer = visitor.post("/login", {"name": " Ada ", "password": PASSWORD, "next": "/account"})
    assert (answer.status, answer.location) == (303, "/account")
    assert visitor.cookie != before
    assert all(word in answer.headers["set-cookie"] for word in ("HttpOnly", "SameSite=lax", "Path=/"))
    assert "ada" in visitor.get("/account").words
    secret = visitor.cookie
    assert visitor.post("/logout").status == 303
    visitor.cookie = secret
    assert visitor.get("/account").status == 401


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"])
def test_a_log_in_never_leads_to_another_site(opened: Open, target: str) -> None:
    visitor = opened().visitor()
    answer = visitor.post("/login", {"name": "ada", "password": PASSWORD, "next": target})
    assert answer.location == "/"


def test_who_is_there_is_not_told(opened: Open) -> None:
    visitor = opened().visitor()
    wrong = visitor.post("/login", {"name": "ada", "password": "not the password"})
    nobody = visitor.post("/login", {"name": "bob", "password": "not the password"})
    assert (wrong.status, nobody.status) == (401, 401)
    assert wrong.words.replace("ada", "") == nobody.words.replace("bob", "")
    assert "not the password" not in wrong.text


def test_guessing_is_slowed_down_and_then_forgiven(opened: Open) -> None:
    server = opened()
    visitor = server.visitor()
    assert [log_in(visitor, password=f"wrong guess {n}") for n in range(5)] == [401] * 5
    answer = visitor.post("/login", {"name": "ada", "password": PASSWORD})
    assert answer.status == 429
    assert 0 < int(answer.headers["retry-after"]) <= 30
    server.clock.ahead += timedelta(seconds=31)
    assert log_in(visitor) == 303
    assert log_in(server.visitor(), password="wrong again") == 401  # the count began anew


def test_wrong_log_ins_for_other_names_do_not_lock_the_right_one_out(opened: Open) -> None:
    server = opened()
    visitor = server.visitor()
    assert {log_in(visitor, name=f"guess{n}", password="wrong guess") for n in range(21)} == {401}
    assert log_in(server.visitor()) == 303
    assert [log_in(visitor, password="wrong guess") for _ in range(2)] == [401, 429]


def seen(server: DeskServer, visitor: Visitor) -> datetime:
    """When a session was last noted as used."""
    with server.desk.database.reading() as session:
        found = people.find_session(session, fingerprint(visitor.cookie))
    assert found is not None
    return found[0].seen_at


def noted(server: DeskServer, visitor: Visitor, now: datetime) -> bool:
    return seen(server, visitor) >= now


def test_a_session_ends_unused_and_lasts_while_used(opened: Open) -> None:
    server = opened(session_hours=2)
    visitor = server.visitor(Role.EDITOR)
    for _ in range(3):
        server.clock.ahead += timedelta(minutes=90)
        now = server.clock()
        assert visitor.get("/account").status == 200
        until(partial(noted, server, visitor, now))  # noted after the answer, so that nobody waits for it
    server.clock.ahead += timedelta(hours=2, minutes=1)
    assert visitor.get("/account").status == 401


def test_a_session_ends_after_two_weeks_however_busy(opened: Open) -> None:
    server = opened(session_hours=720)
    visitor = server.visitor(Role.EDITOR)
    server.clock.ahead += timedelta(days=13)
    assert visitor.get("/account").status == 200
    server.clock.ahead += timedelta(days=1, minutes=1)
    assert visitor.get("/account").status == 401


def test_sessions_can_be_ended_one_by_one_and_all_at_once(opened: Open) -> None:
    server = opened()
    mine, other, third = (server.visitor(Role.EDITOR) for _ in range(3))
    stranger = server.visitor(Role.READER)
    with server.desk.database.reading() as session:
        found = people.find_session(session, fingerprint(other.cookie))
    assert found is not None
    assert stranger.post(f"/account/sessions/{found[0].id}/end").status == 303
    assert other.get("/account").status == 200  # not theirs to end
    mine.post(f"/account/sessions/{found[0].id}/end")
    assert other.get("/account").status == 401
    mine.post("/account/sessions/end")
    assert (third.get("/account").status, mine.get("/account").status) == (401, 200)


def test_a_new_password_ends_every_other_session(opened: Open) -> None:
    server = opened()
    mine, other = server.visitor(), server.visitor()
    assert (log_in(mine), log_in(other)) == (303, 303)
    fields = {"old_password": PASSWORD, "new_password": "quite another one", "again": "quite another one"}
    assert mine.post("/account/password", {**fields, "old_password": "wrong"}).status == 400
    assert mine.post("/account/password", {**fields, "again": "differs"}).status == 400
    assert mine.post("/account/password", fields).status == 303
    assert (mine.get("/account").status, other.get("/account").status) == (200, 401)
    assert log_in(server.visitor()) == 401
    assert log_in(server.visitor(), password="quite another one") == 303


def test_a_role_changes_from_the_next_click_on(opened: Open) -> None:
    server = opened()
    admin, editor = server.visitor(Role.ADMIN), server.visitor(Role.EDITOR)
    assert editor.get("/log").status == 200
    admin.post("/people/role", {"name": "editor", "role": "reader"})
    assert editor.get("/log").status == 403
    said = admin.post("/people/role", {"name": "admin", "role": "reader"})
    assert "only admin" in said.words
    assert admin.post("/people/role", {"name": "editor", "role": "owner"}).status == 400
    sessions.remove_user(server.desk.database, "editor", who="test", now=server.clock())
    assert editor.get("/account").status == 401


def test_people_are_added_given_passwords_and_removed_in_the_browser(opened: Open) -> None:
    server = opened()
    admin, newcomer = server.visitor(Role.ADMIN), server.visitor()
    added = {"name": "Joan", "role": "editor", "password": "several plain words"}
    assert admin.post("/people/add", added).status == 303
    assert admin.post("/people/add", added).status == 400, "taken"
    assert admin.post("/people/add", {**added, "name": "jo", "password": "short"}).status == 400
    assert log_in(newcomer, name="joan", password="several plain words") == 303
    assert admin.post("/people/password", {"name": "joan", "password": "quite other words"}).status == 303
    assert newcomer.get("/account").status == 401
    assert log_in(newcomer, name="joan", password="quite other words") == 303
    assert admin.post("/people/remove", {"name": "joan"}).status == 303
    assert newcomer.get("/account").status == 401
    assert "you can't remove yourself" in admin.post("/people/remove", {"name": "admin"}).words.lower()
    assert server.visitor(Role.CHIEF).post("/people/add", added).status == 403


@pytest.mark.parametrize(
    "forge", [str.swapcase, lambda c: c[:-1], lambda c: c + "x", fingerprint, lambda c: "' OR 1=1 --"]
)
def test_a_forged_cookie_is_worth_nothing(opened: Open, forge: Callable[[str], str]) -> None:
    visitor = opened().visitor(Role.ADMIN)
    visitor.cookie = forge(visitor.cookie)
    assert visitor.get("/people").status == 401


def test_a_role_in_the_request_is_worth_nothing(opened: Open) -> None:
    reader = opened().visitor(Role.READER)
    reader.headers = {"X-Role": "admin", "X-Remote-User": "admin", "X-Forwarded-User": "admin"}
    assert reader.get("/people?role=admin&user=admin").status == 403
    assert reader.post("/people/role", {"name": "reader", "role": "admin", "person": "admin"}).status == 403
    reader.cookie += "; role=admin; user=admin"
    assert reader.get("/people").status == 403


def test_what_was_typed_survives_the_end_of_a_session(opened: Open) -> None:
    server = opened()
    visitor = server.visitor()
    log_in(visitor)
    text = 'Two lines\nand <b>"marks"</b> & more.'
    server.clock.ahead += timedelta(hours=13)
    ended = visitor.post("/people/role", {"name": "reader", "role": text})
    assert ended.status == 401
    assert "what you typed is kept" in ended.words
    fields = {"kept_path": "/people/role", "kept:name": "reader", "kept:role": text}
    again = visitor.post("/login", {"name": "ada", "password": PASSWORD, **fields}, token=ended.token)
    assert again.status == 200
    assert "&lt;b&gt;&#34;marks&#34;&lt;/b&gt; &amp; more." in again.text
    assert 'action="/people/role"' in again.text
    assert again.token == visitor.token()


def test_a_log_in_form_needs_its_token_too(opened: Open) -> None:
    visitor = opened().visitor()
    assert visitor.post("/login", {"name": "ada", "password": PASSWORD}, token="0" * 64).status == 403


PROXY = {"proxy": Proxy(addresses=("127.0.0.1/32",), user_header="X-Remote-User")}


def test_a_proxy_signs_on_who_it_vouches_for(opened: Open) -> None:
    visitor = opened(**PROXY).visitor()
    visitor.headers = {"X-Remote-User": "Editor"}
    assert "editor" in visitor.get("/account").words
    assert visitor.cookie
    assert visitor.post("/account/sessions/end").status == 303
    visitor.headers = {"X-Remote-User": "reader"}  # another user in the same browser
    assert visitor.get("/log").status == 403
    visitor.headers = {"X-Remote-User": "stranger"}
    assert visitor.get("/account").status == 401


def test_a_header_from_elsewhere_is_as_if_it_were_not_there(opened: Open) -> None:
    elsewhere = {"proxy": Proxy(addresses=("10.9.8.0/24",), user_header="X-Remote-User")}
    visitor = opened(**elsewhere).visitor()
    visitor.headers = {"X-Remote-User": "admin", "X-Forwarded-For": "10.9.8.7", "Forwarded": "for=10.9.8.7"}
    assert visitor.get("/account").status == 401


def test_without_a_proxy_no_header_signs_on(opened: Open) -> None:
    visitor = opened().visitor()
    visitor.headers = {"X-Remote-User": "admin"}
    assert visitor.get("/account").status == 401


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("1.2.3.4, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 127.0.0.1", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9, 127.0.0.7, ::ffff:127.0.0.1", "203.0.113.9"),
        ("2001:db8::1", "2001:db8::1"),
        ("203.0.113.9, what?", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
def test_behind_proxies_the_client_is_the_last_that_is_no_proxy(opened: Open, forwarded: str, client: str) -> None:
    server = opened(proxy=Proxy(addresses=("127.0.0.0/8",)))
    visitor = server.visitor()
    visitor.headers = {"X-Forwarded-For": forwarded}
    log_in(visitor, password="wrong password")
    with server.desk.database.reading() as session:
        rows = people.failed_logins(session, server.clock() - timedelta(hours=1), "ada", "")
    assert [row.address for row in rows] == [client]


def test_a_proxy_without_a_user_header_signs_nobody_on(opened: Open) -> None:
    visitor = opened(proxy=Proxy(addresses=("127.0.0.0/8",))).visitor()
    visitor.headers = {"X-Remote-User": "admin"}
    assert visitor.get("/account").status == 401


def test_the_one_time_link_opens_a_desk_without_users_once(opened: Open) -> None:
    server = opened(owner=Person("owner", Role.ADMIN), users=False)
    server.desk.link_key = fingerprint("secret")
    visitor, late = server.visitor(), server.visitor()
    assert "one-time link" in visitor.get("/login").words
    assert visitor.get("/enter/wrong").status == 403
    assert visitor.get("/enter/secret").status == 303
    assert visitor.get("/people").status == 200
    assert late.get("/enter/secret").status == 403
    sessions.add_user(server.desk.database, "ada", Role.ADMIN, PASSWORD, who="test", now=server.clock())
    assert visitor.get("/people").status == 401  # from now on people have names


def test_a_desk_without_users_opens_on_loopback_only(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    owner = Person("owner", Role.ADMIN)
    for settings in ({"host": "0.0.0.0"}, {"address": "https://desk.example"}):
        with pytest.raises(UsageError, match="loopback only"):
            open_desk(database, Config(desk=Desk.model_validate(settings)), tmp_path, owner)
    _, link = open_desk(database, Config(), tmp_path, owner)
    assert link.startswith("/enter/")
    add_users(database)
    assert open_desk(database, Config(desk=Desk(host="0.0.0.0")), tmp_path, owner)[1] == ""
    database.close()


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "[", ""])
def test_a_name_that_is_not_ours_gets_nothing(opened: Open, host: str) -> None:
    visitor = opened().visitor(Role.ADMIN)
    assert visitor.get("/people", Host=host).status in (400, 421)


def test_behind_https_cookies_are_secure(opened: Open) -> None:
    server = opened(address="https://desk.example")
    visitor = server.visitor()
    visitor.name = "__Host-inshort"
    answer = visitor.get("/login", Host="desk.example")
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["set-cookie"].startswith("__Host-inshort=")
    assert "max-age" in answer.headers["strict-transport-security"]
