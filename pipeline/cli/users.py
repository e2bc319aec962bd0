"""`inshort user`: who may use the desk."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.context import of, who

if TYPE_CHECKING:
    from pipeline.desk.people import Role

app = typer.Typer(help="Who may use the desk.", no_args_is_help=True)
FromInput = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


def _password(from_input: bool) -> str:
    """Asked for twice on a terminal; never an argument, where everybody on the machine could read it."""
    from pipeline.errors import UsageError

    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise UsageError("no terminal to ask for the password on; give it with --password-stdin")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        raise UsageError("the two passwords differ; nothing was changed")
    return first


@app.command()
def add(
    context: typer.Context,
    name: str,
    role: Annotated[str, typer.Option(help="reader, editor, chief or admin.")] = "editor",
    password_stdin: FromInput = False,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="They sign on only through the proxy in desk.proxy.")
    ] = False,
) -> None:
    """Add a user, and ask for their password."""
    from pipeline.clock import utc_now
    from pipeline.desk import sessions
    from pipeline.desk.people import valid_name

    ctx = of(context)
    name = valid_name(name)
    found = _role(role)
    database = ctx.database()
    password = None if no_password else _password(password_stdin)
    sessions.add_user(database, name, found, password, who=who(), now=utc_now())
    ctx.answer({"name": name, "role": found}, f"{name} is added, as {found}")


def _role(text: str) -> Role:
    from pipeline.desk.people import Role
    from pipeline.errors import UsageError

    try:
        return Role(text)
    except ValueError:
        raise UsageError(f"--role {text}: allowed: {', '.join(Role)}") from None


@app.command("list")
def list_(context: typer.Context) -> None:
    """Every user, with role and when they were last seen."""
    from pipeline.clock import utc_now
    from pipeline.storage.desk import people

    ctx = of(context)
    config, _ = ctx.load()
    with ctx.database().reading() as session:
        seen = {s.name: s.seen_at for s in reversed(people.sessions_of(session, utc_now()))}
        rows: list[dict[str, Any]] = [
            {
                "name": user.name,
                "role": user.role,
                "signs_on": "password" if user.password else "proxy",
                "since": user.created_at,
                "seen": seen.get(user.name),
            }
            for user in people.all_users(session)
        ]
    lines = [
        f"{r['name']:<20} {r['role']:<7} {r['signs_on']:<9} "
        + (f"seen {r['seen'].astimezone(config.newsroom.zone):%Y-%m-%d %H:%M}" if r["seen"] else "not logged in")
        for r in rows
    ]
    ctx.answer(rows, "\n".join(lines) or "nobody yet; 'inshort user add NAME --role admin' makes the first")


@app.command()
def passwd(context: typer.Context, name: str, password_stdin: FromInput = False) -> None:
    """Give a user a new password; all their sessions end."""
    from pipeline.clock import utc_now
    from pipeline.desk import sessions

    ctx = of(context)
    database = ctx.database()
    with database.reading() as session:
        sessions.user_of(session, name)
    sessions.change_password(database, name, _password(password_stdin), who=who(), now=utc_now())
    ctx.answer({"name": name}, f"{name} has a new password; all their sessions have ended")


@app.command()
def role(context: typer.Context, name: str, role: Annotated[str, typer.Argument(metavar="ROLE")]) -> None:
    """Give a user another role, from their next click on."""
    from pipeline.clock import utc_now
    from pipeline.desk import sessions

    ctx = of(context)
    found = _role(role)
    sessions.change_role(ctx.database(), name, found, who=who(), now=utc_now())
    ctx.answer({"name": name, "role": found}, f"{name} is {found} now")


@app.command()
def remove(context: typer.Context, name: str) -> None:
    """Remove a user; all their sessions end, the history keeps the name."""
    from pipeline.clock import utc_now
    from pipeline.desk import sessions

    ctx = of(context)
    sessions.remove_user(ctx.database(), name, who=who(), now=utc_now())
    ctx.answer({"name": name, "removed": True}, f"{name} is removed")
