/**
 * The program and the servers end at any moment: nothing that a server has is lost from the list, nothing stays in it
 * that no server has, and the journal tells of every command that went out.
 */
import {execFileSync} from 'node:child_process'
import {rmSync, writeFileSync} from 'node:fs'
import {open} from 'node:fs/promises'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {setTimeout as delay} from 'node:timers/promises'
import fc from 'fast-check'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {Listener} from '#http/listener.ts'
import {fastClock, fastPatience} from '#lab/simulators/fast-clock.ts'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {isFull, seedOfRun} from '#test/proof.ts'
import {
  differences,
  isSame,
  lineShown,
  lineThere,
  newFolder,
  Program,
  sectionsOf,
  startTestApp,
  until,
  type Api,
  type Key,
} from './program.fixture.ts'

const servers = [
  {name: 'qBit-a', kind: 'qbittorrent', version: '5.1.0'},
  {name: 'qBit-b', kind: 'qbittorrent', version: '4.5.2'},
  {name: 'Transmission-c', kind: 'transmission', version: '4.1.4'},
  {name: 'rTorrent-d', kind: 'rtorrent', version: '0.9.8'},
] as const
const names: readonly string[] = servers.map(({name}) => name)
const COUNT = 60
/** Of each server while the program bustles: all tests together take less than what counts as a list that dropped. */
const MOST_REMOVED = 2

const seedOfMoments = seedOfRun()
/** ms, by the seed of the run; the name of the test tells which it is. Whatever it is, the same holds. */
const anyMoment = seedOfMoments % 1_200
/** Of these moments: in the full proof each. */
function moments(...usual: readonly number[]): readonly number[] {
  return isFull ? [...usual, anyMoment] : [anyMoment]
}

let fleet: FleetProcess

beforeAll(async () => {
  const specs = servers.map((server, seed) => ({...server, seed, count: COUNT, changePercentPerSecond: 20}))
  fleet = await startFleetProcess({servers: specs})
})

afterAll(() => fleet?.stop())

async function everywhere(order: {do: 'listen' | 'motion'; on: boolean}): Promise<void> {
  await Promise.all(names.map((name) => fleet.send(name, order)))
}

/** `server hash` of every torrent that is there. */
async function keysThere(): Promise<Set<string>> {
  const all = await Promise.all(
    names.map(async (name) => (await fleet.send(name, {do: 'rows'})).map(({hash}) => `${name} ${hash}`)),
  )
  return new Set(all.flat())
}

async function keysShown(api: Api): Promise<Set<string>> {
  const {torrents} = await api.list('fields=name')
  return new Set(torrents.map(({server_id: id, info_hash: hash}) => `${id} ${hash}`))
}

/** Waits until the list is what the servers have, column by column; they stand still meanwhile. */
async function agrees(api: Api): Promise<void> {
  await everywhere({do: 'motion', on: false})
  const there = await Promise.all(
    names.map(async (name) => (await fleet.send(name, {do: 'rows'})).map((row) => lineThere(name, row))),
  )
  await until(async () => differences(there.flat(), (await api.list()).torrents.map(lineShown)), isSame)
  await everywhere({do: 'motion', on: true})
}

/* ───────────────────────────── the program ends ───────────────────────────── */

