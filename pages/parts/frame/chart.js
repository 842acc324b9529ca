// A chart as it stands on the screen, as a file: PNG or SVG. Nothing leaves this computer for it.
const SCALE = 2 // pixels of the PNG for one of the screen: sharp on slides
const SVG = "http://www.w3.org/2000/svg"

const save = (blob, name) => {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10000)
}

// Plotly draws in layers, one upon the other, other charts in one; the page's stylesheet has a say in their text.
const layersOf = plot => {
  const layers = [...plot.querySelectorAll(".js-plotly-plot .main-svg")]
  if (layers.length) return layers
  const area = drawing => drawing.clientWidth * drawing.clientHeight
  return [...plot.querySelectorAll("svg")].sort((one, other) => area(other) - area(one)).slice(0, 1) // the others are icons
}
const sizeOf = plot => (plot.querySelector(".svg-container") ?? layersOf(plot)[0]).getBoundingClientRect()

const drawing = plot => {
  const own = plot.querySelector(".paints-itself") // on a canvas: it says itself what that is in SVG
  const layers = own ? [own.asSvg()] : layersOf(plot)
  const { width, height } = own ? own.getBoundingClientRect() : sizeOf(plot)
  const whole = document.createElementNS(SVG, "svg")
  for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) {
    whole.setAttribute(name, value)
  }
  const { fontFamily, color } = getComputedStyle(own ?? layers[0])
  Object.assign(whole.style, { fontFamily, color })
  const page = document.createElementNS(SVG, "rect")
  for (const [name, value] of Object.entries({
    width: "100%", height: "100%", fill: getComputedStyle(document.querySelector(".stApp")).backgroundColor,
  })) page.setAttribute(name, value)
  whole.append(page)
  for (const layer of layers) {
    const copy = layer.cloneNode(true)
    const texts = copy.querySelectorAll("text")
    layer.querySelectorAll("text").forEach((text, number) => {
      const { fill, fontSize } = getComputedStyle(text)
      Object.assign(texts[number].style, { fill, fontSize })
    })
    copy.removeAttribute("style")
    copy.querySelectorAll(".hoverlayer > *").forEach(part => part.remove())
    whole.append(copy)
  }
  return whole
}

const asFile = whole => new Blob([new XMLSerializer().serializeToString(whole)], { type: "image/svg+xml" })

const asPng = async plot => {
  const whole = drawing(plot), address = URL.createObjectURL(asFile(whole))
  const [width, height] = [whole.getAttribute("width"), whole.getAttribute("height")]
  const image = Object.assign(new Image(), { src: address })
  await image.decode()
  const canvas = Object.assign(document.createElement("canvas"), { width: SCALE * width, height: SCALE * height })
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height)
  URL.revokeObjectURL(address)
  return new Promise(done => canvas.toBlob(done, "image/png"))
}

export default function download({ data, parentElement }) {
  const plot = () => document.querySelector(data.chart)
  parentElement.querySelector("[value=png]").onclick = async () => save(await asPng(plot()), `${data.name}.png`)
  parentElement.querySelector("[value=svg]").onclick = () => save(asFile(drawing(plot())), `${data.name}.svg`)
}
