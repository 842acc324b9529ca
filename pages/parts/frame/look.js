// Light or dark as the person chose, before Streamlit draws anything, and at once when it is changed.
//
// Streamlit follows what the system prefers and has no way for a page to choose. So what it is told that the system
// prefers is what was chosen here; without a choice it is what the system says.
{
  const CHOICE = "cifarLabTheme"
  const ask = window.matchMedia.bind(window)
  const dark = ask("(prefers-color-scheme: dark)")
  const isDark = () => (window.cifarLabTheme() === "system" ? dark.matches : window.cifarLabTheme() === "dark")
  const read = () => {
    try { return localStorage.getItem(CHOICE) } catch { return null } // where a browser keeps nothing
  }
  let chosen = ["light", "dark"].includes(read()) ? read() : "system"

  class Preference extends EventTarget {
    constructor(media) { super(); this.media = media; this.onchange = null }
    get matches() { return this.media.includes("dark") === isDark() }
    addListener(told) { this.addEventListener("change", told) }
    removeListener(told) { this.removeEventListener("change", told) }
    tell() {
      const change = Object.assign(new Event("change"), { matches: this.matches, media: this.media })
      this.onchange?.(change)
      this.dispatchEvent(change)
    }
  }
  const preferences = new Map()
  window.matchMedia = media => {
    if (!/^\s*\(prefers-color-scheme: *(dark|light)\)\s*$/.test(media)) return ask(media)
    if (!preferences.has(media)) preferences.set(media, new Preference(media))
    return preferences.get(media)
  }
  const tell = () => preferences.forEach(one => one.tell())
  dark.addEventListener("change", tell)

  window.cifarLabTheme = choice => {
    if (choice) {
      chosen = choice
      try { localStorage.setItem(CHOICE, choice) } catch { /* it holds until the tab is closed */ }
      tell()
    }
    return chosen
  }
  // A theme that was chosen in Streamlit's own menu would win over the switch on the page.
  try {
    Object.keys(localStorage).filter(key => key.startsWith("stActiveTheme")).forEach(key => localStorage.removeItem(key))
  } catch { /* nothing is kept, so nothing wins */ }

  // With the address of a projector the first thing drawn is large; later the page says so (look_switch.js).
  const projected = new URLSearchParams(location.search).get("projector") === "on"
  document.documentElement.classList.toggle("projector", projected)
}
