"""Coming in and going: log-in, log-out, the one-time link, one's own password and sessions."""

from __future__ import annotations

import hmac

from starlette.responses import Response

from pipeline.desk import sessions
from pipeline.desk.people import Role, fingerprint, form_token
from pipeline.errors import UsageError
from pipeline.storage.desk import people
from pipeline.web import kept
from pipeline.web.guard import drop_cookie, keep_cookie
from pipeline.web.templates import as_sentence
from pipeline.web.visit import Page, Visit, own_path


def home(visit: Visit) -> Response:
    return visit.go("/queue" if visit.who.role.covers(Role.EDITOR) else "/published")


def show_login(visit: Visit) -> Response:
    if visit.person is not None:
        return visit.go(own_path(visit.value("next", "/")))
    return _form(visit, 200, "")


def _form(visit: Visit, status: int, line: str) -> Response:
    return visit.page(
        "login.html",
        status,
        line=line,
        name=visit.value("name"),
        next=own_path(visit.value("next", "/")),
        kept=_kept(visit),
        kept_path=visit.value("kept_path"),
        without_users=visit.desk.owner is not None,
    )


def _kept(visit: Visit) -> list[tuple[str, str]]:
    return [(n[5:], v) for n, values in visit.form.items() if n.startswith("kept:") for v in values]


def do_login(visit: Visit) -> Response:
    desk = visit.desk
    try:
        secret = sessions.log_in(
            desk.database,
            visit.value("name"),
            visit.value("password"),
            now=visit.now,
            hours=desk.config.desk.session_hours,
            address=visit.address,
            agent=visit.headers.get("user-agent", ""),
        )
    except sessions.LoginRefused as error:
        response = _form(visit, 429 if error.wait else 401, as_sentence(error))
        if error.wait:
            response.headers["Retry-After"] = str(error.wait)
        return response
    response = _after(visit, secret)
    keep_cookie(desk, response, secret)
    return response


def _after(visit: Visit, secret: str) -> Response:
    """Where the log-in was asked for; back to the form that was being sent, if there was one."""
    if fields := _kept(visit):
        visit.token = form_token(secret)
        path = own_path(visit.value("kept_path", "/"))
        return kept.again(visit, 200, "You are logged in again. Send what you typed:", path=path, fields=fields)
    return visit.go(visit.value("next", "/"))


def do_logout(visit: Visit) -> Response:
    sessions.log_out(visit.desk.database, visit.cookie, visit.who, visit.now)
    if visit.desk.owner is not None:
        visit.desk.tell(visit.desk.new_link())
    response = visit.go("/login")
    drop_cookie(visit.desk, response)
    return response


def enter(visit: Visit) -> Response:
    """The one-time link of a desk without users: good once, then worth nothing."""
    desk = visit.desk
    key = desk.link_key
    given = fingerprint(str(visit.parts["secret"]))
    if desk.owner is None or key is None or not hmac.compare_digest(given, key):
        line = "this link has expired or was used already; 'inshort desk' prints a new one each time it starts"
        return visit.page("error.html", 403, status=403, line=line)
    desk.link_key = None
    secret = sessions.begin_for(
        desk.database,
        desk.owner,
        now=visit.now,
        hours=desk.config.desk.session_hours,
        address=visit.address,
        agent=visit.headers.get("user-agent", ""),
        by="one-time link",
    )
    response = visit.go("/")
    keep_cookie(desk, response, secret)
    return response


def account(visit: Visit, line: str = "", status: int = 200) -> Response:
    with visit.desk.database.reading() as session:
        rows = people.sessions_of(session, visit.now, visit.who.name)
    return visit.page("account.html", status, line=line, sessions=rows, this=fingerprint(visit.cookie))


