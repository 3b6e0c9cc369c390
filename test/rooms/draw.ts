/**
 * Draws who imports whom: rooms on a diagonal, and from each a line to the right and down to what
 * it imports.
 */

/** How many imports lead from one room to another. */
export interface Arrow {
  readonly from: string
  readonly to: string
  readonly count: number
}

/** What is drawn. */
export interface Drawing {
  readonly title: string
  /** From top to bottom. */
  readonly rooms: readonly string[]
  readonly arrows: readonly Arrow[]
}

const STEP_X = 62
const STEP_Y = 34
const HEIGHT = 24
const MARGIN = 16
const LETTER = 7.2

const STYLE = `
    text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #1f2328; text-anchor: middle; dominant-baseline: central }
    .ground { fill: #ffffff }
    .room { fill: #ddf4ff; stroke: #0969da }
    .way { stroke: #afb8c1; fill: none }
    .count { font-size: 11px }
    .corner { fill: #ffffff; stroke: #afb8c1 }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc }
      .ground { fill: #0d1117 }
      .room { fill: #121d2f; stroke: #4493f8 }
      .way { stroke: #3d444d }
      .corner { fill: #0d1117; stroke: #3d444d }
    }`

/** The drawing as SVG, readable in light and in dark. */
export function drawRooms({ title, rooms, arrows }: Drawing): string {
  const widths = rooms.map((room) => Math.round(room.length * LETTER) + 16)
  const left = MARGIN + Math.max(...widths) / 2
  const centers = rooms.map((_, index) => ({
    x: left + index * STEP_X,
    y: MARGIN + HEIGHT / 2 + index * STEP_Y,
  }))
  const width = Math.ceil(left + (rooms.length - 1) * STEP_X + (widths.at(-1) ?? 0) / 2 + MARGIN)
  const height = 2 * MARGIN + HEIGHT + (rooms.length - 1) * STEP_Y
  const at = (room: string): Point => centers[rooms.indexOf(room)] ?? { x: 0, y: 0 }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">`,
    `  <title id="title">${title}</title>`,
    `  <style>${STYLE}\n  </style>`,
    `  <rect class="ground" width="${width}" height="${height}"/>`,
    ...arrows.map(({ from, to }) => drawWay(at(from), at(to))),
    ...arrows.map(({ from, to, count }) => drawCorner(at(to).x, at(from).y, count)),
    ...rooms.map((room, index) => drawRoom(room, at(room), widths[index] ?? 0)),
    '</svg>\n',
  ].join('\n')
}

interface Point {
  readonly x: number
  readonly y: number
}

function drawWay(from: Point, to: Point): string {
  return `  <path class="way" d="M${from.x} ${from.y}H${to.x}V${to.y}"/>`
}

function drawCorner(x: number, y: number, count: number): string {
  return `  <circle class="corner" cx="${x}" cy="${y}" r="10"/><text class="count" x="${x}" y="${y}">${count}</text>`
}

function drawRoom(room: string, { x, y }: Point, width: number): string {
  const box = `x="${x - width / 2}" y="${y - HEIGHT / 2}" width="${width}" height="${HEIGHT}" rx="4"`
  return `  <rect class="room" ${box}/><text x="${x}" y="${y}">${room}</text>`
}
