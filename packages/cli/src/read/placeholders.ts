/** Places that a program fills before it sends a policy, judged as if they were filled. */

/** A policy without placeholders, and those that stood in it. */
export interface FilledText {
  readonly value: string
  readonly placeholders: readonly string[]
}

// Each as people write it: ${x}, {{ x }}, <%= x %>, <?= x ?>, %{x}, #{x}, {x}, $x, [YOUR_X],
// <YOUR_X>, %X%, __X__
const PLACEHOLDER =
  /\$\{[^{}]*\}|\{\{[^{}]*\}\}|<%[^%]*%>|<\?(?:=|php\b)[^?]*\?>|[%#]\{[^{}]*\}\w?|\{[\w.:$>-]+\}|\$[A-Za-z_]\w*|\[[A-Z][A-Z\d]*(?:[_ -][A-Z\d]+)*\]|<[A-Za-z][\w .-]*>|%[A-Z][A-Z_]{2,}%|__[A-Z][A-Z\d_]*__/g

const NONCE = 'UnfilledPlaceholderNonce'
/** So many characters around a placeholder say what stands there. */
const NEAR = 80
const HOST = 'placeholder.example'
const DIGESTS: Readonly<Record<string, string>> = {
  256: `${'A'.repeat(43)}=`,
  384: 'A'.repeat(64),
  512: `${'A'.repeat(86)}==`,
}

/** Fills the placeholders of a policy: a nonce where a nonce stands, a host where a host stands. */
export function fillPlaceholders(text: string): FilledText {
  const placeholders: string[] = []
  const value = text.replace(PLACEHOLDER, (whole: string, at: number) => {
    placeholders.push(whole)
    const end = at + whole.length
    return fillingFor(whole, {
      before: text.slice(Math.max(0, at - NEAR), at),
      after: text.slice(end, end + NEAR),
    })
  })
  return { value, placeholders: [...new Set(placeholders)] }
}

/** The first placeholder that stands where the name of a directive stands. */
export function findUnknownDirective(text: string): string | undefined {
  return Array.from(text.matchAll(PLACEHOLDER)).find(({ index }) => {
    const before = text.slice(0, index).trimEnd().at(-1)
    return before === undefined || before === ';' || before === ','
  })?.[0]
}

function fillingFor(
  placeholder: string,
  { before, after }: { readonly before: string; readonly after: string },
): string {
  if (/'nonce-$/i.test(before)) return NONCE
  const [, size] = /'sha(256|384|512)-$/i.exec(before) ?? []
  if (size !== undefined) return DIGESTS[size] ?? ''
  const isWhole = /(?:^|\s)$/.test(before) && /^(?:[\s;,]|$)/.test(after)
  if (isWhole) return /nonce/i.test(placeholder) ? `'nonce-${NONCE}'` : HOST
  if (before.endsWith("'") && after.startsWith("'")) return `nonce-${NONCE}`
  if (before.endsWith(':')) return '443'
  if (before.endsWith('//') && !/^[\w.-]*\.[\w-]/.test(after)) return HOST
  return 'placeholder'
}
