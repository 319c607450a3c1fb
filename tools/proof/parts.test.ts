import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {projectFiles} from '../imports.ts'
import {root} from '../steps.ts'
import {filesOf, fullOnly, partOfCommit, parts, projects, type LastRun, type Project} from './parts.ts'
import {budgetOf, knownSeconds, reasons} from './seconds.ts'

const tests = projectFiles().filter((it) => /\.test\.tsx?$/.test(it))

function projectOf(file: string): Project {
  const kind = /\.(\w+)\.test\.ts$/.exec(file)?.[1]
  return kind === 'stores' ? 'pg' : (projects.find((it) => it === kind) ?? 'unit')
}

test('every test file belongs to a part of the full proof', () => {
  const proved = new Set(
    parts.flatMap(({projects: its, files}) => {
      const fit = files === undefined ? null : new Set(filesOf(files))
      return tests.filter((it) => its.includes(projectOf(it)) && (fit === null || fit.has(it)))
    }),
  )
  expect(tests.filter((it) => !proved.has(it))).toEqual([])
})

test('whatever a part or the list of the full proof names is there', () => {
  const named = [...fullOnly, ...parts.flatMap(({files = []}) => files)]
  expect(named.filter((it) => filesOf([it]).length === 0)).toEqual([])
})

test('each part has its turn once it passed, and takes no longer than a quarter of an hour', () => {
  const commits = Array.from({length: parts.length}, (_, at) => at.toString(16).padStart(8, '0'))
  const ran = (part: string, seconds = 900, failed = 0) => ({part, failed, seconds})
  const turns = (runs: readonly LastRun[]) =>
    [...new Set(commits.map((it) => partOfCommit(it, runs).name))].toSorted()
  expect(turns(parts.map(({name}) => ran(name)))).toHaveLength(parts.length)
  const runs = [ran('storage'), ran('kills', 10), ran('program', 901), ran('attack', 10, 1)]
  expect(turns(runs)).toEqual(['kills', 'storage'])
  // Where nothing was ever proved, everything is still to come.
  expect(turns([])).toHaveLength(parts.length)
})

test('a test file takes no longer than its budget, or says why', () => {
  const seconds = knownSeconds()
  const over = Object.entries(seconds).filter(([file, its]) => its > budgetOf(file))
  expect(over.map(([file]) => file).filter((it) => reasons[it] === undefined)).toEqual([])
  expect(Object.keys(reasons).filter((it) => !over.some(([file]) => file === it))).toEqual([])
  expect(Object.keys(seconds).filter((it) => !existsSync(join(root, it)))).toEqual([])
})
