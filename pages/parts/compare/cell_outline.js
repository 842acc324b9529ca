// The cell of a confusion matrix under the pointer gets a frame, lines that lead from it to the axes, and, where the
// axes cannot name every class, both names: Plotly shows a text there, but not which cell it is of.
const OUTLINE = "cifar-lab-cell-outline"
const NAMED = 25  // classes that the axes name each

export default function cellOutline({ data }) {
  const frame = document.getElementById(OUTLINE) ?? document.body.appendChild(document.createElement("div"))
  frame.id = OUTLINE
  frame.replaceChildren()
  frame.style.cssText = "position: fixed; inset: 0; z-index: 5; pointer-events: none; overflow: hidden"
  const part = (styles) => {
    const made = frame.appendChild(document.createElement("div"))
    made.style.cssText = `position: absolute; box-sizing: border-box; ${styles}`
    return made
  }
  const line = `border: 0 dotted ${data.colour}; opacity: .7`
  const name = `padding: 0 .3em; border-radius: .2em; white-space: nowrap; background: ${data.colour};
    color: ${data.inverse}; font-size: .875rem; font-weight: 600`
  const cell = part(`border: 2px solid ${data.colour}`)
  const across = part(`${line}; border-top-width: 1px`), down = part(`${line}; border-left-width: 1px`)
  const trueName = part(`${name}; transform: translate(-100%, -50%)`)
  const saidName = part(`${name}; transform: translate(-50%, .2em)`)
  const place = (one, left, top, width, height) => {
    Object.assign(one.style, { left: `${left}px`, top: `${top}px` })
    if (width !== undefined) Object.assign(one.style, { width: `${width}px`, height: `${height}px` })
  }
  const hide = () => { frame.hidden = true }
  hide()
  const follow = event => {
    const plot = event.target.closest?.(".nsewdrag")
    const names = plot && data.classes[Object.keys(data.classes).find(key => plot.closest(`.${key}`))]
    if (!names) return hide()
    const box = plot.getBoundingClientRect()
    // What is on the screen of the matrix: all of it, or the part that was zoomed into.
    const layout = plot.closest(".js-plotly-plot")?._fullLayout
    const [left, right] = layout?.xaxis?.range ?? [-0.5, names.length - 0.5]
    const [bottom, top] = layout?.yaxis?.range ?? [names.length - 0.5, -0.5]
    const width = box.width / (right - left), height = box.height / (bottom - top)
    const column = Math.round(left + (event.clientX - box.left) / width)
    const row = Math.round(top + (event.clientY - box.top) / height)
    if (column < 0 || row < 0 || column >= names.length || row >= names.length) return hide()
    frame.hidden = false
    const x = box.left + (column - 0.5 - left) * width, y = box.top + (row - 0.5 - top) * height
    place(cell, x, y, width, height)
    place(across, box.left, y + height / 2, Math.max(0, x - box.left), 0)
    place(down, x + width / 2, y + height, 0, Math.max(0, box.bottom - y - height))
    const many = names.length > NAMED
    trueName.textContent = many ? names[row] : ""
    saidName.textContent = many ? names[column] : ""
    trueName.style.display = saidName.style.display = many ? "" : "none"
    place(trueName, box.left - 4, y + height / 2)
    place(saidName, x + width / 2, box.bottom)
  }
  document.addEventListener("pointermove", follow)
  window.addEventListener("scroll", hide, true)
  return () => {
    document.removeEventListener("pointermove", follow)
    window.removeEventListener("scroll", hide, true)
    frame.remove()
  }
}
