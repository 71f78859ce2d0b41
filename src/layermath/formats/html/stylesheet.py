"""The style sheet, of the page and of a notebook's cell. Its colours are variables, and pictures
use them too."""

from __future__ import annotations

from collections.abc import Mapping

from layermath.pictures import STYLE

LIGHT: Mapping[str, str] = {
    "paper": "#fffdf9",
    "wash": "#f6f2ea",
    "rule": "#ded7c9",
    "ink": "#1e1c19",
    "quiet": "#665f54",
    "accent": "#1c4f8f",
    "lost": "#b0231a",
    "convolution": "#2b66ad",
    "pooling": "#1f7565",
    "dense": "#8a5310",
    "other": "#6b6459",
}
DARK: Mapping[str, str] = {
    "paper": "#15171b",
    "wash": "#1d2026",
    "rule": "#363b44",
    "ink": "#e9e5dc",
    "quiet": "#aaa499",
    "accent": "#93bdf2",
    "lost": "#ff8f85",
    "convolution": "#7fb0ee",
    "pooling": "#6fcdb8",
    "dense": "#e6b46a",
    "other": "#b5aea2",
}


def _variables(colours: Mapping[str, str]) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())


_SERIF = '"Palatino Linotype", Palatino, "TeX Gyre Pagella", "Book Antiqua", Georgia, serif'
_SANS = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'Noto Sans CJK KR', sans-serif"
_MONO = 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace'