def change_password(visit: Visit) -> Response:
    desk = visit.desk
    if visit.value("new_password") != visit.value("again"):
        return account(visit, "The two new passwords differ; nothing was changed.", 400)
    try:
        old = visit.value("old_password")
        sessions.check_password(desk.database, visit.who.name, old, now=visit.now, address=visit.address)
        sessions.change_password(
            desk.database,
            visit.who.name,
            visit.value("new_password"),
            who=visit.who.name,
            now=visit.now,
            keep=visit.cookie,
        )
    except (sessions.LoginRefused, UsageError) as error:
        return account(visit, as_sentence(f"{error}; nothing was changed"), 400)
    return visit.go("/account?done=password")


def end_session(visit: Visit) -> Response:
    """End one of one's own sessions; an admin may end anybody's."""
    with visit.desk.database.session() as session:
        row = people.get_session(session, visit.number("session"))
        mine = row is not None and row.name == visit.who.name
        if row is not None and (mine or visit.who.role is Role.ADMIN):
            people.end_session(session, row.key)
            people.add_event(session, visit.now, visit.who.name, "session ended", row.name)
    return visit.go("/account" if mine or visit.who.role is not Role.ADMIN else "/people")


def end_others(visit: Visit) -> Response:
    with visit.desk.database.session() as session:
        people.end_sessions_of(session, visit.who.name, but=fingerprint(visit.cookie))
        people.add_event(session, visit.now, visit.who.name, "session ended", f"{visit.who.name}: all others")
    return visit.go("/account")


def everybody(visit: Visit) -> Response:
    with visit.desk.database.reading() as session:
        users = people.all_users(session)
        rows = people.sessions_of(session, visit.now)
    return visit.page("people.html", users=users, sessions=rows, roles=list(Role), this=fingerprint(visit.cookie))


def change_role(visit: Visit) -> Response:
    sessions.change_role(visit.desk.database, visit.value("name"), _role(visit), who=visit.who.name, now=visit.now)
    return visit.go("/people")


def add_person(visit: Visit) -> Response:
    """Somebody new, with a password to hand over; without one they sign on by the proxy only."""
    role = _role(visit)
    password = visit.value("password") or None
    sessions.add_user(visit.desk.database, visit.value("name"), role, password, who=visit.who.name, now=visit.now)
    return visit.go("/people")


def give_password(visit: Visit) -> Response:
    """A new password for somebody; all their sessions end, but the one it is given in."""
    sessions.change_password(
        visit.desk.database,
        visit.value("name"),
        visit.value("password"),
        who=visit.who.name,
        now=visit.now,
        keep=visit.cookie if visit.value("name") == visit.who.name else "",
    )
    return visit.go("/people")


def remove_person(visit: Visit) -> Response:
    """Nobody removes themselves: another admin is still there then."""
    if visit.value("name").strip().lower() == visit.who.name:
        raise UsageError("you can't remove yourself; another admin can")
    sessions.remove_user(visit.desk.database, visit.value("name"), who=visit.who.name, now=visit.now)
    return visit.go("/people")


def _role(visit: Visit) -> Role:
    try:
        return Role(visit.value("role"))
    except ValueError:
        raise UsageError(f"no such role; allowed: {', '.join(Role)}") from None


ROUTES = (
    Page("/", "GET", Role.READER, home),
    Page("/login", "GET", None, show_login),
    Page("/login", "POST", None, do_login),
    Page("/enter/{secret}", "GET", None, enter),
    Page("/logout", "POST", Role.READER, do_logout),
    Page("/account", "GET", Role.READER, account),
    Page("/account/password", "POST", Role.READER, change_password),
    Page("/account/sessions/{session}/end", "POST", Role.READER, end_session),
    Page("/account/sessions/end", "POST", Role.READER, end_others),
    Page("/people", "GET", Role.ADMIN, everybody),
    Page("/people/role", "POST", Role.ADMIN, change_role),
    Page("/people/add", "POST", Role.ADMIN, add_person),
    Page("/people/password", "POST", Role.ADMIN, give_password),
    Page("/people/remove", "POST", Role.ADMIN, remove_person),
)
