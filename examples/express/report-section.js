// @ts-check
/** The live list of reports, and who sends what. */

import { html } from './html.js'

/**
 * Renders the section.
 *
 * @returns {import('./html.js').Html} an empty list, which public/report-list.js fills
 */
export function reportSection() {
  return html`<section aria-labelledby="reports">
    <h2 id="reports">Reports</h2>
    <p>
      What the server heard of it. Browsers post violations to <code>/csp-reports</code> on their
      own, without any script. The collector stores them, and counts those with one cause together.
    </p>
    <p class="live">
      <span class="dot" id="live-dot"></span>
      <span id="report-count" role="status">Connecting …</span>
    </p>
    <div class="panel scroll" tabindex="0" role="region" aria-labelledby="reports">
      <table>
        <thead>
          <tr>
            <th scope="col">Last seen</th>
            <th scope="col">Count</th>
            <th scope="col">Directive</th>
            <th scope="col">Blocked</th>
            <th scope="col">Browsers</th>
          </tr>
        </thead>
        <tbody id="report-list"></tbody>
      </table>
      <p class="empty">Run something that is blocked.</p>
    </div>
    <div class="notes">
      <div>
        <h3><code>report-uri</code></h3>
        <p>
          Holds the address itself. Browsers report this way at once, one
          <code>application/csp-report</code> for each violation.
        </p>
      </div>
      <div>
        <h3><code>report-to</code></h3>
        <p>
          Names an endpoint; the <code>Reporting-Endpoints</code> header says where that is. Chrome,
          Edge, Firefox from 149 and Safari from 16.4 report this way over https, Chrome with up to
          a minute’s delay: several reports in one <code>application/reports+json</code>.
        </p>
      </div>
      <div>
        <h3>Why only one here</h3>
        <p>
          Over plain http, Chrome and Firefox send nothing by <code>report-to</code>, and ignore the
          <code>report-uri</code> beside it. So this example has
          <code>reporting: 'report-uri'</code>. Without that option Cusp writes both, and the
          header, from one line of code.
        </p>
      </div>
    </div>
  </section>`
}
