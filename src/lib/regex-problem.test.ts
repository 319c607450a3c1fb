import {RE2JS} from 're2js'
import {expect, test} from 'vitest'
import {regexProblem} from './bounded-pattern.ts'

test.each([
  ['(?<=a)b', 'it looks behind'],
  ['(?<!a)b', 'it looks behind'],
  ['(?=a)', 'it looks ahead'],
  ['a(?!b)', 'it looks ahead'],
  ['(?>a)', 'atomic group'],
  ['(a)\\1', 'refers back to a group'],
  ['(?P<x>a)\\k<x>', 'refers back to a group'],
  ['a++', 'repeats possessively'],
  ['*.mkv', 'nothing is to be repeated'],
  ['(open', 'missing closing )'],
])('%s: %s', (pattern, problem) => {
  let message = ''
  try {
    RE2JS.compile(pattern)
  } catch (error) {
    message = (error as Error).message
  }
  expect(regexProblem(message, pattern)).toContain(problem)
})
