// @ts-check
/**
 * Finds books as one types; the catalogue comes from the page. An external script, allowed by
 * 'self'.
 */

const search = /** @type {HTMLInputElement} */ (document.getElementById('search'))
const count = /** @type {HTMLOutputElement} */ (document.getElementById('count'))
const { catalogue } =
  /** @type {{ readonly catalogue: readonly { readonly id: string, readonly text: string }[] }} */ (
    /** @type {unknown} */ (globalThis)
  )

function show() {
  const wanted = search.value.toLowerCase()
  const found = catalogue.filter(({ text }) => text.toLowerCase().includes(wanted))
  for (const book of catalogue) {
    const card = document.getElementById(`book-${book.id}`)
    if (card !== null) card.hidden = !found.includes(book)
  }
  count.textContent = found.length === 1 ? '1 book' : `${found.length} books`
}

search.addEventListener('input', show)
show()
document.documentElement.dataset['search'] = 'ran'
