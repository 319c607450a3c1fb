import {expect, test} from 'vitest'
import {NoAnswer, Problem} from '../../api/problem.ts'
import {faultAt} from './set-up.ts'

const problem = (code: string, field?: string) =>
  new Problem(
    422,
    {code, detail: 'No.', ...(field !== undefined && {errors: [{field, accepted: 'something else'}]})},
    null,
  )

test.each([
  ['weak_password', undefined, 'password'],
  ['sign_in_refused', undefined, 'token'],
  ['bad_argument', 'username', 'username'],
  ['storage_full', undefined, 'whole'],
])('%s about %s is shown at %s', (code, field, shownAt) => {
  expect(faultAt(problem(code, field))).toEqual({[shownAt]: 'No.'})
})

test('no answer is about the whole', () => {
  expect(faultAt(new NoAnswer('Commodarr does not answer.'))).toEqual({whole: 'Commodarr does not answer.'})
  expect(faultAt(null)).toEqual({})
})
