// A wall of pictures. They come as strips: one image of many pictures, above one another. Those that can be opened are
// buttons; Tab stops at the wall once, arrow keys move within it.
//
// A wall is drawn in one of two ways: with words beneath its pictures, all of them there at once; or small, as one that
// is scrolled through, of which stretches are asked for as they come into view.

const PIXELS = 32 // on each side of a picture
const ON_SCREEN = 500 // small pictures
const SMALLEST = 24 // pixels: what a finger still hits
const KEPT = 40 // stretches that a browser remembers
const FINE = 4 // pixels of a canvas for one of a picture that has a frame

const walls = new WeakMap()

export default function wall({ data, parentElement, setTriggerValue, setStateValue }) {
  const open = number => setTriggerValue("picked", number)
  if (data.total === undefined) {
    walls.set(parentElement, drawWhole(data, parentElement, walls.get(parentElement), open))
    return
  }
  if (!walls.has(parentElement)) {
    walls.set(parentElement, scroller(parentElement, open, seen => setStateValue("seen", seen)))
  }
  walls.get(parentElement)(data)
}

function element(kind, className) {
  const made = document.createElement(kind)
  made.className = className
  return made
}

function stripOf(source) {
  const image = new Image()
  image.src = source
  return image
}

function whenThere(image, go) {
  if (image.complete && image.naturalWidth) go()
  else image.decode().then(go, () => {})
}

function canvasOf(width, height) {
  const canvas = document.createElement("canvas")
  canvas.width = width
  canvas.height = height
  return canvas
}

// Paints the picture of this number in its strip at a place of a canvas.
function paint(canvas, column, image, number) {
  const side = image.naturalWidth, drawn = canvas.height
  const context = canvas.getContext("2d", { willReadFrequently: true })
  context.imageSmoothingEnabled = false
  context.drawImage(image, 0, number * side, side, side, column * drawn, 0, drawn, drawn)
}

// A frame around some pixels of the picture on a canvas: white on black, to be seen on any picture.
function outline(canvas, [top, left, bottom, right]) {
  const context = canvas.getContext("2d"), size = canvas.height / PIXELS, most = canvas.height - 2.5
  const x = Math.max(left * size, 2.5), y = Math.max(top * size, 2.5)
  for (const [colour, width] of [["black", 5], ["white", 2]]) {
    context.strokeStyle = colour
    context.lineWidth = width
    context.strokeRect(x, y, Math.min((right + 1) * size, most) - x, Math.min((bottom + 1) * size, most) - y)
  }
}

function button(open) {
  const place = document.createElement("button")
  place.type = "button"
  place.tabIndex = -1
  place.addEventListener("click", event => {
    if (event.detail) place.blur() // a pointer's click: the arrow keys stay with the page
    open()
  })
  return place
}

// The number of the picture that a key leads to, from another one; undefined for any other key.
function led(event, from, { row, screen, last }) {
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined
  return {
    ArrowLeft: from - 1, ArrowRight: from + 1, ArrowUp: from - row, ArrowDown: from + row, Home: 0, End: last,
    ...(screen && { PageUp: Math.max(0, from - screen), PageDown: Math.min(last, from + screen) }),
  }[event.key]
}

function drawWhole(data, parentElement, before, open) {
  const former = parentElement.querySelector(".wall")
  const focused = former ? [...former.children].indexOf(parentElement.activeElement) : -1
  const made = element("div", data.fixed ? "wall fixed" : "wall")
  made.style.setProperty("--columns", data.columns)
  made.setAttribute("role", "group")
  made.setAttribute("aria-label", data.label)

  const pictures = data.pictures.map((picture, number) => {
    const place = data.opens ? button(() => open(number)) : document.createElement("div")
    const side = picture.frame ? FINE * PIXELS : PIXELS
    const canvas = canvasOf(side, side)
    if (data.opens || !picture.hover) canvas.setAttribute("aria-hidden", "true")
    else {
      canvas.setAttribute("role", "img")
      canvas.setAttribute("aria-label", picture.hover)
    }
    const caption = document.createElement("span")
    caption.textContent = picture.caption
    place.append(canvas, caption)
    place.title = picture.hover
    if (data.opens) {
      place.setAttribute("aria-label", picture.hover)
      if (number === data.selected) place.setAttribute("aria-current", "true")
    }
    return place
  })
  made.append(...pictures)
  const source = data.sprite
  const image = before?.source === source ? before.image : stripOf(source)
  if (pictures.length) {
    whenThere(image, () => pictures.forEach((place, number) => {
      paint(place.firstChild, 0, image, number)
      if (data.pictures[number].frame) outline(place.firstChild, data.pictures[number].frame)
    }))
  }

  if (data.opens && pictures.length) {
    const inReach = number => pictures.forEach((place, other) => { place.tabIndex = other === number ? 0 : -1 })
    inReach(Math.max(0, pictures[focused] ? focused : data.selected ?? 0))
    made.addEventListener("keydown", event => {
      const from = pictures.indexOf(event.target)
      const row = getComputedStyle(made).gridTemplateColumns.split(" ").length
      const to = led(event, from, { row, last: pictures.length - 1 })
      if (from < 0 || to === undefined) return
      event.preventDefault()
      event.stopPropagation() // on Explain, ← and → are shortcuts for the picture before and after
      if (pictures[to]) {
        inReach(to)
        pictures[to].focus()
      }
    })
  }
  if (former) former.replaceWith(made)
  else parentElement.append(made)
  if (pictures[focused]) pictures[focused].focus()
  return { source, image }
}

