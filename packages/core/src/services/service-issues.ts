/** What the additions for services lack, and why. */

import type { ListDirective } from '../vocabulary/directives.ts'
import type { ServiceName } from './entries.ts'
import { SERVICES } from './entries.ts'
import type { Services } from './services.ts'
import { chosenServices } from './services.ts'

/** One thing that the additions for a service lack. */
export interface ServiceIssue {
  /** A keyword that weakens the policy was left out, or a part of the document was not read. */
  readonly code: 'service-needs-unsafe' | 'service-incomplete'
  /** The service. */
  readonly service: ServiceName
  /** One sentence, without its period. */
  readonly message: string
  /** The vendor's document. */
  readonly document: string
  /** The directive that lacks a keyword. */
  readonly directive?: ListDirective
  /** The keyword. */
  readonly value?: string
}

/**
 * Lists what the additions for services lack: keywords that would cost the protection of the whole
 * page, and parts of a vendor's document that were not read.
 *
 * @throws CspError `ERR_CSP_INPUT` for a service that is not known
 *
 * @example
 * ```ts
 * import { serviceIssues } from '@cusp/core/presets'
 *
 * const [issue] = serviceIssues({ googleMaps: true })
 * issue?.code // => service-needs-unsafe
 * issue?.value // => 'unsafe-eval'
 * ```
 */
export function serviceIssues(choices: Services): readonly ServiceIssue[] {
  return chosenServices(choices).flatMap((service) => {
    const { cost, document, gap } = SERVICES[service]
    const issues: ServiceIssue[] = []
    if (cost !== undefined) {
      const { directive, value, why } = cost
      const message = `The document of ${service} asks for ${value} in ${directive}, which is left out: ${why}`
      issues.push({ code: 'service-needs-unsafe', service, message, document, directive, value })
    }
    if (gap !== undefined) {
      const message = `The entry of ${service} is not complete: ${gap}`
      issues.push({ code: 'service-incomplete', service, message, document })
    }
    return issues
  })
}
