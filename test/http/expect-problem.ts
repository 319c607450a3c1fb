/**
 * What a test says when a request is refused with a code. `src/http/error-codes.test.ts` collects the codes that are
 * said so: each code of `docs/reference/errors.md` has to be the answer to a request somewhere.
 */
import {expect} from 'vitest'
import {statusOf} from '#http/answers/problems.ts'
import type {ErrorCode} from '#model/errors.ts'

/** An answer as the tests have them: of Fastify's `inject`, of a browser, of `Api`; or its document alone. */
type Reported =
  | {readonly statusCode: number; json(): unknown}
  | {readonly status: unknown; readonly json: unknown}
  | {readonly status: unknown; readonly body: unknown}
  | {readonly status?: unknown; readonly type?: unknown}

/** @throws when the request was not refused with this code, and the status that it is documented with */
export function expectProblem(answer: Reported, code: ErrorCode): void {
  expect(read(answer)).toMatchObject({
    status: statusOf[code],
    problem: {code, status: statusOf[code], type: `urn:commodarr:problem:${code}`},
  })
}

/** Of one torrent or file among several, or of what an answer tells beside others. @throws when none has this code */
export function expectCode(reported: readonly {readonly code?: unknown}[], code: ErrorCode): void {
  expect(reported.map((it) => it.code)).toContain(code)
}

/** Codes that the rows of a test are refused with, where each row says `expectProblem`. */
export function codesOf<C extends ErrorCode>(...codes: readonly C[]): readonly C[] {
  return codes
}

function read(answer: Reported): {status: unknown; problem: unknown} {
  if ('statusCode' in answer) return {status: answer.statusCode, problem: answer.json()}
  if ('json' in answer) return {status: answer.status, problem: answer.json}
  return {status: answer.status, problem: 'body' in answer ? answer.body : answer}
}
