"""Formulas as a line of text, once: pages hold them as MathML and as its source, or as a picture beside it. Pure."""

from __future__ import annotations

import re
from typing import Any

LONGEST = 600
"""Letters of a formula; what is longer is left as the page has it."""
_DEEPEST = 40
_AROUND = 8
"""Elements around a formula that may be its own."""
_HOLDERS = frozenset(("span", "div", "mjx-container", "mjx-assistive-mml"))
_PROSE = re.compile(r"(?:[^\W\d_]{2,}\W+){4}[^\W\d_]{2,}")
"""Words in a row that make no formula: a hidden one is no way in for a text that nobody sees."""
_WRAPS = re.compile(
    r"(?:^|\s)(?:katex|katex-display|mwe-math-element|mathjax|mathjax_display|mathjax_svg)(?=$|\s)", re.I
)
_PICTURED = re.compile(r"(?:^|[\s_-])(?:latex|tex|math|equation)(?=$|[\s_-])", re.IGNORECASE)
_UNSEEN = frozenset(("annotation", "annotation-xml", "mphantom", "maligngroup", "malignmark", "none", "mprescripts"))
_SPACED = frozenset("= < > ≤ ≥ ≠ ≈ ≡ ∈ → ⇒ ↔ ∼ ≃ ∝ + − - × ÷ ± ∓ ⋅ ·".split())
_INVISIBLE = dict.fromkeys((0x2061, 0x2062, 0x2063, 0x2064, 0x200B, 0xFEFF, 0x00A0))
_NAMES = {
    r"\times": "×", r"\cdot": "·", r"\div": "÷", r"\pm": "±", r"\approx": "≈", r"\neq": "≠", r"\ne": "≠", r"\leq": "≤",
    r"\le": "≤", r"\geq": "≥", r"\ge": "≥", r"\infty": "∞", r"\pi": "π", r"\alpha": "α", r"\beta": "β", r"\gamma": "γ",
    r"\delta": "δ", r"\Delta": "Δ", r"\epsilon": "ε", r"\theta": "θ", r"\lambda": "λ", r"\mu": "μ", r"\sigma": "σ",
    r"\Sigma": "Σ", r"\omega": "ω", r"\Omega": "Ω", r"\phi": "φ", r"\rho": "ρ", r"\tau": "τ", r"\eta": "η",
    r"\sum": "∑", r"\prod": "∏", r"\int": "∫", r"\sqrt": "√", r"\partial": "∂", r"\nabla": "∇", r"\to": "→",
    r"\rightarrow": "→", r"\sim": "∼", r"\ldots": "…", r"\dots": "…", r"\cdots": "…", r"\in": "∈", r"\%": "%",
    r"\$": "$", r"\circ": "°", r"\quad": " ", r"\qquad": " ",
}  # fmt: skip
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|[^A-Za-z])")
_DRESS = re.compile(
    r"\\(?:displaystyle|textstyle|scriptstyle|left|right|big|Big|bigl|bigr|mathrm|mathbf|mathit|mathcal|mathbb|text|textbf"
    r"|textit|operatorname|rm|bf|it|limits|nolimits|[,;:!\s])(?![A-Za-z])"
)
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]{0,80})\}\s*\{([^{}]{0,80})\}")
_SINGLE = re.compile(r"([\^_])\{(-?\w*)\}")


def set_formulas(tree: Any) -> None:
    """Put each formula of a page as text where it stands, in place of all that holds it."""
    for node in list(tree.iter("math", "mjx-container", "script", "img")):
        if node.getparent() is None:
            continue
        tag = node.tag
        if tag == "math":
            text, outer = _line(node), _outermost(node)
        elif tag == "script":
            if not (node.get("type") or "").startswith("math/"):
                continue
            text, outer = tex(node.text or ""), node
            shown = node.getprevious()
            if shown is not None and "mathjax" in (shown.get("class") or "").lower():
                _put(shown, "")
        elif tag == "img":
            named = f"{node.get('class') or ''} {'latex' if 'latex' in (node.get('src') or '') else ''}"
            if not (("tex" in named or "math" in named) and _PICTURED.search(named)):
                continue
            text, outer = tex(node.get("alt") or ""), _outermost(node)
        else:
            math = next((inner for inner in node.iter() if _local(inner) == "math"), None)
            if math is None:
                continue
            text, outer = _line(math), node
        if text and len(text) <= LONGEST and not _PROSE.search(text):
            _put(outer, text)


