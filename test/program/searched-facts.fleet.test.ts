/** Facts of rules in searches, by the whole program in virtual time: one server, one Arr. */
import {afterEach, beforeEach, expect, test} from 'vitest'
import {ActingHarness, filmRelease} from './acting-harness.fixture.ts'
import {radarrOn, radarrSection} from './radarr-films.fixture.ts'

const film = filmRelease('Some.Film.2020.1080p')
const other = filmRelease('Another.Film.2021.1080p')
const MINUTE = 60

let harness: ActingHarness
beforeEach(async () => {
  harness = await ActingHarness.start({
    servers: [{name: 'qBit', kind: 'qbittorrent', version: '5.1.0'}],
    arrs: [radarrOn('qBit')],
    torrents: [film, other],
    config: radarrSection,
  })
  const {arr} = harness.arr('radarr')
  const content = film.files.map(({path, bytes}) => ({path, size: bytes.length, kind: 'video' as const}))
  arr.releases.define({itemId: 1, title: film.name, hash: film.hash, content})
  arr.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
  await harness.until(
    MINUTE,
    () => harness.torrent('qBit', film) !== undefined,
    (isThere) => isThere,
  )
  await harness.pass(MINUTE)
})
afterEach(() => harness.stop())

async function found(q: string): Promise<readonly string[]> {
  const {torrents} = await harness.api.get<{torrents: readonly {name: string}[]}>(
    `/api/torrents?q=${encodeURIComponent(q)}`,
  )
  return torrents.map(({name}) => name)
}

test('what rules know of a torrent, by its server and by its Arr, a search finds it by', async () => {
  expect(await found('arr_queue_present:yes')).toEqual([film.name])
  expect(await found('-arr_queue_present:yes')).toEqual([])
  expect(await found('arr_tracked:downloading')).toEqual([film.name])
  expect(await found('obligation_met:none')).toEqual([film.name])
  expect(await found('stalled_for>1h')).toEqual([])
  expect(await found('-stalled_for>1h')).toEqual([film.name])
  expect(await found('(arr_tracked:imported OR tracker_host:example) size>1B')).toEqual([])
})

test('what an Arr has to be asked for is looked up once a search wants it, and unknown until then', async () => {
  expect(await found('arr_has_file:no OR arr_has_file:yes')).toEqual([])
  await harness.pass(MINUTE)
  expect(await found('arr_has_file:no')).toEqual([film.name])
  expect(await found('arr_has_file:yes')).toEqual([])
})

test('while the Arr does not answer, what it says of a torrent is unknown', async () => {
  harness.arr('radarr').arr.faults.add({kind: '500'})
  await harness.pass(10 * MINUTE)
  expect(await found('arr_queue_present:yes')).toEqual([])
  expect(await found('-arr_queue_present:yes')).toEqual([])
})

test('what a rule matches now a search finds by its name, and a rule that there is not is a mistake', async () => {
  const rule = (name: string, when: object) => ({name, when, do: [{action: 'stop'}]})
  const create = (of: object) => harness.api.send('POST', '/api/rules', {rule: of})
  await create(rule('In its queue', {fact: 'arr.queuePresent', op: 'eq', value: true}))
  await create(rule('Stuck', {fact: 'stalledFor', op: 'gt', value: '1h'}))
  expect(await found('rule:"In its queue"')).toEqual([film.name])
  expect(await found('-rule:"In its queue"')).toEqual([])
  expect(await found('rule:stuck')).toEqual([])
  expect(await found('-rule:stuck')).toEqual([film.name])
  expect(await found('rule:"in its queue" -rule:stuck')).toEqual([film.name])
  await expect(found('rule:nowhere')).rejects.toThrow(/unknown rule/)
})
