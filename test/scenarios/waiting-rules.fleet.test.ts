/** What a rule waits for is seen when it comes, and said while it does not. */
import {afterEach, expect, test} from 'vitest'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {filmsSection, grab, startFilms} from './films.fixture.ts'
import {A, B, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let house: ScenarioHarness
afterEach(() => house.stop())

const FIRST = 5_000
const GB = 1e9
const servers = [
  {name: B, torrents: 20},
  {name: A, torrents: 100},
]

test('S20 a rule that waits for the other torrent of the same files goes on when that is gone', async () => {
  house = await ScenarioHarness.start({servers, settled: 0})
  const shared = {category: 'films', rootName: 'Both'}
  const first = house.had(A, FIRST, {...shared, uploaded: 3 * GB})
  const other = house.had(A, FIRST + 1, {...shared, uploaded: 0})
  await house.rule({
    name: 'Alone',
    reason: 'seedingDone',
    scope: {categories: ['films']},
    when: {
      all: [
        {fact: 'ratio', op: 'gte', value: 2},
        {fact: 'content.ownersOther', op: 'eq', value: 0},
      ],
    },
    do: [{action: 'removeWithData'}],
  })
  await house.pass(35 * MINUTE)
  house.world(A).drop(other)
  await house.pass(10 * MINUTE)
  expect(house.destroyed()).toEqual([`${A} removeWithData ${first.hash}`])
})

test('S30 why something is unknown names the server that is away', async () => {
  house = await ScenarioHarness.start({servers, settled: 0})
  const film = {hash: 'f'.repeat(40), category: 'films'}
  for (const server of [A, B]) house.had(server, FIRST, film)
  await house.pass(MINUTE)
  await house.away(A)
  await house.pass(5 * MINUTE)
  await house.rule({
    name: 'Also elsewhere',
    scope: {servers: [B], categories: ['films']},
    when: {fact: 'content.onOtherServer', op: 'eq', value: true},
    do: [{action: 'remove'}],
  })
  await house.pass(MINUTE)
  expect(await house.ruleSays(B, film.hash, 'Also elsewhere')).toMatch(
    new RegExp(`since \\S+Z, .*${A} is not online`),
  )
})

test('why of a complete download of an Arr does not begin with what happens once', async () => {
  const film = filmRelease('Some.Film.2020.1080p.WEB')
  house = await startFilms({config: filmsSection, titles: ['Some Film'], releases: [film]})
  await grab(house, film, {itemId: 1, import: 'titleMismatch'})
  house.update(A, film.hash, {done: film.size, state: 'seeding', downSpeed: 0})
  await house.pass(HOUR)
  expect((await house.why(A, film.hash)).verdict.says.text).toMatch(
    /^Not imported: .* says “Movie title mismatch/,
  )
})

test('why says what keeps a torrent that a rule wants gone', async () => {
  house = await ScenarioHarness.start({servers, settled: 0})
  const {hash} = house.had(A, FIRST, {category: 'films', isPrivate: true})
  await house.rule({
    name: 'Seeded',
    reason: 'seedingDone',
    scope: {categories: ['films']},
    when: {fact: 'ratio', op: 'gte', value: 0.4},
    do: [{action: 'removeWithData'}],
  })
  await house.pass(35 * MINUTE)
  expect(await house.lines('outcome=held&q=tracker%20asks')).toEqual([
    'removeWithData blocked obligation_owed',
  ])
  expect(await house.ruleSays(A, hash, 'Seeded')).toMatch(/^Not removed with its data/)
  expect((await house.why(A, hash)).verdict.says.text).toMatch(
    /^Stays until 5 June: its tracker requires 5 more days/,
  )
})
