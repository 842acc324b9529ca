// A wall of pictures. Those that can be opened are buttons; Tab stops at the wall once, arrow keys move within it.
export default function wall({ data, parentElement, setTriggerValue }) {
  const former = parentElement.querySelector(".wall")
  const focused = former ? [...former.children].indexOf(parentElement.activeElement) : -1
  const made = document.createElement("div")
  made.className = data.fixed ? "wall fixed" : "wall"
  made.style.setProperty("--columns", data.columns)
  made.setAttribute("role", "group")
  made.setAttribute("aria-label", data.label)

  const pictures = data.pictures.map((picture, number) => {
    const place = document.createElement(data.opens ? "button" : "div")
    const image = document.createElement("img")
    image.src = picture.source
    image.alt = data.opens ? "" : picture.hover
    const caption = document.createElement("span")
    caption.textContent = picture.caption
    place.append(image, caption)
    place.title = picture.hover
    if (data.opens) {
      place.type = "button"
      place.tabIndex = -1
      place.setAttribute("aria-label", picture.hover)
      if (number === data.selected) place.setAttribute("aria-current", "true")
      place.addEventListener("click", event => {
        if (event.detail) place.blur() // a pointer's click: the arrow keys stay with the page
        setTriggerValue("picked", number)
      })
    }
    return place
  })
  made.append(...pictures)

  if (data.opens && pictures.length) {
    const inReach = number => pictures.forEach((place, other) => { place.tabIndex = other === number ? 0 : -1 })
    inReach(Math.max(0, pictures[focused] ? focused : data.selected ?? 0))
    made.addEventListener("keydown", event => {
      const from = pictures.indexOf(event.target)
      const row = getComputedStyle(made).gridTemplateColumns.split(" ").length
      const to = {
        ArrowLeft: from - 1, ArrowRight: from + 1, ArrowUp: from - row, ArrowDown: from + row,
        Home: 0, End: pictures.length - 1,
      }[event.key]
      if (from < 0 || to === undefined || event.ctrlKey || event.altKey || event.metaKey) return
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
}
