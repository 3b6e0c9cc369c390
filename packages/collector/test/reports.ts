/** Reports as browsers post them. */

/** A violation as Chromium posts it to report-uri. */
export function legacy(facts: Readonly<Record<string, unknown>> = {}): object {
  return {
    'csp-report': {
      'document-uri': 'https://shop.example/cart?user=7',
      referrer: '',
      'violated-directive': 'script-src-elem',
      'effective-directive': 'script-src-elem',
      'original-policy': "default-src 'self'; report-uri /csp-reports",
      disposition: 'enforce',
      'blocked-uri': 'https://cdn.example/a.js?token=secret',
      'status-code': 200,
      'script-sample': '',
      ...facts,
    },
  }
}

/** A violation as Chromium posts it to report-to. */
export function modern(facts: Readonly<Record<string, unknown>> = {}): object {
  return {
    age: 1,
    type: 'csp-violation',
    url: 'https://shop.example/cart?user=7',
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36',
    body: {
      documentURL: 'https://shop.example/cart?user=7',
      referrer: '',
      effectiveDirective: 'script-src-elem',
      originalPolicy: "default-src 'self'; report-to csp",
      disposition: 'enforce',
      blockedURL: 'https://cdn.example/a.js?token=secret',
      statusCode: 200,
      sample: '',
      ...facts,
    },
  }
}
