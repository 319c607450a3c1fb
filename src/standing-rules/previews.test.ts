import {expect, test} from 'vitest'
import {Turns} from '#kit/turns.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {world, type Row} from '#rules/world.fixture.ts'
import {RuleInvalid} from './draft.ts'
import {noPaths} from './no-paths.fixture.ts'
import {RulePreviews} from './previews.ts'
import {rulesHouse} from './rules-house.fixture.ts'

const rows: readonly Row[] = ['file', 'adas', 'anns', 'bobs'].map((server) => ({
  ...{key: `on ${server}`, complete: true, size: 100, category: 'tv', 'server.id': server},
}))

async function previewsHouse() {
  const house = await rulesHouse()
  const looked: ServerId[] = []
  const previews = new RulePreviews<Row, never>({
    paths: noPaths,
    ...{clock: house.clock, turns: new Turns(), programs: () => []},
    world: {
      readersFor: (by) => ({...world, name: (row) => ({...world.name(row), key: `${by.name} ${row.key}`})}),
      *subjectsOn(servers) {
        looked.push(...servers)
        yield* rows.filter((row) => servers.includes(row['server.id'] as ServerId))
      },
      guardsOf: () => (decision) => (decision.subject.key.endsWith('on file') ? 'busy' : null),
    },
  })
  return {...house, previews, looked}
}

const rule = (more: object = {}) => ({
  rule: {name: 'All', when: {fact: 'complete', op: 'eq', value: true}, do: [{action: 'stop'}], ...more},
})

test('S29 only what he may command is looked at, counted and shown', async () => {
  const {previews, as, looked} = await previewsHouse()
  const told = await previews.of(as('ann'), rule())
  expect(told).toMatchObject({looked: 2, matched: {count: 2}, blocked: {count: 1}, wouldAct: {count: 1}})
  expect([[...told.servers.keys()], looked]).toEqual([['anns'], ['file', 'anns']])
  expect((await previews.of(as('ada'), rule())).matched.count).toBe(4)
  expect((await previews.of(as('ann'), rule({scope: {servers: ['bobs']}}))).looked).toBe(0)
  expect((await previews.of(as('vic'), rule())).looked).toBe(0)
})

test('what has to hold for a time is held, and what is no rule is refused with its mistakes', async () => {
  const {previews, as} = await previewsHouse()
  expect(await previews.of(as('ann'), rule({hold: {for: '1h'}}))).toMatchObject({
    ...{held: {count: 2}, wouldAct: {count: 0}},
  })
  await expect(previews.of(as('ann'), {yaml: 'name: All'})).rejects.toBeInstanceOf(RuleInvalid)
})
