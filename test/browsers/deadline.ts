/** Waiting that ends: every wait in this folder has a deadline and says what it was waiting for. */

/**
 * Milliseconds that a step may take; generous, because the machines that run this are small and
 * busy.
 */
export const DEADLINE = 60_000

const INTERVAL = 25

export interface Wait {
  /** What is awaited, for the error's message. */
  readonly what: string
  /** Milliseconds from now. */
  readonly deadline?: number | undefined
}

/** Asks again and again until the answer is truthy; an error counts as not yet. */
export async function poll<T>(ask: () => T | Promise<T>, wait: Wait): Promise<NonNullable<T>> {
  const { what, deadline = DEADLINE } = wait
  const end = performance.now() + deadline
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const answer = await attempt(ask)
    if ('value' in answer && answer.value) return answer.value
    if (performance.now() >= end) {
      const last = 'value' in answer ? JSON.stringify(answer.value) : String(answer.error)
      throw new Error(
        `Cannot wait longer than ${deadline} ms for ${what}: the last answer is ${last}`,
      )
    }
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, INTERVAL))
  }
}

/** Rejects when a promise is still pending at the deadline. */
export async function within<T>(promise: Promise<T>, wait: Wait): Promise<T> {
  const { what, deadline = DEADLINE } = wait
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`Cannot wait longer than ${deadline} ms for ${what}`))
    }, deadline)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

type Answer<T> = { readonly value: T } | { readonly error: unknown }

async function attempt<T>(ask: () => T | Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await ask() }
  } catch (error) {
    return { error }
  }
}
