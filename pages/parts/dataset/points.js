// A map of pictures, a point for each. All of it is here: pointing, zooming and drawing ask nobody. Of what was drawn or
// clicked the page is told.
const NEAR = 12 // pixels from the pointer to the point that is meant
const STEP = 4 // pixels from one corner of a region to the next, and to what counts as dragging
const MARGIN = 12
const SVG = "http://www.w3.org/2000/svg"
const KEYS = "Arrow keys go from point to point, Enter opens the picture, + and − zoom, 0 shows all."

const maps = new WeakMap()

export default function pointMap({ data, parentElement, setTriggerValue }) {
  if (!maps.has(parentElement)) {
    const tell = corners => setTriggerValue("drawn", corners)
    maps.set(parentElement, plane(parentElement, tell, number => setTriggerValue("picked", number)))
  }
  maps.get(parentElement)(data)
}

function element(kind, className, text = "") {
  return Object.assign(document.createElement(kind), { className, textContent: text })
}

function shape(kind, attributes, parent, text = "") {
  const made = document.createElementNS(SVG, kind)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.textContent = text
  parent.append(made)
  return made
}

function bytesOf(text) {
  const binary = atob(text), bytes = new Uint8Array(binary.length)
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at)
  return bytes.buffer
}

function plane(parentElement, tell, open) {
  const root = element("div", "points paints-itself"), place = element("div", "place"), bar = element("div", "bar")
  const canvas = element("canvas", ""), tip = element("div", "tip"), legend = element("div", "legend")
  const zooms = element("div", "zooms")
  canvas.tabIndex = 0
  canvas.setAttribute("role", "application")
  tip.setAttribute("role", "status")
  tip.hidden = true
  place.append(canvas, tip)
  bar.append(legend, zooms)
  root.append(bar, place)
  parentElement.append(root)

  let data, points, labels, said, numbers, groupOf, order = []
  let width = 0, height = 0, view = null, frame = null
  let drag = null, region = null, pointed = null
  const hidden = new Set() // names of groups that the legend has switched off

  const count = () => numbers.length
  const x = point => width / 2 + (points[2 * point] / 10 - view.x) * view.scale
  const y = point => height / 2 - (points[2 * point + 1] / 10 - view.y) * view.scale
  const onMap = ([across, down]) => [
    Math.round(10 * ((across - width / 2) / view.scale + view.x)) / 10,
    Math.round(10 * ((height / 2 - down) / view.scale + view.y)) / 10,
  ]
  const shown = point => {
    const { name, faint } = data.groups[groupOf[point]]
    return faint || !hidden.has(name)
  }
  const radius = () => Math.min(5, Math.max(2.5, 0.18 * Math.sqrt(width * height / count())))
  const words = point => {
    const name = data.names[labels[point]]
    const answer = !said ? "" : said[point] === labels[point] ? ", right" : `, taken for ${data.names[said[point]]}`
    return `${name}, ${data.split} picture ${numbers[point]}${answer}`
  }

  const fit = () => {
    let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity]
    for (let point = 0; point < count(); point += 1) {
      left = Math.min(left, points[2 * point])
      right = Math.max(right, points[2 * point])
      low = Math.min(low, points[2 * point + 1])
      high = Math.max(high, points[2 * point + 1])
    }
    if (!count()) [left, right, low, high] = [0, 10, 0, 10]
    const scale = Math.min((width - 2 * MARGIN) / Math.max(1, right - left), (height - 2 * MARGIN) / Math.max(1, high - low))
    view = { x: (left + right) / 20, y: (low + high) / 20, scale: 10 * Math.max(scale, 1e-3) }
  }

  const dot = ({ colour, faint }, pixels) => {
    const reach = faint ? 0.8 * radius() : radius(), side = Math.ceil(2 * reach * pixels) + 2
    const made = Object.assign(document.createElement("canvas"), { width: side, height: side })
    const pen = made.getContext("2d")
    pen.fillStyle = colour
    pen.globalAlpha = faint ? 0.2 : 0.85
    pen.beginPath()
    pen.arc(side / 2, side / 2, reach * pixels, 0, 2 * Math.PI)
    pen.fill()
    return made
  }
  const draw = () => {
    frame = null
    if (!view) return
    const pixels = devicePixelRatio || 1, pen = canvas.getContext("2d")
    const wide = Math.round(width * pixels), high = Math.round(height * pixels)
    if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high })
    pen.setTransform(1, 0, 0, 1, 0, 0)
    pen.clearRect(0, 0, wide, high)
    const dots = data.groups.map(group => dot(group, pixels))
    for (const point of order) {
      if (!shown(point)) continue
      const made = dots[groupOf[point]]
      pen.drawImage(made, Math.round(x(point) * pixels - made.width / 2), Math.round(y(point) * pixels - made.height / 2))
    }
    pen.setTransform(pixels, 0, 0, pixels, 0, 0)
    pen.strokeStyle = getComputedStyle(root).color
    pen.lineWidth = 2
    if (region) {
      pen.beginPath()
      for (const corner of region) pen.lineTo(...corner)
      pen.closePath()
      pen.stroke()
    }
    if (pointed !== null) {
      pen.beginPath()
      pen.arc(x(pointed), y(pointed), radius() + 3, 0, 2 * Math.PI)
      pen.stroke()
    }
    root.dataset.drawn = count()
  }
  const drawSoon = () => { frame ??= requestAnimationFrame(draw) }

  const nearest = (across, down, reach, fits = () => true) => {
    let best = null, least = reach ** 2
    for (let point = 0; point < count(); point += 1) {
      const to = (x(point) - across) ** 2 + (y(point) - down) ** 2
      if (to <= least && shown(point) && fits(point)) [best, least] = [point, to]
    }
    return best
  }
  const placeTip = () => {
    if (pointed === null) return
    const at = pointed
    tip.style.left = `${Math.max(0, Math.min(x(at) + 12, width - tip.offsetWidth))}px`
    tip.style.top = `${Math.max(0, y(at) + 14 + tip.offsetHeight > height ? y(at) - 14 - tip.offsetHeight : y(at) + 14)}px`
  }
  const point = at => {
    if (at === pointed && tip.hidden === (at === null)) return
    pointed = at
    tip.hidden = at === null
    if (at !== null) tip.textContent = words(at)
    placeTip()
    canvas.style.cursor = at === null ? data.moves ? "grab" : "crosshair" : "pointer"
    drawSoon()
  }
  const zoom = (factor, across = width / 2, down = height / 2) => {
    const [left, top] = [(across - width / 2) / view.scale, (height / 2 - down) / view.scale]
    view.scale *= factor
    view.x += left - left / factor
    view.y += top - top / factor
    placeTip()
    drawSoon()
  }
  const showAll = () => {
    fit()
    placeTip()
    drawSoon()
  }

  const placeOf = event => {
    const box = canvas.getBoundingClientRect()
    return [event.clientX - box.left, event.clientY - box.top]
  }
  canvas.addEventListener("pointerdown", event => {
    if (event.button || drag) return
    canvas.setPointerCapture(event.pointerId)
    drag = { id: event.pointerId, from: placeOf(event), last: placeOf(event), moved: false }
    region = null
  })
  canvas.addEventListener("pointermove", event => {
    const at = placeOf(event)
    if (!drag) {
      point(nearest(...at, NEAR))
      return
    }
    if (event.pointerId !== drag.id || Math.hypot(at[0] - drag.last[0], at[1] - drag.last[1]) < (data.moves && drag.moved ? 0 : STEP)) return
    if (!drag.moved) point(null)
    drag.moved = true
    if (data.moves) {
      view.x -= (at[0] - drag.last[0]) / view.scale
      view.y += (at[1] - drag.last[1]) / view.scale
    } else {
      region = [...(region ?? [drag.from]), at]
    }
    drag.last = at
    drawSoon()
  })
  canvas.addEventListener("pointerup", event => {
    if (event.pointerId !== drag?.id) return
    const { moved, from } = drag
    drag = null
    if (!moved) {
      const meant = nearest(...from, NEAR)
      if (meant !== null) open(numbers[meant])
    } else if (region?.length > 2) {
      tell(region.map(onMap))
    }
  })
  canvas.addEventListener("pointercancel", () => {
    drag = region = null
    drawSoon()
  })
  canvas.addEventListener("pointerleave", () => { if (!drag) point(null) })
  canvas.addEventListener("blur", () => point(null))
  canvas.addEventListener("wheel", event => {
    event.preventDefault()
    point(null)
    zoom(Math.exp(-0.0015 * Math.max(-400, Math.min(400, event.deltaY))), ...placeOf(event))
  }, { passive: false })

  // The next point to a side: nearest of all that lie more to that side than to another.
  const step = (right, up) => {
    const from = pointed ?? nearest(width / 2, height / 2, Infinity)
    if (from === null || pointed === null) return from
    const [across, down] = [x(from), y(from)]
    return nearest(across, down, Infinity, one => {
      const along = right * (x(one) - across) - up * (y(one) - down), aside = up * (x(one) - across) + right * (y(one) - down)
      return along > 0 && Math.abs(aside) <= along
    }) ?? from
  }
  canvas.addEventListener("keydown", event => {
    if (event.ctrlKey || event.altKey || event.metaKey || !view) return
    const does = {
      ArrowLeft: () => point(step(-1, 0)), ArrowRight: () => point(step(1, 0)),
      ArrowUp: () => point(step(0, 1)), ArrowDown: () => point(step(0, -1)),
      Enter: () => { if (pointed !== null) open(numbers[pointed]) },
      "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), 0: showAll, Escape: () => point(null),
    }[event.key]
    if (!does) return
    event.preventDefault()
    event.stopPropagation()
    does()
    if (pointed !== null && (x(pointed) < 0 || x(pointed) > width || y(pointed) < 0 || y(pointed) > height)) {
      Object.assign(view, { x: points[2 * pointed] / 10, y: points[2 * pointed + 1] / 10 })
      placeTip()
      drawSoon()
    }
  })
  for (const [sign, label, does] of [["+", "Zoom in", () => zoom(1.5)], ["−", "Zoom out", () => zoom(1 / 1.5)], ["All", "Show all points", showAll]]) {
    const button = Object.assign(element("button", "", sign), { type: "button", title: label })
    button.setAttribute("aria-label", label)
    button.addEventListener("click", does)
    zooms.append(button)
  }

  const told = () => data.legend ? data.groups.filter(group => !group.faint) : []
  const drawLegend = () => {
    legend.replaceChildren(...told().map(({ name, colour }) => {
      const button = Object.assign(element("button", ""), { type: "button", title: "Show or hide these points" })
      const swatch = element("span", "swatch")
      swatch.style.background = colour
      button.append(swatch, element("span", "", name))
      button.setAttribute("aria-pressed", !hidden.has(name))
      button.addEventListener("click", () => {
        if (!hidden.delete(name)) hidden.add(name)
        button.setAttribute("aria-pressed", !hidden.has(name))
        point(null)
        drawSoon()
      })
      return button
    }))
  }

  // For the files of the chart: what is on the canvas, and its legend.
  root.asSvg = () => {
    const size = 14, rows = told().filter(({ name }) => !hidden.has(name))
    const box = root.getBoundingClientRect()
    const svg = document.createElementNS(SVG, "svg")
    svg.setAttribute("width", box.width)
    svg.setAttribute("height", box.height)
    const inside = shape("svg", { width, height, y: box.height - height }, svg) // what lies beside it is cut off
    for (const one of order) {
      if (!shown(one)) continue
      const { colour, faint } = data.groups[groupOf[one]]
      shape("circle", {
        cx: x(one).toFixed(1), cy: y(one).toFixed(1), r: (faint ? 0.8 * radius() : radius()).toFixed(1),
        fill: colour, "fill-opacity": faint ? 0.2 : 0.85,
      }, inside)
    }
    const pen = canvas.getContext("2d")
    let across = size / 2
    for (const { name, colour } of rows) {
      shape("circle", { cx: across, cy: size, r: size / 3, fill: colour }, svg)
      shape("text", { x: across + 0.7 * size, y: 1.35 * size, "font-size": size, fill: "currentColor" }, svg, name)
      pen.font = `${size}px ${getComputedStyle(root).fontFamily}`
      across += pen.measureText(name).width + 2.2 * size
    }
    return svg
  }

  new ResizeObserver(() => {
    const before = width
    width = place.clientWidth
    height = place.clientHeight
    if (!data || !width) return
    if (!view) fit()
    else if (before) view.scale *= width / before
    drawSoon()
  }).observe(place)

  return given => {
    data = given
    points = new Int16Array(bytesOf(given.points))
    numbers = new Int32Array(bytesOf(given.numbers))
    labels = new Uint16Array(bytesOf(given.labels))
    groupOf = new Uint16Array(bytesOf(given.group))
    said = given.said && new Uint16Array(bytesOf(given.said))
    const isFaint = given.groups.map(group => group.faint)
    const all = [...numbers.keys()]
    // In the order of their numbers, not class by class: no class lies on top of the others.
    order = [...all.filter(one => isFaint[groupOf[one]]), ...all.filter(one => !isFaint[groupOf[one]])]
    region = null
    canvas.setAttribute("aria-label", `${given.label}. ${KEYS}`)
    drawLegend()
    point(null)
    if (!view && width) fit()
    drawSoon()
  }
}
