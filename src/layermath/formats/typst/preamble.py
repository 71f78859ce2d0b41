"""What stands before every document in Typst: its page, and how its parts are set.

The documents call these functions and set nothing themselves, so that an author who wants another
look changes it in one place, in a file that has no number or word of a model.
"""

from __future__ import annotations

PREAMBLE = r"""
#let quiet = luma(92)
#let lost = rgb(192, 24, 43)
#let label-width = 25mm
#let symbol-width = 13mm
#let formula-width = 63mm
#let typed(body) = text(font: "DejaVu Sans Mono", size: 0.82em, body)

#set page(paper: "a4", margin: (x: 19mm, top: 18mm, bottom: 20mm), footer: context [
  #set text(8pt, fill: quiet)
  #lm-footer #h(1fr) #counter(page).display("1 / 1", both: true)
])
// Typst brings the first of these along. What has letters of another script takes the first font of
// these that is there, or else any that has them.
#let lm-fonts = (ko: ("Noto Serif CJK KR", "Noto Serif KR", "Nanum Myeongjo", "Batang"))
#set text(
  font: ("New Computer Modern", ..lm-fonts.at(lm-language, default: ())),
  lang: lm-language,
  size: 10pt,
)
#set par(leading: 0.55em, spacing: 0.8em, justify: false)
#show heading: set text(weight: "bold")

// The title, and what is known at a glance.
#let lm-title(name, facts) = {
  heading(level: 1, text(17pt, name))
  v(2pt)
  text(9pt, fill: quiet, facts.join([#h(1.2em)]))
  v(4pt)
}

// A table: rules above, below and under the head; a total stands below a rule of its own.
#let lm-table(right: (), heads, rows, totals: ()) = {
  set text(8.3pt)
  table(
    columns: heads.len(),
    align: (column, _) => if column in right { end } else { start },
    stroke: none,
    inset: (x: 4pt, top: 3pt, bottom: 3.6pt),
    table.hline(stroke: 0.8pt),
    table.header(..heads),
    table.hline(stroke: 0.4pt),
    ..rows.flatten(),
    ..if totals.len() > 0 { (table.hline(stroke: 0.4pt), ..totals.flatten()) },
    table.hline(stroke: 0.8pt),
  )
}

// A heading over a hairline, kept with what follows.
#let lm-part(title) = block(above: 16pt, below: 8pt, sticky: true)[
  #heading(level: 2, text(12pt, title))
  #v(-3pt)
  #line(length: 100%, stroke: 0.4pt + quiet)
]

#let lm-layer(number, name, call, shapes) = block(above: 17pt, below: 10pt, sticky: true, {
  set par(leading: 0.4em)
  show heading: it => it.body
  let title = heading(level: 3, outlined: false, typed(name))
  grid(
    columns: (1fr, auto),
    column-gutter: 1em,
    align: (start + bottom, end + bottom),
    [#strong(number)#h(0.8em)#title#h(0.8em)#typed(call)], shapes,
  )
  v(-4pt)
  line(length: 100%, stroke: 0.4pt + luma(180))
})

// The lines of one quantity: label, symbol, formula, reason. A reason goes on beside the next lines
// where those have none; a formula too long for its column takes that of the reason too.
#let lm-quantity(label, symbol, ..lines) = block(above: 9pt, below: 0pt, width: 100%, context {
  // without leading, a line is as high as its formula
  let shown(formula) = { set par(leading: 0pt); show math.equation: math.display; formula }
  let said(reason) = { set par(leading: 0.4em); text(8.5pt, fill: quiet, reason) }
  let lines = lines.pos()
  let sizes = lines.map(((formula, _)) => measure(shown(formula)))
  let fits = sizes.map(size => size.width <= formula-width)
  let tall = sizes.map(size => size.height > 16pt)
  let cells = ()
  let beside = 0
  for (place, (formula, reason)) in lines.enumerate() {
    let first = (text(fill: quiet, style: "italic", label), symbol)
    let head = if place == 0 { first } else { ([], []) }
    let inset = if tall.at(place) { (y: 0.5pt) } else { 0pt }
    cells += head
    if fits.at(place) {
      cells.push(grid.cell(inset: inset, shown(formula)))
      if beside > 0 {
        beside -= 1
      } else {
        let span = 1
        if reason != none and not tall.at(place) {
          let free(row) = row < lines.len() and fits.at(row) and lines.at(row).at(1) == none
          while free(place + span) { span += 1 }
        }
        beside = span - 1
        let at = if span > 1 { top } else { horizon }
        let shift = if span > 1 { (top: 1.2pt) } else { 0pt }
        cells.push(grid.cell(rowspan: span, align: start + at, inset: shift, said(reason)))
      }
    } else {
      let broken = { show math.equation: math.display; formula }
      let body = par(hanging-indent: 1.4em, leading: 0.6em, broken)
      cells.push(grid.cell(colspan: 2, inset: inset, body))
      if reason != none { cells += ([], [], grid.cell(colspan: 2, said(reason))) }
    }
  }
  grid(
    columns: (label-width, symbol-width, formula-width, 1fr),
    column-gutter: (0pt, 3pt, 8pt),
    row-gutter: 6pt,
    align: (start + horizon, end + horizon, start + horizon, start + horizon),
    ..cells,
  )
})

#let lm-note(body) = block(
  above: 8pt,
  below: 0pt,
  inset: (left: label-width + symbol-width + 3pt),
  text(9pt, body),
)

// A layer of which nothing is new: one line.
#let lm-same(number, name, call, shapes, said) = block(above: 8pt, below: 0pt, width: 100%, grid(
  columns: (1fr, auto),
  column-gutter: 1em,
  align: (start + bottom, end + bottom),
  [#strong(number)#h(0.8em)#strong(typed(name))#h(0.8em)#typed(call)
    #h(0.8em)#text(8.5pt, fill: quiet, said)],
  shapes,
))

// Pictures, in units of one cell.
#let lm-colours = (
  ink: black,
  quiet: quiet,
  edge: quiet,
  kernel: rgb(31, 95, 168),
  lost: lost,
  output: rgb(140, 90, 10),
  convolution: rgb(31, 95, 168),
  pooling: quiet,
  dense: rgb(170, 120, 10),
  other: quiet,
)

#let lm-picture(width, height, said, draw, unit: 6mm) = block(above: 11pt, breakable: false)[
  #block(width: width * unit, height: height * unit, draw(unit))
  #set par(leading: 0.4em)
  #text(8.5pt, fill: quiet, said)
]

#let lm-stroke(edge, weight, dashed) = if edge == none { none } else {
  (paint: edge, thickness: weight, cap: "round", join: "round", dash: if dashed { (2pt, 1.4pt) })
}

#let lm-box(unit, at, width, height, edge: none, fill: none, dashed: false, round: false) = place(
  top + left,
  dx: at.at(0) * unit,
  dy: at.at(1) * unit,
  rect(
    width: width * unit,
    height: height * unit,
    fill: fill,
    radius: if round { 1pt } else { 0pt },
    stroke: lm-stroke(edge, 0.4pt, dashed),
  ),
)

#let lm-path(unit, start, edge: none, fill: none, weight: 0.4pt, dashed: false, ..parts) = {
  let at(point) = (point.at(0) * unit, point.at(1) * unit)
  place(top + left, curve(
    fill: fill,
    stroke: lm-stroke(edge, weight, dashed),
    curve.move(at(start)),
    ..parts.pos().map(part => if part.len() == 1 { curve.line(at(part.at(0))) } else {
      curve.cubic(..part.map(at))
    }),
  ))
}

// `part`: how much of the label is left of the point.
#let lm-label(unit, at, part, font, colour, body) = context {
  let styles = (
    plain: (size: 8pt),
    small: (size: 7pt),
    italic: (size: 7pt, style: "italic"),
    bold: (size: 8pt, weight: "bold"),
    formula: (size: 8pt),
  )
  let words = text(fill: colour, ..styles.at(font), body)
  let size = measure(words)
  let (x, y) = at
  place(
    top + left,
    dx: x * unit - part * size.width,
    dy: y * unit - size.height / 2,
    box(width: size.width + 1pt, words),
  )
}

// A statement on the network as a whole, in its lines.
#let lm-statement(label, ..lines) = block(above: 8pt, below: 0pt, grid(
  columns: (label-width + symbol-width, 1fr),
  column-gutter: 3pt,
  text(fill: quiet, style: "italic", label),
  stack(dir: ttb, spacing: 6pt, ..lines.pos()),
))
"""
