// How much of the heat map is seen over the picture, as a variable that style.css asks for: that of the slider, while it moves.
const SAYS = "aria-valuetext" // Streamlit tells the server once a slider rests; this is what it tells people meanwhile

export default function fade({ data }) {
  const follow = () => {
    const said = document.querySelector(`.st-key-opacity input[${SAYS}]`)?.getAttribute(SAYS)
    document.documentElement.style.setProperty("--heat", parseFloat(said ?? data.opacity) / 100)
  }
  follow()
  const watcher = new MutationObserver(follow)
  watcher.observe(document.body, { subtree: true, attributes: true, attributeFilter: [SAYS] })
  return () => watcher.disconnect()
}
