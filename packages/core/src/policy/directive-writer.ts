/** The methods of a policy that write one directive each. */

import type { DirectiveMethods } from '../model/directive-methods.ts'
import type { Policy } from '../model/policy.ts'

/** What a method is given. The directive's grammar examines it. */
type Values = readonly unknown[]

/** Writes each directive through `directive`, which checks the values. */
export abstract class DirectiveWriter implements DirectiveMethods<Policy> {
  abstract directive(name: string, ...values: Values): Policy

  defaultSrc(...values: Values): Policy {
    return this.directive('default-src', ...values)
  }

  scriptSrc(...values: Values): Policy {
    return this.directive('script-src', ...values)
  }

  scriptSrcElem(...values: Values): Policy {
    return this.directive('script-src-elem', ...values)
  }

  scriptSrcAttr(...values: Values): Policy {
    return this.directive('script-src-attr', ...values)
  }

  styleSrc(...values: Values): Policy {
    return this.directive('style-src', ...values)
  }

  styleSrcElem(...values: Values): Policy {
    return this.directive('style-src-elem', ...values)
  }

  styleSrcAttr(...values: Values): Policy {
    return this.directive('style-src-attr', ...values)
  }

  connectSrc(...values: Values): Policy {
    return this.directive('connect-src', ...values)
  }

  imgSrc(...values: Values): Policy {
    return this.directive('img-src', ...values)
  }

  fontSrc(...values: Values): Policy {
    return this.directive('font-src', ...values)
  }

  mediaSrc(...values: Values): Policy {
    return this.directive('media-src', ...values)
  }

  objectSrc(...values: Values): Policy {
    return this.directive('object-src', ...values)
  }

  manifestSrc(...values: Values): Policy {
    return this.directive('manifest-src', ...values)
  }

  childSrc(...values: Values): Policy {
    return this.directive('child-src', ...values)
  }

  frameSrc(...values: Values): Policy {
    return this.directive('frame-src', ...values)
  }

  fencedFrameSrc(...values: Values): Policy {
    return this.directive('fenced-frame-src', ...values)
  }

  workerSrc(...values: Values): Policy {
    return this.directive('worker-src', ...values)
  }

  baseUri(...values: Values): Policy {
    return this.directive('base-uri', ...values)
  }

  formAction(...values: Values): Policy {
    return this.directive('form-action', ...values)
  }

  frameAncestors(...values: Values): Policy {
    return this.directive('frame-ancestors', ...values)
  }

  sandbox(...values: Values): Policy {
    return this.directive('sandbox', ...values)
  }

  webrtc(...values: Values): Policy {
    return this.directive('webrtc', ...values)
  }

  upgradeInsecureRequests(...values: Values): Policy {
    return this.directive('upgrade-insecure-requests', ...values)
  }

  blockAllMixedContent(...values: Values): Policy {
    return this.directive('block-all-mixed-content', ...values)
  }

  treatAsPublicAddress(...values: Values): Policy {
    return this.directive('treat-as-public-address', ...values)
  }

  requireTrustedTypesFor(...values: Values): Policy {
    return this.directive('require-trusted-types-for', ...values)
  }

  trustedTypes(...values: Values): Policy {
    return this.directive('trusted-types', ...values)
  }
}
