/**
 * The schemes that a site itself does not use: those of extensions, of browsers' own pages and of
 * apps that show pages.
 */

import type { ViolationClass } from '../model/classification.ts'

/** Extensions, and what browsers use for their own pages and files. */
const OF_BROWSERS = [
  'about',
  'chrome',
  'chrome-extension',
  'jar',
  'moz-extension',
  'ms-browser-extension',
  'mxaddon-pkg',
  'opera',
  'res',
  'resource',
  'safari-extension',
  'safari-resource',
  'safari-web-extension',
  'se-extension',
  'symres',
  'view-source',
  // What Safari shows instead of the URL of an extension.
  'webkit-masked-url',
] as const
/** Apps that show pages, and the bridges between the page and the app. */
const OF_APPS = [
  'android-webview',
  'bdvideo',
  'chromeinvoke',
  'chromeinvokeimmediate',
  'chromenull',
  'crwebimmediate',
  'crwebinvoke',
  'crwebnull',
  'gsa',
  'mbinit',
  'ms-appx',
  'ms-appx-web',
  'mx',
  'mxjscall',
  'nativebaiduhd',
  'none',
  'sinaweibo',
  'sraf',
  'tmtbff',
  'webviewprogress',
  'webviewprogressproxy',
  'wvjbscheme',
] as const

/** The class of what has such a scheme. */
export const NOISE_SCHEMES: ReadonlyMap<string, ViolationClass> = new Map<string, ViolationClass>([
  ...OF_BROWSERS.map((scheme) => [scheme, 'extension'] as const),
  ...OF_APPS.map((scheme) => [scheme, 'injected'] as const),
])
/**
 * In Firefox and in user script managers, code that a user has added. It is never the URL of a
 * resource.
 */
export const USER_SCRIPT_SCHEME = 'user-script'
