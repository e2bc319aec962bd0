"""The configuration: what is allowed, and how each mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import find_config, load_config, parse_config
from pipeline.errors import ConfigError, UsageError
from pipeline.resources import bundled


def mistakes(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse_config(text)
    return caught.value.problems


def test_the_template_is_valid() -> None:
    assert load_config(bundled("config.yaml")).feeds[0].name == "TechCrunch AI"


def test_a_judge_at_the_writers_endpoint_has_its_key_and_at_another_not() -> None:
    writer = "kind: openai, model: m, base_url: 'https://a.example/v1', api_key_env: A_KEY, caps: {tokens_a_day: 9}"
    same = parse_config(f"writer: {{{writer}}}\njudge: {{base_url: 'https://a.example/v1'}}").judge
    other = parse_config(f"writer: {{{writer}}}\njudge: {{model: j, base_url: 'https://b.example/v1'}}").judge
    assert same is not None and (same.model, same.key_variable) == ("m", "A_KEY")
    assert other is not None and other.key_variable is None


def test_an_empty_file_is_all_defaults() -> None:
    assert parse_config("").database == "inshort.db"


def test_every_mistake_is_told_in_one_go() -> None:
    problems = mistakes(
        """
newsroom: {name: A, timezone: Europe/Berlim, nmae: B}
feeds:
  - {url: "ftp://example.org/feed"}
  - {url: "https://example.org/feed"}
  - {url: "https://example.org/feed/"}
polling: {min_minutes: soon}
digest: {cron: "every day"}
writer: {kind: oracle}
"""
    )
    assert problems == [
        "newsroom.timezone: 'Europe/Berlim': no such time zone; did you mean Europe/Berlin?",
        "newsroom.nmae: unknown key; did you mean name?",
        "feeds[0].url: 'ftp://example.org/feed': an http:// or https:// address is needed",
        "polling.min_minutes: 'soon': a whole number is needed",
        "writer.kind: 'oracle': allowed: 'openai', 'extract' or 'recorded'",
        "digest.cron: 'every day': five cron fields are needed, e.g. '0 7 * * *' for seven each morning",
        "feeds[2].url: 'https://example.org/feed/' is the same feed as feeds[1]; keep one",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("grade: 6", "grade: unknown key; did you mean writer.grade?"),
        ("a:\n\tb: 1", "line 2: this may not stand here: indent with spaces, put odd text in quotes"),
        ("a: [", "line 2: did not find expected node content"),
        ("writer: {kind: extract}\nwriter: {}", "line 2: 'writer' is given twice"),
        ("- x", "a mapping of sections is needed, e.g. 'newsroom:' and 'feeds:'"),
        ("writer: {kind: openai}", "writer: model is needed when kind is openai"),
        (
            "writer: {kind: openai, model: m}",
            "writer: price is needed (or caps.tokens_a_day), so that no bill comes as a surprise",
        ),
        (
            "writer: {price: {input: -1, output: 1, as_of: 2026-01-01}}",
            "writer.price.input: -1: 0 or more is needed",
        ),
        (
            "writer: {kind: openai, model: m, caps: {story: 1, tokens_a_day: 1000}}",
            "writer: caps.story needs price: without one nobody knows what is spent",
        ),
        ("writer: {grade: nine}", "writer.grade: 'nine': a whole number is needed"),
        ("writer: {caps: {day: much}}", "writer.caps.day: 'much': a number is needed"),
        ("polling: {robots: perhaps}", "polling.robots: 'perhaps': true or false is needed"),
        ("newsroom: {contact: 5}", "newsroom.contact: 5: text is needed"),
        ("polling: {per_host: 1000}", "polling.per_host: 1000: 50 or less is needed"),
        ("network: {allow: [here]}", "network.allow[0]: 'here': an address range is needed, e.g. 10.0.0.0/8"),
        (
            "database: mysql://x",
            "database: 'mysql://x': a file name, sqlite:///FILE or postgresql://USER@HOST/NAME is needed",
        ),
    ],
)
def test_a_mistake_names_key_value_and_what_is_allowed(text: str, told: str) -> None:
    assert mistakes(text) == [told]


def test_no_configuration_says_where_it_looked(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"looked for .*config\.yaml.*'inshort init' starts one"):
        find_config(None, tmp_path)


def test_a_judge_without_caps_of_its_own_stays_within_the_writers() -> None:
    price = "price: {input: 1, output: 1, as_of: 2026-01-01}"
    text = f"writer: {{caps: {{day: 2}}}}\njudge: {{model: j, {price}}}"
    judge = parse_config(text).judge
    assert judge is not None
    assert judge.caps.day == 2
    own = parse_config(text.replace("model: j,", "model: j, caps: {day: 1},")).judge
    assert own is not None
    assert own.caps.day == 1


def test_files_lie_beside_the_configuration(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("writer: {api_key_file: key.txt}\nnetwork: {ca_file: /etc/ours.pem}\n")
    config = load_config(file)
    assert config.writer.api_key_file == tmp_path / "key.txt"
    assert config.network.ca_file == Path("/etc/ours.pem")
    assert config.judge is None


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("writer: {kind: openai, model: m, api_key_env: sk-proj-1234}", "sk-proj"),
        ("writer: {kind: openai, model: m, api_key_env: gsk_abcDEF123456789012345678901234567890}", "gsk"),
        ("writer: {kind: openai, model: m, api_key: sk-proj-1234}", "sk-proj"),
        ("mail: {password_env: 'hunter 2'}", "hunter"),
        ("mail: {password: hunter2}", "hunter"),
        ("network: {proxy: 'socks://user:pa55@h'}", "pa55"),
        ("database: mysql://user:pa55@h/x", "pa55"),
        ("alarms: {webhook: hooks/pa55}", "pa55"),
    ],
)
def test_a_secret_in_the_wrong_place_is_not_printed_back(text: str, secret: str) -> None:
    with pytest.raises(ConfigError) as told:
        parse_config(text)
    assert secret not in str(told.value)


def test_who_writes_the_key_itself_is_told_where_it_belongs() -> None:
    assert mistakes("writer: {kind: openai, model: m, caps: {tokens_a_day: 9}, api_key: sk-1}") == [
        "writer.api_key: no secret belongs in config.yaml (it is not shown): "
        "api_key_env names an environment variable that holds it, api_key_file names a file that holds it"
    ]
    # What the judge takes over from the writer is the writer's mistake, told once.
    wrong = "writer: {kind: openai, model: m, caps: {tokens_a_day: 9}, api_key_env: sk-1}"
    (said,) = mistakes(wrong)
    assert said.startswith("writer.api_key_env: the name of an environment variable is needed")
    assert len(mistakes(f"{wrong}\njudge: {{api_key_env: sk-2}}")) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "feeds: https://a.example/feed",
            "feeds: 'https://a.example/feed': a list is needed, each feed as '- url: ...'",
        ),
        ("articles: {languages: en}", "articles.languages: 'en': a list is needed, e.g. [one, another]"),
    ],
)
def test_one_where_a_list_is_wanted_is_told_so(text: str, said: str) -> None:
    assert mistakes(text) == [said]


def test_a_folder_is_taken_for_the_configuration_in_it(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").touch()
    assert find_config(tmp_path, Path("elsewhere")) == tmp_path / "config.yaml"


def test_a_feed_that_is_an_address_alone_is_answered_with_how_to_write_it() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config("feeds:\n  - https://example.org/feed\n")
    assert "feeds[0]: a feed is written as '- url: https://example.org/feed'" in str(caught.value)
