/**
 * Questions asked inside of other documents and of workers, most of which take over the policies of
 * their page: does 'self' still mean its origin?
 */

import type { Check, Context } from '../../packages/engine/src/index.ts'
import type { Probe } from './probes.ts'

/** Something that is asked inside. */
interface Inner {
  readonly title: string
  /** What the policy says of it, beside what the document itself needs. */
  readonly policy: string
  readonly check: Check
  /** An expression for a promise: whether it was allowed. */
  readonly code: string
}

const IMAGE: Inner = {
  title: 'an image',
  policy: "img-src 'self'",
  check: { type: 'request', destination: 'image', url: 'SELF/x.svg' },
  code: `loads('img', { src: 'SELF/x.svg' })`,
}
const FETCH: Inner = {
  title: 'fetch()',
  policy: "connect-src 'self'",
  check: { type: 'request', url: 'SELF/x.svg' },
  code: `fetch('SELF/x.svg').then(() => true, () => false)`,
}
const SOCKET: Inner = {
  title: 'a WebSocket',
  policy: "connect-src 'self'",
  check: { type: 'request', url: 'SOCKET/socket' },
  code: `new Promise((resolve) => {
    const socket = new WebSocket('SOCKET/socket')
    socket.onopen = () => resolve(true)
    socket.onerror = () => resolve(false)
    addEventListener('securitypolicyviolation', () => resolve(false))
  })`,
}
const FRAME: Inner = {
  title: 'a frame',
  policy: "frame-src 'self' blob: data:",
  check: { type: 'request', destination: 'iframe', url: 'SELF/widget' },
  code: `runs('iframe', { src: 'SELF/widget' })`,
}
const OBJECT: Inner = {
  title: 'an object',
  policy: "object-src 'self'",
  check: { type: 'request', destination: 'object', url: 'SELF/widget' },
  code: `runs('object', { data: 'SELF/widget' })`,
}
const FORM: Inner = {
  title: 'a form',
  policy: "form-action 'self'",
  check: { type: 'form-action', url: 'SELF/widget' },
  code: `(() => {
    document.body.append(Object.assign(document.createElement('iframe'), { name: 'sink' }))
    const form = Object.assign(document.createElement('form'), { action: 'SELF/widget', target: 'sink' })
    document.body.append(form)
    const done = runs('b', {})
    form.submit()
    return done
  })()`,
}
const SCHEMELESS: Inner = {
  title: 'a frame by a source without a scheme',
  policy: 'frame-src localhost:* blob: data:',
  check: FRAME.check,
  code: FRAME.code,
}
const IMPORT: Inner = {
  title: 'import()',
  policy: "script-src 'self' 'unsafe-inline' blob: data:",
  check: { type: 'request', destination: 'script', url: 'SELF/script.js', parserInserted: false },
  code: `import('SELF/script.js').then(() => true, () => false)`,
}

/** What the inside is written with: it tells its page what it sees. */
const TELL = (target: string): string => `
  const tell = (message) => ${target}(message, ${target === 'postMessage' ? '{}' : "'*'"})
  addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
    tell({ violation: effectiveDirective + ' ' + blockedURI })
  })
  // Violations are told before the answer.
  const answer = (allowed) => setTimeout(() => tell({ allowed }), 100)
`

/** What waits for the answer of the inside. */
const LISTEN = `
  const answered = new Promise((resolve) => {
    addEventListener('message', ({ data }) => { if ('allowed' in data) resolve(data.allowed) })
  })
`

/** Makes each document, of which `html` is the content. */
const FRAMES: Readonly<Partial<Record<Context, string>>> = {
  srcdoc: `{ srcdoc: html }`,
  blob: `{ src: URL.createObjectURL(new Blob([html], { type: 'text/html' })) }`,
  data: `{ src: 'data:text/html,' + encodeURIComponent(html) }`,
  javascript: `{ src: 'javascript:' + encodeURIComponent(JSON.stringify(html)) }`,
  sandboxed: `{ sandbox: 'allow-scripts allow-forms', src: 'SELF/document?' + new URLSearchParams({ policy, body: html }) }`,
  'sandboxed-srcdoc': `{ sandbox: 'allow-scripts allow-forms', srcdoc: html }`,
  'sandboxed-blob': `{ sandbox: 'allow-scripts allow-forms', src: URL.createObjectURL(new Blob([html], { type: 'text/html' })) }`,
}

function inFrame(context: Context, { title, policy, check, code }: Inner): Probe {
  return {
    title: `${title} in ${context}`,
    policies: [{ value: policy }],
    check: { ...check, context } as Check,
    script: `${LISTEN}
      const policy = isControl ? '' : ${JSON.stringify(policy)}
      const html = '<!doctype html><body><script>' + ${JSON.stringify(TELL('parent.postMessage'))} + helpers +
        ${JSON.stringify(`;${code}.then(answer, () => answer(false))`)} + '</' + 'script>'
      document.body.append(Object.assign(document.createElement('iframe'), ${FRAMES[context]}))
      return answered`,
  }
}

const WORKERS: Readonly<Partial<Record<Context, string>>> = {
  'blob-worker': `URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))`,
  'data-worker': `'data:text/javascript,' + encodeURIComponent(code)`,
}

function inWorker(context: Context, { title, policy, check, code }: Inner): Probe {
  return {
    title: `${title} in ${context}`,
    policies: [{ value: policy }],
    check: { ...check, context } as Check,
    script: `
      const code = ${JSON.stringify(`${TELL('postMessage')};${code}.then(answer, () => answer(false))`)}
      const worker = new Worker(${WORKERS[context]}, { type: 'module' })
      return new Promise((resolve) => {
        worker.onmessage = ({ data }) => {
          if ('allowed' in data) resolve(data.allowed)
          else events.push(data.violation)
        }
      })`,
  }
}

/** A document that its own policy sandboxes. */
function underSandbox({ title, policy, check, code }: Inner): Probe {
  return {
    title: `${title} under the sandbox directive`,
    policies: [{ value: `${policy}; sandbox allow-scripts allow-forms` }],
    check,
    script: `return ${code}`,
  }
}

/** All questions. */
export const CONTEXT_PROBES: readonly Probe[] = [
  ...[IMAGE, FETCH, SOCKET, FRAME, OBJECT, FORM, SCHEMELESS].flatMap((inner) => [
    inFrame('srcdoc', inner),
    inFrame('data', inner),
    inFrame('sandboxed', inner),
  ]),
  ...[FETCH, FRAME].flatMap((inner) => [
    inFrame('blob', inner),
    inFrame('javascript', inner),
    inFrame('sandboxed-srcdoc', inner),
    inFrame('sandboxed-blob', inner),
  ]),
  ...[FETCH, IMPORT].flatMap((inner) => [
    inWorker('blob-worker', inner),
    inWorker('data-worker', inner),
  ]),
  ...[IMAGE, FETCH, SOCKET].map(underSandbox),
]
