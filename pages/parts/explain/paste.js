// Pictures from the clipboard go the way of uploaded files: into the field of Streamlit's own uploader.
const MISSING = "There is no picture in the clipboard. Copy one first."
const REFUSED = "The browser keeps its clipboard from this page. Press Ctrl+V instead."

export default function paste({ data, parentElement }) {
  const status = parentElement.querySelector("[role=status]")
  const hand = pictures => {
    status.textContent = pictures.length ? "" : MISSING
    if (!pictures.length) return
    const field = document.querySelector(`.st-key-${data.upload} input[type="file"]`)
    if (!field) {
      if (parentElement.isConnected) setTimeout(hand, 100, pictures) // the uploader is still being loaded
      return
    }
    const given = new DataTransfer()
    for (const one of pictures) given.items.add(new File([one], named(one), { type: one.type }))
    field.files = given.files
    field.dispatchEvent(new Event("change", { bubbles: true }))
  }
  const named = one => one.name || `pasted.${one.type.replace("image/", "").replace(/\W.*/, "")}`

  parentElement.querySelector("button").onclick = async () => {
    try {
      const pictures = []
      for (const item of await navigator.clipboard.read()) {
        const kind = item.types.find(type => type.startsWith("image/"))
        if (kind) pictures.push(await item.getType(kind))
      }
      hand(pictures)
    } catch {
      status.textContent = REFUSED
    }
  }

  const pasted = event => {
    const written = event.composedPath()[0]
    const files = [...event.clipboardData?.files ?? []]
    const pictures = files.filter(file => file.type.startsWith("image/"))
    if (pictures.length) {
      event.preventDefault()
      hand(pictures)
    } else if (!written.matches?.("input, textarea, [contenteditable]")) {
      status.textContent = MISSING
    }
  }
  document.addEventListener("paste", pasted)
  parentElement.querySelector("button").disabled = false // from here on it does something
  return () => document.removeEventListener("paste", pasted)
}
