/**
 * What others put into pages, told by more than a host: the app, the code, the place of the code.
 */

import type { BrowserApp } from '../model/browser.ts'
import type { Classification, ClassReason } from '../model/classification.ts'
import { classification } from '../model/classification.ts'
import type { Violation } from '../model/violation.ts'
import { hostOf, isBelow, isWebURL, schemeOf } from '../url/url-text.ts'
import type { IsOwn } from './own-sources.ts'
import { NOISE_SCHEMES, USER_SCRIPT_SCHEME } from './schemes.ts'

/** A violation, with what more than one rule asks of its URLs. */
interface Suspect {
  readonly violation: Violation
  readonly isOwn: IsOwn
  readonly pageScheme: string
  readonly blockedScheme: string
  /** Empty where no URL was blocked. */
  readonly blockedHost: string
  /** Empty where no file is named. */
  readonly file: string
  readonly fileScheme: string
}

/** One rule: what it finds, or nothing. */
type Rule = (suspect: Suspect) => Classification | undefined

/**
 * The beginnings of scripts that extensions and filters put into pages. Each is peculiar enough to
 * be nobody else's.
 */
const SAMPLES: readonly string[] = [
  // React Developer Tools and others with a hook in the page.
  'installGlobalHook(window)',
  'window.devToolsOptions',
  // LastPass.
  'var lastpass_it',
  // AdGuard, and answers to blockers of blockers.
  'AG_onLoad',
  'var FuckAdBlo',
  'var BlockAdBlo',
  ' abNoOp',
  // Kaspersky, Wondershare, downloaders of videos.
  'window.oldSetTimeout=window.setTimeout',
  '_PostRPC()',
  '.Wondersh',
  'videodownload2',
  'safeWindow:{}',
]
const FACEBOOK = ['facebook.com', 'facebook.net', 'fbcdn.net', 'fbsbx.com']
/** What an app may load into a page that it shows: hosts of its own maker. */
const APP_HOSTS: Readonly<Record<BrowserApp, ReadonlySet<string>>> = {
  facebook: new Set(FACEBOOK),
  instagram: new Set([...FACEBOOK, 'instagram.com', 'cdninstagram.com']),
  line: new Set(['line.me', 'line-scdn.net']),
}
/** Virus scanners and proxies that rewrite pages on their way. */
const INTERCEPTORS: ReadonlySet<string> = new Set([
  'kaspersky-labs.com',
  'opendns.com',
  'scansafe.net',
  'superfish.com',
  'zscaler.com',
  'zscaler.net',
])
const TRANSLATORS: ReadonlySet<string> = new Set([
  'translate.goog',
  'translate.google.com',
  'translate.googleapis.com',
])
const GOOGLE = /^(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?$/
/** A page without a URL of its own, inside a page that has one. */
const INHERITING = new Set(['about', 'blob', 'data'])

/** The rules in their order: the first that finds something counts. */
const RULES: readonly Rule[] = [
  // First, because it also tells of `about`.
  ofBrowserBug,
  ofBlockedScheme,
  ofSourceScheme,
  ofPageScheme,
  ofSample,
  ofApp,
  ofTranslator,
  ofReadAloud,
  ofInterceptor,
]

/**
 * What the violation tells by itself; undefined where it is not noise, or about something of the
 * site's own.
 */
export function findNoise(violation: Violation, isOwn: IsOwn): Classification | undefined {
  const { page, blocked, source } = violation
  const file = source.file ?? ''
  const suspect: Suspect = {
    violation,
    isOwn,
    pageScheme: schemeOf(page),
    blockedScheme: schemeOf(blocked.url),
    blockedHost: blocked.kind === 'url' ? hostOf(blocked.url) : '',
    file,
    fileScheme: schemeOf(file),
  }
  for (const rule of RULES) {
    const noise = rule(suspect)
    if (noise !== undefined) return isOwn(blocked.url) ? undefined : noise
  }
  return undefined
}

/** Whether the page is a copy that a translator shows. */
export function isTranslated(page: string): boolean {
  return isAtOrBelow(hostOf(page), new Set(['translate.goog']))
}

/** Whether the page has a URL of the network, which says whose it is. */
export function hasOwnURL(page: string): boolean {
  return !INHERITING.has(schemeOf(page))
}

/** Whether the policy names a host that rewrites pages and is not the site's own. */
export function namesInterceptor(policy: string, isOwn: IsOwn): boolean {
  for (const host of INTERCEPTORS) {
    if (policy.includes(host) && !isOwn(`https://${host}`)) return true
  }
  return false
}

/**
 * Firefox before 43 reported its own inline code, and before 49 a base URL that nobody set.
 *
 * @see https://bugzilla.mozilla.org/show_bug.cgi?id=1026520
 * @see https://bugzilla.mozilla.org/show_bug.cgi?id=1263286
 */
function ofBrowserBug({ violation, blockedScheme }: Suspect): Classification | undefined {
  const { browser, blocked, directive } = violation
  if (browser.engine !== 'firefox' || browser.version === null) return undefined
  const isInline = blocked.kind === 'inline' && directive === 'script-src' && browser.version < 43
  const isBlankBase = directive === 'base-uri' && blockedScheme === 'about' && browser.version < 49
  return isInline || isBlankBase ? classification('impossible', 'browser-bug') : undefined
}

function ofBlockedScheme({ blockedScheme }: Suspect): Classification | undefined {
  return foundScheme(blockedScheme, 'scheme-of-blocked')
}

/** The code of the page itself has the page's own scheme: `about` in a frame without a URL. */
function ofSourceScheme(suspect: Suspect): Classification | undefined {
  const { file, fileScheme, pageScheme, isOwn } = suspect
  if (fileScheme === pageScheme) return undefined
  const isUserScript = fileScheme === USER_SCRIPT_SCHEME
  const name = isUserScript ? 'extension' : NOISE_SCHEMES.get(fileScheme)
  if (name === undefined || isOwn(file)) return undefined
  return classification(name, 'scheme-of-source')
}

function ofPageScheme({ pageScheme }: Suspect): Classification | undefined {
  return INHERITING.has(pageScheme) ? undefined : foundScheme(pageScheme, 'scheme-of-page')
}

function ofSample({ violation: { sample } }: Suspect): Classification | undefined {
  if (sample === '' || !SAMPLES.some((known) => sample.includes(known))) return undefined
  return classification('extension', 'known-sample')
}

/**
 * Code that stands nowhere, or something of the app's own maker. Handlers in the markup never have
 * a file.
 */
function ofApp({ violation, blockedHost }: Suspect): Classification | undefined {
  const { browser, blocked, directive } = violation
  if (browser.app === null) return undefined
  const isCode = blocked.kind === 'inline' || blocked.kind === 'eval'
  const isPutIn = isCode && isFromNowhere(violation) && !directive.endsWith('-attr')
  const isMakers = isAtOrBelow(blockedHost, APP_HOSTS[browser.app])
  return isPutIn || isMakers ? classification('injected', 'in-app-browser') : undefined
}

/** What a translator loads, and frames of a search engine around the page. */
function ofTranslator({ violation, blockedHost }: Suspect): Classification | undefined {
  const isFramed = violation.directive === 'frame-ancestors' && GOOGLE.test(blockedHost)
  const isTranslator = isFramed || isAtOrBelow(blockedHost, TRANSLATORS)
  return isTranslator ? classification('injected', 'translator') : undefined
}

/**
 * Browsers that read a page aloud put the sound into it. Sound of the page itself has a place in
 * its file.
 */
function ofReadAloud({ violation, blockedScheme }: Suspect): Classification | undefined {
  const isSound = violation.directive === 'media-src' && blockedScheme === 'data'
  if (!isSound || !isFromNowhere(violation)) return undefined
  return classification('injected', 'read-aloud')
}

/**
 * Whether no file is named by a browser that names the page for all that stands in it: Firefox and
 * WebKit often do not.
 */
function isFromNowhere({ browser, source }: Violation): boolean {
  return source.file === null && browser.engine !== 'firefox' && browser.engine !== 'webkit'
}

function ofInterceptor({ blockedHost, file, isOwn }: Suspect): Classification | undefined {
  const isSource = isWebURL(file) && isAtOrBelow(hostOf(file), INTERCEPTORS) && !isOwn(file)
  const isInterceptor = isSource || isAtOrBelow(blockedHost, INTERCEPTORS)
  return isInterceptor ? classification('injected', 'intercepting-host') : undefined
}

function foundScheme(scheme: string, reason: ClassReason): Classification | undefined {
  const name = NOISE_SCHEMES.get(scheme)
  return name === undefined ? undefined : classification(name, reason)
}

function isAtOrBelow(host: string, parents: ReadonlySet<string>): boolean {
  return parents.has(host) || isBelow(host, parents)
}
