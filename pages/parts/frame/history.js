// One entry in the browser's history for one action of the person.
//
// Streamlit makes one for every parameter that is written into the address, and for the page as well: four for a click
// on a picture, three of them views that nobody has seen, and Back led through them. Here the first change after a
// click or a key makes an entry, and what the program adds to it by itself replaces that entry. For a widget that stands in
// the address Streamlit makes none at all, and Back left the page. A setting in a form ("new.…") leads nowhere, so it
// makes none.
{
  const push = window.history.pushState.bind(window.history)
  const replace = window.history.replaceState.bind(window.history)
  let acted = false
  let behind = false // Back or Forward went on while Streamlit was still busy with an earlier address
  let last = -Infinity
  const remember = () => {
    acted = true
    behind = false
  }
  window.addEventListener("pointerdown", remember, true)
  window.addEventListener("keydown", remember, true)
  // While a page loads, Streamlit does not hear of Back and Forward, and writes the address it began with over the new one.
  // Then the address stays where the person went, and Streamlit hears of it as soon as it is at rest.
  const rests = () => document.querySelector(
    '[data-testid="stApp"][data-test-script-state="notRunning"] [data-testid="stElementContainer"]'
  )
  // At rest means for three looks: a page is told to be done a moment before its widgets are drawn, and one that is asked
  // again in between never hears what it was to show.
  let still = 0
  const catchUp = () => {
    if (!behind) return
    still = rests() ? still + 1 : 0
    if (still < 3) {
      setTimeout(() => requestAnimationFrame(catchUp), 50)
      return
    }
    behind = false
    window.dispatchEvent(new PopStateEvent("popstate", { state: window.history.state }))
  }
  window.addEventListener("popstate", event => {
    acted = false // Back itself, by a key or not, is no such action
    if (event.isTrusted && !behind && (!rests() || event.timeStamp - last < 1000)) {
      behind = true
      still = 0
      setTimeout(catchUp, 300)
    }
    last = event.timeStamp
  }, true)
  const place = (url) => {
    const address = new URL(url, window.location.href)
    for (const name of [...address.searchParams.keys()]) {
      if (name.startsWith("new.")) address.searchParams.delete(name)
    }
    return address.href
  }
  const write = (state, title, url) => {
    if (acted && place(url) !== place(window.location.href)) push(state, title, url)
    else replace(state, title, url)
    acted = false
  }
  window.history.pushState = (state, title, url) => behind || write(state, title, url)
  window.history.replaceState = (state, title, url) => (behind || !url ? replace : write)(state, title, url)
}
