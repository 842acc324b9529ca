// The switch between light and dark, and the large type of a projector.
export default function lookSwitch({ data, parentElement }) {
  document.documentElement.classList.toggle("projector", data.projector)
  for (const button of parentElement.querySelectorAll("button")) {
    const show = () => {
      for (const one of parentElement.querySelectorAll("button")) {
        one.setAttribute("aria-pressed", one.value === window.cifarLabTheme())
      }
    }
    button.onclick = () => { window.cifarLabTheme(button.value); show() }
    show()
  }
}
