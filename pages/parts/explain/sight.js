// The pixels that the cell of the heat map under the pointer sees: a frame around them in both pictures.
const FRAME = "cifar-lab-sight"

export default function sight({ data }) {
  const frames = ["map", "seen", "overlay"].map(name => {
    const frame = document.createElement("div")
    frame.className = FRAME
    document.body.append(frame)
    return [name, frame]
  })
  const picture = name => document.querySelector(`.st-key-square_${name} img`)
  const hide = () => frames.forEach(([, frame]) => { frame.hidden = true })
  hide()
  const follow = event => {
    const map = picture("map")
    if (!map || event.target !== map) return hide()
    const box = map.getBoundingClientRect()
    const row = Math.floor((event.clientY - box.top) / box.height * data.rows.length)
    const column = Math.floor((event.clientX - box.left) / box.width * data.columns.length)
    if (!data.rows[row] || !data.columns[column]) return hide()
    for (const [name, frame] of frames) {
      const shown = picture(name)?.getBoundingClientRect()
      frame.hidden = !shown
      if (!shown) continue
      const [down, across, high, wide] = name === "map"
        ? [[row, row], [column, column], data.rows.length, data.columns.length]
        : [data.rows[row], data.columns[column], data.pixels[0], data.pixels[1]]
      const part = (from, length, [first, last], of) => [from + first / of * length, (last + 1 - first) / of * length]
      const [top, height] = part(shown.top, shown.height, down, high)
      const [left, width] = part(shown.left, shown.width, across, wide)
      frame.style.cssText = `position: fixed; z-index: 5; pointer-events: none; box-sizing: border-box;
        border: 2px solid white; outline: 2px solid black; left: ${left}px; top: ${top}px;
        width: ${width}px; height: ${height}px`
    }
  }
  document.addEventListener("pointermove", follow)
  window.addEventListener("scroll", hide, true)
  return () => {
    document.removeEventListener("pointermove", follow)
    window.removeEventListener("scroll", hide, true)
    frames.forEach(([, frame]) => frame.remove())
  }
}
