/**
 * Hosts that serve what anybody publishes: each with an address that anybody could make, and the
 * page that says so. Domains where anybody may have a whole host are in `public-suffixes.ts`.
 */

/** A place where anybody may publish. */
export interface OpenPlace {
  /** Starts with `//`. */
  readonly url: string
  /** What may be published there, and by whom: ends a clause "unpkg.com serves …". */
  readonly serves: string
  /** The host's own words. */
  readonly source: string
}

const NPM = 'every package of npm'
const REPOSITORIES = 'every public repository'
const BUCKETS = "every customer's files"

/** The places that are known. */
export const OPEN_PLACES: readonly OpenPlace[] = [
  { url: '//unpkg.com/attacker/index.js', serves: NPM, source: 'https://unpkg.com/' },
  {
    url: '//cdn.jsdelivr.net/npm/attacker/index.js',
    serves: NPM,
    source: 'https://www.jsdelivr.com/documentation',
  },
  {
    url: '//cdn.jsdelivr.net/gh/attacker/code/index.js',
    serves: REPOSITORIES,
    source: 'https://www.jsdelivr.com/documentation',
  },
  {
    url: '//fastly.jsdelivr.net/npm/attacker/index.js',
    serves: NPM,
    source: 'https://www.jsdelivr.com/documentation',
  },
  { url: '//esm.run/attacker', serves: NPM, source: 'https://www.jsdelivr.com/esm' },
  { url: '//esm.sh/attacker', serves: NPM, source: 'https://esm.sh/' },
  { url: '//cdn.skypack.dev/attacker', serves: NPM, source: 'https://docs.skypack.dev/' },
  {
    url: '//ga.jspm.io/npm:attacker@1.0.0/index.js',
    serves: NPM,
    source: 'https://jspm.org/docs/cdn',
  },
  {
    url: '//raw.githack.com/attacker/code/main/index.js',
    serves: REPOSITORIES,
    source: 'https://raw.githack.com/',
  },
  {
    url: '//rawcdn.githack.com/attacker/code/main/index.js',
    serves: REPOSITORIES,
    source: 'https://raw.githack.com/',
  },
  {
    url: '//cdn.statically.io/gh/attacker/code/main/index.js',
    serves: REPOSITORIES,
    source: 'https://statically.io/docs/',
  },
  {
    url: '//storage.googleapis.com/attacker/index.js',
    serves: BUCKETS,
    source: 'https://cloud.google.com/storage/docs/request-endpoints',
  },
  {
    url: '//s3.amazonaws.com/attacker/index.js',
    serves: BUCKETS,
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html',
  },
]
