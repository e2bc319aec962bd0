"""`config.yaml` → typed settings. Every mistake is named at once, with its key, its value and what is allowed."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator

from pipeline.errors import ConfigError, UsageError
from pipeline.files import read_text
from pipeline.settings import (
    Alarms,
    Articles,
    Daemon,
    Desk,
    Digest,
    Feed,
    Filters,
    Health,
    Importance,
    Judge,
    Keeping,
    Log,
    Mail,
    Network,
    Newsroom,
    Polling,
    Readers,
    Section,
    Site,
    TopicSetting,
    Writer,
    database_setting,
)
from pipeline.yaml_text import Loader, read_yaml, wrong_with

OPENAI_JUDGE: dict[str, Any] = {
    "model": "gpt-6-luna",
    "price": {"input": "0.10", "output": "0", "currency": "USD", "as_of": "2026-11-28"},
}
"""Who judges where OpenAI itself is asked: the model of its decisions call, at the price it is published with."""
_OF_THE_ENDPOINT = ("base_url", "api_key_env", "api_key_file", "timeout_seconds", "concurrency", "caps")
_OF_THE_MODEL = ("model", "price")
"""What a judge takes over from the writer: where the endpoint is the same, and where the model is."""
FILE_NAMES = ("config.yaml", "config.yml")


class Config(Section):
    newsroom: Newsroom = Newsroom.model_construct()
    database: Annotated[str, AfterValidator(database_setting)] = "inshort.db"
    """A file beside the configuration, or postgresql://USER@HOST/NAME."""
    feeds: tuple[Feed, ...] = ()
    filters: Filters = Filters.model_construct()
    topics: tuple[TopicSetting, ...] = Field((), max_length=100)
    importance: Importance = Importance.model_construct()
    polling: Polling = Polling.model_construct()
    network: Network = Network.model_construct()
    articles: Articles = Articles.model_construct()
    writer: Writer = Writer.model_construct()
    judge: Judge | None = None
    digest: Digest = Digest.model_construct()
    site: Site = Site.model_construct()
    readers: Readers = Readers.model_construct()
    daemon: Daemon = Daemon.model_construct()
    keeping: Keeping = Keeping.model_construct()
    log: Log = Log.model_construct()
    health: Health = Health.model_construct()
    mail: Mail = Mail.model_construct()
    alarms: Alarms = Alarms.model_construct()
    desk: Desk = Desk.model_construct()

    @model_validator(mode="after")
    def _topics_are_told_apart(self) -> Self:
        names = [topic.name.casefold() for topic in self.topics]
        if twice := next((topic.name for topic in self.topics if names.count(topic.name.casefold()) > 1), ""):
            raise ValueError(f"topics: {twice} is given twice")
        return self

    @model_validator(mode="after")
    def _mail_can_go(self) -> Self:
        if self.alarms.mail and not self.mail.host:
            raise ValueError("alarms.mail: needs the section mail, with host and sender")
        return self

    @model_validator(mode="before")
    @classmethod
    def _judge_from_the_writer(cls, value: Any) -> Any:
        """Where a model writes a model judges: the writer's endpoint, key and caps, unless `judge` says otherwise.

        There is one purse: a judge without caps of its own stays within the writer's.
        """
        if not isinstance(value, dict):
            return value
        writer, judge = value.get("writer"), value.get("judge", {})
        if judge is False:
            return {**value, "judge": None}
        if not isinstance(writer, dict) or not isinstance(judge, dict):
            return value
        same = writer.get("kind") == "openai" and judge.get("base_url", writer.get("base_url")) == writer.get(
            "base_url"
        )
        if not judge and not same:
            return value
        taken = {key: writer[key] for key in (_OF_THE_ENDPOINT if same else ("caps",)) if key in writer}
        if same and "model" not in judge:
            taken |= OPENAI_JUDGE if "base_url" not in writer else {k: writer[k] for k in _OF_THE_MODEL if k in writer}
        return {**value, "judge": {**taken, **judge}}

    @model_validator(mode="before")
    @classmethod
    def _sections_may_be_empty(cls, value: Any) -> Any:
        """`feeds:` with every line commented out is an empty section, not a mistake."""
        if isinstance(value, dict):
            return {key: section for key, section in value.items() if section is not None}
        return value


class _Loader(Loader):  # type: ignore[misc]
    """A safe loader that refuses a key given twice: YAML would silently keep the last one."""


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"'{key}' is given twice", key_node.start_mark)
        seen.add(key)
    mapping: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    return mapping


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def find_config(given: Path | None, here: Path) -> Path:
    """The configuration to use: the one given, or in the folder given, else in `here`. Raises UsageError if none."""
    folder = given if given and given.is_dir() else None if given else here
    candidates = [folder / name for name in FILE_NAMES] if folder else [given] if given else []
    for candidate in candidates:
        if candidate.is_file():
            return candidate.resolve()
    looked = ", ".join(str(c) for c in candidates)
    ways = "go to the newsroom's folder or give --config FILE; 'inshort init' starts one"
    raise UsageError(f"no configuration: looked for {looked}; {ways}")


def load_config(path: Path) -> Config:
    """Read and check a configuration file. Raises ConfigError listing every mistake, FileProblem if there is none."""
    return _beside(parse_config(read_text(path), str(path)), path.parent)


