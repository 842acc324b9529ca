// What was just asked for is on the screen, wherever on the page it stands.
const PATIENCE = 2500 // ms: what is drawn below it arrives bit by bit, and a short page cannot be scrolled

export default function comeIntoView({ data, parentElement }) {
  const leave = () => { window.cifarLabAskedFor = undefined } // come back, and it is asked for again
  if (window.cifarLabAskedFor === data.asked) return leave
  window.cifarLabAskedFor = data.asked
  const place = parentElement.host ?? parentElement
  const end = performance.now() + PATIENCE
  const events = ["wheel", "touchstart", "pointerdown", "keydown"]
  let over = false
  const stop = () => {
    over = true
    events.forEach(event => window.removeEventListener(event, stop, true))
  }
  // Whoever scrolls or clicks meanwhile is not held.
  events.forEach(event => window.addEventListener(event, stop, true))
  const scroll = () => {
    if (over || performance.now() > end || !place.isConnected) return stop()
    place.style.scrollMarginTop = "3.5rem" // Streamlit's own bar lies over the page
    place.scrollIntoView({ block: "start" })
    setTimeout(scroll, 100)
  }
  scroll()
  return leave
}
