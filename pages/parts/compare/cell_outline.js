// The cell of a confusion matrix under the pointer gets a frame: Plotly shows a text there, but not which cell it is of.
const OUTLINE = "cifar-lab-cell-outline"

export default function cellOutline({ data }) {
  const frame = document.getElementById(OUTLINE) ?? document.body.appendChild(document.createElement("div"))
  frame.id = OUTLINE
  const hide = () => { frame.hidden = true }
  hide()
  const follow = event => {
    const plot = event.target.closest?.(".nsewdrag")
    const classes = plot && data.classes[Object.keys(data.classes).find(name => plot.closest(`.${name}`))]
    if (!classes) return hide()
    const box = plot.getBoundingClientRect()
    const width = box.width / classes, height = box.height / classes
    const column = Math.floor((event.clientX - box.left) / width), row = Math.floor((event.clientY - box.top) / height)
    if (column < 0 || row < 0 || column >= classes || row >= classes) return hide()
    frame.hidden = false
    frame.style.cssText = `position: fixed; z-index: 5; pointer-events: none; box-sizing: border-box;
      border: 2px solid ${data.colour}; left: ${box.left + column * width}px; top: ${box.top + row * height}px;
      width: ${width}px; height: ${height}px`
  }
  document.addEventListener("pointermove", follow)
  window.addEventListener("scroll", hide, true)
  return () => {
    document.removeEventListener("pointermove", follow)
    window.removeEventListener("scroll", hide, true)
    frame.remove()
  }
}
