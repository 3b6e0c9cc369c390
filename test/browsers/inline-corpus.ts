/**
 * Documents with inline code in every form that browsers run, for the test that hashes of
 * `@cusp/html` allow all of it. Code says `say('name')`, and the test expects the names.
 */

import { readPackagedPages } from './packaged-pages.ts'

/** One document. */
export interface CorpusDocument {
  readonly name: string
  readonly body: Buffer
  /** Its Content-Type; UTF-8 unless told. */
  readonly contentType?: string
  /** What its code says while it loads, in any order. */
  readonly says: readonly string[]
}

/** What the code of the documents calls, without a script of its own to define it. */
const say = (name: string): string => `(globalThis.said ??= []).push('${name}')`
const SAY = say('a')
const START = '<!doctype html><meta charset=utf-8><title>page</title>'

type Row = readonly [name: string, html: string, says?: readonly string[]]

const A = ['a']

const SCRIPTS: readonly Row[] = [
  ['a script', `<script>${SAY}</script>`, A],
  ['two scripts', `<script>${SAY}</script><script>${say('b')}</script>`, ['a', 'b']],
  ['the same script twice', `<script>${SAY}</script><script>${SAY}</script>`, ['a', 'a']],
  ['white space around', `<script>\n\n  ${SAY}\t \n</script>`, A],
  ['CRLF', `<script>\r\n${SAY}\r\n</script>`, A],
  ['CR alone', `<script>\r${SAY}\r// x\r</script>`, A],
  ['mixed line ends', `<script>\r\n\r\r\n\n${SAY}</script>`, A],
  ['entities are text', `<script>/* &amp; &lt; &nbsp */${SAY}</script>`, A],
  ['a NUL', `<script>/* \0 */${SAY}</script>`, A],
  ['letters beyond ASCII', `<script>/* é ü 漢字 */${SAY}</script>`, A],
  ['an emoji', `<script>/* 😀 */${SAY}</script>`, A],
  ['a half of a comment', `<script><!--\n${SAY}\n//--></script>`, A],
  ['a comment with a script', `<script><!-- <script>\n${SAY}\n// </script> --></script>`, A],
  ['a tag in a text', `<script>'<\\/script><b>';${SAY}</script>`, A],
  ['upper case', `<SCRIPT>${SAY}</SCRIPT>`, A],
  ['a type', `<script type="text/javascript">${SAY}</script>`, A],
  ['an odd type', `<script type=" Text/JScript ">${SAY}</script>`, A],
  ['a language', `<script language="JavaScript1.2">${SAY}</script>`, A],
  ['an empty type', `<script type="" language="vbscript">${SAY}</script>`, A],
  ['a language that nobody runs', '<script language="vbscript">MsgBox</script>'],
  ['a type of spaces', '<script type=" ">no()</script>'],
  ['a data block', '<script type="application/ld+json">{"@type":"Thing"}</script>'],
  ['a template in a script', '<script type="text/x-template"><b>no()</b></script>'],
  ['a module', `<script type="module">${SAY}</script>`, A],
  ['nomodule', `<script nomodule>${say('no')}</script><script>${SAY}</script>`, A],
  ['async and defer', `<script async defer>${SAY}</script>`, A],
  [
    'an import map',
    `<script type="importmap">{ "imports": { "x": "data:text/javascript,1" } }</script><script>${SAY}</script>`,
    A,
  ],
  [
    'speculation rules',
    `<script type="speculationrules">{ "prefetch": [] }</script><script>${SAY}</script>`,
    A,
  ],
  ['an empty script', '<script></script>'],
  ['a script with a source', '<script src="/none.js">no()</script>'],
  ['a script without an end', `<script>${say('no')}`],
  ['in the body', `<body><p>x</p><script>${SAY}</script><p>y`, A],
  ['before the head', `<script>${SAY}</script><head></head>`, A],
  ['after the body', `<body></body></html><script>${SAY}</script>`, A],
  ['in a table', `<table><tr><script>${SAY}</script><td>x</table>`, A],
  ['in a select', `<select><script>${SAY}</script></select>`, A],
  ['in a paragraph that is not closed', `<p><b><script>${SAY}</script><p>x`, A],
  ['in a textarea is none', '<textarea><script>no()</script></textarea>'],
  ['in a title is none', '<title><script>no()</script></title>'],
  ['in a comment is none', '<!-- <script>no()</script> -->'],
  ['in a noscript is none', '<noscript><script>no()</script><style>p{}</style></noscript>'],
  ['in a template does not run', '<template><script>no()</script><style>p{}</style></template>'],
  [
    'cloned from a template',
    `<template><script>${SAY}</script></template><script>document.documentElement.append(document.querySelector('template').content.cloneNode(true))</script>`,
    A,
  ],
  ['a shadow root', '<div><template shadowrootmode="open"><style>p{}</style></template></div>'],
  ['in SVG', `<svg><script>${SAY}</script></svg>`, A],
  ['in SVG, with entities', `<svg><script>1 &lt; 2; '&amp;';${SAY}</script></svg>`, A],
  ['in SVG, as CDATA', `<svg><script><![CDATA[1 < 2 && ${SAY}]]></script></svg>`, A],
  ['in SVG, in parts', `<svg><script>/* <!-- x --> */<![CDATA[${SAY}]]></script></svg>`, A],
  ['in SVG, in HTML', `<svg><foreignObject><script>${SAY}</script></foreignObject></svg>`, A],
  ['in MathML is none', '<math><script>no()</script></math>'],
]

