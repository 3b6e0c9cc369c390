/** What is answered when a body was read and nothing of it is a report. */

import type { Answer } from './answer.ts'
import { refuse } from './answer.ts'
import type { Read, RejectedFor } from './read-request.ts'

const USE = 'Use what browsers send to report-uri and report-to instead.'
const ANSWERS: Readonly<Record<RejectedFor, Answer>> = {
  empty: refuse(400, `Cannot store the report: the body is empty. ${USE}`),
  'no-directive': refuse(400, `Cannot store the report: it does not name a directive. ${USE}`),
  'not-a-report': refuse(400, `Cannot store the report: the body is not a report. ${USE}`),
  'not-json': refuse(400, `Cannot store the report: the body is not JSON. ${USE}`),
  'too-deep': refuse(
    400,
    'Cannot store the report: arrays and objects of the body stand too deep in each other.',
  ),
  'too-many': refuse(400, `Cannot store the reports: there are too many in the body. ${USE}`),
  'unsupported-type': refuse(
    415,
    'Cannot store the report: the body is not JSON, nor is its type. Use application/reports+json or application/csp-report instead.',
  ),
}

/** The answer for what was rejected: the first reason speaks for all. */
export function answerRejected({ rejected }: Read): Answer {
  return ANSWERS[rejected[0]?.reason ?? 'empty']
}
