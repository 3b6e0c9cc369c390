/** A policy that reports by report-uri alone. */

import type { Policy } from '../model/policy.ts'
import { show } from '../text.ts'
import { refusal } from '../vocabulary/errors.ts'

/**
 * Takes report-to away, and leaves the URL of its endpoint in report-uri: browsers that know
 * report-to ignore the report-uri beside it.
 *
 * @throws CspError `ERR_CSP_INPUT` when the policy does not say the URL: it would report nowhere
 * @see https://w3c.github.io/webappsec-csp/#directive-report-uri
 */
export function reportByURI(policy: Policy): Policy {
  const [name] = policy.get('report-to') ?? []
  if (name === undefined) return policy
  const endpoint = policy.endpoints.find((one) => one.name === name)
  const urls = policy.get('report-uri') ?? (endpoint === undefined ? [] : [endpoint.url])
  if (urls.length > 0) return policy.remove('report-to').set('report-uri', urls)
  throw refusal('ERR_CSP_INPUT', {
    action: "deliver with reporting: 'report-uri'",
    problem: `the policy does not say the URL of its endpoint ${show(name)}`,
    fix: `reportTo(${show(name)}, "/csp-reports")`,
    directive: 'report-to',
  })
}