const STYLES: readonly Row[] = [
  ['a style', '<style>p { color: red }</style>'],
  ['an empty style', '<style></style>'],
  ['a style with a type', '<style type="Text/CSS">p{}</style>'],
  ['a style of another type', '<style type="text/less">p{}</style>'],
  ['a style with a medium', '<style media="print">p{}</style>'],
  ['a style with a comment', '<style><!-- p{} --></style>'],
  ['a style with a tag', '<style><style>p{}</style>'],
  ['CRLF in a style', '<style>\r\np{}\r\n</style>'],
  ['a style in the body', '<p>x<style>p{}</style>'],
  ['a style in SVG', '<svg><style>p &gt; b {} <![CDATA[i > u {}]]></style></svg>'],
]

const ATTRIBUTES: readonly Row[] = [
  ['a style attribute', '<p style="color: red">x'],
  ['a style attribute with entities', '<p style="font-family: &quot;A&quot;, b&amp;c">x'],
  ['a style attribute with line ends', '<p style="color: red;\r\n  margin: 0">x'],
  ['an empty style attribute', '<p style="">x'],
  ['a style attribute in SVG', '<svg><g style="fill: red"/></svg>'],
  ['a style of the body', '<body style="margin: 0">x'],
  ['a handler', `<body onload="${SAY}">x`, A],
  [
    'a handler with entities',
    `<body onload="'&lt;&amp;&eacute;';${say('a').replaceAll("'", '&#39;')}">x`,
    A,
  ],
  ['an empty handler', '<body onload="">x'],
  ['a handler of an image', `<img src="data:," onerror="${SAY}">`, A],
  ['a handler in SVG', `<svg onload="${SAY}"></svg>`, A],
  ['a handler in upper case', `<BODY ONLOAD="${SAY}">x`, A],
  ['a handler that is not called', '<button onclick="no()">x</button>'],
]

const FRAMES: readonly Row[] = [
  ['a srcdoc frame', `<iframe srcdoc="<script>parent.said = ['a']</script>"></iframe>`, A],
  [
    'entities in a srcdoc frame',
    `<iframe srcdoc="<script>'&amp;amp;'; parent.said = [&quot;a&quot;]</script>"></iframe>`,
    A,
  ],
  ['a style in a srcdoc frame', '<iframe srcdoc="<style>p{}</style><p style=color:red>"></iframe>'],
  [
    'a frame in a frame',
    `<iframe srcdoc="<iframe srcdoc='<script>top.said = [&amp;quot;a&amp;quot;]</script>'></iframe>"></iframe>`,
    A,
  ],
  ['a javascript: URL', `<iframe src="javascript:void (parent.said = ['a'])"></iframe>`, A],
  ['a link that is not clicked', '<a href="javascript:no()">x</a>'],
]

