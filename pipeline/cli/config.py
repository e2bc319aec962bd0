"""`inshort config`: every key of config.yaml, what it means, what is allowed and what stands there now."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, NamedTuple

import typer

from pipeline.cli.context import of
from pipeline.cli.printing import shown_json

app = typer.Typer(help="Every key of config.yaml: its value, and what it means.", no_args_is_help=True)
_PLAIN = (str, int, float, bool)


class ConfigKey(NamedTuple):
    """One key: its path in the file, what is allowed there, what it is when left out, and what it means."""

    path: str
    allowed: str
    default: str
    meaning: str


@app.command()
def show(context: typer.Context) -> None:
    """The settings in force: the file's values, and defaults for the rest. Passwords are not shown."""
    import yaml

    ctx = of(context)
    config, _ = ctx.load()
    value = config.model_dump(mode="json", exclude_none=True)
    if config.alarms.webhook:
        value["alarms"]["webhook"] = "(not shown)"  # its address is its password
    value = _without_passwords(value)
    ctx.answer(value, yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=110).rstrip())


@app.command()
def explain(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="A key or a section, e.g. writer.caps; all when left out.")] = "",
) -> None:
    """What a key means, what is allowed, and its default."""
    from pipeline.errors import UsageError

    ctx = of(context)
    wanted = key.replace("[]", "").strip(".")
    found = [k for k in keys() if not wanted or f"{k.path.replace('[]', '')}.".startswith(f"{wanted}.")]
    if not found:
        near = _meant(wanted)
        raise UsageError(f"there is no key {key}" + (f"; did you mean {near}?" if near else ""))
    lines = [f"{k.path}: {k.meaning}\n    allowed: {k.allowed}; when left out: {k.default}" for k in found]
    ctx.answer([k._asdict() for k in found], "\n".join(lines))


@app.command()
def schema(context: typer.Context) -> None:
    """The JSON Schema of config.yaml, for editors that complete and check as you type."""
    shown_json(described_schema())


def _meant(wanted: str) -> str:
    """The key or section somebody meant: the one of that name in whatever section, or the likest."""
    import difflib

    paths = [k.path.replace("[]", "") for k in keys()]
    if named := [path for path in paths if path.endswith(f".{wanted}")]:
        return named[0]
    sections = {path.rpartition(".")[0]: None for path in paths if "." in path}
    return next(iter(difflib.get_close_matches(wanted, [*sections, *paths], 1, 0.5)), "")


def keys() -> list[ConfigKey]:
    """Every key of the configuration, in the order of the file."""
    whole = described_schema()
    return list(_keys(whole, whole["$defs"], ""))


def page() -> str:
    """The documentation's page of all keys, in Markdown."""
    lines = [
        "# Every key of config.yaml",
        "Written by `inshort config explain`; every key may be left out unless it says *needed*. `feeds[]` is each "
        "entry of the list. `inshort config schema` prints the same as a JSON Schema, for editors.",
    ]
    section = None
    for key in keys():
        head = key.path.partition(".")[0].removesuffix("[]")
        if head != section:
            section = head
            lines += ["", f"## {head}", "| key | allowed | when left out | meaning |", "| --- | --- | --- | --- |"]
        cells = (f"`{key.path}`", key.allowed, key.default, key.meaning)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def described_schema() -> dict[str, Any]:
    """The configuration's JSON Schema, each key with the meaning its settings class gives it."""
    from pydantic import BaseModel

    from pipeline import config, settings

    whole = config.Config.model_json_schema()
    meanings = _meanings(settings) | _meanings(config)
    for name, definition in [("Config", whole), *whole["$defs"].items()]:
        line = [name]
        model = getattr(settings, name, None)
        if isinstance(model, type) and issubclass(model, BaseModel):
            line = [base.__name__ for base in model.__mro__]
        for key, field in definition.get("properties", {}).items():
            meaning = next((meanings[(each, key)] for each in line if (each, key) in meanings), "")
            if meaning:
                field["description"] = meaning
    return whole


def _meanings(module: Any) -> dict[tuple[str, str], str]:
    """What stands in a string under each field of a module's classes: (class, key) to its text."""
    found = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if not isinstance(node, ast.ClassDef):
            continue
        for field, after in zip(node.body, node.body[1:], strict=False):
            if (
                isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and isinstance(after, ast.Expr)
                and isinstance(after.value, ast.Constant)
            ):
                found[(node.name, field.target.id)] = " ".join(str(after.value.value).split())
    return found


def _keys(section: Mapping[str, Any], defs: Mapping[str, Any], above: str) -> Iterator[ConfigKey]:
    for name, field in section["properties"].items():
        path = f"{above}{name}"
        inner, many = _section_in(field, defs)
        if inner is not None:
            yield from _keys(inner, defs, f"{path}[]." if many else f"{path}.")
            continue
        needed = name in section.get("required", ())
        yield ConfigKey(
            path, _allowed(field, defs), "*needed*" if needed else _default(field), field.get("description", "")
        )


def _section_in(field: Mapping[str, Any], defs: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, bool]:
    """The section a field holds, if it holds one, and whether it is a list of them."""
    for choice in [field, *field.get("anyOf", ()), *field.get("allOf", ())]:
        many = "$ref" not in choice and "$ref" in choice.get("items", {})
        reference = choice.get("$ref") or choice.get("items", {}).get("$ref", "")
        found = defs.get(reference.rpartition("/")[2])
        if found is not None and "properties" in found:
            return found, many
    return None, False


def _allowed(field: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    if "$ref" in field:
        return _allowed(defs[field["$ref"].rpartition("/")[2]], defs)
    if "anyOf" in field:
        numeric = any(choice.get("type") in ("integer", "number") for choice in field["anyOf"])
        choices = [c for c in field["anyOf"] if not (numeric and c.get("type") == "string")]
        return " or ".join(dict.fromkeys(_allowed(choice, defs) for choice in choices))
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    kind = field.get("type")
    if kind == "array":
        items = field.get("items") or (field.get("prefixItems") or [{}])[0]
        return f"a list of: {_allowed(items, defs)}"
    if kind in ("integer", "number"):
        name = "a whole number" if kind == "integer" else "a number"
        low = field.get("minimum", field.get("exclusiveMinimum"))
        low_text = None if low is None else f"{'above ' if 'exclusiveMinimum' in field else ''}{_number(low)}"
        high = field.get("maximum")
        if low_text and high is not None:
            return f"{name}, {low_text} to {_number(high)}"
        return f"{name}, {low_text} or more" if low_text and "above" not in low_text else f"{name}"
    return {"boolean": "`true`, `false`", "null": "`null`", "string": _text(field)}.get(str(kind), "text")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _text(field: Mapping[str, Any]) -> str:
    if field.get("format") == "date":
        return "a day, e.g. 2026-11-01"
    if field.get("format") in ("path", "file-path"):
        return "a file or folder"
    most = field.get("maxLength")
    return f"text, {most} characters at most" if most else "text"


def _default(field: Mapping[str, Any]) -> str:
    value = field.get("default")
    if value is None or value == "":
        return "none"
    if isinstance(value, list):
        return ", ".join(f"`{each}`" for each in value) or "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`" if isinstance(value, _PLAIN) else f"`{json.dumps(value)}`"


def _without_passwords(value: Any) -> Any:
    """The value with `***` for each password that stands in an address."""
    if isinstance(value, dict):
        return {key: _without_passwords(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_without_passwords(each) for each in value]
    return re.sub(r"(://[^:/@]*):[^@/]*@", r"\1:***@", value) if isinstance(value, str) else value
