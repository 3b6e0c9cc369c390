/** Keeps what the policy blocks, from the first script on. */
export const LISTEN = `
  globalThis.violations = []
  addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
    violations.push(effectiveDirective)
  })
`
