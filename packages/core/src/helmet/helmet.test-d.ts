/** helmet's own options assign to ours, ours to helmet's but for the symbols; checked by tsc. */

import type { IncomingMessage, ServerResponse } from 'node:http'

import helmet from 'helmet'
import { expectTypeOf } from 'vitest'

import type { Delivery, HeaderTemplate, Policy } from '../index.ts'
import { NONCE } from '../index.ts'
import type { HelmetOptions, HelmetPolicy } from '../helmet.ts'
import {
  dangerouslyDisableDefaultSrc,
  fromHelmet,
  getDefaultDirectives,
  isHelmetPolicy,
} from '../helmet.ts'

type Theirs = NonNullable<Parameters<typeof helmet.contentSecurityPolicy>[0]>
type Ours = HelmetOptions<IncomingMessage, ServerResponse>

/** Our options without the symbols: any escape symbol, and NONCE in a list. */
type WithoutSymbols<Options> = Options extends { directives?: infer Directives }
  ? Omit<Options, 'directives'> & { directives?: WithoutSymbolsInside<NonNullable<Directives>> }
  : never
type WithoutSymbolsInside<Directives> = {
  [Name in keyof Directives]: Directives[Name] extends infer Value
    ? Value extends Iterable<infer Element>
      ? Iterable<Exclude<Element, symbol>>
      : Exclude<Value, symbol>
    : never
}
type OursWithoutSymbols =
  | WithoutSymbols<Extract<Ours, { useDefaults?: true }>>
  | (WithoutSymbols<Extract<Ours, { useDefaults: false }>> & { directives: object })

// theirs → ours
expectTypeOf<Theirs>().toExtend<Ours>()
expectTypeOf<Theirs>().toExtend<HelmetOptions<IncomingMessage, ServerResponse, [ctx: object]>>()

// ours → theirs, but for the symbols
expectTypeOf<OursWithoutSymbols>().not.toBeNever()
expectTypeOf<OursWithoutSymbols>().toExtend<Theirs>()
expectTypeOf<Ours>().not.toExtend<Theirs>()
const written = {
  reportOnly: true,
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    sandbox: [],
    'object-src': null,
    imgSrc: 'https:',
    scriptSrc: new Set([
      "'self'",
      (_req: IncomingMessage, res: ServerResponse) => String(res.statusCode),
    ]),
  },
} as const satisfies Ours
helmet.contentSecurityPolicy(written)
fromHelmet(written)

// helmet's symbol and ours, and the defaults in both directions
fromHelmet({
  directives: { defaultSrc: helmet.contentSecurityPolicy.dangerouslyDisableDefaultSrc },
})
fromHelmet({ directives: { defaultSrc: dangerouslyDisableDefaultSrc } })
fromHelmet({ directives: { ...helmet.contentSecurityPolicy.getDefaultDirectives(), x: null } })
helmet.contentSecurityPolicy({ directives: { ...getDefaultDirectives(), x: null } })

// what helmet's types accept and refuse, ours accept and refuse
expectTypeOf<{ useDefaults: boolean; directives: Record<string, string> }>().toExtend<Ours>()
expectTypeOf<{ useDefaults: boolean; directives: Record<string, string> }>().toExtend<Theirs>()
interface Refused {
  undefinedValue: { directives: { scriptSrc: undefined } }
  booleanValue: { directives: { sandbox: true } }
  conditional: { directives: { scriptSrc: (string | false)[] } }
  bareFunction: { directives: { scriptSrc: () => string } }
  asyncFunction: { directives: { scriptSrc: (() => Promise<string>)[] } }
  reportOnlyFunction: { reportOnly: () => boolean }
  nothingAtAll: { useDefaults: false }
}
expectTypeOf<Extract<Refused[keyof Refused], Theirs>>().toBeNever()
expectTypeOf<Extract<Refused[keyof Refused], Ours>>().toBeNever()
// @ts-expect-error -- there is no such option
fromHelmet({ reportUri: '/csp' })

// arguments are inferred from the functions, and flow into resolve
interface Context {
  readonly state: { readonly nonce: string }
}
const dynamic = fromHelmet({
  directives: {
    scriptSrc: [NONCE, (_req: IncomingMessage, res: ServerResponse) => String(res.statusCode)],
  },
})
expectTypeOf(dynamic).toEqualTypeOf<HelmetPolicy<IncomingMessage, ServerResponse>>()
const inKoa = fromHelmet<IncomingMessage, ServerResponse, [ctx: Context]>({
  directives: { scriptSrc: ["'self'", (_req, _res, ctx) => `'nonce-${ctx.state.nonce}'`] },
})
expectTypeOf(inKoa.resolve).parameters.toEqualTypeOf<
  [req: IncomingMessage, res: ServerResponse, ctx: Context]
>()
expectTypeOf(inKoa.resolve).returns.toEqualTypeOf<HeaderTemplate>()
// a HelmetPolicy is a Delivery; one for a richer request does not serve a plain one
expectTypeOf(dynamic).toExtend<Delivery>()
expectTypeOf(dynamic.toPolicy()).toEqualTypeOf<Policy>()
expectTypeOf(fromHelmet()).toExtend<HelmetPolicy<IncomingMessage, ServerResponse>>()
expectTypeOf(inKoa).not.toExtend<HelmetPolicy<IncomingMessage, ServerResponse>>()
const anything: unknown = dynamic
if (isHelmetPolicy(anything)) {
  expectTypeOf(anything).toExtend<Delivery>()
  expectTypeOf(anything.resolve).toBeCallableWith({}, {}, {})
}