def _beside(config: Config, folder: Path) -> Config:
    """The configuration with the files it names taken to lie beside it, wherever the command is called."""

    def placed(section: Any, *keys: str) -> Any:
        files = {key: folder / file for key in keys if (file := getattr(section, key, None)) is not None}
        return section.model_copy(update=files) if files else section

    return config.model_copy(
        update={
            "writer": placed(config.writer, "api_key_file"),
            "judge": placed(config.judge, "api_key_file"),
            "network": placed(config.network, "ca_file"),
            "digest": placed(config.digest, "out", "templates"),
            "site": placed(config.site, "folder"),
        }
    )


def parse_config(text: str, where: str = "config.yaml") -> Config:
    """Check a configuration's text; `where` is what the error calls it."""
    try:
        data = read_yaml(text, _Loader)
    except yaml.YAMLError as error:
        raise ConfigError(where, [wrong_with(error)]) from error
    if data is None:
        data = {}
    if not isinstance(data, dict):
        raise ConfigError(where, ["a mapping of sections is needed, e.g. 'newsroom:' and 'feeds:'"])
    problems = list(_duplicate_feeds(data.get("feeds")))
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        raise ConfigError(where, [*map(_problem, _once(error.errors(), data.get("judge"))), *problems]) from error
    if problems:
        raise ConfigError(where, problems)
    return config


def _once(errors: list[Any], judge: Any) -> Iterator[Any]:
    """The mistakes, without those of a judge that only took over what the writer has wrong."""
    own = judge if isinstance(judge, dict) else {}
    said = {(error["loc"][1:], error["msg"]) for error in errors if error["loc"][:1] == ("writer",)}
    for error in errors:
        rest = error["loc"][1:]
        taken = error["loc"][:1] == ("judge",) and (rest[0] not in own if rest else not own)
        if not (taken and (rest, error["msg"]) in said):
            yield error


def _duplicate_feeds(feeds: Any) -> Iterator[str]:
    seen: dict[str, int] = {}
    for place, feed in enumerate(feeds if isinstance(feeds, list) else []):
        url = feed.get("url") if isinstance(feed, dict) else None
        if not isinstance(url, str):
            continue
        key = url.strip().rstrip("/").lower()
        if key in seen:
            yield f"feeds[{place}].url: '{url}' is the same feed as feeds[{seen[key]}]; keep one"
        else:
            seen[key] = place


def _problem(error: Any) -> str:
    """One line: key path, what is wrong or allowed, the value given."""
    path = ""
    for part in error["loc"]:
        path += f"[{part}]" if isinstance(part, int) else (f".{part}" if path else str(part))
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "extra_forbidden":
        allowed = _keys_of(error["loc"][:-1])
        if holders := [key for key in allowed if key.startswith(f"{error['loc'][-1]}_")]:
            # Who wrote the secret itself must not be led to paste it one key further.
            named = {"env": "an environment variable that holds it", "file": "a file that holds it"}
            ways = [f"{key} names {named[end]}" for key in holders if (end := key.rpartition("_")[2]) in named]
            return f"{path}: no secret belongs in config.yaml (it is not shown): {', '.join(ways)}"
        near = _meant(str(error["loc"][-1]), allowed, at_top=len(error["loc"]) == 1)
        return f"{path}: unknown key; " + (f"did you mean {near}?" if near else f"allowed: {', '.join(allowed)}")
    if kind == "missing":
        return f"{path}: is needed"
    message = error["msg"].removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    if kind == "model_type" and len(error["loc"]) == 2 and error["loc"][0] == "feeds":
        # An address alone is what everybody writes first.
        said = error["input"] if isinstance(error["input"], str) and "@" not in error["input"] else "https://..."
        return f"{path}: a feed is written as '- url: {said}', with 'name:' and what else it has below it"
    if kind == "tuple_type":
        message = "a list is needed, " + ("each feed as '- url: ...'" if path == "feeds" else "e.g. [one, another]")
    if kind == "literal_error":
        message = f"allowed: {context.get('expected', '')}"
    if needed := _NEEDED.get(kind):
        message = f"{needed.format(**context)} is needed"
    if kind == "value_error" and isinstance(error["input"], dict):
        return f"{path}: {message}"
    if (error["loc"] and error["loc"][-1] in _SECRET) or "@" in str(error["input"]):
        return f"{path}: {message} (what stands there is not shown: it may be a secret)"
    return f"{path}: {error['input']!r}: {message}"


_NEEDED = {
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), "a whole number"),
    **dict.fromkeys(("float_parsing", "float_type", "decimal_parsing", "decimal_type"), "a number"),
    **dict.fromkeys(("bool_parsing", "bool_type"), "true or false"),
    "string_type": "text",
    "greater_than_equal": "{ge} or more",
    "less_than_equal": "{le} or less",
    "greater_than": "more than {gt}",
    "less_than": "less than {lt}",
}
"""What a value has to be, by the kind of mistake it is, as an owner would say it."""
_SECRET = {"api_key_env", "api_key_file", "password_env", "password_file", "webhook"}
"""Keys where a secret may stand by mistake: a mistake there is told without it, as is an address with a password."""


def _meant(key: str, allowed: list[str], *, at_top: bool) -> str:
    """The key somebody meant: of a name that a section has, that section's; "" where nothing is like it."""
    if at_top and (held := [f"{section}.{key}" for section in allowed if key in _keys_of((section,))]):
        return held[0]
    return next(iter(difflib.get_close_matches(key, allowed, 1, 0.6)), "")


def _keys_of(loc: tuple[Any, ...]) -> list[str]:
    section: Any = Config
    for part in loc:
        if isinstance(part, int):
            continue
        annotation = section.model_fields[part].annotation
        options = [annotation, *getattr(annotation, "__args__", ())]
        section = next((o for o in options if isinstance(o, type) and issubclass(o, BaseModel)), section)
    return list(section.model_fields)
