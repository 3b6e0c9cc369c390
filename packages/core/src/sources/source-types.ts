/**
 * What the compiler checks of a source that is written as a literal. A plain `string` passes: the run-time check
 * sees it. The fix stands in the compiler's message, as the type argument of {@link SourceMistake}.
 */

import type { SandboxToken } from '../vocabulary/directives.ts'
import type { Keyword, NONCE } from '../vocabulary/keywords.ts'

/** A source in a policy: a source expression, or the placeholder for the nonce. */
export type Source = string | typeof NONCE

/**
 * A source as a directive's method takes it: keywords complete, any text is let through to the checks. So is any symbol,
 * for NONCE is no more than that in `condition ? [NONCE] : []`.
 */
export type SourceInput = Keyword | symbol | (string & {})

/** Never satisfied: its argument says what to write instead. */
export interface SourceMistake<Fix extends string> {
  readonly 'write instead': Fix
}

/** The sources of one call, each literal checked. Sources stand alone too, so that conditions can be spread. */
export type CheckedSources<Sources extends readonly SourceInput[]> = Sources & {
  readonly [Index in keyof Sources]: Sources[Index] & CheckedSource<Sources[Index]>
}

type WhiteSpace = ' ' | '\t' | '\n' | '\f' | '\r'
type KeywordWord<K extends string = Keyword> = K extends `'${infer Word}'` ? Word : never
type BareScheme = 'http' | 'https' | 'ws' | 'wss' | 'data' | 'blob' | 'filesystem' | 'mediastream'

type CheckedSource<S> = S extends string
  ? string extends S
    ? unknown
    : CheckedLiteral<S, Lowercase<S>>
  : unknown

type CheckedLiteral<S extends string, Lower extends string> = S extends ''
  ? SourceMistake<'a source, or no argument'>
  : S extends `${string}${WhiteSpace}${string}`
    ? SourceMistake<'one argument for each source'>
    : S extends `${string};${string}`
      ? S extends `${string}/${string};${string}`
        ? unknown
        : SourceMistake<'one method call for each directive'>
      : Lower extends KeywordWord
        ? SourceMistake<`"'${Lower}'", with single quotes`>
        : Lower extends `"${KeywordWord}"`
          ? SourceMistake<'single quotes inside double ones'>
          : Lower extends 'nonce' | "'nonce'" | "'nonce-'"
            ? SourceMistake<'NONCE, the nonce of each response'>
            : Lower extends SandboxToken
              ? SourceMistake<'this token in sandbox()'>
              : Lower extends BareScheme
                ? SourceMistake<`"${Lower}:", with its colon`>
                : unknown
