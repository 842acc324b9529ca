// A run over its epochs: all of its matrices are here, so the slider asks nobody. Where it comes to rest is told.
const AT_REST = 400 // milliseconds without a move
const SVG = "http://www.w3.org/2000/svg"
const MOST_WITH_NUMBERS = 12, MOST_NAMES = 25, LONGEST = 14, LONGEST_GROUP = 22

// What a file of the chart needs stands in the chart, not in a stylesheet.
const LINE = { fill: "none", stroke: "#7f8b97", "stroke-width": 0.5 }
const FRAME = { fill: "none", stroke: "currentColor", "stroke-width": 3 }

const views = new WeakMap()

export default function scrub({ data, parentElement, setStateValue, setTriggerValue }) {
  if (!views.has(parentElement)) {
    const tell = seen => setStateValue("seen", seen)
    views.set(parentElement, scrubber(parentElement, tell, asked => setTriggerValue("opened", asked)))
  }
  views.get(parentElement)(data)
}

function element(kind, className, text = "") {
  return Object.assign(document.createElement(kind), { className, textContent: text })
}

function drawn(kind, attributes, parent, text) {
  const made = document.createElementNS(SVG, kind)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  if (text !== undefined) made.textContent = text
  parent.append(made)
  return made
}

function sheet(place, width, height, label) {
  place.replaceChildren()
  return drawn("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label }, place)
}

function numbersOf(text) {
  const bytes = Uint8Array.from(atob(text), one => one.charCodeAt(0))
  return new Int32Array(bytes.buffer)
}

const shortened = (name, longest) => name.length <= longest ? name : `${name.slice(0, longest - 1)}…`
const many = count => count.toLocaleString("en")
const pictures = count => `${many(count)} ${count === 1 ? "picture" : "pictures"}`

// Pixels of a chart's text, as in all charts: larger on large windows (style.css).
const textSize = () => 14 * (parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--chart-text")) || 1)
const pen = document.createElement("canvas").getContext("2d")
function widest(texts, place) {
  pen.font = `${textSize()}px ${getComputedStyle(place).fontFamily}`
  return Math.max(0, ...texts.map(text => pen.measureText(text).width))
}

function roundSteps(top, most) {
  const rough = Math.max(1, top / most), power = 10 ** Math.floor(Math.log10(rough))
  const step = Math.ceil([1, 2, 5, 10].find(one => one * power >= rough) * power)
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, number) => number * step)
}

// What stands on an axis of classes: places, counted in classes, and their names.
function axisOf(data) {
  if (data.groups.length) {
    let end = 0
    return data.groups.map(([name, size]) => {
      end += size
      return [end - (size + 1) / 2, shortened(name, LONGEST_GROUP), end]
    })
  }
  const step = Math.ceil(data.order.length / MOST_NAMES)
  return data.order.map((label, place) => [place, shortened(data.names[label], LONGEST)]).filter(([place]) => place % step === 0)
}

// Names of classes along the bottom, turned where they would touch; returns nothing, as drawn below `top`.
function namesBelow(svg, axis, left, each, top, size) {
  const turned = widest(axis.map(([, name]) => name), svg) > each * (axis.length > 1 ? axis[1][0] - axis[0][0] : 1) - 6
  for (const [place, name] of axis) {
    const x = left + (place + 0.5) * each
    drawn("text", turned
      ? { x, y: top + size, "text-anchor": "end", transform: `rotate(-45 ${x} ${top + size})` }
      : { x, y: top + size * 1.1, "text-anchor": "middle" }, svg, name)
  }
}

