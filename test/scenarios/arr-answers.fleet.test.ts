/** The answers that people have for what an Arr does not take in, down to the Arr. Source: Sonarr and Radarr. */
import {afterEach, expect, test} from 'vitest'
import {some} from '#test/proof.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {restingFilms} from '../program/radarr-films.fixture.ts'
import {grab} from './films.fixture.ts'
import {A, hashAt, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

const bad = filmRelease('Some.Film.2020.1080p.BAD')
const good = filmRelease('Some.Film.2020.720p.GOOD', 40_000)
const downloadId = bad.hash.toUpperCase()

let harness: ScenarioHarness
afterEach(() => harness.stop())
const arr = () => harness.acting.arr('radarr').arr

/** One film is on its way, and there is another release of it. */
async function begin(
  autoRedownloadFailed: boolean,
  rules: readonly object[] = [],
  rssSyncInterval = 0,
): Promise<void> {
  harness = await ScenarioHarness.start({
    config: restingFilms,
    releases: [bad, good],
    settled: MINUTE,
    rules,
    servers: [{name: A, torrents: 50}],
    arrs: [
      {
        name: 'radarr',
        app: 'radarr',
        library: [{title: 'Some Film', year: 2020}],
        downloadClients: [{name: A, category: 'films'}],
        qualityProfiles: [{name: 'HD', cutoff: 18}],
        config: {autoRedownloadFailed, rssSyncInterval},
      },
    ],
  })
  await grab(harness, bad, {itemId: 1})
  const content = good.files.map(({path, bytes}) => ({path, size: bytes.length, kind: 'video' as const}))
  arr().releases.define({itemId: 1, title: good.name, hash: good.hash, content, qualityId: 4})
  harness.update(A, bad.hash, {state: 'downloading', downSpeed: 0, done: 10_000, downloaded: 10_000})
  await harness.pass(2 * MINUTE)
}

const answer = (body: object) => harness.acting.api.send('POST', '/api/arrs/Radarr-Films/actions', body)
const blocklists = {
  name: 'Never comes',
  reason: 'stalled',
  scope: {categories: ['films']},
  when: {fact: 'name', op: 'contains', value: 'BAD'},
  hold: {for: '10m'},
  do: [{action: 'arr.blocklist'}],
  guards: {minAgeIncomplete: '0s'},
}
/** The release that is asked for first is asked for by the test. */
const searchedAgain = () => (arr().stats.searches[1] ?? 0) - 1

for (const autoRedownloadFailed of some(1, [true, false])) {
  const whose = autoRedownloadFailed ? 'by the Arr' : 'by us'
  const would = autoRedownloadFailed ? 'would search' : 'would not'
  test(`blocklist and search: another release comes, searched once, ${whose}`, async () => {
    await begin(autoRedownloadFailed)
    const {status} = await answer({action: 'blocklist', download_id: downloadId, search_again: true})
    expect(status).toBe(204)
    const came = () => harness.holds(A, good.hash)
    expect(await harness.acting.until(HOUR, came, (it) => it)).toBe(true)
    await harness.pass(10 * MINUTE)
    expect([arr().stats.blocklists, searchedAgain()]).toEqual([[downloadId], 1])
    // The torrent itself is nobody's to remove by this.
    expect([harness.holds(A, bad.hash), arr().stats.deletes]).toEqual([true, []])
    const lines = await harness.lines('verb=arr.search')
    expect(lines).toEqual(autoRedownloadFailed ? [] : ['arr.search confirmed'])
    // Once more: nothing is left to be done, and that is said.
    const again = await answer({action: 'blocklist', download_id: downloadId, search_again: true})
    expect(again).toMatchObject({status: 422, body: {detail: 'This Arr has blocklisted it already.'}})
    await harness.pass(10 * MINUTE)
    expect([arr().stats.blocklists.length, searchedAgain()]).toEqual([1, 1])
  })

  test(`a rule that blocklists has it searched once, ${whose}`, async () => {
    await begin(autoRedownloadFailed, [blocklists])
    const came = () => harness.holds(A, good.hash)
    expect(await harness.acting.until(2 * HOUR, came, (it) => it)).toBe(true)
    await harness.pass(HOUR)
    expect([arr().stats.blocklists[0], searchedAgain()]).toEqual([downloadId, 1])
    const {entries} = await harness.acting.api.get<{entries: readonly object[]}>(
      `/api/torrents/${bad.hash}/timeline?server_id=${encodeURIComponent(A)}`,
    )
    const reported = entries.filter((entry) => (entry as {verb: string}).verb === 'arr.blocklist')
    expect(reported).toEqual([
      expect.objectContaining({
        actor: 'Never comes',
        origin: 'rule',
        outcome: 'done',
        args: expect.objectContaining({arr: 'Radarr-Films', download: downloadId, title: bad.name}),
        message: expect.stringContaining(autoRedownloadFailed ? 'automatically' : 'by us'),
      }),
    ])
  })

  test(`blocklist alone: nothing is searched, also where the Arr ${would}`, async () => {
    await begin(autoRedownloadFailed)
    const {status} = await answer({action: 'blocklist', download_id: downloadId, search_again: false})
    expect(status).toBe(204)
    await harness.pass(30 * MINUTE)
    expect([arr().stats.blocklists, searchedAgain()]).toEqual([[downloadId], 0])
    expect([harness.holds(A, bad.hash), harness.holds(A, good.hash)]).toEqual([true, false])
  })
}

test('what a rule blocklisted is freed from the journal, and what does not come back is said', async () => {
  await begin(false, [blocklists])
  const blocked = () => arr().blocklist.rows.map(({sourceTitle}) => sourceTitle)
  expect(await harness.acting.until(2 * HOUR, blocked, ({length}) => length > 0)).toEqual([bad.name])
  interface Reported {
    readonly id: string
    readonly undo: {readonly possible: boolean} | null
  }
  const entry = async () => (await harness.journal('verb=arr.blocklist'))[0] as unknown as Reported
  const written = await harness.acting.until(10 * MINUTE, entry, (it) => it !== undefined)
  expect(written.undo).toEqual({possible: true, why: null})
  const undo = () => harness.acting.api.send('POST', `/api/journal/${written.id}/undo`)
  expect(await undo()).toEqual({
    status: 200,
    body: {entry_id: written.id, message: expect.stringContaining('keeps this download as failed')},
  })
  expect(blocked()).toEqual([])
  expect(
    arr()
      .history.of(downloadId)
      .map(({event}) => event),
  ).toContain('downloadFailed')
  expect(await harness.lines('verb=arr.unblock')).toEqual(['arr.unblock confirmed'])
  expect(await harness.lines('verb=arr.blocklist')).toEqual(['arr.blocklist undone'])
  // The rule wants it still, and nothing blocklists it again.
  await harness.pass(2 * HOUR)
  expect([blocked(), arr().stats.blocklists]).toEqual([[], [downloadId]])
  expect(await undo()).toMatchObject({status: 409, body: {code: 'undo_impossible'}})
})

test('search again: the Arr searches the item once, and nothing else happens', async () => {
  await begin(true)
  const {status} = await answer({action: 'search', items: [{kind: 'movie', id: 1}]})
  expect(status).toBe(204)
  await harness.pass(10 * MINUTE)
  expect([searchedAgain(), arr().stats.blocklists, arr().stats.deletes]).toEqual([1, [], []])
  const {searches} = await harness.acting.api.get<{searches: readonly object[]}>(
    '/api/arrs/Radarr-Films/searches',
  )
  expect(searches).toMatchObject([
    {
      cause: 'person',
      items: ['movie/1'],
      title: expect.any(String),
      command_id: expect.any(Number),
      ended_at: expect.any(Number),
      outcome: expect.stringMatching(/^(grabbed|no_grab|all_rejected)$/),
      said: expect.stringContaining('reports downloaded.'),
    },
  ])
})

test('a release that its server has already, for another user, is refused: the search says so, and where it is', async () => {
  await begin(false)
  harness.put(A, 900, {hash: good.hash, name: good.name, category: 'other'})
  const {status} = await answer({action: 'blocklist', download_id: downloadId, search_again: true})
  expect(status).toBe(204)
  const searches = async () =>
    (
      await harness.acting.api.get<{searches: readonly {outcome: string | null}[]}>(
        '/api/arrs/Radarr-Films/searches',
      )
    ).searches
  const reported = await harness.acting.until(HOUR, searches, ([one]) => (one?.outcome ?? null) !== null)
  const there = {hash: good.hash, server_id: A, server_name: A, arr: null}
  expect(reported).toMatchObject([
    {
      outcome: 'refused',
      grabs: [],
      refused: [{title: good.name, why: 'Download client failed to add torrent', there: [there]}],
    },
  ])
})

test('a release that its feeds offer is refused, and refused again: it is said once, also after a restart', async () => {
  await begin(false, [], 15)
  const best = filmRelease('Some.Film.2020.1080p.BEST', 50_000)
  const content = [{path: 'Some.Film.mkv', size: 50_000, kind: 'video' as const}]
  arr().releases.define({itemId: 1, title: best.name, hash: best.hash, content, qualityId: 7})
  harness.put(A, 900, {hash: best.hash, name: best.name, category: 'other'})
  const refused = async () =>
    (await harness.acting.api.get<{searches: readonly {cause: string}[]}>('/api/arrs/Radarr-Films/searches'))
      .searches
  // It chose from its feeds before that, and its log was read for it: once an hour.
  const reported = await harness.acting.until(2 * HOUR, refused, ({length}) => length > 0)
  const there = {hash: best.hash, server_id: A, server_name: A, arr: null}
  const why = 'Download client failed to add torrent'
  const once = [
    {
      cause: 'arr',
      items: [],
      outcome: 'refused',
      grabs: [],
      refused: [{title: best.name, why, there: [there]}],
    },
  ]
  expect(reported).toMatchObject(once)
  await harness.pass(HOUR)
  expect(arr().log.length).toBeGreaterThan(2)
  await harness.acting.crash()
  await harness.acting.rise()
  // Its log is read five minutes after we came.
  await harness.pass(10 * MINUTE)
  expect(await refused()).toMatchObject(once)
  expect([harness.holds(A, best.hash), arr().stats.deletes]).toEqual([true, []])
})

test('ignore: it leaves the queue permanently, and the torrent stays; a second time says that it left', async () => {
  await begin(true)
  const events = () =>
    arr()
      .history.of(downloadId)
      .map(({event}) => event)
  expect((await answer({action: 'ignore', download_id: downloadId})).status).toBe(204)
  await harness.pass(10 * MINUTE)
  expect(events()).toEqual(expect.arrayContaining(['grabbed', 'downloadIgnored']))
  expect([...arr().queue.keys()]).toEqual([])
  expect([harness.holds(A, bad.hash), searchedAgain(), arr().stats.blocklists]).toEqual([true, 0, []])
  expect(await answer({action: 'ignore', download_id: downloadId})).toMatchObject({
    status: 422,
    body: {detail: 'It is not in the queue of its Arr any more.'},
  })
})

test('what the Arr did not grab is not blocklisted, and that is said', async () => {
  await begin(true)
  harness.put(A, 900, {category: 'films', name: 'By.Hand.2019', state: 'downloading', done: 1})
  await harness.pass(5 * MINUTE)
  const hash = hashAt(A, 900)
  const reported = await answer({action: 'blocklist', download_id: hash.toUpperCase(), search_again: true})
  expect(reported).toMatchObject({
    status: 422,
    body: {detail: 'This Arr did not grab it, so there is nothing to blocklist.'},
  })
  expect(arr().stats.blocklists).toEqual([])
})
