"""`inshort glossary`: how the newsroom explains hard words."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.context import of
from pipeline.text import counted

app = typer.Typer(help="How the newsroom explains hard words.", no_args_is_help=True)


@app.command("list")
def list_(
    context: typer.Context,
    word: Annotated[str, typer.Argument(help="Only terms with this in the name or the explanation.")] = "",
    field: Annotated[str, typer.Option(help="Only this field, e.g. law.")] = "",
) -> None:
    """Every term with its explanation; the newsroom's own come first."""
    from pipeline.glossary import load_glossary, row_of

    ctx = of(context)
    config, folder = ctx.load()
    wanted = word.lower()
    terms = [
        t
        for t in load_glossary(folder, config.newsroom.language).terms
        if (not field or t.field == field) and any(wanted in text.lower() for text in (*t.names, t.plain))
    ]
    rows = [row_of(t) for t in terms]
    lines = [f"{t.term} ({t.field or 'no field'}): {t.plain}" + (f" [{t.analogy}]" if t.analogy else "") for t in terms]
    ctx.answer(rows, "\n".join([*lines, counted(len(terms), "term")]))


@app.command()
def add(
    context: typer.Context,
    term: str,
    plain: Annotated[str, typer.Argument(help="The explanation, worded to follow a comma.")],
    variant: Annotated[list[str] | None, typer.Option(help="Another name or form; may be repeated.")] = None,
    analogy: Annotated[str, typer.Option(help="An everyday comparison for how it works: 'like …'.")] = "",
    field: Annotated[str, typer.Option(help="e.g. ai, software, security, business, law, science.")] = "",
) -> None:
    """Add a term to the newsroom's own glossary.yaml; it overrides the bundled one."""
    from pipeline.files import read_text, write_whole
    from pipeline.glossary import GlossaryTerm, own_glossary, with_entry
    from pipeline.inspection.bank import weaknesses
    from pipeline.text import tidy

    ctx = of(context)
    _, folder = ctx.load()
    file = own_glossary(folder)

    def clean(text: str) -> str:
        return " ".join(tidy(text).split())

    new = GlossaryTerm(clean(term), clean(plain), tuple(map(clean, variant or ())), clean(analogy), clean(field))
    before = read_text(file) if file.is_file() else "# How this newsroom explains hard words.\n"
    write_whole(file, with_entry(before, new, str(file)))
    for weakness in weaknesses([new]):
        ctx.say(f"note: {weakness}")
    ctx.answer({"term": new.term, "file": str(file)}, f"'{new.term}' is now explained in {file}")


@app.command()
def check(context: typer.Context) -> None:
    """Look for mistakes and weak explanations; exit 1 when the newsroom's own glossary has any."""
    from pipeline.files import read_text
    from pipeline.glossary import load_glossary, own_glossary, read_glossary
    from pipeline.inspection.bank import weaknesses

    ctx = of(context)
    config, folder = ctx.load()
    file = own_glossary(folder)
    own = read_glossary(read_text(file), str(file)) if file.is_file() else ()
    glossary = load_glossary(folder, config.newsroom.language)
    found = weaknesses(own)
    summary = f"{counted(len(glossary.terms), 'term')}, {len(own)} of them the newsroom's own: " + (
        f"{len(found)} weak" if found else "all sound"
    )
    ctx.answer({"terms": len(glossary.terms), "own": len(own), "weak": found}, "\n".join([*found, summary]))
    if found:
        raise typer.Exit(1)


@app.command()
def suggest(
    context: typer.Context,
    least: Annotated[int, typer.Option(min=1, help="Stories a word must appear in.")] = 2,
    last: Annotated[int, typer.Option(min=1, help="How many of the newest drafts to look at.")] = 1000,
) -> None:
    """What the glossary lacks: explanations editors wrote, and hard words drafts keep using."""
    from pipeline.glossary import load_glossary
    from pipeline.inspection.inspecting import suggestions

    ctx = of(context)
    config, folder = ctx.load()
    with ctx.database().session() as session:
        found = suggestions(session, load_glossary(folder, config.newsroom.language), least=least, last=last)
    rows = [{"term": o.term, "stories": o.stories, "plain": o.plain, "by": o.by} for o in found]
    whose = {"editor": "an editor wrote", "model": "the model wrote"}
    lines = [
        f"{o.term} (stories: {o.stories})" + (f": {whose[o.by]}: {o.plain}" if o.by else ": explained nowhere")
        for o in found
    ]
    end = "add one with: inshort glossary add TERM 'EXPLANATION'" if found else "nothing is missing"
    ctx.answer(rows, "\n".join([*lines, end]))
