// One entry in the browser's history for one action of the person.
//
// Streamlit makes one for every parameter that is written into the address, and for the page as well: four for a click
// on a picture, three of them views that nobody has seen, and Back led through them. Here the first change after a
// click or a key makes an entry, and what the program adds to it by itself replaces that entry. A setting in a form
// ("new.…") leads nowhere, so it makes none.
{
  const push = window.history.pushState.bind(window.history)
  let acted = false
  const remember = () => { acted = true }
  window.addEventListener("pointerdown", remember, true)
  window.addEventListener("keydown", remember, true)
  window.addEventListener("popstate", () => { acted = false }, true) // Back itself, by a key or not, is no such action
  const place = (url) => {
    const address = new URL(url, window.location.href)
    for (const name of [...address.searchParams.keys()]) {
      if (name.startsWith("new.")) address.searchParams.delete(name)
    }
    return address.href
  }
  window.history.pushState = (state, title, url) => {
    if (acted && place(url) !== place(window.location.href)) push(state, title, url)
    else window.history.replaceState(state, title, url)
    acted = false
  }
}