function drawMatrix(place, data, choose) {
  const classes = data.order.length, size = textSize(), axis = axisOf(data)
  const long = widest(axis.map(([, name]) => name), place)
  const left = long + 2 * size, below = 0.75 * long + 2.6 * size
  const side = Math.max(120, Math.min(place.clientWidth - left - 2, 44 * size, Math.max(360, innerHeight - 200)))
  const each = side / classes
  const svg = sheet(place, left + side + 2, side + below + 2, "")
  const grid = drawn("g", { transform: `translate(${left} 1)` }, svg)
  drawn("rect", { width: side, height: side, fill: "transparent" }, grid)
  for (const [, , end] of axis) {
    if (end === undefined || end === classes) continue
    const at = end * each
    drawn("path", { d: `M0 ${at}H${side}M${at} 0V${side}`, ...LINE }, grid)
  }
  for (const [at, name] of axis) {
    const label = data.order[at], empty = !data.groups.length && !data.pictures[label]
    drawn("text", { x: left - 6, y: (at + 0.5) * each + size * 0.35, "text-anchor": "end" }, svg, empty ? `${name} (none)` : name)
  }
  namesBelow(svg, axis, left, each, side + 6, size)
  drawn("text", { x: left + side / 2, y: side + below - size * 0.3, "text-anchor": "middle" }, svg, "predicted class")
  drawn("text", { transform: `translate(${size} ${side / 2}) rotate(-90)`, "text-anchor": "middle" }, svg, "true class")
  const frame = drawn("rect", { width: each, height: each, ...FRAME, visibility: "hidden" }, grid)
  const places = []
  data.order.forEach((label, at) => { places[label] = at })
  const cells = new Map() // number of a cell → its square, and its number where there is room
  const cellAt = event => {
    const box = svg.getBoundingClientRect()
    const row = Math.floor((event.clientY - box.top - 1) / each), column = Math.floor((event.clientX - box.left - left) / each)
    return data.order[row] === undefined || data.order[column] === undefined ? null : data.order[row] * classes + data.order[column]
  }
  const tip = element("div", "tip")
  tip.hidden = true
  place.append(tip)
  let counts
  const point = event => {
    const cell = cellAt(event)
    tip.hidden = cell === null
    if (cell === null) return
    const of = data.pictures[Math.floor(cell / classes)]
    tip.textContent = `${cellWords(data, cell)}: ${pictures(counts[cell])}${of ? `, ${(100 * counts[cell] / of).toFixed(1)}% of its class` : ""}`
    const box = place.getBoundingClientRect()
    tip.style.left = `${Math.min(event.clientX - box.left + 14, Math.max(0, box.width - tip.offsetWidth))}px`
    tip.style.top = `${event.clientY - box.top + 18}px`
  }
  svg.addEventListener("pointermove", point)
  svg.addEventListener("pointerleave", () => { tip.hidden = true })
  svg.addEventListener("click", event => { if (cellAt(event) !== null) choose(cellAt(event)) })
  return (now, chosen, label) => {
    counts = now
    svg.setAttribute("aria-label", label)
    for (let cell = 0; cell < now.length; cell += 1) {
      let [square, text] = cells.get(cell) ?? []
      if (!square) {
        if (!now[cell]) continue
        const [true_, said] = [places[Math.floor(cell / classes)], places[cell % classes]]
        const gap = classes <= MOST_WITH_NUMBERS ? 1 : 0
        square = drawn("rect", {
          x: said * each + gap / 2, y: true_ * each + gap / 2, width: each - gap, height: each - gap,
          fill: true_ === said ? data.right : data.wrong,
        }, grid)
        if (gap) text = drawn("text", { x: (said + 0.5) * each, y: (true_ + 0.5) * each + size * 0.35, "text-anchor": "middle" }, grid)
        cells.set(cell, [square, text])
      }
      // The square root lifts the rare mistakes out of the background; all epochs share the scale.
      const highest = Math.floor(cell / classes) === cell % classes ? data.full : data.largest
      square.setAttribute("fill-opacity", 0.75 * Math.sqrt(now[cell] / Math.max(1, highest)))
      if (text) text.textContent = now[cell] ? many(now[cell]) : ""
    }
    frame.setAttribute("visibility", chosen === null ? "hidden" : "visible")
    if (chosen === null) return
    frame.setAttribute("x", places[chosen % classes] * each)
    frame.setAttribute("y", places[Math.floor(chosen / classes)] * each)
    grid.append(frame) // above squares that were drawn since
  }
}

function cellWords(data, cell) {
  const true_ = Math.floor(cell / data.names.length), said = cell % data.names.length
  return true_ === said ? `${data.names[true_]} recognised` : `${data.names[true_]} taken for ${data.names[said]}`
}

