/** Markdown tables as the formatter writes them, so that what a command writes stays as it is. */

type Cell = string | number

/** A table with columns of even width. */
export function writeTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = [head, ...rows].map((row) => row.map(String))
  const widths = head.map((_, column) =>
    Math.max(3, ...texts.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [line(texts[0] ?? []), rule, ...texts.slice(1).map(line)].join('\n')
}