_COMMON = f"""
.lm *, .lm {{ box-sizing: border-box; }}
.lm {{ font: 17px/1.58 {_SERIF}; color: var(--ink); background: var(--paper);
  -webkit-text-size-adjust: 100%; text-size-adjust: 100%; overflow-wrap: break-word; }}
.lm:lang(ko) {{ word-break: keep-all; }}
.lm code {{ font: .86em {_MONO}; overflow-wrap: anywhere; background: none; color: inherit;
  padding: 0; border: 0; }}
.lm a {{ color: var(--accent); text-decoration: underline; text-decoration-thickness: 1px;
  text-underline-offset: .3em; }}
.lm :focus-visible {{ outline: 2px solid var(--accent); outline-offset: 2px; }}
.lm p {{ margin: .6em 0; max-width: 41em; }}
.lm small, .lm .small {{ font-size: 13.5px; color: var(--quiet); }}
.lm p.small {{ font-family: {_SANS}; margin: .3em 0; max-width: 52em; }}
.lm .glance {{ font-size: 19px; line-height: 1.6; max-width: 37em; }}
.lm .lost {{ color: var(--lost); font-style: normal; }}
.lm .held {{ white-space: nowrap; }}
.lm .put {{ color: var(--accent); }}
.lm section, .lm header, .lm details, .lm figure {{ min-width: 0; }}
.lm header {{ display: block; padding: 0; margin: 0; background: none; }}

.lm math {{ font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", math, {_SERIF};
  font-size: 1.04em; }}
.lm mi, .lm mn, .lm mo, .lm mtext {{ font-family: {_SERIF}; }}
.lm mi {{ font-style: italic; text-transform: none; }}
.lm mi.fn {{ font-style: normal; }}
.lm mo.grown {{ font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", math, serif; }}
.lm .floor, .lm .ceiling {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
.lm .floor, .lm .ceiling {{ --w: max(.8px, .055em); --foot: .26em;
  background-image: linear-gradient(currentColor, currentColor),
    linear-gradient(currentColor, currentColor), linear-gradient(currentColor, currentColor),
    linear-gradient(currentColor, currentColor);
  background-repeat: no-repeat;
  background-size: var(--w) 100%, var(--w) 100%, var(--foot) var(--w), var(--foot) var(--w); }}
.lm .floor {{ background-position: .1em 0, calc(100% - .1em) 0, .1em 100%,
  calc(100% - .1em) 100%; }}
.lm .ceiling {{ background-position: .1em 0, calc(100% - .1em) 0, .1em 0, calc(100% - .1em) 0; }}
.lm .floor > mo:first-child, .lm .floor > mo:last-child, .lm .ceiling > mo:first-child,
.lm .ceiling > mo:last-child {{ color: transparent; }}

.lm .layer {{ border-top: 1px solid var(--rule); margin: 2.6em 0 0; padding-top: 1.1em; }}
.lm .layer.inner {{ margin-left: 1.2em; margin-top: 1.6em; }}
.lm .layer > header {{ display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1.2em;
  justify-content: space-between; margin-bottom: .5em; }}
.lm .layer h3, .lm .layer h4, .lm .layer h5, .lm .layer h6 {{ margin: 0; font-size: 19px;
  font-weight: 600; line-height: 1.35; color: inherit; }}
.lm .layer h3 code, .lm .layer h4 code, .lm .layer h5 code, .lm .layer h6 code {{
  font-weight: 600; font-size: .92em; }}
.lm .number {{ display: inline-block; min-width: 1.1em; margin-right: .3em; font-weight: 400;
  font-size: 14px; color: var(--kind); border-bottom: 3px solid var(--kind); line-height: 1.1;
  text-align: center; font-family: {_SANS}; }}
.lm .call {{ font-weight: 400; font-size: 15.5px; color: var(--quiet); margin-left: .5em; }}
.lm .layer .call code {{ font-family: inherit; font-size: inherit; font-weight: 400; }}
.lm .shapes {{ margin: 0 0 0 auto; text-align: right; }}
.lm .shapes span {{ white-space: nowrap; }}
.lm .conv {{ --kind: var(--convolution); }} .lm .pool {{ --kind: var(--pooling); }}
.lm .dense {{ --kind: var(--dense); }} .lm .other {{ --kind: var(--other); }}

.lm details, .lm .alike {{ margin: 4px 0; }}
.lm summary, .lm .alike {{ display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .7em;
  background: var(--wash); border-radius: 6px; padding: .3em .7em .3em 1.9em; position: relative;
  max-width: none; }}
.lm summary {{ cursor: pointer; list-style: none; }}
.lm summary::-webkit-details-marker {{ display: none; }}
.lm summary::before {{ content: ""; position: absolute; left: .75em; top: .85em; width: .42em;
  height: .42em; border: solid var(--quiet); border-width: 0 1.5px 1.5px 0;
  transform: rotate(-45deg); }}
.lm details[open] > summary::before {{ transform: rotate(45deg); top: .75em; }}
.lm .label {{ font: 600 14.5px {_SANS}; }}
.lm .label.name {{ font-size: 16px; }}
.lm .as {{ font: 14px {_SANS}; color: var(--quiet); }}
.lm .as math {{ font-size: 1.05em; }}
.lm .value {{ font-size: 16px; margin-left: auto; text-align: right; }}
.lm .block > summary {{ padding-top: .6em; padding-bottom: .6em; }}
.lm .block > summary::before {{ top: 1.2em; }}
.lm .block {{ margin: 2em 0 0; }}
.lm .block > .layer {{ margin-left: 1em; }}

.lm .lines {{ padding: .55em 0 1.1em; }}
.lm .line {{ display: grid; grid-template-columns: 4.9rem 20.5rem minmax(0, 1fr);
  align-items: baseline; margin: .28em 0; }}
.lm .left {{ text-align: right; padding-right: .5em; }}
.lm .right {{ min-width: 0; overflow-x: auto; overflow-y: hidden; padding: .12em 0 .22em 1.3em;
  text-indent: -1.3em; scrollbar-width: thin; }}
.lm .right math {{ text-indent: 0; }}
.lm .why {{ font: 14.5px/1.45 {_SANS}; color: var(--quiet); padding-left: 1em; min-width: 0; }}
.lm .why math {{ font-size: 1.05em; }}
.lm .long .right, .lm .long .why {{ grid-column: 2 / 4; }}
.lm .long .why {{ padding-left: 1.3em; }}
.lm .result {{ border-bottom: 1.5px solid; padding-bottom: .12em; display: inline-block;
  text-indent: 0; max-width: 100%; }}
.lm .picture {{ margin: .2em 0 1.4em; display: grid; align-items: center; gap: .3em 1em; }}
.lm .picture.wide {{ margin: 1.6em 0; }}
.lm .beside {{ grid-template-columns: auto minmax(12em, 1fr); gap: 1em 2.4em;
  align-items: start; }}
.lm .tape {{ grid-template-columns: 23.4rem minmax(0, 1fr); padding-left: 2rem; gap: .3em 0; }}
.lm .tape.long {{ grid-template-columns: minmax(0, 1fr); }}
.lm .drawing {{ overflow-x: auto; min-width: 0; scrollbar-width: thin; }}
.lm .picture svg {{ display: block; max-width: none; }}
.lm .picture figcaption {{ display: block; font: 14.5px/1.45 {_SANS}; color: var(--quiet);
  padding-left: 1em; max-width: 41em; }}
.lm .wide figcaption {{ padding-left: 0; }}
.lm .tape.long figcaption {{ padding-left: 1.3em; }}
.lm .said {{ border-top: 0; margin-top: .3em; padding-top: 0; }}
.lm .layer.said > header {{ margin: 0; }}
.lm .said h3, .lm .said h4 {{ font-size: 16px; font-weight: 400; }}
.lm .said .note {{ margin: 0; font: 14px {_SANS}; color: var(--quiet); }}
.lm .said + .layer:not(.said) {{ margin-top: 1.6em; }}
.lm .said + :not(.said) {{ margin-top: 1.6em; }}

.lm .scroll {{ overflow-x: auto; margin: 1.6em 0; }}
.lm table {{ border-collapse: collapse; font-size: 15.5px; width: 100%; margin: 0;
  border: 0; font-variant-numeric: tabular-nums lining-nums; line-height: 1.45; }}
.lm thead th {{ font: 600 13px {_SANS}; color: var(--quiet); border-bottom: 1.5px solid var(--ink);
  padding: .3em 1em .3em 0; text-align: left; vertical-align: bottom; }}
.lm tbody th, .lm td, .lm tfoot th {{ padding: .45em 1em .45em 0; text-align: left;
  vertical-align: top; border-bottom: 1px solid var(--rule); font-weight: 400;
  background: none; }}
.lm tbody tr, .lm tfoot tr {{ background: none; }}
.lm .n {{ text-align: right; }}
.lm tr > :last-child {{ padding-right: 0; }}
.lm .layers small {{ display: block; line-height: 1.35; }}
.lm .layers small code {{ font-family: inherit; font-size: inherit; }}
.lm .layers tbody th, .lm .layers tfoot th, .lm .layers thead th:first-child {{
  padding-left: .8em; }}
.lm .layers tbody th {{ min-width: 10.5em; box-shadow: inset 3px 0 var(--kind, var(--other));
  background-clip: content-box; }}
.lm .layers tfoot th, .lm .layers tfoot td {{ font-weight: 600; border-bottom: 0; }}
.lm .layers tfoot math > mn:only-child {{ font-weight: 600; }}
.lm .layers td:nth-child(2) {{ white-space: nowrap; }}
.lm .zero {{ color: var(--quiet); }}
.lm .layers tfoot {{ border-bottom: 1.5px solid var(--ink); }}
.lm .sizes table {{ width: auto; }}
.lm .sizes tbody th {{ box-shadow: none; min-width: 0; }}
.lm .sizes tbody th.part {{ padding-left: 2em; }}

.lm .bars {{ display: grid; grid-template-columns: 1fr 1fr; gap: 1em 2.2em; margin: 1.6em 0; }}
.lm figure {{ margin: 0; }}
.lm figcaption {{ display: flex; justify-content: space-between; font: 14.5px {_SANS}; }}
.lm .bar {{ display: flex; gap: 2px; height: 1.5rem; margin: .25em 0; }}
.lm .bar span {{ background: var(--kind); color: var(--paper); flex: 0 1 0; min-width: 2px;
  overflow: hidden; white-space: nowrap; border-radius: 2px; font-size: 13.5px; line-height: 1.5rem;
  text-indent: .5em; print-color-adjust: exact; -webkit-print-color-adjust: exact; }}

.lm .key {{ list-style: none; padding: 0; margin: .8em 0; display: flex; flex-wrap: wrap;
  gap: .1em 1.3em; font: 14.5px/1.5 {_SANS}; color: var(--quiet); }}
.lm .key math {{ color: var(--ink); font-size: 1.12em; }}
.lm .whole {{ display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: .5em 1em; }}
.lm .whole dt {{ font: 600 14.5px/1.8 {_SANS}; color: var(--quiet); }}
.lm .whole dd {{ margin: 0; min-width: 0; }}
.lm .whole dd p {{ margin: 0 0 .3em; }}
.lm .note {{ margin: .8em 0; }}
"""

