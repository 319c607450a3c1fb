import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, test} from 'vitest'
import {root} from '../steps.ts'
import {aloneCommand, fullNameOf} from './alone.ts'
import {readReport} from './report.ts'

const folder = mkdtempSync(join(tmpdir(), 'commodarr-report-test-'))
afterAll(() => rmSync(folder, {recursive: true}))

test('a report names what failed and why, what was not run, files that broke down, and how long each took', () => {
  const path = join(folder, 'report.json')
  const assertionResults = [
    {ancestorTitles: [], title: 'one works', status: 'passed', duration: 1_500},
    {
      ancestorTitles: ['of two', 'odd ones'],
      title: 'one does not',
      status: 'failed',
      failureMessages: [
        'Error: \u001B[31mwaited\u001B[39m in vain\n    at here (a.ts:1:2)',
        `x${'y'.repeat(2_000)}`,
      ],
    },
    {ancestorTitles: ['of two'], title: 'one waits', status: 'skipped'},
  ]
  const testResults = [
    {name: join(root, 'src/a.test.ts'), status: 'failed', startTime: 1_000, endTime: 3_500, assertionResults},
    {
      name: join(root, 'src/b.test.ts'),
      status: 'failed',
      message: 'no such module\n    at …',
      startTime: 0,
      endTime: 0,
      assertionResults: [],
    },
  ]
  writeFileSync(path, JSON.stringify({testResults}))
  expect(readReport(path)).toEqual({
    passed: 1,
    failed: [
      {
        file: 'src/a.test.ts',
        test: 'of two > odd ones > one does not',
        said: expect.stringMatching(/^Error: waited in vain\nxy{1199} …$/) as string,
      },
      {file: 'src/b.test.ts', test: null, said: 'no such module'},
    ],
    skipped: ['src/a.test.ts: of two > one waits'],
    seconds: {'src/a.test.ts': 2.5, 'src/b.test.ts': 0},
    tests: [{file: 'src/a.test.ts', name: 'one works', seconds: 1.5}],
  })
})

test('no report at all is distinguished from an empty one', () => {
  expect(readReport(join(folder, 'missing.json'))).toBeNull()
})

describe('a suite (with odd signs)', () => {
  describe('in it another one', () => {
    test("the command that repeats a test names it as vitest does, it's said", ({task}) => {
      const names = ['a suite (with odd signs)', 'in it another one', task.name]
      const [, quoted = ''] = / -t (.*)$/.exec(aloneCommand('a.test.ts', fullNameOf(names))) ?? []
      const pattern = quoted.slice(1, -1).replaceAll(String.raw`'\''`, "'")
      expect(task.fullTestName).toMatch(new RegExp(pattern))
    })
  })
})
