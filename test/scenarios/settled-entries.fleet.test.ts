/** What is so already is not done again, and what waits for a person is told once. */
import {afterEach, expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {filmsSection, grab, startFilms} from './films.fixture.ts'
import {A, B, DAY, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let house: ScenarioHarness
afterEach(() => house.stop())

const servers = [
  {name: B, torrents: 20},
  {name: A, torrents: 100},
]

test.runIf(isFull)(
  'S26 after a day somebody is told that an Arr waits for him, in its own words',
  {timeout: 300_000},
  async () => {
    const film = filmRelease('Some.Film.2020.1080p.WEB')
    house = await startFilms({config: filmsSection, titles: ['Some Film'], releases: [film]})
    await grab(house, film, {itemId: 1, import: 'titleMismatch'})
    house.update(A, film.hash, {done: film.size, state: 'seeding', downSpeed: 0, seedingTime: DAY})
    await house.pass(25 * HOUR)
    const [reported, ...more] = await house.journal('verb=notify&q=title%20mismatch')
    expect(more).toEqual([])
    expect(reported).toMatchObject({info_hash: film.hash, name: film.name, phase: 'confirmed'})
    // It is about this torrent alone.
    expect(await house.alerts()).toEqual([])
  },
)

test('what is tagged already is not tagged again, and costs no line', async () => {
  house = await ScenarioHarness.start({servers, settled: 0})
  house.put(A, 5_000, {category: 'films'})
  await house.rule({
    name: 'Tag',
    scope: {categories: ['films']},
    when: {fact: 'complete', op: 'eq', value: true},
    do: [{action: 'tag', names: ['done']}],
  })
  await house.pass(10 * MINUTE)
  expect(house.verbs(A)).toEqual(['addTags'])
  expect(await house.lines('verb=addTags')).toHaveLength(1)
  expect(await house.alerts()).toEqual([])
})

test.each([
  ['it goes later', 2 * MINUTE, 'remove confirmed'],
  ['it stays', 10 * MINUTE, 'remove failed not_removed'],
] as const)(
  'a removal of a person that shows no effect in time ends by what the list says: %s',
  async (_, later, line) => {
    house = await ScenarioHarness.start({servers, settled: MINUTE})
    const torrent = house.put(A, 5_000)
    await house.pass(MINUTE)
    // The server takes the command, and does nothing yet.
    const {commands} = house.world(A)
    const remove = commands.remove.bind(commands)
    commands.remove = () => {}
    const keys = [{server_id: A, info_hash: torrent.hash}]
    await house.acting.api.send('POST', '/api/torrents/actions', {verb: 'remove', keys})
    await house.pass(2 * MINUTE)
    expect(await house.lines('verb=remove')).toEqual(['remove unconfirmed'])
    if (later === 2 * MINUTE) remove([torrent])
    await house.pass(later)
    expect(await house.lines('verb=remove')).toEqual([line])
    expect(await house.alerts()).toEqual([])
  },
)