def tex(source: str) -> str:
    """A formula's TeX source as a line that can be read: `E = mc^2`, `(a + b)/c`."""
    if len(source) > 2 * LONGEST:
        return ""
    text = _DRESS.sub(" ", source.strip().strip("$"))
    for _ in range(4):
        text, count = _FRACTION.subn(lambda m: f"{_grouped(m[1].strip())}/{_grouped(m[2].strip())}", text)
        if not count:
            break
    text = _COMMAND.sub(lambda m: _NAMES.get(m.group(), m.group()[1:]), text)
    text = _SINGLE.sub(r"\1\2", text)
    text = re.sub(r"([\^_√])\{", r"\1(", text)
    opened = text.count("(") - text.count(")")
    text = "".join(")" if c == "}" and (opened := opened - 1) >= 0 else "" if c in "{}" else c for c in text)
    return " ".join(text.split())


def _line(math: Any) -> str:
    text = " ".join(_linear(math, 0).split())
    if text:
        return text
    told = math.get("alttext") or next((n.text or "" for n in math.iter() if _local(n) == "annotation"), "")
    return tex(told)


def _linear(node: Any, depth: int) -> str:
    tag = _local(node)
    if tag in _UNSEEN or not tag:
        return ""
    if depth > _DEEPEST:
        return "".join(node.itertext())
    children = [child for child in node if _local(child)]
    if not children:
        text = " ".join((node.text or "").translate(_INVISIBLE).split())
        if tag == "mspace":
            return " "
        return f" {text} " if tag == "mo" and text in _SPACED else text
    if tag == "semantics":
        return _linear(children[0], depth + 1)
    parts = [_linear(child, depth + 1) for child in children]
    if tag not in _LAYOUTS:
        return "".join(parts)
    parts = [part.strip() for part in parts]
    match tag, len(parts):
        case (("msup" | "mover"), 2):
            return f"{parts[0]}^{_grouped(parts[1])}"
        case (("msub" | "munder"), 2):
            return f"{parts[0]}_{_grouped(parts[1])}"
        case (("msubsup" | "munderover"), 3):
            return f"{parts[0]}_{_grouped(parts[1])}^{_grouped(parts[2])}"
        case "mfrac", 2:
            return f"{_grouped(parts[0])}/{_grouped(parts[1])}"
        case "msqrt", _:
            return f"√{_grouped(''.join(parts))}"
        case "mroot", 2:
            return f"{_grouped(parts[0])}^(1/{parts[1]})"
        case "mfenced", _:
            return f"{node.get('open') or '('}{', '.join(parts)}{node.get('close') or ')'}"
        case "mtable", _:
            return "; ".join(parts)
        case "mtr", _:
            return ", ".join(parts)
    return " ".join(parts)


_LAYOUTS = frozenset("msup mover msub munder msubsup munderover mfrac msqrt mroot mfenced mtable mtr".split())


def _grouped(text: str) -> str:
    text = text.strip()
    return text if re.fullmatch(r"-?[\w.,′'∞∗*†]*", text) else f"({text})"


def _local(node: Any) -> str:
    tag = node.tag
    return tag.rpartition(":")[2].rpartition("}")[2] if isinstance(tag, str) else ""


def _outermost(node: Any) -> Any:
    """The element that holds a formula in all its forms."""
    found = around = node
    for _ in range(_AROUND):
        around = around.getparent()
        if around is None or around.tag not in _HOLDERS:
            break
        if around.tag.startswith("mjx") or _WRAPS.search(around.get("class") or ""):
            if _PROSE.search("".join(around.itertext())):
                break
            found = around
    return found


def _put(node: Any, text: str) -> None:
    tail = node.tail
    node.clear()
    node.tag, node.text, node.tail = "span", text, tail
