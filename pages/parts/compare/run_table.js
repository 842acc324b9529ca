// The runs as a table with a tick for each: one stop for the Tab key, arrow keys from line to line, Space ticks. The headings
// are buttons above the first line: there arrow keys go from one to the next, and Space or Enter sorts.
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
    ...line.cells.map((cell, number) => makeCell(cell, columns[number + 1])), // the first is that of the names
  )
}

const makeHead = columns =>
  make(
    "tr", {}, make("td"),
    ...columns.map(column => {
      const head = make("th", { scope: "col", className: classOf(column) })
      head.append(
        column.sorts ? make("button", { type: "button", value: column.title, text: column.title }) : column.title,
      )
      if (column.sorted) head.setAttribute("aria-sort", column.sorted)
      if (column.explanation) head.title = column.explanation
      return head
    }),
  )

const steps = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }
const across = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }

export default function runTable({ data, parentElement, setTriggerValue }) {
  const table = parentElement.querySelector("table")
  const host = parentElement.host ?? parentElement
  const ticks = () => [...table.querySelectorAll("input:enabled")]
  const heads = () => [...table.querySelectorAll("thead button")]
  const stopAt = chosen => [...heads(), ...ticks()].forEach(stop => { stop.tabIndex = stop === chosen ? 0 : -1 })
  const drawn = JSON.stringify([data.columns, data.lines.map(({ ticked, ...line }) => line)])
  if (table.drawn !== drawn) {
    const focused = table.querySelector("input:focus, button:focus")?.value
    table.drawn = drawn
    table.replaceChildren(
      make("thead", {}, makeHead(data.columns)),
      make("tbody", {}, ...data.lines.map(line => makeLine(line, data.columns))),
    )
    host.setAttribute("data-drawn", "") // what stands below it may appear now: style.css
    ;[...heads(), ...ticks()].find(stop => stop.value === focused)?.focus()
  }
  table.setAttribute("aria-label", data.name)
  const ticked = new Set(data.lines.filter(line => line.ticked).map(line => line.id))
  ticks().forEach(tick => { tick.checked = ticked.has(tick.value) })
  stopAt(
    table.querySelector("input:focus, button:focus") ?? ticks().find(tick => tick.checked) ?? ticks()[0] ?? heads()[0],
  )

  table.onchange = () =>
    setTriggerValue("ticked", ticks().filter(tick => tick.checked).map(tick => tick.value))
  table.onclick = event => {
    const head = event.target.closest("thead button")
    if (head) {
      stopAt(head)
      setTriggerValue("sorted", head.value)
    }
    const tick = event.target.closest("tbody tr")?.querySelector("input:enabled")
    if (tick && event.target !== tick) tick.click()
    if (tick) stopAt(tick)
  }
  table.onkeydown = event => {
    const inHead = heads().includes(event.target)
    const all = inHead ? heads() : ticks(), at = all.indexOf(event.target)
    const step = (inHead ? across : steps)[event.key]
    const leaves = inHead ? event.key === "ArrowDown" && ticks()[0] : event.key === "ArrowUp" && at === 0 && heads()[0]
    if (at < 0 || (step === undefined && !leaves)) return
    event.preventDefault()
    const next = leaves || all[Math.min(all.length - 1, Math.max(0, at + step))]
    stopAt(next)
    next.focus()
  }
}
