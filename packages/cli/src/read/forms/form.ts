/** What all forms of text give: the fields that they set, and where each of them counts. */

/** A field that a command looks at. */
export type FieldName =
  | 'content-security-policy'
  | 'content-security-policy-report-only'
  | 'x-frame-options'

/** A field that a text sets. */
export interface Setting {
  readonly field: FieldName
  readonly value: string
  /** Where it counts: a path, a block, a line; empty where the text knows only one place. */
  readonly place: string
  /** What else must be known of it, for standard error. */
  readonly note?: string
}

/** A form of text in which people write headers. */
export interface Form {
  /** Its name in a sentence, such as "an nginx configuration". */
  readonly name: string
  /**
   * Reads the fields that a text sets; undefined for a text of another form.
   *
   * @throws FormError for a text of this form that cannot be judged as it stands
   */
  readonly read: (text: string) => readonly Setting[] | undefined
}

/** Why a text of a known form is not read. Its message: "<X is not Y>. Use <Z>." */
export class FormError extends Error {}

/** The advice where a text alone does not say what browsers get. */
export const USE_RESPONSE: string = 'Use the headers of a response, which curl -sI prints.'

/** A text that may set a policy; any other text is none of these forms. */
export const MENTION: RegExp = /content[-_]?security[-_]?policy/i

// The names as HTTP has them, and as manifests and options write them.
const FIELD_NAME = /^content[-_]?security[-_]?policy([-_]?report[-_]?only)?$/i
const FRAME_OPTIONS = /^x-frame-options$/i

/** Reads the name of a field; undefined for a field that no command looks at. */
export function readFieldName(name: string): FieldName | undefined {
  if (FRAME_OPTIONS.test(name)) return 'x-frame-options'
  const [match, reportOnly] = FIELD_NAME.exec(name) ?? []
  if (match === undefined) return undefined
  return reportOnly === undefined
    ? 'content-security-policy'
    : 'content-security-policy-report-only'
}

/** Reads "Name: value"; undefined for a line that is no field which a command looks at. */
export function readFieldLine(
  line: string,
): { readonly field: FieldName; readonly value: string } | undefined {
  const end = line.indexOf(':')
  const field = end === -1 ? undefined : readFieldName(line.slice(0, end).trim())
  return field === undefined ? undefined : { field, value: line.slice(end + 1).trim() }
}

/** Refuses a place that names the header in a way that no command understands. */
export function refuseMention(line: number): never {
  throw new FormError(`line ${line} names the header in a way that is not read. ${USE_RESPONSE}`)
}
