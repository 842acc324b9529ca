// The slider, and what it moves: the second half of scrub.js.
function scrubber(parentElement, tell, open) {
  const root = element("div", "scrub")
  const label = element("label", "epoch", "Epoch")
  const slider = Object.assign(element("input", ""), { type: "range", min: 0, step: 1 })
  const output = element("output", "")
  const [matrixPlace, side, recallPlace] = ["matrix", "side", "recall"].map(name => element("div", name))
  const said = element("p", "said"), flips = element("p", "flips"), sets = element("div", "sets")
  const coursePlace = element("div", "course")
  label.append(slider, output)
  side.append(said, flips, sets, coursePlace)
  root.append(label, matrixPlace, side, recallPlace)
  parentElement.append(root)

  let data, matrices, number = 0, course = null, asked = 0, resting = null, width = 0
  let showMatrix, showCourse, showRecall

  const matrixAt = one => {
    const counts = new Int32Array(data.names.length ** 2)
    for (let at = data.starts[one]; at < data.starts[one + 1]; at += 1) counts[matrices.cells[at]] = matrices.counts[at]
    return counts
  }
  const courseOf = cell => data.epochs.map((_, one) => {
    const found = matrices.cells.subarray(data.starts[one], data.starts[one + 1]).indexOf(cell)
    return found < 0 ? 0 : matrices.counts[data.starts[one] + found]
  })
  const restSoon = () => {
    clearTimeout(resting)
    resting = setTimeout(() => {
      resting = null
      asked += 1
      tell({ asked, epoch: data.epochs[number], course })
    }, AT_REST)
  }
  const button = (words, name) => {
    const made = Object.assign(element("button", "", words), { type: "button" })
    made.addEventListener("click", () => open({ name, epoch: data.epochs[number], course }))
    sets.append(made)
  }
  const show = () => {
    const now = matrixAt(number), epoch = data.epochs[number]
    slider.value = number
    slider.setAttribute("aria-valuetext", `epoch ${epoch}`)
    output.textContent = many(epoch)
    said.textContent = data.said[number]
    flips.textContent = data.flips[number]
    const focused = [...sets.children].indexOf(document.activeElement)
    sets.replaceChildren()
    if (data.opens) {
      if (data.learnt[number]) button(`See the ${pictures(data.learnt[number])} learnt`, "learnt_at")
      if (data.lost[number]) button(`See the ${pictures(data.lost[number])} lost`, "lost_at")
      if (course !== null && now[course]) button(`See ${cellWords(data, course)} (${many(now[course])})`, "cell_at")
    }
    sets.children[focused]?.focus()
    showMatrix(now, course, `${data.label} on validation pictures after epoch ${epoch}: confusion matrix`)
    showCourse?.(number)
    const names = [`epoch ${epoch}`, `epoch ${data.epochs[number - 1]}`]
    showRecall(now, number ? matrixAt(number - 1) : null, names, `Recall of each class after epoch ${epoch}`)
  }
  const drawCourseOf = () => {
    showCourse = course === null ? undefined : drawCourse(coursePlace, data, course, courseOf(course))
    if (course === null) coursePlace.replaceChildren(element("p", "hint", "Click a cell of the matrix to see its course."))
  }
  const choose = cell => {
    course = cell === course ? null : cell
    drawCourseOf()
    show()
    restSoon()
  }
  const draw = () => {
    if (!data || !root.clientWidth) return
    width = root.clientWidth
    showMatrix = drawMatrix(matrixPlace, data, choose)
    drawCourseOf()
    showRecall = drawRecall(recallPlace, data)
    show()
  }
  slider.addEventListener("input", () => {
    number = Number(slider.value)
    show()
    restSoon()
  })
  new ResizeObserver(() => { if (Math.abs(root.clientWidth - width) > 1) draw() }).observe(root)

  return given => {
    const other = given.drawn !== data?.drawn
    const answered = given.asked >= asked && resting === null // an older answer is overtaken
    const before = course
    data = given
    if (other) {
      matrices = { cells: numbersOf(given.cells), counts: numbersOf(given.counts) }
      slider.max = given.epochs.length - 1
      label.hidden = given.epochs.length < 2
    }
    if (other || answered) {
      number = Math.max(0, given.epochs.indexOf(given.epoch))
      course = given.course
      asked = Math.max(asked, given.asked)
    }
    if (other) draw()
    else if (showMatrix) {
      if (course !== before) drawCourseOf()
      show()
    }
  }
}
