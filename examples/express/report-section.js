// @ts-check
/** The live list of reports, and who sends what. */

import { html } from './html.js'

/**
 * Renders the section.
 *
 * @param {{ readonly hasTwin: boolean }} sent whether the page came with a report-only policy
 * @returns {import('./html.js').Html} an empty list, which public/report-list.js fills
 */
export function reportSection({ hasTwin }) {
  return html`<section aria-labelledby="reports">
    <h2 id="reports">Reports</h2>
    <p>
      What the server heard of it. Browsers post violations to <code>/csp-reports</code> on their
      own, without any script; the server hands them on to this list.
    </p>
    <p class="live">
      <span class="dot" id="live-dot"></span>
      <span id="report-count" role="status">Connecting …</span>
    </p>
    <div class="panel scroll" tabindex="0" role="region" aria-labelledby="reports">
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Directive</th>
            <th scope="col">Blocked</th>
            <th scope="col">Sent by</th>
          </tr>
        </thead>
        <tbody id="report-list"></tbody>
      </table>
      <p class="empty">Run something that is blocked.</p>
    </div>
    <div class="notes">
      <div>
        <h3><code>report-to</code></h3>
        <p>
          Names an endpoint; the <code>Reporting-Endpoints</code> header says where that is. Chrome,
          Edge, Firefox from 149 and Safari from 16.4 report this way, Chrome with up to a minute’s
          delay: several reports in one <code>application/reports+json</code>.
        </p>
      </div>
      <div>
        <h3><code>report-uri</code></h3>
        <p>
          Holds the address itself. Older browsers report this way: at once, one
          <code>application/csp-report</code> for each violation.
        </p>
      </div>
      <div>
        <h3>Why both</h3>
        <p>
          <code>report-uri</code> is deprecated, yet without it older browsers stay silent. A
          browser that knows <code>report-to</code> ignores it. So Cusp writes both, and the header,
          from one line of code.
        </p>
      </div>
      ${hasTwin ? twinNote() : ''}
    </div>
  </section>`
}

/** @returns {import('./html.js').Html} why there are two policies */
function twinNote() {
  return html`<div>
    <h3>Over plain http</h3>
    <p>
      Chrome and Firefox deliver nothing by <code>report-to</code> here; it takes https. What you
      see comes by <code>report-uri</code>, from a report-only copy of the policy. Safari reports
      both ways.
    </p>
  </div>`
}
