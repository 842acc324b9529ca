// A picture from the clipboard goes the way of an uploaded file: into the field of Streamlit's own uploader.
const MISSING = "There is no picture in the clipboard. Copy one first."
const REFUSED = "The browser keeps its clipboard from this page. Press Ctrl+V instead."

export default function paste({ data, parentElement }) {
  const status = parentElement.querySelector("[role=status]")
  const hand = (blob, name) => {
    status.textContent = ""
    const field = document.querySelector(`.st-key-${data.upload} input[type="file"]`)
    if (!field) return
    const given = new DataTransfer()
    given.items.add(new File([blob], name, { type: blob.type }))
    field.files = given.files
    field.dispatchEvent(new Event("change", { bubbles: true }))
  }
  const named = (blob, name) => name || `pasted.${blob.type.replace("image/", "").replace(/\W.*/, "")}`

  parentElement.querySelector("button").onclick = async () => {
    try {
      for (const item of await navigator.clipboard.read()) {
        const kind = item.types.find(type => type.startsWith("image/"))
        if (kind) {
          const blob = await item.getType(kind)
          return hand(blob, named(blob))
        }
      }
      status.textContent = MISSING
    } catch {
      status.textContent = REFUSED
    }
  }

  const pasted = event => {
    const written = event.composedPath()[0]
    const files = [...event.clipboardData?.files ?? []]
    const picture = files.find(file => file.type.startsWith("image/"))
    if (picture) {
      event.preventDefault()
      hand(picture, named(picture, picture.name))
    } else if (!written.matches?.("input, textarea, [contenteditable]")) {
      status.textContent = MISSING
    }
  }
  document.addEventListener("paste", pasted)
  parentElement.querySelector("button").disabled = false // from here on it does something
  return () => document.removeEventListener("paste", pasted)
}