function scroller(parentElement, open, tell) {
  const line = element("p", "line")
  const told = element("span", "told")
  const range = element("span", "range")
  const box = element("div", "scroller")
  const rows = element("div", "rows")
  const buttons = element("div", "buttons")
  line.setAttribute("aria-hidden", "true") // the pictures themselves say it
  line.append(told, range)
  box.setAttribute("role", "group")
  box.append(rows)
  rows.append(buttons)
  parentElement.append(line, box)

  const stretches = new Map() // number of a stretch → its strip and words
  // Rows in and near view, in their order. Those that are left behind come again at the other end: making hundreds of
  // buttons takes longer than all else. A row has one canvas for all of its pictures: hundreds of them would be slow.
  const lines = []
  let kept = null // the row with the focus, out of view
  let data, columns = 0, side = 1, reach = 0, inReach = null
  let scrolled = { top: 0, height: 0 } // read once for a drawing: each reading lays the page out
  let frame = null
  let at = 0 // number of the first picture on screen, as the server knows it
  let asked = 0 // how often the server was asked; it answers with the number
  let waiting = null
  let left = false // for the picture that was opened: what is on screen is of no account any more

  const stretchOf = number => Math.floor(number / data.stretch)
  const inView = (more = 0) => {
    const top = Math.floor((scrolled.top + 1) / side) - more
    const bottom = Math.ceil((scrolled.top + scrolled.height - 1) / side) + more
    return [Math.max(0, top * columns), Math.min(data.total, bottom * columns)]
  }
  const firstInView = () => Math.min(data.total - 1, Math.round(scrolled.top / side) * columns)
  const lacking = () => {
    const [from, to] = inView(1)
    const wanted = []
    for (let one = stretchOf(from); one <= stretchOf(to - 1); one += 1) if (!stretches.has(one)) wanted.push(one)
    return wanted
  }

  const report = () => {
    waiting = null
    if (left || !box.isConnected || data.asked < asked) return // an answer that is on its way calls again
    let wanted = lacking()
    const next = stretchOf(inView(1)[1] - 1) + 1
    if (!wanted.length && next * data.stretch < data.total && !stretches.has(next)) wanted = [next]
    const first = firstInView()
    if (!wanted.length && Math.floor(first / columns) === Math.floor(at / columns)) return
    at = first
    asked += 1
    tell({ asked, first, wanted })
  }
  const reportSoon = () => {
    const hurry = lacking().length > 0
    if (waiting && (waiting.hurry || !hurry)) {
      if (waiting.hurry) return
      clearTimeout(waiting.timer)
    }
    waiting = { hurry, timer: setTimeout(report, hurry ? 20 : 250) }
  }

  const wordsOf = number => {
    const stretch = stretches.get(stretchOf(number))
    return stretch?.pictures[number - stretchOf(number) * data.stretch].hover
  }
  const tellAbout = number => {
    told.textContent = wordsOf(number)?.replaceAll("\n", " · ") ?? ""
  }
  const makeLine = () => {
    const line = { element: element("div", "row"), canvas: canvasOf(columns * PIXELS, PIXELS), places: [] }
    line.canvas.setAttribute("aria-hidden", "true")
    line.element.append(line.canvas)
    for (let column = 0; column < columns; column += 1) {
      const number = () => line.row * columns + column
      const place = button(() => {
        left = true
        open(number())
      })
      place.style.left = `${column * side}px`
      place.addEventListener("pointerenter", () => {
        tellAbout(number())
        place.title = wordsOf(number()) ?? "" // not before: each would have its style computed anew
      })
      place.addEventListener("focus", () => tellAbout(number()))
      line.places.push(place)
      line.element.append(place)
    }
    return line
  }
  const holdsFocus = line => line.places.includes(parentElement.activeElement)
  const put = (line, row) => {
    Object.assign(line, { row, told: new Set() })
    line.canvas.there = new Set()
    line.element.style.top = `${row * side}px`
    line.canvas.getContext("2d", { willReadFrequently: true }).clearRect(0, 0, line.canvas.width, PIXELS)
    line.places.forEach((place, column) => {
      const number = row * columns + column
      place.hidden = number >= data.total
      place.setAttribute("aria-label", `picture ${number + 1} of ${data.total}`)
    })
  }
  const fill = line => {
    line.places.forEach((place, column) => {
      const number = line.row * columns + column, stretch = stretches.get(stretchOf(number))
      if (!stretch || number >= data.total) return
      if (!line.told.has(column)) {
        place.setAttribute("aria-label", wordsOf(number))
        line.told.add(column)
      }
      if (line.canvas.there.has(column) || !stretch.image.complete) return
      paint(line.canvas, column, stretch.image, number - stretchOf(number) * data.stretch)
      line.canvas.there.add(column)
    })
  }
  // Puts the rows from one to another in their places, each after the one before it.
  const arrange = (first, last) => {
    const spare = []
    while (lines.length && lines[0].row < first) spare.push(lines.shift())
    while (lines.length && lines.at(-1).row >= last) spare.push(lines.pop())
    const focused = spare.findIndex(holdsFocus)
    if (focused >= 0) {
      kept?.element.remove()
      kept = spare.splice(focused, 1)[0]
    }
    const next = row => {
      const line = spare.shift() ?? makeLine()
      put(line, row)
      return line
    }
    for (let row = lines.length ? lines.at(-1).row + 1 : first; row < last; row += 1) {
      const line = next(row), before = lines.at(-1)?.element ?? null
      if (!line.element.parentNode || line.element.previousSibling !== before) {
        if (before) before.after(line.element)
        else buttons.prepend(line.element)
      }
      lines.push(line)
    }
    while (lines.length && lines[0].row > first) {
      const line = next(lines[0].row - 1)
      lines[0].element.before(line.element)
      lines.unshift(line)
    }
    for (const line of spare) line.element.remove()
  }
  const placeOf = number => {
    const row = Math.floor(number / columns), line = lines.find(one => one.row === row) ?? (kept?.row === row ? kept : null)
    return line?.places[number - row * columns]
  }
  const bringInReach = number => {
    if (inReach) inReach.tabIndex = -1
    reach = number
    inReach = placeOf(number)
    inReach.tabIndex = 0
  }

  const draw = () => {
    if (!columns || !data.total) return
    scrolled = { top: box.scrollTop, height: box.clientHeight }
    const [from, to] = inView(1)
    arrange(from / columns, Math.ceil(to / columns))
    for (const line of lines) fill(line)
    if (kept && (!holdsFocus(kept) || lines.some(one => one.row === kept.row))) {
      const before = kept
      kept = null
      if (holdsFocus(before)) placeOf(reach)?.focus({ preventScroll: true })
      before.element.remove()
    }
    bringInReach(placeOf(reach) ? reach : firstInView())
    const [first, last] = inView()
    range.textContent = `${(first + 1).toLocaleString("en")}–${last.toLocaleString("en")} of ${data.total.toLocaleString("en")}`
    reportSoon()
  }
  const drawSoon = () => {
    frame ??= requestAnimationFrame(() => {
      frame = null
      draw()
    })
  }
  const go = number => {
    box.scrollTop = Math.floor(number / columns) * side
    draw()
  }

  new ResizeObserver(() => {
    const width = box.clientWidth
    if (!width || !data) return
    const first = columns ? firstInView() : at
    columns = Math.max(1, Math.min(Math.round(Math.sqrt(ON_SCREEN * width / box.clientHeight)), Math.floor(width / SMALLEST)))
    side = width / columns
    rows.style.setProperty("--side", `${side}px`)
    rows.style.height = `${Math.ceil(data.total / columns) * side}px`
    buttons.replaceChildren()
    lines.length = 0
    kept = inReach = null
    go(first)
  }).observe(box)
  box.addEventListener("scroll", draw)
  box.addEventListener("keydown", event => {
    const row = columns, screen = columns * Math.max(1, Math.floor(box.clientHeight / side))
    const to = led(event, reach, { row, screen, last: data.total - 1 })
    if (to === undefined) return
    event.preventDefault()
    event.stopPropagation()
    if (to < 0 || to >= data.total) return
    const top = Math.floor(to / columns) * side
    box.scrollTop = Math.min(top, Math.max(box.scrollTop, top + side - box.clientHeight))
    draw()
    bringInReach(to)
    placeOf(to).focus({ preventScroll: true })
  })

  return given => {
    const begins = data === undefined
    data = given
    left = false
    box.setAttribute("aria-label", data.label)
    for (const { number, sprite, pictures } of data.stretches) {
      if (stretches.has(number)) continue
      const image = stripOf(sprite)
      stretches.set(number, { image, pictures })
      whenThere(image, drawSoon)
    }
    const here = columns ? stretchOf(firstInView()) : stretchOf(data.at)
    const far = [...stretches.keys()].sort((one, other) => Math.abs(other - here) - Math.abs(one - here))
    for (const number of far.slice(0, Math.max(0, far.length - KEPT))) stretches.delete(number)
    asked = Math.max(asked, data.asked)
    if (begins) at = data.at
    else if (data.at !== at && data.asked === asked) go(at = data.at)
    else drawSoon()
  }
}
