/** Finds books as one types; the catalogue comes from the page. An external script, allowed by 'self'. */

const search = document.getElementById('search')
const count = document.getElementById('count')

function show() {
  const wanted = search.value.toLowerCase()
  let found = 0
  for (const { id, text } of globalThis.catalogue) {
    const isFound = text.toLowerCase().includes(wanted)
    document.getElementById(`book-${id}`).hidden = !isFound
    if (isFound) found += 1
  }
  count.textContent = found === 1 ? '1 book' : `${found} books`
}

search.addEventListener('input', show)
show()
document.documentElement.dataset.search = 'ran'
