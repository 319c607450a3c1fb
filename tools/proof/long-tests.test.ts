import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {root} from '../steps.ts'
import {longTests, longTestsOf} from './long-tests.ts'
import {idleSeconds} from './seconds.ts'

/** As measured with all workers busy. */
const busy = (seconds: number) => seconds / idleSeconds(1)
const named = (file: string, all: readonly number[]) =>
  all.map((seconds, at) => ({file, name: `test ${'abcde'[at]}`, seconds: busy(seconds)}))

test('a file keeps its shortest test, what fits after it and what costs next to nothing', () => {
  const tests = [
    ...named('test/a.fleet.test.ts', [9, 1, 0.01]),
    ...named('test/b.fleet.test.ts', [0.5, 0.6, 0.15, 0.06, 0.04]),
    ...named('test/short.fleet.test.ts', [0.3, 0.3]),
    ...named('src/c.stores.test.ts', [0.3, 0.1, 0.3]),
    ...named('src/unit.test.ts', [9, 9]),
  ]
  expect(longTestsOf(tests)).toEqual({
    'src/c.stores.test.ts': ['test c'],
    'test/a.fleet.test.ts': ['test a'],
    'test/b.fleet.test.ts': ['test b'],
  })
})

test('what is said of another kind of server comes after all that is said of one', () => {
  const said = ['a qbittorrent stays', 'a deluge stays', 'whoever asks is told']
  const tests = said.map((name) => ({file: 'test/c.fleet.test.ts', name, seconds: busy(0.3)}))
  expect(longTestsOf(tests)).toEqual({'test/c.fleet.test.ts': ['a deluge stays']})
})

test('each file of the list is there', () => {
  expect(Object.keys(longTests()).filter((it) => !existsSync(join(root, it)))).toEqual([])
})
