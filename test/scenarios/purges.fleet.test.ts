/** What a rule lets go of the trash, with real files. */
import {mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {newFolder} from '../program/program.fixture.ts'
import {A, DAY, elsewhere, HOUR, ScenarioHarness} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
const folders: string[] = []
afterEach(async () => {
  await harness.stop()
  for (const folder of folders.splice(0)) rmSync(folder, {recursive: true, force: true})
})

const FIRST = 5_000

/** Two torrents with their data on a disk that we see. */
async function harnessWithFiles() {
  const folder = newFolder()
  folders.push(folder)
  harness = await ScenarioHarness.start({
    servers: [{name: A, torrents: 50, each: elsewhere}],
    config: `["${A}".PathMappings]\n"/srv/downloads" = ${JSON.stringify(folder)}\n`,
  })
  const put = (index: number, category: string) => {
    const {hash, name, torrent: metainfo, files} = filmRelease(`Film ${index}`)
    const its = files.map(({path}) => ({path, size: 1_000, done: 1_000, priority: 'normal' as const}))
    const sizes = {size: 1_000, sizeTotal: 1_000, done: 1_000}
    harness.had(A, index, {hash, name, rootName: name, metainfo, files: its, category, ...sizes})
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, 'film.mkv'), 'x'.repeat(1_000))
  }
  const inTrash = () =>
    readdirSync(folder, {recursive: true, withFileTypes: true}).filter(
      (it) => it.isFile() && /^\d+ film\.mkv$/.test(it.name),
    ).length
  return {folder, put, inTrash}
}

const trashStates = async () => {
  const {items} = await harness.acting.api.get<{items: readonly {state: string}[]}>('/api/trash')
  return items.map(({state}) => state).toSorted()
}

const empties = {
  name: 'Empty',
  scope: {servers: [A]},
  when: {fact: 'complete', op: 'eq', value: true},
  do: [{action: 'purge'}],
}

test('a rule empties the trash of what is over, and of nothing else', async () => {
  const {put, inTrash} = await harnessWithFiles()
  put(FIRST, 'day')
  put(FIRST + 1, 'week')
  const recycles = (category: string, days: number) => ({
    name: category,
    scope: {categories: [category]},
    when: {fact: 'complete', op: 'eq', value: true},
    do: [{action: 'recycle', days}],
  })
  await harness.rule(recycles('day', 1))
  await harness.rule(recycles('week', 7))
  await harness.pass(HOUR)
  expect([inTrash(), await trashStates()]).toEqual([2, ['kept', 'kept']])
  const rule = await harness.rule(empties)
  await harness.pass(DAY)
  expect([inTrash(), await trashStates()]).toEqual([1, ['kept', 'purged']])
  const entries = (await harness.journal()).filter(({verb}) => verb === 'purge')
  expect(entries).toMatchObject([{phase: 'confirmed', actor: 'Empty', rule_id: rule, name: `Film ${FIRST}`}])
  expect(harness.destroyed().filter((it) => it.includes('removeWithData'))).toEqual([])
})
