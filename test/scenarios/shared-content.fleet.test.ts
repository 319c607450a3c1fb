/** Data that is not only that of the torrent which a rule is about: of other torrents, and of hard links. */
import {linkSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {newFolder} from '../program/program.fixture.ts'
import {A, B, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
const folders: string[] = []
afterEach(async () => {
  await harness.stop()
  for (const folder of folders.splice(0)) rmSync(folder, {recursive: true, force: true})
})

/** Behind the crowd of the servers. */
const FIRST = 5_000
const GB = 1e9
const SEEN = 33 * MINUTE

const servers = [
  {name: B, torrents: 20},
  {name: A, torrents: 100},
]

const seeded = (name: string, category: string, ...more: readonly object[]) => ({
  name,
  reason: 'seedingDone',
  scope: {categories: [category]},
  when: {all: [{fact: 'ratio', op: 'gte', value: 2}, ...more]},
  do: [{action: 'removeWithData'}],
})

test('S20 what shares its files goes alone, or waits for the other, as its rule says', async () => {
  harness = await ScenarioHarness.start({servers, settled: 0})
  const pair = (category: string, index: number) => {
    const shared = {category, rootName: `Both of ${category}`}
    const first = harness.had(A, index, {...shared, uploaded: 3 * GB})
    return {first: first.hash, other: harness.had(A, index + 1, {...shared, uploaded: 0}).hash}
  }
  const [films, series] = [pair('films', FIRST), pair('series', FIRST + 2)]
  await harness.rule(seeded('Seeded', 'films'))
  await harness.rule(seeded('Seeded alone', 'series', {fact: 'content.ownersOther', op: 'eq', value: 0}))
  await harness.pass(SEEN)
  expect(harness.destroyed()).toEqual([`${A} remove ${films.first}`])
  const [gone] = await harness.journal('outcome=done&class=destructive')
  expect(gone!.decided!.guards).toContainEqual(
    expect.objectContaining({guard: 'content', verdict: 'degrade', code: 'other_owners'}),
  )
  // Nobody stopped it, moved it or has it checked.
  const {state, stateCounter, done, size} = harness.torrent(A, films.other)
  expect({state, stateCounter, done}).toEqual({state: 'seeding', stateCounter: 0, done: size})
  expect(harness.verbs(A)).toEqual(['remove'])
  expect(await harness.ruleSays(A, series.first, 'Seeded alone')).toBe(
    'Not removed with its data: other torrents that use its data is 1, asked: 0.',
  )
  expect(await harness.alerts()).toEqual([])
  await harness.expectWell()
})

test('S21 hard links that cannot be read make nothing true, and a rule that does not ask for them goes by owners alone', async () => {
  harness = await ScenarioHarness.start({servers, settled: 0})
  const names = ['No link', 'A link', 'Not no link']
  const [unasked, ...hashes] = ['unasked', ...names].map(
    (category, index) => harness.had(A, FIRST + index, {category, uploaded: 3 * GB}).hash,
  )
  const none = {fact: 'content.linksOutside', op: 'eq', value: 0}
  for (const [index, condition] of [none, {...none, op: 'gt'}, {not: none}].entries())
    await harness.rule(seeded(names[index]!, names[index]!, condition))
  await harness.rule(seeded('Whatever links', 'unasked'))
  await harness.pass(SEEN)
  expect(harness.destroyed()).toEqual([`${A} removeWithData ${unasked}`])
  for (const [index, hash] of hashes.entries()) {
    expect(await harness.ruleSays(A, hash, names[index]!)).toMatch(
      /^Not removed with its data: hard links outside of torrents is unknown since \S+, it could not be read\.$/,
    )
    expect(await harness.journal(`info_hash=${hash}`)).toEqual([])
  }
  expect(await harness.alerts()).toEqual([])
  await harness.expectWell()
})

test('S22 a hard link that is made between decision and execution is seen before the command', async () => {
  const folder = newFolder()
  folders.push(folder)
  const config = `["${A}".PathMappings]\n"/srv/downloads" = ${JSON.stringify(folder)}\n`
  harness = await ScenarioHarness.start({servers, config, settled: 0})
  const linked = fileOn(folder, 'Linked', FIRST)
  const alone = fileOn(folder, 'Alone', FIRST + 1)
  const none = {fact: 'content.linksOutside', op: 'eq', value: 0}
  // What was seen of links counts for a minute.
  await harness.rule({...seeded('No link', 'films', none), hold: {for: '45s'}})
  await harness.pass(SEEN)
  for (const hash of [linked, alone]) harness.update(A, hash, {uploaded: 3 * GB})
  await harness.pass(30)
  expect(await harness.ruleSays(A, linked, 'No link')).toMatch(
    /hard links outside of torrents is 0\); held for/,
  )
  linkSync(join(folder, 'Linked'), join(folder, 'Elsewhere'))
  await harness.pass(5 * MINUTE)
  expect(harness.destroyed()).toEqual([`${A} removeWithData ${alone}`])
  const [cancelled] = await harness.journal(`info_hash=${linked}`)
  expect(cancelled).toMatchObject({
    verb: 'removeWithData',
    phase: 'refused',
    code: 'changed_meanwhile',
    message: 'It was decided on something that is not so any more (hard links outside of torrents).',
  })
  expect(await harness.alerts()).toEqual([])
  await harness.expectWell()
})

/** A torrent of one file that lies on our disk. @returns its hash */
function fileOn(folder: string, name: string, index: number): string {
  const [size, path] = [4_000 + index, name]
  writeFileSync(join(folder, path), Buffer.alloc(size))
  const files = [{path, size, done: size, priority: 'normal' as const}]
  const sizes = {size, sizeTotal: size, done: size, downloaded: GB, uploaded: 0}
  return harness.had(A, index, {...sizes, name, rootName: name, files, category: 'films'}).hash
}

const isElsewhere = {fact: 'content.onOtherServer', op: 'eq', value: true}
const elsewhereToo = {
  name: 'Elsewhere, too',
  reason: 'seedingDone',
  scope: {categories: ['twice']},
  when: {all: [{fact: 'ratio', op: 'gte', value: 2}, isElsewhere]},
  do: [{action: 'removeWithData'}],
}

async function twoCopies(ofB: object = {}) {
  harness = await ScenarioHarness.start({servers, settled: 0})
  await harness.acting.reconfigure('', {[A]: {storage: 'one'}, [B]: {storage: 'two'}})
  const whole = {category: 'twice', uploaded: 3 * GB, name: 'Twice', rootName: 'Twice'}
  const {hash} = harness.had(A, FIRST, whole)
  const world = harness.world(B)
  world.put({...harness.torrent(A, hash), ...ofB})
  world.restart()
  return hash
}

test.each([
  ['by its rule', elsewhereToo],
  [
    'by the condition of the action',
    {
      ...elsewhereToo,
      when: {fact: 'ratio', op: 'gte', value: 2},
      do: [{action: 'removeWithData', if: isElsewhere}],
    },
  ],
])('of two copies of which each goes as the other one is there, one stays: %s', async (_, rule) => {
  const hash = await twoCopies()
  await harness.rule(rule)
  await harness.pass(SEEN)
  expect(harness.destroyed()).toHaveLength(1)
  expect([harness.holds(A, hash), harness.holds(B, hash)].filter(Boolean)).toHaveLength(1)
  await harness.pass(SEEN)
  expect(harness.destroyed()).toHaveLength(1)
})

test('an incomplete copy elsewhere is no copy, and one that goes in the last moments is none', async () => {
  const hash = await twoCopies({done: 0, downloaded: 0, state: 'stopped', running: false})
  await harness.rule({...elsewhereToo, scope: {categories: ['twice'], servers: [A]}})
  await harness.pass(SEEN)
  expect([harness.destroyed(), harness.holds(A, hash)]).toEqual([[], true])
})
