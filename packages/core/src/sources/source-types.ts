/**
 * What the compiler checks of a source that is written as a literal. A plain `string` passes: the
 * check at run time sees it. The compiler's message names the fix, as the type argument of {@link
 * SourceMistake}.
 */

import type { SandboxToken } from '../vocabulary/directives.ts'
import type { Keyword, NONCE } from '../vocabulary/keywords.ts'

/** A source in a policy: a source expression, or the placeholder for the nonce. */
export type Source = string | typeof NONCE

/**
 * A source as a directive's method takes it. Keywords are completed and any text passes. So does
 * any symbol: in `condition ? [NONCE] : []` the compiler widens NONCE to `symbol`.
 */
export type SourceInput = Keyword | symbol | (string & {})

/** Never satisfied: its argument says what to write instead. */
export interface SourceMistake<Fix extends string> {
  readonly 'write instead': Fix
}

/**
 * The sources of one call, each literal checked. `Sources` itself stays in it, so that conditions
 * can be spread.
 */
export type CheckedSources<Sources extends readonly SourceInput[]> = Sources & {
  readonly [Index in keyof Sources]: Sources[Index] & CheckedSource<Sources[Index]>
}

type CheckedSource<S> = S extends string
  ? string extends S
    ? unknown
    : CheckedLiteral<S, Lowercase<S>>
  : unknown

type CheckedLiteral<S extends string, Lower extends string> = Lower extends keyof WordMistakes
  ? SourceMistake<WordMistakes[Lower]>
  : CheckedCharacters<S>

/** Texts that are a mistake as a whole, each with what to write instead. */
type WordMistakes = Readonly<
  { '': 'a source, or no argument' } & {
    [Word in KeywordWord]: `"'${Word}'", with single quotes`
  } & { [Word in `"${KeywordWord}"`]: 'single quotes inside double ones' } & {
    [Word in 'nonce' | "'nonce'" | "'nonce-'"]: 'NONCE, the nonce of each response'
  } & { [Token in SandboxToken]: 'this token in sandbox()' } & {
    [Scheme in BareScheme]: `"${Scheme}:", with its colon`
  }
>

type KeywordWord<K extends string = Keyword> = K extends `'${infer Word}'` ? Word : never
type BareScheme = 'http' | 'https' | 'ws' | 'wss' | 'data' | 'blob' | 'filesystem' | 'mediastream'

type WhiteSpace = ' ' | '\t' | '\n' | '\f' | '\r'

/** A ";" behind a "/" is escaped; anywhere else it would begin another directive. */
type CheckedCharacters<S extends string> = S extends `${string}${WhiteSpace}${string}`
  ? SourceMistake<'one argument for each source'>
  : S extends `${string}/${string};${string}`
    ? unknown
    : S extends `${string};${string}`
      ? SourceMistake<'one method call for each directive'>
      : unknown
