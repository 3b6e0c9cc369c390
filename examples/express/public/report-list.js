// @ts-check
/// <reference lib="dom" />
/** The list of stored reports, read again and again. */

/** @typedef {import('@cusp/collector').Group} Group */
/** @typedef {import('@cusp/collector').Summary} Summary */

const EVERY = 1000

/** Fills the list, and keeps it filled. */
export async function followReports() {
  const dot = document.querySelector('#live-dot')
  try {
    const response = await fetch('/reports')
    if (!response.ok) throw new Error(`The server answers ${response.status}`)
    show(await response.json())
    dot?.classList.add('on')
  } catch {
    dot?.classList.remove('on')
    say('The server is away. Trying again …')
  }
  setTimeout(followReports, EVERY)
}

/** @param {Summary} summary what is stored */
function show({ total, groups }) {
  const newestFirst = groups.toSorted((one, other) => other.lastSeen - one.lastSeen)
  document.querySelector('#report-list')?.replaceChildren(...newestFirst.map(toRow))
  say(
    `Listening. ${total} ${total === 1 ? 'report' : 'reports'} so far, those with one cause in one line.`,
  )
}

/** @param {string} text for the line above the list */
function say(text) {
  const line = document.querySelector('#report-count')
  // A screen reader says a change aloud, and nothing else.
  if (line !== null && line.textContent !== text) line.textContent = text
}

/**
 * Shows a group. What is in it comes from anybody, so it goes in as text.
 *
 * @param {Group} group as the server stores it
 * @returns {HTMLTableRowElement} a row of the list
 */
function toRow({ lastSeen, count, directive, blocked, browsers }) {
  const row = document.createElement('tr')
  row.append(
    toCell('time', new Date(lastSeen).toLocaleTimeString()),
    toCell('span', String(count)),
    toCell('code', directive),
    toCell('code', blocked),
    toCell('span', browsers.join(', ')),
  )
  return row
}

/**
 * @param {'time' | 'code' | 'span'} tag what kind of text it is
 * @param {string} text goes in as text
 * @returns {HTMLTableCellElement} a cell
 */
function toCell(tag, text) {
  const cell = document.createElement('td')
  const element = document.createElement(tag)
  element.textContent = text
  cell.append(element)
  return cell
}
