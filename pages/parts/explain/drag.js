// The grey square follows the pointer that is pressed on a picture of the answer: a frame at once, the network's answer as
// soon as there is one.
const PLACES = ".st-key-square_seen, .st-key-square_overlay"
const PIXELS = 32
const GAP = 200 // milliseconds between two words to the server, at least

const drags = new WeakMap()
let pressed = null // outlives what is drawn anew meanwhile

function follow() {
  const frame = document.createElement("div")
  frame.hidden = true
  document.body.append(frame)
  let side = 8, send = () => {}, told = "", last = 0, waiting = null

  const tell = place => {
    clearTimeout(waiting)
    waiting = setTimeout(() => {
      last = performance.now()
      if (String(place) !== told) send(place)
      told = String(place)
    }, Math.max(0, GAP - (performance.now() - last)))
  }
  const move = event => {
    const picture = pressed.querySelector("img")?.getBoundingClientRect()
    if (!picture) return
    const first = (at, length) => Math.max(0, Math.min(PIXELS - 1, Math.round(at / length * PIXELS - side / 2)))
    const row = first(event.clientY - picture.top, picture.height)
    const column = first(event.clientX - picture.left, picture.width)
    const pixel = picture.width / PIXELS
    frame.hidden = false
    frame.style.cssText = `position: fixed; z-index: 6; pointer-events: none; box-sizing: border-box;
      border: 2px solid white; outline: 2px solid black;
      left: ${picture.left + column * pixel}px; top: ${picture.top + row * pixel}px;
      width: ${Math.min(side, PIXELS - column) * pixel}px; height: ${Math.min(side, PIXELS - row) * pixel}px`
    tell([row, column])
  }
  const down = event => {
    const place = event.button === 0 && event.target.matches?.("img") ? event.target.closest(PLACES) : null
    if (!place) return
    event.preventDefault() // or the browser drags the image
    pressed = place
    move(event)
  }
  const drag = event => { if (pressed) move(event) }
  const up = () => {
    pressed = null
    frame.hidden = true
  }
  const listeners = { pointerdown: down, pointermove: drag, pointerup: up, pointercancel: up, dragstart: event => {
    if (event.target.closest?.(PLACES)) event.preventDefault()
  } }
  for (const [name, listener] of Object.entries(listeners)) document.addEventListener(name, listener)
  return {
    given: (data, sending) => { [side, send] = [data.side, sending] },
    end: () => {
      for (const [name, listener] of Object.entries(listeners)) document.removeEventListener(name, listener)
      frame.remove()
    },
  }
}

export default function drag({ data, parentElement, setTriggerValue }) {
  if (!drags.has(parentElement)) drags.set(parentElement, follow())
  const one = drags.get(parentElement)
  one.given(data, place => setTriggerValue("moved", place))
  return () => {
    one.end()
    drags.delete(parentElement)
  }
}
