// The webcam on Explain. One frame is on its way at a time: its pixels go out, small, and come back as a heat map, which
// is drawn over the very frame that it belongs to. Nothing is filmed before the button is pressed, nor after the page is
// left.
const GAP = 50 // milliseconds between two frames, at least: what is more is seen by nobody, and others work here, too
const LOOK = 10 // milliseconds between two looks at whether the next one may go
const PATIENCE = 15_000 // for an answer; the first one opens the network
const SHOWN = 480 // pixels on the longer side of what is shown
const SECONDS = 3 // over which frames are counted

const WHY = {
  NotAllowedError: "The browser may not use the camera. Allow it beside the address, then try again.",
  NotFoundError: "There is no camera on this device.",
  NotReadableError: "Another program uses the camera. Close it, then try again.",
}

const cameras = new WeakMap()

export default function live({ data, parentElement, setTriggerValue }) {
  if (!cameras.has(parentElement)) cameras.set(parentElement, camera(parentElement))
  cameras.get(parentElement)(data, frame => setTriggerValue("frame", frame))
}

const bytes = text => Uint8Array.from(atob(text), one => one.charCodeAt(0))

// A canvas of this size, cleared only where it had another one: memory that is used again need not be collected.
function sized(canvas, width, height) {
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  return canvas.getContext("2d", { willReadFrequently: true })
}

// The part of a frame that the network is given, as cifar_core/data/picture/framing.py takes it.
function usedPart(framing, width, height) {
  if (framing !== "crop") return [0, 0, width, height]
  const side = Math.min(width, height)
  return [Math.floor((width - side) / 2), Math.floor((height - side) / 2), side, side]
}

function camera(root) {
  const find = selector => root.querySelector(selector)
  const [canvas, button] = [find("canvas"), find("button")]
  const video = document.createElement("video")
  video.muted = video.playsInline = true
  const [frame, small, heat] = [0, 1, 2].map(() => document.createElement("canvas"))
  // No answer to a former page has one of these numbers.
  let data, send, stream = null, asked = null, last = 0, number = Date.now(), times = [], look = null

  function stop(why = "") {
    stream?.getTracks().forEach(track => track.stop())
    stream = video.srcObject = asked = null
    times = []
    button.textContent = "Turn the camera on"
    find(".rate").textContent = ""
    find(".problem").textContent = why
  }

  async function start() {
    find(".problem").textContent = ""
    if (!navigator.mediaDevices?.getUserMedia) return stop(data.needs)
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 640 } } })
      if (!root.isConnected) return stop()
      video.srcObject = stream
      await video.play()
    } catch (error) {
      return stop(WHY[error.name] ?? `The camera cannot be used: ${error.message}`)
    }
    button.textContent = "Turn the camera off"
    find(".first").textContent = "Waiting for the network …"
    go()
  }

  button.onclick = () => (stream ? stop() : start())
  button.disabled = false // from here on it does something

  function go() {
    if (!stream) return
    if (!root.isConnected) return stop()
    const now = performance.now()
    if (asked && now - asked.at > PATIENCE) asked = null
    if (!asked && now - last >= GAP && video.videoWidth && !document.hidden) ask(now)
    setTimeout(go, LOOK) // not at each frame of the screen, for which the browser would draw the page anew
  }

  function ask(now) {
    const [width, height] = [video.videoWidth, video.videoHeight]
    const scale = (source, to, most) => {
      const share = Math.min(1, most / Math.max(width, height))
      const context = sized(to, Math.max(1, Math.round(width * share)), Math.max(1, Math.round(height * share)))
      context.imageSmoothingQuality = "high"
      context.drawImage(source, 0, 0, to.width, to.height)
      return context
    }
    scale(video, frame, SHOWN)
    const rgba = scale(frame, small, data.most).getImageData(0, 0, small.width, small.height).data
    let text = ""
    for (let at = 0; at < rgba.length; at += 4) text += String.fromCharCode(rgba[at], rgba[at + 1], rgba[at + 2])
    last = now
    asked = { number: ++number, at: now }
    send({ number, width: small.width, height: small.height, pixels: btoa(text) })
  }

  function draw(answer) {
    const [left, top, width, height] = usedPart(data.framing, frame.width, frame.height)
    const side = data.framing === "pad" ? Math.max(width, height) : 0
    const context = sized(canvas, side || width, side || height)
    context.fillStyle = "rgb(127, 127, 127)"
    context.fillRect(0, 0, canvas.width, canvas.height)
    const [across, down] = [Math.floor((canvas.width - width) / 2), Math.floor((canvas.height - height) / 2)]
    context.drawImage(frame, left, top, width, height, across, down, width, height)
    const image = new ImageData(data.look.side, data.look.side)
    const [table, pixels] = [colours(), new Uint32Array(image.data.buffer)]
    bytes(answer.levels).forEach((level, at) => { pixels[at] = table[level] })
    sized(heat, image.width, image.height).putImageData(image, 0, 0)
    context.drawImage(heat, 0, 0, canvas.width, canvas.height)
  }

  // What each level looks like, RGBA as one number: the stronger, the less transparent.
  function colours() {
    const { colours: written, opacity } = data.look
    if (look?.written !== written) {
      const rgba = new Uint8Array(4 * 256)
      bytes(written).forEach((value, at) => { rgba[4 * Math.floor(at / 3) + at % 3] = value })
      for (let level = 0; level < 256; level++) rgba[4 * level + 3] = Math.round(level * opacity)
      look = { written, table: new Uint32Array(rgba.buffer) }
    }
    return look.table
  }

  function say({ says, explained }) {
    const percent = share => (share >= 0.995 && share < 1 ? "over 99%" : `${Math.round(100 * share)}%`)
    const first = `${says[0][0]} (${percent(says[0][1])})`
    find(".first").textContent = first
    canvas.setAttribute("aria-label", `Heat map for ${explained} over the camera's picture: ${first}`)
    find(".about").textContent = `Coloured: what speaks for ${explained}, the brighter the more.`
    const lines = says.map(([name, share]) => {
      const line = document.createElement("li")
      for (const kind of ["name", "place", "percent"]) line.append(Object.assign(document.createElement("span"), { className: kind }))
      const bar = Object.assign(document.createElement("div"), { className: "bar" })
      bar.style.width = `${100 * share}%`
      line.children[0].textContent = name
      line.children[1].append(bar)
      line.children[2].textContent = percent(share)
      return line
    })
    find("ol").replaceChildren(...lines)
  }

  function count(now) {
    times = [...times.filter(time => now - time < 1000 * SECONDS), now]
    canvas.dataset.frames = Number(canvas.dataset.frames ?? 0) + 1
    if (times.length > 2) find(".rate").textContent = `${Math.round(1000 * (times.length - 1) / (now - times[0]))} frames/s`
  }

  return (given, sending) => {
    ;[data, send] = [given, sending]
    const answer = data.answer
    if (!stream || !asked || !answer) return
    if (answer.number !== asked.number) return
    if (answer.problem) return stop(answer.problem)
    draw(answer)
    say(answer)
    asked = null
    count(performance.now())
  }
}