describe('the program', () => {
  const folder = newFolder()
  const data = join(folder, 'data')
  const config = join(folder, 'config.toml')
  let seed = 100
  let program: Program | undefined

  beforeAll(() => writeFileSync(config, sectionsOf(fleet.definitions)))

  // A test that failed leaves its program behind.
  beforeEach(() => program?.end('SIGKILL'))

  afterAll(async () => {
    await program?.end('SIGKILL')
    rmSync(folder, {recursive: true, force: true})
  })

  async function start(): Promise<Api> {
    program = new Program(['--config', config, '--data', data, '--port', '0'])
    return program.api()
  }

  /** Torrents come, a few go, and commands are given, until told to stop: however long that takes. */
  function bustle(api: Api): {done: () => Promise<readonly Key[]>} {
    const reported = {toStop: false}
    const commanded: Key[] = []
    const life = (async () => {
      for (let turn = 0; !reported.toStop; turn++) {
        const name = names[seed % names.length]!
        const [added] = await fleet.send(name, {do: 'add', count: 1, seed: seed++})
        if (turn < MOST_REMOVED * names.length) await fleet.send(name, {do: 'remove', count: 1})
        const {torrents} = await api.list(`server_id=${name}&fields=name`)
        const key = torrents.find(({info_hash: hash}) => hash !== added)!
        const [result] = await api.act('setTags', [keyOf(key)], {tags: ['touched']})
        if (result?.outcome === 'done') commanded.push(keyOf(key))
      }
    })().catch((error: unknown) => {
      // The program went away in the middle of a request: that is what this is about.
      if (!(error instanceof TypeError)) throw error
    })
    return {
      async done() {
        reported.toStop = true
        await life
        return commanded
      },
    }
  }

  test.runIf(isFull).each(moments(0))(
    'SIGTERM %i ms into the bustle: the next start shows all of it at once, as stale, then live',
    async (ms) => {
      const api = await start()
      await api.online()
      const life = bustle(api)
      await delay(ms)
      const [last, there] = [await keysShown(api), await keysThere()]
      const end = program!.end()
      const commanded = await life.done()
      expect(await end).toEqual({code: 0, signal: null})
      expectWritten(commanded)
      await everywhere({do: 'listen', on: false})
      const again = await start()
      const list = await again.list()
      expect([list.complete, list.torrents.every(({stale}) => stale === true)]).toEqual([false, true])
      const [shown, now] = [await keysShown(again), await keysThere()]
      // What was shown and is still there, and nothing that was neither shown nor there.
      expect([...last].filter((key) => there.has(key) && now.has(key) && !shown.has(key))).toEqual([])
      expect([...shown].filter((key) => !last.has(key) && !there.has(key) && !now.has(key))).toEqual([])
      await everywhere({do: 'listen', on: true})
      for (const name of names) await again.send('POST', `/api/servers/${name}/test`)
      await again.online()
      await agrees(again)
      expect(await program!.end()).toEqual({code: 0, signal: null})
    },
  )

  test.each(moments(0))('SIGKILL %i ms into the bustle: the next start is whole again', async (ms) => {
    const api = await start()
    await api.online()
    const life = bustle(api)
    await delay(ms)
    const end = program!.end('SIGKILL')
    const commanded = await life.done()
    expect(await end).toEqual({code: null, signal: 'SIGKILL'})
    const again = await start()
    await again.online()
    await agrees(again)
    expect(await program!.end()).toEqual({code: 0, signal: null})
    expectWritten(commanded)
  })

  test.runIf(isFull).each(moments(0, 100))(
    'SIGTERM %i ms after the start ends it, and costs nothing',
    async (ms) => {
      program = new Program(['--config', config, '--data', data, '--port', '0'])
      await delay(ms)
      const {signal, code} = await program.end()
      // Before it has come to listen for signals at all, the system ends it.
      expect([0, 'SIGTERM']).toContain(code ?? signal)
      expect(program.err).toBe('')
      const api = await start()
      expect(await keysShown(api)).toEqual(await keysThere())
      await program.end()
    },
  )

  test.runIf(isFull)('SIGTERM while every server is silent does not wait for them', async () => {
    const api = await start()
    await api.online()
    for (const name of names) await fleet.send(name, {do: 'fault', fault: {kind: 'silence'}})
    void api.act('reannounce', [...(await keysShown(api))].slice(0, 1).map(keyFrom)).catch(() => {})
    const silent = async (name: string) => (await fleet.send(name, {do: 'counters'})).faults['silence'] ?? 0
    await until(
      () => Promise.all(names.map(silent)),
      (all) => all.every((times) => times > 0),
    )
    expect(await program!.end()).toEqual({code: 0, signal: null})
    for (const name of names) await fleet.send(name, {do: 'clearFaults'})
  })

  /** Each command that was done is in the journal, and nothing is left there without an end. */
  function expectWritten(commanded: readonly Key[]): void {
    const database = new DatabaseSync(join(data, 'commodarr.db'))
    const rows = database.prepare('select id, server_id, hash, phase from journal order by seq').all()
    database.close()
    const sent = new Set(rows.map((row) => [row['phase'], row['server_id'], row['hash']].join(' ')))
    expect(commanded.map(textOf).filter((key) => !sent.has(`sent ${key}`))).toEqual([])
    const last = new Map(rows.map((row) => [row['id'], row['phase']]))
    expect([...last.values()].filter((phase) => phase === 'intended' || phase === 'sending')).toEqual([])
  }
})

function keyOf({server_id, info_hash}: Key): Key {
  return {server_id, info_hash}
}

function textOf({server_id: id, info_hash: hash}: Key): string {
  return `${id} ${hash}`
}

