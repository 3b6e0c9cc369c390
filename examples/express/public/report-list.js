// @ts-check
/// <reference lib="dom" />
/** The live list of reports, from the server's event stream. */

/** @typedef {import('../report-routes.js').ReceivedReport} ReceivedReport */

const SHOWN_MOST = 100

/** Fills the list, and keeps it filled. */
export function followReports() {
  const list = document.querySelector('#report-list')
  const dot = document.querySelector('#live-dot')
  const source = new EventSource('/csp-reports/live')
  source.addEventListener('open', () => dot?.classList.add('on'))
  source.addEventListener('error', () => {
    dot?.classList.remove('on')
    say('The server is away. Trying again …')
  })
  source.addEventListener('kept', ({ data }) => {
    list?.replaceChildren(...parse(data).map(toRow).toReversed())
    sayCount()
  })
  source.addEventListener('report', ({ data }) => {
    const [row] = parse(`[${data}]`).map(toRow)
    if (row === undefined) return
    row.classList.add('new')
    list?.prepend(row)
    if ((list?.children.length ?? 0) > SHOWN_MOST) list?.lastElementChild?.remove()
    sayCount()
  })

  /** Says how many there are. */
  function sayCount() {
    const count = list?.children.length ?? 0
    const newest = count > 1 ? ', the newest first' : ''
    say(`Listening. ${count} ${count === 1 ? 'report' : 'reports'} so far${newest}.`)
  }
}

/** @param {string} text for the line above the list */
function say(text) {
  const line = document.querySelector('#report-count')
  if (line !== null) line.textContent = text
}

/**
 * @param {string} data of an event
 * @returns {readonly ReceivedReport[]} the reports in it
 */
function parse(data) {
  return JSON.parse(data)
}

/**
 * Shows a report. What is in it comes from anybody, so it goes in as text.
 *
 * @param {ReceivedReport} report as the server keeps it
 * @returns {HTMLTableRowElement} a row of the list
 */
function toRow({ time, directive, blocked, by, contentType }) {
  const row = document.createElement('tr')
  row.append(
    toCell('time', new Date(time).toLocaleTimeString()),
    toCell('code', directive),
    toCell('code', blocked),
    toCell('code', by),
  )
  const type = document.createElement('small')
  type.textContent = contentType
  row.lastElementChild?.append(type)
  return row
}

/**
 * @param {'time' | 'code'} tag what kind of text it is
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
