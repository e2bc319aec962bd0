"""`inshort init` and `demo`: a newsroom begins."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import called_by, of, place_of_command
from pipeline.cli.printing import shown
from pipeline.text import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.cli.context import Context
    from pipeline.opening import FirstFeed, ListPrice, Owner


def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR")] = Path(),
    name: Annotated[str, typer.Option(help="The newsroom's name, the title of its editions.")] = "",
    timezone: Annotated[str, typer.Option(help="The zone of every printed time, like Europe/Berlin.")] = "",
    contact: Annotated[str, typer.Option(help="Your contact address, given to the sites we fetch from.")] = "",
    feed: Annotated[
        list[str] | None, typer.Option(metavar="URL", help="A feed's or a site's address; may be repeated.")
    ] = None,
    model: Annotated[str, typer.Option(help="The model that writes; without one, sentences are selected.")] = "",
    base_url: Annotated[str, typer.Option(help="The model's endpoint, where it is not OpenAI's.")] = "",
    key_env: Annotated[
        str, typer.Option(help="The variable that holds its key; left out: OPENAI_API_KEY for OpenAI, none for others.")
    ] = "",
    price: Annotated[
        tuple[float, float] | None,
        typer.Option(metavar="IN OUT", help="USD per million tokens; without it, tokens are capped.", min=0),
    ] = None,
    allow: Annotated[
        list[str] | None,
        typer.Option(metavar="RANGE", help="A private address or range that feeds and pages may be on."),
    ] = None,
    unchecked: Annotated[bool, typer.Option("--unchecked", help="Don't contact the feeds' servers now.")] = False,
) -> None:
    """Write a commented config.yaml and make the database. On a terminal it asks for whatever no option gives."""
    from pipeline.clock import utc_now
    from pipeline.config import load_config, parse_config
    from pipeline.errors import UsageError
    from pipeline.feeds.subscribing import as_configured
    from pipeline.files import make_folder, read_text, write_whole
    from pipeline.opening import Owner, first_configuration
    from pipeline.resources import bundled
    from pipeline.storage.database import Database, database_url

    ctx = of(context)
    file = folder / "config.yaml"
    said = any((name, timezone, contact, feed, model, base_url, key_env, price, allow))
    made = not file.exists()
    if not made and said:
        raise UsageError(f"{file} exists already; change it there, nothing was written")
    if (base_url or key_env or price) and not model:
        raise UsageError("--base-url, --key-env and --price belong to a model: say which with --model")
    _refuse_wrong(timezone, base_url, key_env)
    if made:
        asked = not said and not ctx.json and sys.stdin.isatty() and sys.stderr.isatty()
        of_model = _price(*price) if price else None
        owner = Owner(name, timezone, contact, (), model, base_url, key_env, [*map(_range, allow or ())], of_model)
        typed: list[str] = list(feed or ())
        if asked:
            owner, typed = _asked()
        opened = [*owner.allow]
        template, told = read_text(bundled("config.yaml")), "what the options say"
        parse_config(first_configuration(template, owner), told)  # before any server is asked
        feeds = [_first_feed(ctx, one, opened, unchecked=unchecked, asked=asked) for one in typed]
        owner = replace(owner, feeds=feeds, allow=opened)
        text = first_configuration(template, owner)
        parse_config(text, told)
        make_folder(folder)
        write_whole(file, text)
    config = load_config(file)
    database = Database(database_url(config.database, folder))
    ctx.opened.append(database)
    database.upgrade()
    as_configured(database, config, utc_now())
    done = "written" if made else "kept as it was"
    steps = [f"cd {shlex.quote(str(folder))}"] if folder != Path() else []
    steps += [f"{called_by(folder)} {what}" for what in ("doctor", "run", "desk")]
    cron = (
        f"*/20 * * * * cd {_in_cron(folder.absolute())} && {_in_cron(place_of_command())} run --quiet >> run.log 2>&1"
    )
    ctx.answer(
        {"config": str(file), "written": made, "cron": cron},
        f"{file} {done}, the database is ready\nnext: " + "\n      ".join(steps) + f"\ncron: {cron}",
    )


def _in_cron(place: Path | str) -> str:
    """A place as a line for cron has it, where % ends the command."""
    return shlex.quote(str(place)).replace("%", r"\%")


def _refuse_wrong(timezone: str, base_url: str, key_env: str) -> None:
    """Raises UsageError naming the option whose value can't stand in a configuration."""
    from pipeline.errors import UsageError
    from pipeline.settings import time_zone, variable, web_address

    options = (
        ("--timezone", timezone, time_zone),
        ("--base-url", base_url, web_address),
        ("--key-env", key_env, variable),
    )
    for option, value, fits in options:
        try:
            if value:
                fits(value)
        except ValueError as error:
            raise UsageError(f"{option}: {error}") from None


def _asked() -> tuple[Owner, list[str]]:
    """What an owner answers at the terminal. Each question has an answer that does for a start, and is asked again
    until its answer can stand in the configuration: a slip in one must not cost the others.
    """
    from tzlocal import get_localzone_name

    from pipeline.feeds.finding import addresses
    from pipeline.opening import Owner
    from pipeline.settings import time_zone, variable, web_address

    name = _answer("The newsroom's name", "My newsroom")
    zone = _answer("Its time zone", get_localzone_name() or "UTC", time_zone)
    typer.echo("Feeds: a feed's address or a site's, one a line; an empty line ends (none: TechCrunch AI).", err=True)
    typed: list[str] = []
    while one := _answer("Feed", fits=lambda said: web_address(addresses(said)[0])):
        typed.append(one)
    model = _answer("A model to write with (empty: none, sentences are selected)")
    if not model:
        return Owner(name, zone), typed
    base_url = _answer("Its endpoint (empty: OpenAI's)", fits=web_address)
    without = "none is sent" if base_url else "OPENAI_API_KEY"
    key = _answer(f"The environment variable that holds its key (empty: {without})", fits=variable)
    price = _answer(
        "USD for a million tokens in and out, like 0.10 0.50 (empty: not known, tokens are capped)", fits=_typed_price
    )
    return Owner(name, zone, "", (), model, base_url, key, (), _typed_price(price) if price else None), typed


