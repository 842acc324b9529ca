// What is still loading, as attributes that style.css asks for: nothing jumps while a page is drawn.
//
// The style could say it alone, by :has() and the state of Streamlit's script. But then the browser goes through the whole
// page again for each part that a chart adds to itself, and whenever a script begins or ends: the charts of Compare took
// three seconds more.
{
  const root = document.documentElement
  const is = (name, selector) => root.toggleAttribute(name, document.querySelector(selector) !== null)
  const look = () => {
    is("data-side-bar", '[data-testid="stSidebar"]')
    is("data-pages-named", '[data-testid="stSidebarContent"] [data-testid="stSidebarNavLink"]')
    const asks = location.pathname.endsWith("/explain") && !document.querySelector('[data-testid="stMain"] .st-key-square_seen')
    const works = document.querySelector('[data-testid="stApp"]:not([data-test-script-state="notRunning"])')
    root.toggleAttribute("data-asking", asks && works !== null)
    const loading = new Set()
    for (const part of document.querySelectorAll('[data-testid="stSkeleton"], .st-key-table')) {
      if (part.querySelector("[data-drawn]")) continue
      for (let block = part; block.parentElement; block = block.parentElement) {
        if (block.parentElement.dataset.testid === "stVerticalBlock") loading.add(block)
      }
    }
    document.querySelectorAll("[data-loading]").forEach(part => loading.has(part) || part.removeAttribute("data-loading"))
    loading.forEach(part => part.hasAttribute("data-loading") || part.setAttribute("data-loading", ""))
  }
  new MutationObserver(look).observe(document, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["data-drawn", "data-test-script-state"],
  })
}
