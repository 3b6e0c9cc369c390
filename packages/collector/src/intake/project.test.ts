/** The project that a path names. */

import { expect, test } from 'vitest'
import { projectOf, readProjects } from './project.ts'

const projects = readProjects(['shop', 'blog-2', 'A.b_c'])

test.each([
  ['/csp-reports/shop', 'shop'],
  ['/csp-reports/shop/', 'shop'],
  ['/shop?x=/blog-2', 'shop'],
  ['/shop/blog-2', 'blog-2'],
  ['/A.b_c', 'A.b_c'],
  ['shop', 'shop'],
  ['/a.b_c', 'default'],
  ['/csp-reports', 'default'],
  ['/shop//', 'default'],
  ['/', 'default'],
  ['', 'default'],
  ['/constructor', 'default'],
])('%s is of %s', (url, project) => {
  expect(projectOf(url, projects)).toBe(project)
})

test('without a list everything is of one project', () => {
  expect(projectOf('/shop', readProjects())).toBe('default')
})
