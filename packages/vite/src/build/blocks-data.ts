/** Whether a policy blocks the data: URLs that Vite makes of small files. */

import type { Policy } from '@cusp/core'
import { decide } from '@cusp/engine'

/** Whether the policy blocks images, fonts or media in data: URLs. */
export function blocksData(policy: Policy): boolean {
  return ['image', 'font', 'video'].some((destination) => {
    return !decide(policy, { type: 'request', url: 'data:,', destination }).allowed
  })
}