_PHONE = """
.lm { font-size: 16.5px; }
.lm .glance { font-size: 18px; }
.lm .line, .lm .long.line { grid-template-columns: 3.1rem minmax(0, 1fr); }
.lm .why, .lm .long .why { grid-column: 2; padding-left: 1.3em; }
.lm .long .right { grid-column: 2; }
.lm .tape, .lm .tape.long { padding-left: 0; grid-template-columns: minmax(0, 1fr); }
.lm .beside { grid-template-columns: minmax(0, 1fr); }
.lm .picture figcaption, .lm .tape.long figcaption { padding-left: 0; }
.lm .bars { grid-template-columns: 1fr; }
.lm .whole { grid-template-columns: 1fr; gap: 0; }
.lm .whole dd { margin-bottom: .8em; }
.lm .layer.inner { margin-left: .5em; }
.lm .shapes { margin-left: 0; text-align: left; }
"""

_CARDS = """
.lm .layers td:nth-child(2) { white-space: normal; }
.lm .layers thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); }
.lm .scroll:has(.layers) { overflow-x: visible; }
.lm .layers, .lm .layers tbody, .lm .layers tfoot { display: block; }
.lm .sizes .layers { display: table; }
.lm .sizes .layers thead { position: static; width: auto; height: auto; clip-path: none;
  display: table-header-group; }
.lm .sizes .layers tbody { display: table-row-group; }
.lm .sizes.scroll { overflow-x: auto; }
.lm .layers:not(.sizes *) tr { display: flex; flex-wrap: wrap;
  justify-content: space-between; gap: .2em .8em; padding: .6em 0 .6em .8em;
  border-bottom: 1px solid var(--rule); box-shadow: inset 3px 0 var(--kind, transparent); }
.lm .layers small { font-size: 12.5px; }
.lm .layer h3 .call { display: inline-block; }
.lm .layers:not(.sizes *) tr > * { border: 0; padding: 0; }
.lm .layers:not(.sizes *) th { flex: 1 1 60%; min-width: 0; padding: 0; box-shadow: none; }
.lm .layers:not(.sizes *) .n { flex: 1 1 auto; }
.lm .layers:not(.sizes *) .n:last-child { flex: 0 1 auto; }
.lm .layers:not(.sizes *) td:nth-child(2) { flex: 1 1 calc(40% - 1em);
  text-align: right; }
.lm .layers:not(.sizes *) .n { text-align: left; }
.lm .layers:not(.sizes *) .n:empty { display: none; }
.lm [data-k]:not(:empty)::before { content: attr(data-k); display: block; text-transform: none;
  font: 600 12px system-ui, sans-serif; color: var(--quiet); }
"""

