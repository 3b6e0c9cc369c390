/** The proofs of audits, as scripts that do in a page what a check says. */

import type { Check, InlineCheck, RequestCheck } from '../../packages/engine/src/index.ts'

/** Files of the fixtures that each destination can load. */
const FILES: Readonly<Record<string, string>> = {
  '': '/json',
  iframe: '/frame.html',
  image: '/image.png',
  object: '/image.svg',
  script: '/script.js',
  style: '/style.css',
}

/** Elements that load, with the attribute that names what. */
const ELEMENTS: Readonly<Record<string, readonly [name: string, attribute: string]>> = {
  iframe: ['iframe', 'src'],
  image: ['img', 'src'],
  object: ['object', 'data'],
  script: ['script', 'src'],
  style: ['link', 'href'],
}

/** Answers "blocked" where the policy stopped it, else what came of it. */
const RACE = `
  const blocked = new Promise((resolve) => {
    document.addEventListener('securitypolicyviolation', ({ disposition }) => {
      if (disposition === 'enforce') resolve('blocked')
    })
  })
  // A violation is told in a task of its own: by then it has come.
  const turn = () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => requestAnimationFrame(() => requestAnimationFrame(resolve))
    port2.postMessage(null)
  })
`

/**
 * The script that carries out a check. An address on the attacker's host becomes one of `origin`,
 * which answers.
 */
export function proofScript(check: Check, origin: string): string {
  const body = bodyFor(check, origin)
  return `${RACE}
    const done = (async () => { ${body} })()
      .catch((error) => 'refused: ' + error)
      .then(async (result) => { await turn(); return result })
    return Promise.race([blocked, done])`
}

function bodyFor(check: Check, origin: string): string {
  switch (check.type) {
    case 'inline':
      return inlineBody(check)
    case 'request':
      return requestBody(check, origin)
    case 'eval':
      return `return eval('"done"')`
    case 'wasm':
      return `await WebAssembly.instantiate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); return 'done'`
    case 'base-uri':
      return `const base = document.createElement('base')
        base.href = ${JSON.stringify(String(check.url))}
        document.head.append(base)
        return document.baseURI === base.href ? 'done' : 'ignored'`
    case 'trusted-types-sink':
      return `document.body.innerHTML = '<b>x</b>'; return document.querySelector('b') ? 'done' : 'no'`
    default:
      throw new Error(`no script carries out ${check.type}`)
  }
}

function inlineBody({ inline, nonce = '' }: InlineCheck): string {
  const isStyle = inline.startsWith('style')
  if (inline === 'script attribute') {
    return `const button = document.createElement('button')
      button.setAttribute('onclick', 'globalThis.ran = true')
      button.click()
      return globalThis.ran ? 'done' : 'not run'`
  }
  if (inline === 'style attribute') {
    return `document.body.setAttribute('style', '--styled: yes')
      return getComputedStyle(document.body).getPropertyValue('--styled') ? 'done' : 'no style'`
  }
  return `const element = document.createElement('${isStyle ? 'style' : 'script'}')
    element.nonce = ${JSON.stringify(String(nonce))}
    element.textContent = ${isStyle ? `':root { --styled: yes }'` : `'globalThis.ran = true'`}
    document.head.append(element)
    const styled = getComputedStyle(document.documentElement).getPropertyValue('--styled')
    return globalThis.ran || styled ? 'done' : 'not run'`
}

/** A URL that answers, and a script that opens no dialog: a dialog waits for a person. */
function realURL(text: string, { origin, file }: { origin: string; file: string }): string {
  if (text.startsWith('data:text/javascript,alert')) {
    return 'data:text/javascript,globalThis.ran=true'
  }
  const isOurs = text.startsWith(`${origin}/`) || /^https?:\/\/attacker\.example/.test(text)
  return isOurs ? origin + file : text
}

function requestBody({ destination = '', url: written }: RequestCheck, origin: string): string {
  const text = String(written)
  const url = realURL(text, { origin, file: FILES[destination] ?? '' })
  const isBlob = text.startsWith('blob:')
  const made = `URL.createObjectURL(new Blob(['globalThis.ran = true'], { type: 'text/javascript' }))`
  const address = isBlob ? made : JSON.stringify(url)
  if (destination === '') {
    return `await fetch(${address}, { mode: 'no-cors' }).catch(() => {}); return 'done'`
  }
  if (destination === 'worker') {
    return `const worker = new Worker(${address})
      await new Promise((resolve) => { worker.onmessage = worker.onerror = resolve; setTimeout(resolve, 500) })
      return 'done'`
  }
  const [name, attribute] = ELEMENTS[destination] as readonly [string, string]
  return `const element = document.createElement('${name}')
    element.setAttribute('${attribute}', ${address})
    if (element.localName === 'link') element.rel = 'stylesheet'
    const ended = new Promise((resolve) => { element.onload = element.onerror = resolve })
    document.body.append(element)
    await ended
    return 'done'`
}