function drawCourse(place, data, cell, counts) {
  const width = place.clientWidth, height = 15 * textSize(), size = textSize()
  const svg = sheet(place, width, height, `${cellWords(data, cell)}, by epoch`)
  const top = Math.max(1, ...counts), first = data.epochs[0], last = data.epochs.at(-1)
  const left = widest([many(top)], place) + size, bottom = height - 2.6 * size, high = 4 * size
  const x = number => left + (last === first ? 0.5 : (data.epochs[number] - first) / (last - first)) * (width - left - 2 * size)
  const y = count => bottom - count / top * (bottom - high)
  drawn("text", { x: 0, y: size * 1.1, "font-weight": 600 }, svg, cellWords(data, cell))
  drawn("text", { x: 0, y: size * 2.5 }, svg, "pictures")
  for (const tick of roundSteps(top, 4)) {
    drawn("path", { d: `M${left} ${y(tick)}H${width}`, ...LINE }, svg)
    drawn("text", { x: left - 6, y: y(tick) + size * 0.35, "text-anchor": "end" }, svg, many(tick))
  }
  for (const tick of roundSteps(last - first, 6)) {
    const at = left + (last === first ? 0.5 : tick / (last - first)) * (width - left - 2 * size)
    drawn("text", { x: at, y: bottom + size * 1.2, "text-anchor": "middle" }, svg, many(first + tick))
  }
  drawn("text", { x: (left + width) / 2, y: height - size * 0.2, "text-anchor": "middle" }, svg, "epoch")
  const points = counts.map((count, number) => `${x(number)},${y(count)}`).join(" ")
  drawn("polyline", { points, fill: "none", stroke: data.right, "stroke-width": 3, "stroke-linejoin": "round" }, svg)
  const mark = drawn("circle", { r: 6.5, fill: data.right }, svg)
  const told = drawn("text", { "text-anchor": "middle", "font-weight": 600 }, svg)
  return number => {
    mark.setAttribute("cx", x(number))
    mark.setAttribute("cy", y(counts[number]))
    told.setAttribute("x", Math.min(x(number), width - size))
    told.setAttribute("y", y(counts[number]) - size * 0.9)
    told.textContent = many(counts[number])
  }
}

function drawRecall(place, data) {
  const classes = data.order.length, size = textSize(), axis = axisOf(data)
  const width = place.clientWidth, left = widest(["100"], place) + size
  const high = 3 * size, bottom = high + 15 * size, each = (width - left) / classes
  const svg = sheet(place, width, bottom + 0.75 * widest(axis.map(([, name]) => name), place) + 2 * size, "")
  const y = share => bottom - share * (bottom - high)
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    drawn("path", { d: `M${left} ${y(share)}H${width}`, ...LINE }, svg)
    drawn("text", { x: left - 6, y: y(share) + size * 0.35, "text-anchor": "end" }, svg, 100 * share)
  }
  namesBelow(svg, axis, left, each, bottom + 4, size)
  const legend = drawn("text", { x: 0, y: size * 1.2 }, svg)
  const bars = data.order.map((label, at) => {
    const x = left + at * each + each * 0.15, wide = each * 0.7
    const bar = drawn("rect", { x, width: wide, fill: data.right }, svg)
    const words = drawn("title", {}, bar)
    return { label, bar, words, before: drawn("rect", { x, width: wide, height: 3, fill: "currentColor" }, svg) }
  })
  return (now, then, names, label) => {
    svg.setAttribute("aria-label", label)
    legend.textContent = `recall (%) · bars: ${names[0]}${then ? ` · lines: ${names[1]}` : ""}`
    for (const { label: one, bar, words, before } of bars) {
      const of = data.pictures[one], right = now[one * classes + one]
      bar.setAttribute("y", y(of ? right / of : 0))
      bar.setAttribute("height", of ? right / of * (bottom - high) : 0)
      words.textContent = of ? `${data.names[one]}: ${(100 * right / of).toFixed(1)}% of ${pictures(of)}` : ""
      before.setAttribute("visibility", of && then ? "visible" : "hidden")
      if (of && then) before.setAttribute("y", y(then[one * classes + one] / of) - 1.5)
    }
  }
}
