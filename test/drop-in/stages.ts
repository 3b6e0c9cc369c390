/** The stages: bare node:http, Express 4 and 5, Koa 2 and 3, each with helmet and with Cusp. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  contentSecurityPolicy as expressDropIn,
  cspMiddleware as expressMiddleware,
} from '@cusp/express'
import { contentSecurityPolicy as koaDropIn, cspMiddleware as koaMiddleware } from '@cusp/koa'
import { contentSecurityPolicy as nodeDropIn, cspMiddleware as nodeMiddleware } from '@cusp/node'
import type { ErrorRequestHandler } from 'express'
import express5 from 'express'
import express4 from 'express4'
import helmet from 'helmet'
import type { Context, Middleware } from 'koa'
import Koa3 from 'koa'
import koaHelmet from 'koa-helmet'
import Koa2 from 'koa2'
import type { Program, Stage } from './stage.ts'
import { PAGE } from './stage.ts'

type Mount = Stage['mount']
type Next = (error?: unknown) => void
type ConnectMiddleware = (req: IncomingMessage, res: ServerResponse, next: Next) => void

const MOUNTS: readonly (readonly [name: string, mount: Mount])[] = [
  ['node:http', onNode],
  ['Express 4', (programFor) => onExpress(express4(), programFor)],
  ['Express 5', (programFor) => onExpress(express5(), programFor)],
  ['Koa 2', (programFor) => onKoa(new Koa2() as unknown as Koa3, programFor)],
  ['Koa 3', (programFor) => onKoa(new Koa3(), programFor)],
]

/** npm's helmet, and koa-helmet in Koa. */
export const theirs: readonly Stage[] = stagesOf(
  helmet.contentSecurityPolicy.dangerouslyDisableDefaultSrc,
  {
    node: helmet.contentSecurityPolicy,
    express: helmet.contentSecurityPolicy,
    koa: koaHelmet.contentSecurityPolicy,
  },
)

/** `contentSecurityPolicy`. */
export const ours: readonly Stage[] = stagesOf(nodeDropIn.dangerouslyDisableDefaultSrc, {
  node: nodeDropIn,
  express: expressDropIn,
  koa: koaDropIn,
})

/** `cspMiddleware` with helmet's options. */
export const oursInGeneral: readonly Stage[] = stagesOf(nodeDropIn.dangerouslyDisableDefaultSrc, {
  node: nodeMiddleware,
  express: expressMiddleware,
  koa: koaMiddleware,
})

type Make = (options: never) => unknown

function stagesOf(
  escape: symbol,
  makes: Readonly<Record<'node' | 'express' | 'koa', Make>>,
): Stage[] {
  return MOUNTS.map(([name, mount]): Stage => {
    const kind = name.startsWith('Koa') ? 'koa' : name.startsWith('Express') ? 'express' : 'node'
    return { name, escape, mount, make: makes[kind] as Stage['make'] }
  })
}

function onNode(programFor: (req: IncomingMessage) => Program): ReturnType<Mount> {
  return (req, res) => {
    try {
      runConnect(programFor(req), req, res, (error) => {
        if (error !== undefined) res.statusCode = 500
        res.end(error === undefined ? PAGE : 'an error')
      })
    } catch {
      res.statusCode = 500
      res.end('an error')
    }
  }
}

interface Expressish {
  use(handler: unknown): unknown
}

function onExpress(
  app: Expressish,
  programFor: (req: IncomingMessage) => Program,
): ReturnType<Mount> {
  app.use((req: IncomingMessage, res: ServerResponse, next: Next) => {
    runConnect(programFor(req), req, res, next)
  })
  app.use((_req: IncomingMessage, res: ServerResponse) => res.end(PAGE))
  app.use(quiet)
  return app as unknown as ReturnType<Mount>
}

/** Express's own handler would print the error's stack. */
const quiet: ErrorRequestHandler = (error, _req, _res, next) => {
  const { message } = error as Error
  next({ message, stack: '' })
}

/** Runs a Connect-style middleware inside a real one. */
function runConnect(program: Program, req: IncomingMessage, res: ServerResponse, next: Next): void {
  const visit = { req, res }
  let hasCalled = false
  try {
    ;(program.middleware as ConnectMiddleware)(req, res, (...args) => {
      if (hasCalled) throw new Error('Cannot tell what happened: next was called again')
      hasCalled = true
      if (args.length === 0) program.sent(visit)
      else program.failed('next', args[0], visit)
      next(...args)
    })
  } catch (error) {
    if (hasCalled) throw error
    program.failed('thrown', error, visit)
    throw error
  }
}

/** In Koa what is thrown and what is passed to next are one. */
function onKoa(app: Koa3, programFor: (req: IncomingMessage) => Program): ReturnType<Mount> {
  app.silent = true
  app.use(async (ctx: Context, next) => {
    const program = programFor(ctx.req)
    const isOurs = (program.middleware as Middleware).name === 'csp'
    const visit = { req: ctx.req, res: ctx.res, ...(isOurs ? { ctx } : {}) }
    let hasCalled = false
    try {
      await (program.middleware as Middleware)(ctx, async () => {
        hasCalled = true
        program.sent(visit)
        await next()
      })
    } catch (error) {
      if (!hasCalled) program.failed('next', error, visit)
      throw error
    }
  })
  app.use((ctx) => {
    ctx.body = PAGE
  })
  return app.callback()
}
