/** What a rule waits for is seen when it comes, and said while it does not. */
import {afterEach, expect, test} from 'vitest'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {filmsSection, grab, startFilms} from './films.fixture.ts'
import {A, B, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

const FIRST = 5_000
const GB = 1e9
const servers = [
  {name: B, torrents: 20},
  {name: A, torrents: 100},
]

test('S20 a rule that waits for the other torrent of the same files goes on when that is gone', async () => {
  harness = await ScenarioHarness.start({servers, settled: 0})
  const shared = {category: 'films', rootName: 'Both'}
  const first = harness.had(A, FIRST, {...shared, uploaded: 3 * GB})
  const other = harness.had(A, FIRST + 1, {...shared, uploaded: 0})
  await harness.rule({
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
  await harness.pass(35 * MINUTE)
  harness.world(A).drop(other)
  await harness.pass(10 * MINUTE)
  expect(harness.destroyed()).toEqual([`${A} removeWithData ${first.hash}`])
})

test('S30 why something is unknown names the server that is away', async () => {
  harness = await ScenarioHarness.start({servers, settled: 0})
  const film = {hash: 'f'.repeat(40), category: 'films'}
  for (const server of [A, B]) harness.had(server, FIRST, film)
  await harness.pass(MINUTE)
  await harness.away(A)
  await harness.pass(5 * MINUTE)
  await harness.rule({
    name: 'Also elsewhere',
    scope: {servers: [B], categories: ['films']},
    when: {fact: 'content.onOtherServer', op: 'eq', value: true},
    do: [{action: 'remove'}],
  })
  await harness.pass(MINUTE)
  expect(await harness.ruleSays(B, film.hash, 'Also elsewhere')).toMatch(
    new RegExp(`since \\S+Z, .*${A} is not online`),
  )
})

test('why of a complete download of an Arr does not begin with what happens once', async () => {
  const film = filmRelease('Some.Film.2020.1080p.WEB')
  harness = await startFilms({config: filmsSection, titles: ['Some Film'], releases: [film]})
  await grab(harness, film, {itemId: 1, import: 'titleMismatch'})
  harness.update(A, film.hash, {done: film.size, state: 'seeding', downSpeed: 0})
  await harness.pass(HOUR)
  expect((await harness.why(A, film.hash)).verdict.says.text).toMatch(
    /^Not imported: .* says “Movie title mismatch/,
  )
})

test('why says what keeps a torrent that a rule wants gone', async () => {
  harness = await ScenarioHarness.start({servers, settled: 0})
  const {hash} = harness.had(A, FIRST, {category: 'films', isPrivate: true})
  await harness.rule({
    name: 'Seeded',
    reason: 'seedingDone',
    scope: {categories: ['films']},
    when: {fact: 'ratio', op: 'gte', value: 0.4},
    do: [{action: 'removeWithData'}],
  })
  await harness.pass(35 * MINUTE)
  expect(await harness.lines('outcome=held&q=tracker%20asks')).toEqual([
    'removeWithData blocked obligation_owed',
  ])
  expect(await harness.ruleSays(A, hash, 'Seeded')).toMatch(/^Not removed with its data/)
  expect((await harness.why(A, hash)).verdict.says.text).toMatch(
    /^Stays until 5 June: as no profile names its tracker, it seeds 5 more days, or to a ratio of 1/,
  )
})
