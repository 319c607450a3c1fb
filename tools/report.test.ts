import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, test} from 'vitest'
import {readReport} from './report.ts'
import {root} from './steps.ts'

const folder = mkdtempSync(join(tmpdir(), 'commodarr-report-test-'))
afterAll(() => rmSync(folder, {recursive: true}))

test('a report names what failed and why, what was not run, what had to be tried again, and files that broke down', () => {
  const file = join(folder, 'report.json')
  const assertionResults = [
    {fullName: 'one works', status: 'passed'},
    {fullName: 'one works at last', status: 'passed', failureMessages: ['Error: not yet\n    at here']},
    {
      fullName: 'one does not',
      status: 'failed',
      failureMessages: [
        'Error: \u001B[31mwaited\u001B[39m in vain\n    at here (a.ts:1:2)',
        `x${'y'.repeat(2_000)}`,
      ],
    },
    {fullName: 'one waits', status: 'skipped'},
  ]
  const testResults = [
    {name: join(root, 'src/a.test.ts'), status: 'failed', assertionResults},
    {
      name: join(root, 'src/b.test.ts'),
      status: 'failed',
      message: 'no such module\nat …',
      assertionResults: [],
    },
  ]
  writeFileSync(file, JSON.stringify({testResults}))
  expect(readReport(file)).toEqual({
    passed: 2,
    failed: [
      expect.stringMatching(/^src\/a\.test\.ts: one does not\n {6}Error: waited in vain\n {6}xy{1199} …$/),
      'src/b.test.ts: no such module',
    ],
    skipped: ['src/a.test.ts: one waits'],
    again: ['src/a.test.ts: one works at last\n      Error: not yet'],
  })
})

test('no report at all is told apart from an empty one', () => {
  expect(readReport(join(folder, 'missing.json'))).toBeNull()
})
