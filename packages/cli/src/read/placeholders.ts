/** Places that a program fills before it sends a policy, judged as if they were filled. */

/** A policy without placeholders, and those that stood in it. */
export interface FilledText {
  readonly value: string
  readonly placeholders: readonly string[]
}

/** Each form that people write; a form comes before those that may be a part of it. */
const FORMS: readonly RegExp[] = [
  /\$\{[^{}]*\}/g,
  /\{\{[^{}]*\}\}/g,
  /<%[^%]*%>/g,
  /<\?(?:=|php\b)[^?]*\?>/g,
  // %{NAME}e of Apache, #{name} of Ruby
  /[%#]\{[^{}]*\}\w?/g,
  // {http.request.uuid} of Caddy, {$nonce} of PHP
  /\{[\w.:$>-]+\}/g,
  /\$[a-z_]\w*/gi,
  // [YOUR_HOST]; an address of IPv6 has colons
  /\[[A-Z][A-Z\d _-]*\]/g,
  /<[a-z][\w .-]*>/gi,
  /%[A-Z][A-Z_]{2,}%/g,
  /__[A-Z][A-Z\d]*(?:_[A-Z\d]+)*__/g,
]

const NONCE_NAME = /nonce/i
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
  let value = text
  const placeholders = new Set<string>()
  for (const form of FORMS) {
    value = value.replace(form, (placeholder: string, at: number, whole: string) => {
      placeholders.add(placeholder)
      const end = at + placeholder.length
      return fillingFor(placeholder, {
        before: whole.slice(Math.max(0, at - NEAR), at),
        after: whole.slice(end, end + NEAR),
      })
    })
  }
  const inOrder = [...placeholders].toSorted((a, b) => text.indexOf(a) - text.indexOf(b))
  return { value, placeholders: inOrder }
}

/** A placeholder that cannot be judged as if it were filled, and what it stands for. */
export function findUnclear(
  text: string,
): { readonly placeholder: string; readonly what: string } | undefined {
  const found = FORMS.flatMap((form) => Array.from(text.matchAll(form)))
  for (const { index, 0: placeholder } of found) {
    const before = text.slice(0, index).trimEnd().at(-1)
    if (before === undefined || before === ';' || before === ',') {
      return { placeholder, what: 'a whole directive' }
    }
    const isQuoted =
      text.charAt(index - 1) === "'" && text.startsWith("'", index + placeholder.length)
    if (isQuoted && !NONCE_NAME.test(placeholder)) return { placeholder, what: 'a keyword' }
  }
  return undefined
}

function fillingFor(
  placeholder: string,
  { before, after }: { readonly before: string; readonly after: string },
): string {
  if (/'nonce-$/i.test(before)) return NONCE
  const [, size] = /'sha(256|384|512)-$/i.exec(before) ?? []
  if (size !== undefined) return DIGESTS[size] ?? ''
  const isWhole = /(?:^|\s)$/.test(before) && /^(?:[\s;,]|$)/.test(after)
  if (isWhole) return NONCE_NAME.test(placeholder) ? `'nonce-${NONCE}'` : HOST
  if (before.endsWith("'") && after.startsWith("'")) return `nonce-${NONCE}`
  if (before.endsWith(':')) return '443'
  if (before.endsWith('//') && !/^[\w.-]*\.[\w-]/.test(after)) return HOST
  return 'placeholder'
}
