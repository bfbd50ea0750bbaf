"""The page as one HTML file, in which nothing but its own style and scripts can run, and which can ask nobody for more.

Names, reasons and tracebacks are somebody's text: Jinja2 escapes them where they are HTML, `embedded` where they are
data, and the scripts only ever put them into text nodes. Should one of these fail, the browser still runs nothing whose
hash the page's Content-Security-Policy does not name.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from analogbench import __version__
from analogbench.report.page.content import Content

ASSETS = "assets"
SCRIPTS = ("elements.js", "theme.js", "state.js", "table.js", "scale.js", "chart.js", "detail.js", "live.js", "main.js")
"""In the order in which one needs the other."""

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./[\w-]+\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:function|const|class|async function)\b)", re.MULTILINE)


@dataclass(frozen=True)
class Live:
    """How far a run is, for a page that a server keeps up to date. lines: what there is to say. counts: cells by
    state. every: seconds between two questions whether there is news."""

    lines: tuple[str, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    every: float = 2.0


def document(content: Content, live: Live | None = None) -> str:
    """The whole file."""
    style, script = _asset("page.css"), _script()
    return (
        _environment()
        .get_template("page.html.jinja")
        .render(
            content=content,
            live=live,
            data=embedded(content.details),
            style=style,
            script=script,
            policy=policy(live is not None),
            version=__version__,
        )
    )


def policy(live: bool) -> str:
    """The Content-Security-Policy: nothing from anywhere, but for a live page its own server's answers."""
    rules = {
        "default-src": "'none'",
        "script-src": _hash(_script()),
        "style-src": _hash(_asset("page.css")),
        "img-src": "data:",
        "connect-src": "'self'" if live else "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def embedded(data: Any) -> str:
    """JSON that can stand in a script element: no `<` in it can end the element, or begin a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _asset(name: str) -> str:
    return (files(__package__) / ASSETS / name).read_text("utf-8")


@cache
def _script() -> str:
    """The modules as one: a file that is opened from disk cannot import another."""
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", _asset(name))) for name in SCRIPTS)


@cache
def _environment() -> Environment:
    loader = PackageLoader(__package__ or "", ASSETS)
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters["breakable"] = breakable
    return made


def breakable(label: str) -> Markup:
    """HTML of a label such as `name[a=1,b=2]` that may be broken before the bracket and behind a comma."""
    return Markup("<wbr>").join(re.split(r"(?<=,)|(?=\[)", label))
