/**
 * Questions that no generator draws, each asked by hand: a policy, what a page does under it, and
 * the check that says the same to the engine.
 */

import type { Check, PolicyRecord } from '../../packages/engine/src/index.ts'
import type { BrowserName } from './page.ts'

/** One question. In texts SELF and OTHER stand for two origins, TLS for OTHER with https:. */
export interface Probe {
  readonly title: string
  readonly policies: readonly PolicyRecord[]
  readonly check: Check
  /** Resolves to whether it was allowed; `helpers` are at hand. */
  readonly script: string
  /** What a browser cannot be asked, and why. */
  readonly without?: Partial<Record<BrowserName, string>>
}

/** What the scripts of probes are written with. */
export const HELPERS = `
  const loads = (name, properties) => new Promise((resolve) => {
    const element = Object.assign(document.createElement(name), properties)
    element.onload = () => resolve(true)
    element.onerror = () => resolve(false)
    document.body.append(element)
  })
  const runs = (name, properties) => new Promise((resolve) => {
    const element = Object.assign(document.createElement(name), properties)
    addEventListener('message', ({ data }) => { if (data === 'ran') resolve(true) })
    addEventListener('securitypolicyviolation', ({ disposition }) => {
      if (disposition === 'enforce') resolve(false)
    })
    document.body.append(element)
  })
  const attempt = (act) => { try { act(); return true } catch { return false } }
`

const NO_TRANSPORT = { webkit: 'it has no WebTransport' }
const NO_RTC = { webkit: 'WebKitGTK is built without WebRTC' }
const TRANSPORT = `
  const blocked = new Promise((resolve) => {
    addEventListener('securitypolicyviolation', ({ blockedURI }) => {
      if (blockedURI.startsWith('TLS')) resolve(false)
    })
  })
  const serverCertificateHashes = [{ algorithm: 'sha-256', value: new Uint8Array(32) }]
  const isMade = attempt(() => {
    globalThis.transport = new WebTransport('TLS/x', { serverCertificateHashes })
  })
  if (isMade) transport.ready.catch(() => {})
  // Nobody answers, and no event says that a connection is only being tried.
  return Promise.race([blocked, new Promise((resolve) => setTimeout(resolve, 4000, true))])
`
const CONNECTION = `
  const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()]
  near.onicecandidate = ({ candidate }) => far.addIceCandidate(candidate)
  far.onicecandidate = ({ candidate }) => near.addIceCandidate(candidate)
  const channel = near.createDataChannel('probe')
  const opened = new Promise((resolve) => {
    channel.onopen = () => resolve(true)
    addEventListener('securitypolicyviolation', () => resolve(false))
  })
  await near.setLocalDescription()
  await far.setRemoteDescription(near.localDescription)
  await far.setLocalDescription()
  await near.setRemoteDescription(far.localDescription)
  return opened
`

function image(title: string, source: string, path: string): Probe {
  return {
    title,
    policies: [{ value: `img-src ${source}` }],
    check: { type: 'request', destination: 'image', url: `SELF${path}` },
    script: `return loads('img', { src: 'SELF${path}' })`,
  }
}

function object(
  title: string,
  policy: string,
  [path, ...hops]: readonly [string, ...string[]],
): Probe {
  const url = hops.at(-1) ?? path
  return {
    title,
    policies: [{ value: policy }],
    check: {
      type: 'request',
      destination: 'object',
      url,
      ...(hops.length > 0 ? { redirectCount: hops.length, originalUrl: path } : {}),
    },
    script: `return runs('object', { data: '${path}' })`,
  }
}

function meta(title: string, value: string): Probe {
  return {
    title,
    policies: [{ value, source: 'meta' }],
    check: { type: 'request', destination: 'image', url: 'OTHER/image.png' },
    script: `return loads('img', { src: 'OTHER/image.png' })`,
  }
}

function typesName(title: string, value: string, name: string, created?: string): Probe {
  const before =
    created === undefined ? '' : `attempt(() => trustedTypes.createPolicy('${created}', {}));`
  return {
    title,
    policies: [{ value: `trusted-types ${value}` }],
    check: {
      type: 'trusted-types-policy',
      name,
      ...(created === undefined ? {} : { created: [created] }),
    },
    script: `${before} return attempt(() => trustedTypes.createPolicy(${JSON.stringify(name)}, {}))`,
  }
}

function evaluated(title: string, value: string): Probe {
  return {
    title,
    policies: [{ value }],
    check: { type: 'eval', source: '1+1' },
    script: `return attempt(() => eval('1+1'))`,
  }
}

function preload(title: string, value: string, more: object = {}): Probe {
  return {
    title,
    policies: [{ value }],
    check: {
      type: 'request',
      destination: 'script',
      initiator: 'preload',
      url: 'OTHER/script.js',
      parserInserted: false,
      ...more,
    },
    script: `return loads('link', { rel: 'preload', as: 'script', href: 'OTHER/script.js',
      crossOrigin: '', ...${JSON.stringify(more)} })`,
  }
}

function script(title: string, value: string, integrity: string): Probe {
  return {
    title,
    policies: [{ value: `script-src ${value}` }],
    check: {
      type: 'request',
      destination: 'script',
      url: 'OTHER/script.js',
      integrity,
      parserInserted: false,
    },
    script: `return loads('script', { src: 'OTHER/script.js', crossOrigin: '', integrity: '${integrity}' })`,
  }
}

