/** A backup of our own database is put back: what was done since is known to servers and Arrs alone. */
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {isFull, some} from '#test/proof.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {offerFilms, radarrOn, radarrSection} from '../program/radarr-films.fixture.ts'
import {DiskHarness} from './disk-harness.fixture.ts'
import {A, B, hashAt, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
let disk: DiskHarness | null = null
afterEach(async () => {
  await (disk ?? harness).stop()
  disk = null
})

/** It is set aside for half a day, and then goes with its data. */
const aside = {
  name: 'aside',
  scope: {tagsAny: ['aside']},
  when: {fact: 'complete', op: 'eq', value: true},
  do: [{action: 'quarantine', for: '12h', end: 'removeWithData'}],
}

/** Of the database alone, as our own `restore` does, and of the whole data folder, as whoever restores a machine does. */
const copies = {
  'the database': async () => {
    const backup = await harness.acting.backUp()
    return () => harness.acting.restore(backup)
  },
  'the whole data folder': async () => {
    const backup = await harness.acting.backUpAll()
    return () => harness.acting.restoreAll(backup)
  },
} as const
const all = Object.entries(copies)

async function restoredLines() {
  return (await harness.journal('verb=freeze')).filter(({code}) => code === 'database_restored')
}

test.each(some(1, all))(
  'S41 %s: what was set aside since then is recognized by its tag, and given back',
  async (_, backUp) => {
    harness = await ScenarioHarness.start({
      servers: [
        {name: A, torrents: 50},
        {name: B, torrents: 10},
      ],
      rules: [aside],
    })
    const hash = hashAt(A, 3)
    const restore = await backUp()
    harness.update(A, hash, {tags: ['aside']})
    await harness.pass(30 * MINUTE)
    expect(harness.torrent(A, hash)).toMatchObject({running: false, tags: ['aside', 'commodarr-quarantine']})
    // Its rule does not want it any more, and nobody remembers that it was ever set aside.
    harness.update(A, hash, {tags: ['commodarr-quarantine']})
    await harness.acting.crash()
    await restore()
    await harness.acting.rise()
    await harness.pass(15 * MINUTE)
    expect(harness.torrent(A, hash)).toMatchObject({running: true, tags: []})
    const [line] = await harness.journal('verb=freeze')
    expect(line).toMatchObject({code: 'database_restored', phase: 'undone', args: {abandoned: 0}})
    expect(await harness.alerts()).toEqual(['freeze database_restored'])
    await harness.expectNothingDestructive()
  },
)

test.runIf(isFull).each(all)(
  'S41 %s: a download that was to be failed then, and runs now, is neither blamed nor removed',
  async (_, backUp) => {
    const film = filmRelease('Some.Film.2020.1080p.SLOW')
    harness = await ScenarioHarness.start({
      config: `${radarrSection}\nReSearch = true\n[Radarr-Films.Torrent]\nStalledDelay = 15\n`,
      releases: [film],
      settled: MINUTE,
      servers: [
        {name: A, torrents: 50},
        {name: B, torrents: 10},
      ],
      arrs: [radarrOn(A)],
    })
    const {arr} = harness.acting.arr('radarr')
    offerFilms(arr, [film])
    arr.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
    await harness.acting.until(
      MINUTE,
      () => harness.holds(A, film.hash),
      (it) => it,
    )
    harness.update(A, film.hash, {state: 'downloading', downSpeed: 0, done: 10_000, downloaded: 10_000})
    // It never hears of it.
    arr.faults.add({kind: '500', path: '^DELETE /'})
    await harness.pass(2 * HOUR)
    const restore = await backUp()
    harness.update(A, film.hash, {downSpeed: 5_000, done: 20_000, lastActivityAt: harness.world(A).now()})
    await harness.pass(3 * HOUR)
    expect(harness.destroyed()).toEqual([])
    await harness.acting.crash()
    await restore()
    arr.faults.clear()
    await harness.acting.rise()
    for (let minute = 0; minute < 60; minute += 5) {
      harness.update(A, film.hash, {lastActivityAt: harness.world(A).now()})
      await harness.pass(5 * MINUTE)
    }
    const [line] = await harness.journal('verb=freeze')
    expect(line).toMatchObject({code: 'database_restored', args: {abandoned: 1}})
    await harness.expectNothingDestructive()
  },
)

interface Question {
  readonly id: string
  readonly info_hash: string
}

async function questions(): Promise<readonly Question[]> {
  return (await harness.acting.api.get<{approvals: readonly Question[]}>('/api/approvals')).approvals
}

// Of a whole data folder nothing else tells here, neither an Arr nor a tag.
test('S41 the database: a yes that waited then does not count, it is asked again', async () => {
  harness = await ScenarioHarness.start({
    servers: [
      {name: A, torrents: 50},
      {name: B, torrents: 10},
    ],
    rules: [{...aside, mode: 'ask', do: [{action: 'removeWithData'}]}],
  })
  const hash = hashAt(A, 3)
  harness.update(A, hash, {tags: ['aside']})
  const [question] = await harness.acting.until(HOUR, questions, (it) => it.length > 0)
  // Its server has just begun again: what was said yes to waits.
  harness.world(A).restart()
  await harness.pass(2 * MINUTE)
  expect(await harness.acting.approve(question!.id)).toBe(204)
  expect(await questions()).toEqual([])
  const restore = await copies['the database']()
  await harness.away(A)
  await harness.pass(HOUR)
  await harness.acting.crash()
  await restore()
  await harness.acting.server(A).server.listen()
  await harness.acting.rise()
  await harness.pass(40 * MINUTE)
  expect((await harness.journal('verb=freeze')).map(({code}) => code)).toContain('database_restored')
  expect(harness.destroyed()).toEqual([])
  const [again] = await questions()
  expect(again).toMatchObject({info_hash: hash})
  expect(await harness.acting.approve(again!.id)).toBe(204)
  await harness.pass(MINUTE)
  expect(harness.destroyed()).toEqual([`${A} removeWithData ${hash}`])
})

test('S41 a run on its own database is no restored one', async () => {
  harness = await ScenarioHarness.start({servers: [{name: A, torrents: 50}]})
  await harness.acting.crash()
  await harness.pass(2 * HOUR)
  await harness.acting.rise()
  await harness.pass(MINUTE)
  expect(await harness.alerts()).toEqual([])
})

test('S41 the whole data folder of an hour ago, and a start since: an Arr knows of the later run', async () => {
  harness = await ScenarioHarness.start({
    config: radarrSection,
    settled: MINUTE,
    servers: [{name: A, torrents: 50}],
    arrs: [radarrOn(A)],
  })
  const backup = await harness.acting.backUpAll()
  await harness.acting.crash()
  await harness.acting.rise()
  await harness.pass(HOUR)
  await harness.acting.crash()
  await harness.acting.restoreAll(backup)
  await harness.acting.rise()
  await harness.pass(5 * MINUTE)
  expect(await harness.journal('verb=freeze')).toMatchObject([{code: 'database_restored'}])
  // What it did then it knows, and so it is said once.
  await harness.acting.crash()
  await harness.acting.rise()
  await harness.pass(5 * MINUTE)
  expect(await harness.journal('verb=freeze')).toHaveLength(1)
})

test('S41 an Arr that was away in the first run on the older database is believed in the next one, once', async () => {
  harness = await ScenarioHarness.start({
    config: radarrSection,
    settled: MINUTE,
    servers: [
      {name: A, torrents: 50},
      {name: B, torrents: 10},
    ],
    rules: [aside],
    arrs: [radarrOn(A)],
  })
  const {arr} = harness.acting.arr('radarr')
  const backup = await harness.acting.backUpAll()
  await harness.acting.crash()
  await harness.acting.rise()
  await harness.pass(HOUR)
  await harness.acting.crash()
  await harness.acting.restoreAll(backup)
  arr.faults.add({kind: '500'})
  await harness.acting.rise()
  await harness.pass(30 * MINUTE)
  expect(await restoredLines()).toEqual([])
  await harness.acting.crash()
  arr.faults.clear()
  await harness.acting.rise()
  await harness.pass(5 * MINUTE)
  expect(await restoredLines()).toHaveLength(1)
  // What is begun since stays, also in later runs.
  const hash = hashAt(A, 3)
  harness.update(A, hash, {tags: ['aside']})
  await harness.pass(30 * MINUTE)
  for (let run = 0; run < 2; run++) {
    await harness.acting.crash()
    await harness.acting.rise()
    await harness.pass(15 * MINUTE)
    expect(harness.torrent(A, hash)).toMatchObject({running: false, tags: ['aside', 'commodarr-quarantine']})
  }
  expect(await restoredLines()).toHaveLength(1)
})

test.runIf(isFull)(
  'S41 a program that is killed when its mark is to be written has ended all that, and the next run ends nothing again',
  async () => {
    let isDeadly = false
    harness = await ScenarioHarness.start({
      config: radarrSection,
      settled: MINUTE,
      servers: [
        {name: A, torrents: 50},
        {name: B, torrents: 10},
      ],
      rules: [aside],
      arrs: [radarrOn(A)],
    })
    const {arr} = harness.acting.arr('radarr')
    const replace = arr.hooks.replace.bind(arr.hooks)
    arr.hooks.replace = (id, resource) => {
      if (!isDeadly) return replace(id, resource)
      isDeadly = false
      harness.acting.kill()
      return arr.hooks.all.get(id)!
    }
    const mark = () => JSON.stringify([...arr.hooks.all.values()].map(({resource}) => resource.fields))
    const backup = await harness.acting.backUpAll()
    await harness.acting.crash()
    await harness.acting.rise()
    await harness.pass(HOUR)
    const written = mark()
    await harness.acting.crash()
    await harness.acting.restoreAll(backup)
    isDeadly = true
    await harness.acting.rise()
    await harness.pass(MINUTE)
    expect([isDeadly, harness.acting.isUp, mark()]).toEqual([false, false, written])
    // It does not reach the Arr in the next run either, in which something is begun.
    arr.faults.add({kind: '500'})
    await harness.acting.rise()
    const hash = hashAt(A, 3)
    harness.update(A, hash, {tags: ['aside']})
    await harness.pass(30 * MINUTE)
    arr.faults.clear()
    for (let run = 0; run < 2; run++) {
      await harness.acting.crash()
      await harness.acting.rise()
      await harness.pass(15 * MINUTE)
      expect(harness.torrent(A, hash)).toMatchObject({
        running: false,
        tags: ['aside', 'commodarr-quarantine'],
      })
    }
    expect(mark()).not.toBe(written)
    expect(await restoredLines()).toMatchObject([{phase: 'undone'}])
  },
)

test('S41 what was set aside on a server that was away then is given back after further restarts', async () => {
  harness = await ScenarioHarness.start({
    config: radarrSection,
    settled: MINUTE,
    servers: [
      {name: A, torrents: 50},
      {name: B, torrents: 10},
    ],
    rules: [aside],
    arrs: [radarrOn(A)],
  })
  const hash = hashAt(B, 3)
  const backup = await harness.acting.backUpAll()
  await harness.acting.crash()
  await harness.acting.rise()
  harness.update(B, hash, {tags: ['aside']})
  await harness.pass(30 * MINUTE)
  harness.update(B, hash, {tags: ['commodarr-quarantine']})
  await harness.acting.crash()
  await harness.acting.restoreAll(backup)
  await harness.away(B)
  for (let run = 0; run < 2; run++) {
    await harness.acting.rise()
    await harness.pass(10 * MINUTE)
    await harness.acting.crash()
  }
  await harness.acting.server(B).server.listen()
  await harness.acting.rise()
  await harness.pass(15 * MINUTE)
  expect(harness.torrent(B, hash)).toMatchObject({running: true, tags: []})
  expect((await harness.journal('verb=freeze')).filter(({phase}) => phase !== 'undone')).toEqual([])
})

test.runIf(isFull)(
  'S41 a folder that was moved elsewhere, or comes back after weeks, is no older copy',
  async () => {
    harness = await ScenarioHarness.start({
      config: radarrSection,
      settled: MINUTE,
      servers: [{name: A, torrents: 50}],
      arrs: [radarrOn(A)],
    })
    await harness.pass(5 * HOUR)
    await harness.acting.crash()
    await harness.acting.restoreAll(await harness.acting.backUpAll())
    await harness.pass(20 * HOUR)
    await harness.acting.rise()
    await harness.pass(5 * MINUTE)
    expect(await harness.alerts()).toEqual([])
  },
)

const mia = {name: 'Mia', password: 'brothers, not in arms'}

async function loggedInAsMia() {
  const hers = harness.acting.api.as()
  await hers.logIn(mia.name, mia.password)
  return hers
}

/** A member adds this server as their own; its id. */
async function addedByMember(name: string): Promise<string> {
  const {api} = harness.acting
  await api.send('PATCH', '/api/settings', {members_public_only: false})
  await api.send('POST', '/api/users', {...mia, role: 'member'})
  const {server, username, password} = harness.acting.server(name)
  const wish = {name: 'Mine', kind: 'qbittorrent', url: server.url, username, password}
  const {status, body} = await (await loggedInAsMia()).send('POST', '/api/servers', wish)
  expect(status).toBe(201)
  return (body as {id: string}).id
}

/** Each run of the harness has a key of its own, so that kept passwords cannot be read. */
async function passwordAgain(id: string, name: string): Promise<void> {
  const {server, username, password} = harness.acting.server(name)
  const wish = {name: 'Mine', kind: 'qbittorrent', url: server.url, username, password}
  const {status} = await (await loggedInAsMia()).send('PUT', `/api/servers/${id}`, wish)
  expect(status).toBe(200)
}

test('S41 our tag on the server of a member is given back there, and makes no older copy of the database', async () => {
  harness = await ScenarioHarness.start({
    servers: [
      {name: A, torrents: 50},
      {name: B, torrents: 10, isDeclared: false},
    ],
    rules: [aside],
  })
  const own = hashAt(A, 3)
  harness.update(A, own, {tags: ['aside']})
  const id = await addedByMember(B)
  await harness.pass(30 * MINUTE)
  expect(harness.torrent(A, own)).toMatchObject({tags: ['aside', 'commodarr-quarantine']})
  const hash = hashAt(B, 3)
  harness.update(B, hash, {tags: ['commodarr-quarantine']})
  await harness.acting.crash()
  await harness.acting.rise()
  await passwordAgain(id, B)
  await harness.pass(15 * MINUTE)
  // Reported with their server, where they see it.
  expect(await harness.journal('verb=freeze')).toMatchObject([
    {code: 'database_restored', server_id: id, phase: 'undone', args: {abandoned: 0}},
  ])
  expect(harness.torrent(A, own)).toMatchObject({tags: ['aside', 'commodarr-quarantine']})
  expect(harness.torrent(B, hash)).toMatchObject({tags: []})
})

interface WireTrash {
  readonly items: readonly {
    readonly id: string
    readonly name: string
    readonly found: boolean
    readonly state: string
  }[]
}

test('S41 what a person moved to the trash since then is listed there again, goes by no time, and is restored', async () => {
  disk = await DiskHarness.start([
    {name: A, torrents: 5, folder: '/srv/downloads'},
    {name: B, torrents: 5, folder: '/data'},
  ])
  harness = disk.scenario
  const trash = async () => (await harness.acting.api.get<WireTrash>('/api/trash')).items
  const [known, later] = [1, 2].map((n) => disk!.put(A, 100 + n, {[`Film ${n}/film.mkv`]: 4_096}))
  await disk.pass(15 * MINUTE)
  await disk.remove(A, known!.hash)
  await disk.pass(5 * MINUTE)
  const backup = await harness.acting.backUp()
  await disk.pass(5 * MINUTE)
  await disk.remove(A, later!.hash)
  await disk.pass(5 * MINUTE)
  expect([(await trash()).length, disk.has('Film 2/film.mkv')]).toEqual([2, false])
  await harness.acting.crash()
  await harness.acting.restore(backup)
  await harness.acting.rise()
  await disk.pass(30 * MINUTE)
  const items = await trash()
  expect(items.map(({state}) => state)).toEqual(['kept', 'kept'])
  const found = items.find((it) => it.found)!
  expect(found.name).toBe(join(disk.folder, 'Film 2/film.mkv'))
  expect(await harness.acting.api.send('POST', `/api/trash/${found.id}/restore`)).toMatchObject({status: 204})
  expect(disk.has('Film 2/film.mkv')).toBe(true)
  // A start on the same database lists nothing a second time.
  await harness.acting.crash()
  await harness.acting.rise()
  await disk.pass(15 * MINUTE)
  expect((await trash()).length).toBe(2)
})
