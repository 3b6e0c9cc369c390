/** Our part of a neutral app: what an adapter makes of it. */

import type { CspOptions } from '@cusp/node'
import type { Framework, Handler, Layer } from './harness.ts'

/** Our middleware, or one of the framework's own. */
export function ours(
  layer: Exclude<Layer, Handler>,
  framework: Framework,
  [middleware, dropIn]: readonly [
    (input?: never, options?: CspOptions) => unknown,
    (options?: never) => unknown,
  ],
): unknown {
  if ('native' in layer) return layer.native(framework)
  if ('uncalled' in layer) return middleware
  if ('dropIn' in layer) return dropIn(...(layer.dropIn as [never?]))
  return middleware(...(layer.csp as [never, CspOptions?]))
}
