import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {actionKinds} from '#model/rule.ts'

const root = join(import.meta.dirname, '../../..')
const page = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')

test('who carries it out is said of every action once, with a test that is there', () => {
  const [, section = ''] = page.split('## Who carries it out')
  const rows = [...section.split('\n**', 1)[0]!.matchAll(/^\| (`.*) \| .* \| (.*) \|$/gm)]
  const words = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word!)
  expect(rows.flatMap(([, actions]) => words(actions!)).toSorted()).toEqual(
    Object.keys(actionKinds).toSorted(),
  )
  const paths = rows.flatMap(([, , tests]) => words(tests!))
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
})
