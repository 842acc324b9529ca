// The runs as a table with a tick for each: one stop for the Tab key, arrow keys from line to line, Space ticks.
//
// Streamlit's own table is painted on a canvas: there a line can't be ticked without a mouse, and no cell holds a bar with
// its interval.
const make = (name, { text, ...properties } = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties)
  if (text !== undefined) element.textContent = text
  element.append(...children)
  return element
}

const percent = share => `${(100 * share).toFixed(2)}%`

const makeBar = ([accuracy, low, high]) => {
  const bar = make("div", { className: "bar" }, make("div", { className: "share" }))
  bar.setAttribute("aria-hidden", "true") // the figures stand beside it
  bar.firstChild.style.width = percent(accuracy)
  if (low !== undefined) {
    const interval = make("div", { className: "interval" })
    interval.style.left = percent(low)
    interval.style.width = `max(4px, ${percent(high - low)})`
    bar.append(interval)
  }
  return bar
}

const classOf = column => ["number", "whole", "drawn"].filter(name => column[name]).join(" ")

const makeCell = (cell, column) =>
  Array.isArray(cell)
    ? make("td", { className: "drawn" }, makeBar(cell))
    : make("td", { text: cell || "–", className: classOf(column) })

const makeLine = (line, columns) => {
  const tick = make("input", { type: "checkbox", value: line.id, disabled: !line.can_be_ticked })
  tick.setAttribute("aria-label", `Compare ${line.label}`)
  return make(
    "tr", {}, make("td", {}, tick), make("th", { scope: "row", text: line.label }),
    ...line.cells.map((cell, number) => makeCell(cell, columns[number])),
  )
}

const makeHead = columns =>
  make(
    "tr", {}, make("td"), make("th", { scope: "col", text: "Run" }),
    ...columns.map(column => {
      const head = make("th", { scope: "col", text: column.title, className: classOf(column) })
      if (column.explanation) head.title = column.explanation
      return head
    }),
  )

const steps = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }

export default function runTable({ data, parentElement, setTriggerValue }) {
  const table = parentElement.querySelector("table")
  const host = parentElement.host ?? parentElement
  const ticks = () => [...table.querySelectorAll("input:enabled")]
  const stopAt = chosen => ticks().forEach(tick => { tick.tabIndex = tick === chosen ? 0 : -1 })
  const drawn = JSON.stringify([data.columns, data.lines.map(({ ticked, ...line }) => line)])
  if (table.drawn !== drawn) {
    const focused = table.querySelector("input:focus")?.value
    table.drawn = drawn
    table.replaceChildren(
      make("thead", {}, makeHead(data.columns)),
      make("tbody", {}, ...data.lines.map(line => makeLine(line, data.columns))),
    )
    host.setAttribute("data-drawn", "") // what stands below it may appear now: style.css
    ticks().find(tick => tick.value === focused)?.focus()
  }
  table.setAttribute("aria-label", data.name)
  const ticked = new Set(data.lines.filter(line => line.ticked).map(line => line.id))
  ticks().forEach(tick => { tick.checked = ticked.has(tick.value) })
  stopAt(table.querySelector("input:focus") ?? ticks().find(tick => tick.checked) ?? ticks()[0])

  table.onchange = () =>
    setTriggerValue("ticked", ticks().filter(tick => tick.checked).map(tick => tick.value))
  table.onclick = event => {
    const tick = event.target.closest("tbody tr")?.querySelector("input:enabled")
    if (tick && event.target !== tick) tick.click()
    if (tick) stopAt(tick)
  }
  table.onkeydown = event => {
    const all = ticks(), at = all.indexOf(event.target), step = steps[event.key]
    if (at < 0 || step === undefined) return
    event.preventDefault()
    const next = all[Math.min(all.length - 1, Math.max(0, at + step))]
    stopAt(next)
    next.focus()
  }
}