_SCREEN = f"""
:root {{ color-scheme: light dark; {_variables(LIGHT)} }}
@media screen and (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK)} }} }}
html {{ background: var(--paper); scroll-behavior: smooth; scroll-padding-top: 1rem; }}
@media (prefers-reduced-motion: reduce) {{ html {{ scroll-behavior: auto; }} }}
body.lm {{ margin: 0 auto; padding: 2.2rem 2rem 4rem; max-width: calc(880px + 196px + 52px + 4rem);
  display: grid; grid-template-columns: 196px minmax(0, 880px); gap: 0 52px; }}
.lm main {{ min-width: 0; grid-column: 2; }}
.lm h1 {{ font-size: 36px; line-height: 1.2; margin: .1em 0 .4em; font-weight: 600; }}
.lm h1 code {{ font: inherit; }}
.lm h1 math {{ font-weight: 400; }}
.lm h2 {{ font-size: 25px; margin: 2.4em 0 .5em; line-height: 1.25; font-weight: 600; }}
.lm h3 {{ font-size: 20px; margin: 1.6em 0 .4em; }}
.lm .source {{ margin: 0; font: 14.5px {_SANS}; color: var(--quiet); }}
.lm footer {{ margin-top: 4em; font: 14.5px {_SANS}; color: var(--quiet); }}
.lm .skip {{ position: absolute; left: -99em; }}
.lm .skip:focus {{ left: 1rem; top: .5rem; background: var(--paper); padding: .3em .6em;
  z-index: 1; }}
.lm nav {{ font: 14px/1.45 {_SANS}; align-self: start; position: sticky; top: 1.5rem;
  max-height: calc(100vh - 3rem); overflow-y: auto; scrollbar-width: thin; }}
.lm nav h2 {{ font-size: 14px; margin: 0 0 .7em; color: var(--quiet); padding-bottom: .6em;
  border-bottom: 1px solid var(--rule); }}
.lm nav ol {{ list-style: none; margin: 0; padding: 0; }}
.lm nav a {{ display: block; padding: .22em 0; color: inherit; text-decoration: none; }}
.lm nav a:hover {{ color: var(--accent); }}
.lm nav .deep a {{ padding-left: .9em; border-left: 1.5px solid var(--rule); }}
.lm .layer {{ content-visibility: auto; contain-intrinsic-size: auto 30rem; }}
"""

