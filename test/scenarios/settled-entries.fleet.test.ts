/** What is so already is not done again, and what waits for a person is told once. */
import {afterEach, expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {filmsSection, grab, startFilms} from './films.fixture.ts'
import {A, B, DAY, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

const servers = [
  {name: B, torrents: 20},
  {name: A, torrents: 100},
]

test.runIf(isFull)(
  'S26 after a day a user gets a message that an Arr waits for them, in its own words',
  {timeout: 300_000},
  async () => {
    const film = filmRelease('Some.Film.2020.1080p.WEB')
    harness = await startFilms({config: filmsSection, titles: ['Some Film'], releases: [film]})
    await grab(harness, film, {itemId: 1, import: 'titleMismatch'})
    harness.update(A, film.hash, {done: film.size, state: 'seeding', downSpeed: 0, seedingTime: DAY})
    await harness.pass(25 * HOUR)
    const [reported, ...more] = await harness.journal('verb=notify&q=title%20mismatch')
    expect(more).toEqual([])
    expect(reported).toMatchObject({info_hash: film.hash, name: film.name, phase: 'confirmed'})
    // It is about this torrent alone.
    expect(await harness.alerts()).toEqual([])
  },
)

test('what is tagged already is not tagged again, and costs no line', async () => {
  harness = await ScenarioHarness.start({servers, settled: 0})
  harness.put(A, 5_000, {category: 'films'})
  await harness.rule({
    name: 'Tag',
    scope: {categories: ['films']},
    when: {fact: 'complete', op: 'eq', value: true},
    do: [{action: 'tag', names: ['done']}],
  })
  await harness.pass(10 * MINUTE)
  expect(harness.verbs(A)).toEqual(['addTags'])
  expect(await harness.lines('verb=addTags')).toHaveLength(1)
  expect(await harness.alerts()).toEqual([])
})

test.each([
  ['it goes later', 2 * MINUTE, 'remove confirmed'],
  ['it stays', 10 * MINUTE, 'remove failed not_removed'],
] as const)(
  'a removal of a person that shows no effect in time ends by what the list says: %s',
  async (_, later, line) => {
    harness = await ScenarioHarness.start({servers, settled: MINUTE})
    const torrent = harness.put(A, 5_000)
    await harness.pass(MINUTE)
    // The server takes the command, and does nothing yet.
    const {commands} = harness.world(A)
    const remove = commands.remove.bind(commands)
    commands.remove = () => {}
    const keys = [{server_id: A, info_hash: torrent.hash}]
    await harness.acting.api.send('POST', '/api/torrents/actions', {verb: 'remove', keys})
    await harness.pass(2 * MINUTE)
    expect(await harness.lines('verb=remove')).toEqual(['remove unconfirmed'])
    if (later === 2 * MINUTE) remove([torrent])
    await harness.pass(later)
    expect(await harness.lines('verb=remove')).toEqual([line])
    expect(await harness.alerts()).toEqual([])
  },
)
