import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { findBrowsers, until } from './browser.ts'
import { startSite } from './site.ts'
import type { Site } from './site.ts'
import { describeInBrowsers } from './suite.ts'

const PNG_SIGNATURE = '89504e470d0a1a0a'

/** The strictest policy with scripts, and without. The harness has to work under both. */
const STRICT = "default-src 'none'; require-trusted-types-for 'script'"
const SANDBOXED = `${STRICT}; sandbox`

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

function servePage(policy: string, body = ''): string {
  return site.page.serve('/page', {
    headers: { 'content-security-policy': policy },
    body: `<!doctype html><title>page</title>${body}`,
  })
}

describeInBrowsers('a browser', (browser) => {
  it('says its name and version', () => {
    expect(['chromium', 'firefox', 'webkit']).toContain(browser().name)
    expect(browser().version).toMatch(/^\d+\.\d+/)
  })

  it('opens a page and evaluates in it', async () => {
    const page = await browser().open(servePage("default-src 'self'"))
    expect(await page.evaluate('document.title')).toBe('page')
    expect(await page.evaluate('({ list: [1, null, "ü"] })')).toEqual({ list: [1, null, 'ü'] })
    expect(await page.evaluate('undefined')).toBeUndefined()
    expect(await page.evaluate('Promise.resolve(1)')).toBe(1)
    expect(
      await page.evaluate(`
        const response = await fetch('/json') // Same origin
        return response.json()
      `),
    ).toEqual({ answer: 42 })
    await page.evaluate('globalThis.kept = 1')
    expect(await page.evaluate('globalThis.kept')).toBe(1)
    await page.close()
  })

  it('throws what the page throws', async () => {
    const page = await browser().open(servePage("default-src 'self'"))
    await expect(page.evaluate(`throw new RangeError('too far')`)).rejects.toThrow(
      'RangeError: too far',
    )
    await expect(page.evaluate('not a script')).rejects.toThrow(/unexpected/i)
    await page.close()
  })

  it('evaluates whatever the policy, and leaves the policy in force', async () => {
    const page = await browser().open(servePage(STRICT))
    const blocked = await page.evaluate(`
      const nameOfError = (action) => {
        try { return action() } catch (error) { return error.name }
      }
      const script = document.createElement('script')
      return [nameOfError(() => eval('1')), nameOfError(() => { script.text = '1' })]
    `)
    expect(blocked).toEqual(['EvalError', 'TypeError'])
    await page.goto(servePage(SANDBOXED))
    expect(await page.evaluate('self.origin')).toBe('null')
    await page.close()
  })

  it('blocks inline scripts and eval also where the harness inserts them', async () => {
    const page = await browser().open(servePage("script-src 'self'"))
    expect(
      await page.evaluate(`
        const script = document.createElement('script')
        script.text = 'globalThis.ran = true'
        document.head.append(script)
        await null
        try { globalThis.ran = eval('true') } catch {}
        return globalThis.ran ?? false
      `),
    ).toBe(false)
    await page.close()
  })

  it('clicks as a person does', async () => {
    const page = await browser().open(servePage(STRICT, '<button id="target">Click</button>'))
    await page.evaluate(`
      document.querySelector('#target').addEventListener('click', (event) => {
        globalThis.click = [event.isTrusted, navigator.userActivation.isActive]
      })
    `)
    await page.click('#target')
    expect(await until(page, 'globalThis.click')).toEqual([true, true])
    await page.close()
  })

  it('fires securitypolicyviolation before the network is asked', async () => {
    const page = await browser().open(servePage("connect-src 'self'"))
    const target = `${site.other.origin}/json?blocked-in-${browser().name}`
    const event = await page.evaluate(`
      const fired = new Promise((resolve) => {
        document.addEventListener('securitypolicyviolation', resolve, { once: true })
      })
      await fetch(${JSON.stringify(target)}).catch(() => {})
      const { effectiveDirective, blockedURI, disposition } = await fired
      return { effectiveDirective, blockedURI, disposition }
    `)
    expect(event).toEqual({
      effectiveDirective: 'connect-src',
      blockedURI: target,
      disposition: 'enforce',
    })
    expect(site.other.requests.map(({ path }) => path)).not.toContain(new URL(target).pathname)
    await page.close()
  })

  it('takes a screenshot of the size that was set', async () => {
    const page = await browser().open(servePage(STRICT, '<h1>Seen</h1>'))
    await page.setViewport({ width: 640, height: 480 })
    const image = await page.screenshot()
    expect(image.subarray(0, 8).toString('hex')).toBe(PNG_SIGNATURE)
    expect([image.readUInt32BE(16), image.readUInt32BE(20)]).toEqual([640, 480])
    expect(image.length).toBeGreaterThan(500)
    await page.close()
  })

  it('navigates, and waits across navigations', async () => {
    const page = await browser().open(servePage("default-src 'self'"))
    await page.goto(`${site.page.addressOrigin}/frame.html`)
    expect(await page.evaluate('document.title')).toBe('frame')
    await page.evaluate(`location.href = ${JSON.stringify(site.other.origin)} + '/frame.html'`)
    expect(
      await until(
        page,
        `location.origin === ${JSON.stringify(site.other.origin)} && document.title`,
      ),
    ).toBe('frame')
    await page.close()
  })

  it('stops waiting at the deadline and says for what', async () => {
    const page = await browser().open(servePage("default-src 'self'"))
    await expect(until(page, 'globalThis.never ?? 0', 100)).rejects.toThrow(
      'Cannot wait longer than 100 ms for globalThis.never ?? 0: the last answer is 0',
    )
    await page.close()
  })

  it('keeps pages apart', async () => {
    const url = servePage("default-src 'self'")
    const [first, second] = [await browser().open(url), await browser().open(url)]
    await first.evaluate('globalThis.mine = 1')
    expect(await second.evaluate('typeof globalThis.mine')).toBe('undefined')
    await second.close()
    expect(await first.evaluate('globalThis.mine')).toBe(1)
    await first.close()
  })

  it('lets no request leave this machine', async () => {
    const page = await browser().open(servePage('default-src *'))
    const outcomes = await page.evaluate(`
      const ask = (url) => fetch(url).then(() => 'answered', () => 'failed')
      return Promise.all(['http://example.com/', 'https://example.com/', 'http://192.0.2.1/'].map(ask))
    `)
    expect(outcomes).toEqual(['failed', 'failed', 'failed'])
    await page.close()
  })
})

describe('findBrowsers', () => {
  it('looks on the PATH', () => {
    vi.stubEnv('PATH', '/nonexistent')
    for (const variable of ['CUSP_CHROMIUM', 'CUSP_FIREFOX', 'CUSP_WEBKIT_DRIVER']) {
      vi.stubEnv(variable, '')
    }
    expect([...findBrowsers()]).toEqual([])
    vi.unstubAllEnvs()
  })

  it('prefers what a variable names', () => {
    vi.stubEnv('CUSP_FIREFOX', process.execPath)
    expect(findBrowsers().get('firefox')).toBe(process.execPath)
    vi.stubEnv('CUSP_FIREFOX', '/nonexistent')
    expect(() => findBrowsers()).toThrow('Cannot use CUSP_FIREFOX: "/nonexistent"')
    vi.unstubAllEnvs()
  })
})