function keyFrom(text: string): Key {
  const [id, hash] = text.split(' ')
  return {server_id: id!, info_hash: hash!}
}

/* ───────────────────────────── the servers end ───────────────────────────── */

/** What happens to a server. Torrents that were there from the start stay. */
const happenings = fc.oneof(
  fc.record({
    what: fc.constant('restart' as const),
    downForMs: fc.integer({min: 0, max: 400}),
    short: fc.option(
      fc.record({from: fc.integer({min: 0, max: 50}), shortListFor: fc.constantFrom(0.3, 1)}),
      {nil: undefined},
    ),
  }),
  fc.record({what: fc.constant('add' as const), count: fc.integer({min: 1, max: 3})}),
  fc.record({what: fc.constant('removeAdded' as const), count: fc.integer({min: 1, max: 3})}),
  fc.record({what: fc.constant('dropSessions' as const)}),
  fc.record({what: fc.constant('pass' as const), ms: fc.integer({min: 0, max: 300})}),
)

/** Each server restarts once at most. */
const stories = fc
  .array(fc.tuple(fc.constantFrom(...names), happenings), {minLength: 4, maxLength: 10})
  .map((story) =>
    story.filter(
      ([name, {what}], at) =>
        what !== 'restart' || story.findIndex((one) => one[0] === name && one[1].what === 'restart') === at,
    ),
  )

type Happening = typeof happenings extends fc.Arbitrary<infer H> ? H : never

let nextSeed = 5_000

/** @param added hashes that came to this server in this story */
async function happen(name: string, happening: Happening, added: string[]): Promise<void> {
  switch (happening.what) {
    case 'restart':
      await fleet.send(name, {do: 'restart', downForMs: happening.downForMs, short: happening.short})
      break
    case 'add':
      added.push(...(await fleet.send(name, {do: 'add', count: happening.count, seed: nextSeed++})))
      break
    case 'removeAdded':
      await fleet.send(name, {do: 'remove', hashes: added.splice(0, happening.count)})
      break
    case 'dropSessions':
      await fleet.send(name, {do: 'dropSessions'})
      break
    case 'pass':
      await delay(happening.ms)
      break
  }
}

test('servers that restart at any moment, with short lists that grow, lose no torrent and leave none behind', async () => {
  const program = await startTestApp({
    servers: fleet.definitions,
    clock: fastClock(5),
    patience: fastPatience(5),
  })
  const {app, api} = program
  await api.online()
  const lost: string[] = []
  const begin = await keysThere()
  const least = new Map(
    names.map((name) => [name, [...begin].filter((key) => key.startsWith(`${name} `)).length]),
  )
  const stop = app.fleet.onChange(() => {
    for (const [name, count] of least) if (app.fleet.count(name as ServerId) < count) lost.push(name)
  })
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      // Transmission's restart is told by its uptime: one within its first seconds looks like none.
      await delay(2_500)
      const added = new Map(names.map((name): [string, string[]] => [name, []]))
      for (const [name, happening] of story) await happen(name, happening, added.get(name)!)
      // What is still hidden cannot be removed: first the lists grow whole.
      await until(keysThere, (there) => [...begin].every((key) => there.has(key)))
      await api.online()
      await agrees(api)
      expect(lost).toEqual([])
      for (const [name, hashes] of added) await fleet.send(name, {do: 'remove', hashes})
    }),
    {seed: seedOfMoments, numRuns: isFull ? 4 : 1, endOnFailure: true},
  )
  stop()
  await program.stop()
})

/* ───────────────────────────── while it starts ───────────────────────────── */

test('while the list is read from the disk it is alive and says that it starts; then it serves', async () => {
  const dataFolder = newFolder()
  // Whoever reads it waits until somebody writes.
  execFileSync('mkfifo', [join(dataFolder, 'fleet.snapshot')])
  const listener = new Listener()
  const [address] = await listener.listen({host: '127.0.0.1', port: 0})
  const starting = startTestApp({servers: [], dataFolder, listener})
  const status = async (path: string) => (await fetch(`${address}${path}`)).status
  const list = await open(join(dataFolder, 'fleet.snapshot'), 'w')
  // It is open on both sides now, and nothing came through it yet.
  expect([await status('/health'), await status('/ready'), await status('/api/status')]).toEqual([
    200, 503, 503,
  ])
  await list.close()
  const started = await starting
  expect([await status('/health'), await status('/ready'), await status('/api/status')]).toEqual([
    200, 200, 401,
  ])
  await started.stop()
  rmSync(dataFolder, {recursive: true, force: true})
})
