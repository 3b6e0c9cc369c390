/**
 * How much is being taken in at this moment: memory that clients hold is bounded, whatever they do.
 */

/** What one request holds. */
export interface Held {
  /** Counts bytes of its body; false when all requests together hold too many. */
  readonly add: (bytes: number) => boolean
  /** Holds it for something else too: it is released when both have released it. */
  readonly keep: () => void
  readonly release: () => void
}

/** What all requests hold. */
export interface Load {
  /** How many requests hold something. */
  readonly requests: number
  /** Begins a request; undefined when there are too many. */
  open(): Held | undefined
  /** Resolves when no request holds anything. */
  idle(): Promise<void>
}

/** Begins with nothing held. */
export function createLoad(most: { readonly requests: number; readonly bytes: number }): Load {
  let requests = 0
  let bytes = 0
  let waiting: (() => void)[] = []

  function open(): Held | undefined {
    if (requests >= most.requests) return undefined
    requests++
    let own = 0
    let holders = 1
    return {
      add(count) {
        own += count
        bytes += count
        return bytes <= most.bytes
      },
      keep() {
        holders++
      },
      release() {
        holders--
        if (holders > 0) return
        bytes -= own
        requests--
        if (requests === 0) tell()
      },
    }
  }

  function tell(): void {
    const told = waiting
    waiting = []
    for (const resolve of told) resolve()
  }

  return {
    get requests() {
      return requests
    },
    open,
    idle() {
      return requests === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))
    },
  }
}
