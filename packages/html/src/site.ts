/** A static site: its pages, and the headers of each as configuration of the server before it. */

export type { MapFormat, SiteMap } from './site/site-map.ts'
export { SITE_MAPS } from './site/site-map.ts'
export type { SitePage } from './site/site-pages.ts'
export { readPages, readText, replacePage } from './site/site-pages.ts'
