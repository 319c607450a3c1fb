/** What a rule keeps by an Arr that is renamed or taken out stays, by the whole program in virtual time. */
import {afterEach, beforeEach, expect, test} from 'vitest'
import {ActingHarness, filmRelease} from './acting-harness.fixture.ts'
import {done} from './fleet-harness.fixture.ts'
import {radarrOn, restingFilms} from './radarr-films.fixture.ts'

const film = filmRelease('Some.Film.2020.1080p')
const HOUR = 3600

let harness: ActingHarness
beforeEach(async () => {
  harness = await ActingHarness.start({
    servers: [{name: 'qBit', kind: 'qbittorrent', version: '5.1.0'}],
    arrs: [radarrOn('qBit')],
    torrents: [film],
    config: restingFilms,
  })
  const {arr} = harness.arr('radarr')
  const content = film.files.map(({path, bytes}) => ({path, size: bytes.length, kind: 'video' as const}))
  arr.releases.define({itemId: 1, title: film.name, hash: film.hash, content})
  arr.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
  await harness.until(
    HOUR,
    () => harness.torrent('qBit', film) !== undefined,
    (isThere) => isThere,
  )
})
afterEach(() => harness.stop())

interface Made {
  readonly id: string
  readonly gone: readonly string[]
}

async function rule(name: string, when: object, action: object): Promise<Made> {
  const body = {rule: {name, mode: 'live', when, do: [action]}, confirm: true, confirm_all: true}
  return done<Made>(harness.api.send('POST', '/api/rules', body))
}

const isThere = () => harness.torrent('qBit', film) !== undefined

test('a film that a rule keeps by its Arr stays when the section of the Arr gets another name, until the rule is switched off', async () => {
  const keep = await rule('Keep films', {fact: 'arr.id', op: 'eq', value: 'Radarr-Films'}, {action: 'skip'})
  await rule('Clean', {fact: 'age', op: 'gte', value: '1h'}, {action: 'remove'})
  await harness.pass(3 * HOUR)
  expect(isThere()).toBe(true)
  await harness.reconfigure(restingFilms.replaceAll('Radarr-Films', 'Radarr-UHD'))
  await harness.pass(3 * HOUR)
  expect(isThere()).toBe(true)
  const {gone} = await harness.api.get<Made>(`/api/rules/${keep.id}`)
  expect(gone).toEqual(['Radarr-Films'])
  await done(harness.api.send('PATCH', `/api/rules/${keep.id}`, {mode: 'off'}))
  // In the same time it would have gone before.
  await harness.until(3 * HOUR, isThere, (it) => !it)
})