/** Whether a policy has a part in it: such a base may be refused in any case. */
function base(title: string, href: string): Probe {
  return {
    title,
    policies: [{ value: "base-uri 'none'" }],
    check: { type: 'base-uri', url: href },
    script: `
      document.head.append(Object.assign(document.createElement('base'), { href: '${href}' }))
      await new Promise((resolve) => setTimeout(resolve, 300))
      return events.length === 0`,
  }
}

function jsonModule(title: string, value: string): Probe {
  return {
    title,
    policies: [{ value }],
    check: { type: 'request', destination: 'json', url: 'OTHER/data.json', parserInserted: false },
    script: `return import('OTHER/data.json', { with: { type: 'json' } }).then(() => true, () => false)`,
  }
}

const FRAME = { type: 'request', destination: 'iframe' } as const
/** The hash of /script.js. */
const HASH = 'HASH'

/** All questions. */
export const PROBES: readonly Probe[] = [
  {
    title: 'WebTransport with hashes, the URL matches',
    policies: [{ value: 'connect-src TLS' }],
    check: { type: 'request', url: 'TLS/x', serverCertificateHashes: true },
    script: TRANSPORT,
    without: NO_TRANSPORT,
  },
  {
    title: 'WebTransport with hashes, the keyword stands alone',
    policies: [{ value: "connect-src 'unsafe-webtransport-hashes'" }],
    check: { type: 'request', url: 'TLS/x', serverCertificateHashes: true },
    script: TRANSPORT,
    without: NO_TRANSPORT,
  },
  ...["webrtc 'block'", "webrtc 'allow'", "default-src 'none'; webrtc 'block'"].map(
    (value): Probe => ({
      title: value,
      policies: [{ value }],
      check: { type: 'webrtc' },
      script: CONNECTION,
      without: NO_RTC,
    }),
  ),
  object('an object', 'object-src OTHER', ['OTHER/widget']),
  object('an object, blocked', "object-src 'none'", ['OTHER/widget']),
  object('an object, frame-src blocks', "frame-src 'none'", ['OTHER/widget']),
  object('an object, redirected to what object-src blocks', 'object-src SELF', [
    'SELF/redirect?to=OTHER/widget',
    'OTHER/widget',
  ]),
  object('an object, redirected to what frame-src blocks', 'frame-src SELF', [
    'SELF/redirect?to=OTHER/widget',
    'OTHER/widget',
  ]),
  object('an object, redirected, default-src', 'default-src SELF', [
    'SELF/redirect?to=OTHER/widget',
    'OTHER/widget',
  ]),
  meta('a meta, the second policy blocks', "img-src *, img-src 'none'"),
  meta('a meta, the first policy blocks', "img-src 'none', img-src *"),
  meta('a meta, a comma behind a source', 'img-src OTHER, script-src *'),
  {
    title: 'srcdoc',
    policies: [{ value: "frame-src 'none'" }],
    check: { ...FRAME, url: 'about:srcdoc' },
    script: `return runs('iframe', { srcdoc: '<script>parent.postMessage("ran", "*")</script>' })`,
  },
  ...['{id}/', '[x]', '"x', 'x|y', '<x>', '%zz', 'a%', '/x'].map((path) =>
    image(`a path outside the grammar: ${path}`, `SELF/${path}`, `/${path}`),
  ),
  image('another path than {id}', 'SELF/{id}', '/x.png'),
  image('below {id}/', 'SELF/{id}/', '/{id}/x.png'),
  evaluated(
    'eval of a plain string where trusted types are required',
    "require-trusted-types-for 'script'",
  ),
  evaluated(
    "eval of a plain string where trusted types are required, 'unsafe-eval'",
    "require-trusted-types-for 'script'; script-src 'unsafe-eval'",
  ),
  evaluated(
    "eval of a plain string where trusted types are required, 'trusted-types-eval'",
    "require-trusted-types-for 'script'; script-src 'trusted-types-eval'",
  ),
  evaluated(
    'eval of a plain string where trusted types are required, blocked by script-src too',
    "require-trusted-types-for 'script'; script-src 'self'",
  ),
  evaluated("a keyword in capitals: 'SCRIPT'", "require-trusted-types-for 'SCRIPT'"),
  typesName('any name', '*', 'one'),
  typesName('an odd name under *', '*', 'a b'),
  typesName('the empty name under *', '*', ''),
  typesName('a wildcard with a tail', '*foo', 'bar'),
  typesName('a second name', "one 'allow-duplicates'", 'one', 'one'),
  preload('a script preload', 'script-src OTHER'),
  preload("a script preload under 'strict-dynamic'", "script-src 'strict-dynamic'"),
  preload(
    "a script preload with a nonce under 'strict-dynamic'",
    "script-src 'strict-dynamic' 'nonce-abc'",
    {
      nonce: 'abc',
    },
  ),
  preload('a script preload with integrity', `script-src '${HASH}'`, { integrity: HASH }),
  script('integrity', `'${HASH}'`, HASH),
  script('integrity in capitals', `'${HASH}'`, 'SHA256-DIGEST'),
  script('integrity beside an empty hash', `'${HASH}'`, `${HASH} sha256-`),
  base('a base of data:', 'data:text/plain,x'),
  base('a base of javascript:', 'javascript:1'),
  base('a base of blob:', 'blob:SELF/1'),
  jsonModule('a JSON module, connect-src blocks', 'connect-src SELF'),
  jsonModule('a JSON module, script-src blocks', "script-src SELF 'unsafe-inline'"),
  jsonModule('a JSON module, default-src', "default-src SELF 'unsafe-inline'"),
  script("'url-sha256-…' beside a host", "'url-sha256-DIGEST' OTHER", ''),
]