def _answer(question: str, default: str = "", fits: Callable[[str], object] = str) -> str:
    """What is typed at a question that is asked again until the answer fits; an empty one always does."""
    while True:
        said = str(typer.prompt(question, default=default, show_default=bool(default), err=True)).strip()
        try:
            if said:
                fits(said)
        except ValueError as error:
            shown(str(error), err=True)
        else:
            return said


def _typed_price(said: str) -> ListPrice:
    """Raises ValueError when it is no price."""
    try:
        into, out = map(float, said.replace(",", " ").split())
        return _price(into, out)
    except ValueError:
        raise ValueError("two numbers are needed, like 0.10 0.50") from None


def _price(into: float, out: float) -> ListPrice:
    """Raises ValueError when it is no price."""
    from pipeline.clock import utc_now
    from pipeline.opening import ListPrice

    if not (0 <= into < 1e6 and 0 <= out < 1e6):
        raise ValueError("no price")
    return ListPrice(into, out, utc_now().date())


def _range(said: str) -> str:
    """Raises UsageError when it is no address or range."""
    from pipeline.errors import UsageError
    from pipeline.settings import network_range

    try:
        return network_range(said)
    except ValueError as error:
        raise UsageError(f"--allow {said}: {error}") from None


def _first_feed(ctx: Context, typed: str, opened: list[str], *, unchecked: bool, asked: bool) -> FirstFeed:
    """The feed somebody means. A server that does not answer stops nobody who is asked: it is kept as it was typed,
    without a name: its own is learnt when it is first read. A private address they may open then, which joins `opened`.
    """
    from pipeline.cli.feeds import feed_meant
    from pipeline.config import Config
    from pipeline.errors import FetchError, UsageError
    from pipeline.feeds.asking import net_limits
    from pipeline.feeds.finding import addresses
    from pipeline.net import check_address
    from pipeline.opening import FirstFeed
    from pipeline.settings import Network, network_range

    address = addresses(typed)[0]
    config = Config(network=Network(allow=tuple(opened)))
    if unchecked:
        try:
            check_address(address, net_limits(config))
        except FetchError as error:
            # Their own file, in which they may open it next; anywhere else such an address is refused.
            ctx.say(f"{error}; until then it is not polled")
        return FirstFeed(address)
    try:
        found = feed_meant(config, typed)
        return FirstFeed(found.url, found.title[:120] or found.url)
    except (FetchError, UsageError) as error:
        private = isinstance(error, FetchError) and error.reason == "refused_address"
        if not asked:
            why = str(error).replace("network.allow opens it", "--allow ADDRESS opens it") if private else error
            raise UsageError(f"{why}; --unchecked writes it down as it is") from error
        if private:
            ctx.say(str(error))
            if more := _answer("The private address or range to open (empty: none)", fits=network_range):
                opened.append(more)
                return _first_feed(ctx, typed, opened, unchecked=unchecked, asked=asked)
        else:
            ctx.say(f"{error}; kept as it is, 'inshort feeds check --all' tries again")
    return FirstFeed(address)


def demo(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the sample newsroom is kept.")] = Path("demo"),
) -> None:
    """The bundled sample newsroom, end to end, offline: feeds, articles, drafts, checks, an edition."""
    from pipeline.cli.engine import summarise
    from pipeline.engine.demo import TO_TRY, run_demo
    from pipeline.publishing.formats import to_text

    ctx = of(context)
    told = run_demo(folder, ctx.say, to_try=TO_TRY)
    summarise(ctx, told.summary, told.engine)
    edition = told.edition
    one = sorted(edition.stories, key=lambda story: story.story_id)[:1]
    shown("\n" + to_text(replace(edition, stories=tuple(one))), nl=False)
    command = f"{called_by()} --config {shlex.quote(str(folder / 'config.yaml'))}"
    if told.waiting:
        shown("\n" + _left(told.waiting))
        shown(f"      {command} desk         in a browser: it prints a link")
        shown(f"      {command} review       in this terminal")
    else:
        place = shlex.quote(str(folder))
        shown(f"\nYou have reviewed every story. To start over: rm -r {place} && {called_by()} demo {place}")
    following = ["review list", "status"]
    if edition.number is not None:
        stories = counted(len(edition.stories), "story", "stories")
        following.insert(0, f"digest --edition {edition.number}    the whole edition, {stories}")
    shown("next: " + "\n      ".join(f"{command} {words}" for words in following))


def _left(waiting: Mapping[int, bool]) -> str:
    """What a visitor may try: the stories that wait, and which has a mistake planted in it."""
    one = len(waiting) == 1
    wait = f"{'Story' if one else 'Stories'} {' and '.join(map(str, waiting))} {'waits' if one else 'wait'}"
    planted = [
        f"; {story} has a mistake in it that the checks found" for story, mistaken in waiting.items() if mistaken
    ]
    return f"{wait} for you to review{''.join(planted)}. Open {'it' if one else 'them'}:"
