/** One nonce a response: what carries it runs, and nothing else does. */

import { NONCE, SELF, csp, strict } from '@cusp/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { until } from './browser.ts'
import type { Page } from './browser.ts'
import { startPolicySite, waitForViolations } from './policy-site.ts'
import type { PolicySite, Violation } from './policy-site.ts'
import { describeInBrowsers } from './suite.ts'

let site: PolicySite
beforeAll(async () => {
  site = await startPolicySite()
})
afterAll(() => site.close())

const script = (blockedURI: string): Violation => ({
  effectiveDirective: 'script-src-elem',
  blockedURI,
  disposition: 'enforce',
})

describeInBrowsers('a nonce', (browser) => {
  it('lets an inline script run, and no other one', async () => {
    const url = site.servePage(csp().scriptSrc(NONCE), {
      body: ({ nonce, nonceAttr }) => `
        <script nonce="${nonce}">globalThis.ran = ['nonce']</script>
        <script${nonceAttr}>ran.push('nonceAttr')</script>
        <script>ran.push('no nonce')</script>
        <script nonce="${nonce.slice(1)}x">ran.push('another nonce')</script>
        <p id="handler" onclick="ran.push('handler')"></p>
        <script${nonceAttr}>document.querySelector('#handler').click()</script>`,
    })
    const page = await browser().open(url)
    expect(await waitForViolations(page, 3)).toEqual([
      script('inline'),
      script('inline'),
      { ...script('inline'), effectiveDirective: 'script-src-attr' },
    ])
    expect(await page.evaluate('ran')).toEqual(['nonce', 'nonceAttr'])
    await page.close()
  })

  it('is another one each time, and hidden from the page', async () => {
    const url = site.servePage(csp().scriptSrc(NONCE), {
      body: ({ nonceAttr }) =>
        `<script${nonceAttr}>globalThis.nonce = document.currentScript.nonce</script>`,
    })
    const page = await browser().open(url)
    const first = await page.evaluate<string>('nonce')
    await page.goto(url)
    const second = await page.evaluate<string>('nonce')
    expect(first).toMatch(/^[\w+/-]{22,}$/)
    expect(second).toMatch(/^[\w+/-]{22,}$/)
    expect(second).not.toBe(first)
    expect(await page.evaluate(`document.scripts[0].getAttribute('nonce')`)).toBe('')
    await page.close()
  })

  it('lets a style element apply, and no other one', async () => {
    const url = site.servePage(csp().scriptSrc(NONCE).styleSrc(NONCE), {
      body: ({ nonceAttr }) => `
        <style${nonceAttr}>:root { --first: nonce }</style>
        <style>:root { --second: none }</style>
        <link${nonceAttr} rel="stylesheet" href="/style.css">
        <p id="attribute" style="--third: attribute"></p>`,
    })
    const page = await browser().open(url)
    expect(await waitForViolations(page, 2)).toEqual([
      { effectiveDirective: 'style-src-elem', blockedURI: 'inline', disposition: 'enforce' },
      { effectiveDirective: 'style-src-attr', blockedURI: 'inline', disposition: 'enforce' },
    ])
    const seen = await page.evaluate(`
      const style = getComputedStyle(document.querySelector('#attribute'))
      return ['--first', '--second', '--third', '--styled'].map((name) =>
        style.getPropertyValue(name).trim())
    `)
    expect(seen).toEqual(['nonce', '', '', 'yes'])
    await page.close()
  })

  it('is one for several policies', async () => {
    const url = site.servePage(
      { enforce: [csp().scriptSrc(NONCE), csp().defaultSrc(SELF).scriptSrc(NONCE)] },
      {
        body: ({ nonceAttr }) => `
          <script${nonceAttr}>globalThis.ran = true</script>
          <script>globalThis.ran = false</script>`,
      },
    )
    const page = await browser().open(url)
    expect(await waitForViolations(page, 2)).toEqual([script('inline'), script('inline')])
    expect(await page.evaluate('ran')).toBe(true)
    await page.close()
  })
})

describeInBrowsers('the strict preset', (browser) => {
  let page: Page
  beforeAll(async () => {
    const { origin } = site.other
    // The preset, as one gets it without a policy.
    const url = site.servePage(undefined, {
      body: ({ nonceAttr }) => `
        <script${nonceAttr}>
          const child = document.createElement('script')
          child.src = '${origin}/script.js?inserted'
          child.onload = () => { globalThis.inserted = true }
          document.head.append(child)
        </script>
        <script src="${origin}/script.js?parsed"></script>
        <script${nonceAttr} src="${origin}/module.js" type="module"></script>
        <script>globalThis.ran = 'no nonce'</script>
        <script${nonceAttr}>document.write('<script src="${origin}/script.js?written"></scr' + 'ipt>')</script>`,
    })
    page = await browser().open(url)
  })
  afterAll(() => page.close())

  it('runs what a trusted script inserts', async () => {
    await until(page, 'globalThis.inserted')
    expect(await page.evaluate('scriptRuns')).toBe(1)
  })

  it('runs a module with the nonce', async () => {
    expect(await until(page, 'globalThis.moduleRuns')).toBe(1)
  })

  it('blocks what the parser inserts without the nonce, external, inline and written', async () => {
    const { origin } = site.other
    const violations = await waitForViolations(page, 3)
    expect(violations).toEqual([
      script(`${origin}/script.js?parsed`),
      script('inline'),
      script(`${origin}/script.js?written`),
    ])
    expect(await page.evaluate('typeof ran')).toBe('undefined')
    const paths = site.other.requests.map(({ path }) => path)
    expect(paths).toContain('/script.js?inserted')
    expect(paths).not.toContain('/script.js?parsed')
    expect(paths).not.toContain('/script.js?written')
  })

  it('blocks eval and its kin', async () => {
    const names = await page.evaluate(`
      const nameOf = (action) => { try { return action() } catch ({ name }) { return name } }
      return [nameOf(() => eval('1')), nameOf(() => new Function('return 1')())]
    `)
    expect(names).toEqual(['EvalError', 'EvalError'])
    const evaluations = {
      effectiveDirective: 'script-src',
      blockedURI: 'eval',
      disposition: 'enforce',
    }
    expect((await waitForViolations(page, 5)).slice(3)).toEqual([evaluations, evaluations])
  })

  it('blocks <base> and plug-ins', async () => {
    const seen = await page.evaluate(`
      const before = document.baseURI
      document.head.append(Object.assign(document.createElement('base'), { href: '/elsewhere/' }))
      document.body.append(Object.assign(document.createElement('object'), { data: '/image.svg' }))
      return document.baseURI === before
    `)
    expect(seen).toBe(true)
    const directives = (await waitForViolations(page, 7)).slice(5).map((v) => v.effectiveDirective)
    expect(new Set(directives)).toEqual(new Set(['base-uri', 'object-src']))
  })
})

it('is what strict() writes', () => {
  expect(strict().get('script-src')).toContain(NONCE)
})