_MEDIA = f"""
@media screen and (max-width: 1100px) {{
body.lm {{ display: block; max-width: calc(880px + 4rem); }}
.lm nav {{ position: static; max-height: 12rem; margin-bottom: 2rem; }}
.lm nav ol {{ columns: 11rem; }}
}}
@media screen and (max-width: 820px) {{
body.lm {{ padding: 1.2rem 1rem 3rem; }}
.lm h1 {{ font-size: 27px; }}
.lm h2 {{ font-size: 22px; }}
{_PHONE}}}
@media screen and (max-width: 720px) {{ {_CARDS} }}
@page {{ size: A4; margin: 18mm 17mm; }}
@media print {{
:root {{ --paper: #ffffff; --wash: #f4f1ea; }}
body.lm {{ display: block; padding: 0; max-width: none; font-size: 10.4pt; line-height: 1.4; }}
.lm nav, .lm .skip {{ display: none; }}
.lm details::details-content {{ content-visibility: visible; height: auto; }}
.lm .layer {{ content-visibility: visible; margin-top: 1.6em; }}
.lm summary::before {{ display: none; }}
.lm summary, .lm .alike {{ padding: .15em .6em; border: 1px solid var(--rule); }}
.lm h1 {{ font-size: 21pt; }} .lm h2 {{ font-size: 15pt; margin-top: 1.4em; }}
.lm .layer h3, .lm .layer h4, .lm .layer h5 {{ font-size: 12pt; }}
.lm .glance {{ font-size: 11.5pt; }}
.lm table {{ font-size: 9pt; }} .lm small {{ font-size: 8pt; }}
.lm .line {{ grid-template-columns: 3.6rem 17rem minmax(0, 1fr); margin: .1em 0; }}
.lm .why, .lm .as, .lm .key, .lm p.small, .lm .label {{ font-size: 8.8pt; }}
.lm .lines {{ padding: .3em 0 .6em; }}
.lm .value {{ font-size: 10pt; }}
.lm .picture figcaption, .lm figcaption, .lm footer, .lm .source, .lm .whole dt {{
  font-size: 8.8pt; }}
.lm tfoot {{ display: table-row-group; }}
.lm .tape {{ grid-template-columns: 18.6rem minmax(0, 1fr); }}
.lm .call {{ font-size: 9.5pt; }}
.lm a {{ color: inherit; text-decoration: none; }}
.lm .line, .lm figure, .lm tr, .lm summary, .lm .alike, .lm dd p {{ break-inside: avoid; }}
.lm details:not(.block) {{ break-inside: avoid; }}
.lm h1, .lm h2, .lm h3, .lm h4, .lm header, .lm summary {{ break-after: avoid; }}
.lm .right, .lm .scroll, .lm .drawing {{ overflow: visible; }}
.lm .picture svg {{ max-width: 100%; width: auto; height: auto; max-height: 180mm; }}
}}
"""

PAGE = _SCREEN + _COMMON + _MEDIA + STYLE
"""Of a page of its own: it follows what the reader's system prefers, and prints on white."""

NOTEBOOK = f""".lm {{ {_variables(LIGHT)} }}
[data-jp-theme-light="false"] .lm, .vscode-dark .lm, html[theme="dark"] .lm {{
  {_variables(DARK)} }}
{_COMMON}{STYLE}.lm.cell {{ background: none; font-size: 15.5px; max-width: 880px; padding: .2em; }}
.lm.cell .glance {{ font-size: 16px; }}
.lm.cell .layer {{ margin-top: 1.4em; }}
.lm.cell .line {{ grid-template-columns: 4rem 18rem minmax(0, 1fr); }}
.lm.cell .tape:not(.long) {{ grid-template-columns: 20rem minmax(0, 1fr); }}
@media screen and (max-width: 600px) {{ {_PHONE} {_CARDS} }}
"""
"""Of a notebook's cell: it follows the notebook's theme, on the notebook's own ground."""
