/** What the page saw, as it comes back from there in JSON. */

/** What was seen of one probe. */
export interface Observation {
  /** The document's id. */
  readonly document: string
  /** The probe's id; `late` for events that came when all probes were over. */
  readonly id: string
  /**
   * The first sign of life: an event of the element, `ran`, `returned`, `violation`, or `silence`.
   */
  readonly sign: string
  readonly effect: boolean | null
  readonly events: readonly SeenViolation[]
}

/** A violation event. */
export interface SeenViolation {
  readonly disposition: string
  readonly effectiveDirective: string
  readonly blockedURI: string
  readonly originalPolicy: string
}
