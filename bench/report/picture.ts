/** The picture of the first table: bars, readable in light and in dark. */

import { findRow } from './results.ts'
import type { Results } from './results.ts'
import { digits } from './numbers.ts'

const NAMES: readonly (readonly [name: string, label: string])[] = [
  ['by hand', 'by hand'],
  ['@cusp/express', 'Cusp'],
  ['helmet, with createNonce()', 'helmet, nonce from Cusp'],
  ['helmet', 'helmet'],
  ['express-csp-header', 'express-csp-header'],
  ['nosecone', 'nosecone'],
  ['hono/secure-headers', 'hono/secure-headers'],
]

const WIDTH = 780
const LEFT = 200
const RIGHT = 128
const TOP = 74
const LINE = 34
const BAR = 20

const STYLE = `
    text { font: 14px system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; fill: #1f2328 }
    .title { font-size: 17px; font-weight: 600 }
    .small { font-size: 12.5px; fill: #59636e }
    .bar { fill: #8c959f }
    .own { fill: #0969da }
    .strong { font-weight: 600 }
    .ground { fill: #ffffff }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc }
      .small { fill: #9198a1 }
      .bar { fill: #656c76 }
      .own { fill: #4493f8 }
      .ground { fill: #0d1117 }
    }`

/** The picture as SVG. */
export function drawPicture(results: Results): string {
  const bars = NAMES.flatMap(([name, label]) => {
    const time = findRow(results, 'nonce', name)?.time.median
    return time === undefined ? [] : [{ label, time }]
  })
  const longest = Math.max(...bars.map(({ time }) => time))
  const height = TOP + bars.length * LINE + 34
  const own = bars.find(({ label }) => label === 'Cusp')?.time ?? Number.NaN
  const rows = bars.map(({ label, time }, index) => {
    const y = TOP + index * LINE
    const width = Math.max(2, ((WIDTH - LEFT - RIGHT) * time) / longest)
    const isOwn = label === 'Cusp'
    const ratio = label === 'by hand' || isOwn ? '' : ` · ${digits(time / own)} ×`
    return `  <text x="${LEFT - 12}" y="${y + 15}" text-anchor="end"${isOwn ? ' class="strong"' : ''}>${label}</text>
  <rect class="${isOwn ? 'own' : 'bar'}" x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2"/>
  <text x="${(LEFT + width + 8).toFixed(1)}" y="${y + 15}"${isOwn ? ' class="strong"' : ''}>${microseconds(time)}${ratio}</text>`
  })
  const { environment } = results
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title">
  <title id="title">Microseconds that one response with a nonce spends in the middleware</title>
  <style>${STYLE}
  </style>
  <rect class="ground" width="${WIDTH}" height="${height}"/>
  <text class="title" x="24" y="32">One response with a nonce: time in the middleware</text>
  <text class="small" x="24" y="53">microseconds, shorter is better; the same policy from all</text>
${rows.join('\n')}
  <text class="small" x="24" y="${height - 14}">${environment.date} · commit ${environment.commit} · Node ${environment.node.split(' ')[0]} · pnpm bench</text>
</svg>
`
}

function microseconds(nanoseconds: number): string {
  return `${(nanoseconds / 1000).toFixed(2)} µs`
}