/** What generators and tools write. */
const TOOLS: readonly Row[] = [
  [
    'a Vite template',
    `<html lang="en"><head><link rel="icon" type="image/svg+xml" href="/vite.svg" /><meta name="viewport" content="width=device-width, initial-scale=1.0" /><script type="module">import.meta.url;import("data:text/javascript,").catch(() => 1);${SAY}</script></head><body><div id="app"></div></body></html>`,
    A,
  ],
  [
    'a Create React App page',
    `<html lang="en"><head><meta name="theme-color" content="#000000"/></head><body><noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div><script>!function(e){function r(r){for(var n,a,i=r[0];0;);}e.chunks=[];${SAY}}(globalThis)</script></body></html>`,
    A,
  ],
  [
    'a page with a theme switch',
    `<script>(function () { try { var t = localStorage.getItem('theme') || 'light'; document.documentElement.dataset.theme = t } catch (e) {} })();${SAY}</script><style>:root{--bg:#fff}[data-theme=dark]{--bg:#000}</style>`,
    A,
  ],
  [
    'a page with state in it',
    `<div id="root" style="display:none"></div><script>window.__STATE__={"html":"\\u003Cb\\u003E","n":1};${SAY}</script><script type="application/json" id="data">{"a":"<b>"}</script>`,
    A,
  ],
  [
    'a documentation page',
    `<body onload="prettyPrint()"><script>function prettyPrint() { ${SAY} }</script><pre class="prettyprint"><code>&lt;script></code></pre><div style="clear:both"></div>`,
    A,
  ],
  [
    'a coverage report',
    `<div class="chart"><div class="cover-fill" style="width: 83%"></div><div class="cover-empty" style="width: 17%"></div></div><script>window.onload = function () { ${SAY} }</script>`,
    A,
  ],
  [
    'a form that sends itself',
    `<form id=f action="javascript:no()"></form><script>document.forms[0].id;${SAY}</script>`,
    A,
  ],
]

const TEXTS: readonly CorpusDocument[] = [SCRIPTS, STYLES, ATTRIBUTES, FRAMES, TOOLS]
  .flat()
  .map(([name, html, says = []]) => ({ name, body: Buffer.from(START + html), says }))

const ENCODED = `<!doctype html><title>page</title><script>/* é ü */${SAY}</script>`

const ENCODINGS: readonly CorpusDocument[] = [
  {
    name: 'a byte order mark',
    body: Buffer.from(`\uFEFF${ENCODED}`),
    contentType: 'text/html',
    says: A,
  },
  {
    name: 'UTF-16',
    body: Buffer.from(`\uFEFF${ENCODED}`, 'utf16le'),
    contentType: 'text/html',
    says: A,
  },
  {
    name: 'UTF-16, big-endian',
    body: Buffer.from(`\uFEFF${ENCODED}`, 'utf16le').swap16(),
    contentType: 'text/html',
    says: A,
  },
  {
    name: 'ISO-8859-1 by the header',
    body: Buffer.from(ENCODED, 'latin1'),
    contentType: 'text/html; charset=iso-8859-1',
    says: A,
  },
  {
    name: 'ISO-8859-1 by the page',
    body: Buffer.from(ENCODED.replace('<title>', '<meta charset=iso-8859-1><title>'), 'latin1'),
    contentType: 'text/html',
    says: A,
  },
  {
    name: 'windows-1251 by the header, against the page',
    body: Buffer.from(ENCODED.replace('<title>', '<meta charset=utf-8><title>'), 'latin1'),
    contentType: 'text/html; charset=windows-1251',
    says: A,
  },
  {
    name: 'bytes that are no UTF-8',
    body: Buffer.from(ENCODED, 'latin1'),
    contentType: 'text/html; charset=utf-8',
    says: A,
  },
  {
    name: 'letters of windows-1252',
    body: Buffer.from(ENCODED.replace('é', '\x80\x9f'), 'latin1'),
    contentType: 'text/html; charset=iso-8859-1',
    says: A,
  },
]

const PACKAGED: readonly CorpusDocument[] = readPackagedPages().map(({ name, body }) => {
  return { name, body, says: [] }
})

/** All documents. */
export const CORPUS: readonly CorpusDocument[] = [...TEXTS, ...ENCODINGS, ...PACKAGED]
