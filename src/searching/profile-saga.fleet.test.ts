/** Temporary quality profiles in simulated Arrs: library, service, commands and database, in virtual time. */
import {afterEach, describe, expect, onTestFinished, test} from 'vitest'
import {ArrCommands} from '#automation/arr/arr-commands.ts'
import {clientsOf} from '#lab/arrs/arr-client.fixture.ts'
import {asking, type Asking} from '#lab/arrs/asking.fixture.ts'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import type {ArrApp} from '#lab/arrs/dialects.ts'
import {LibraryStore} from '#library/library-store.ts'
import {frameOf} from '#library/row-columns.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {asArrId} from '#model/arr.ts'
import type {LibraryRow} from '#model/library.ts'
import type {ProfileSwitch} from '#model/profile-switches.ts'
import {readProfileSwitches} from '#store/repositories/profile-switches.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {LibraryItems} from './library-items.ts'
import type {ProfileChoice} from './profile-decisions.ts'
import {ProfileService} from './profile-service.ts'

const MINUTE = 60_000
const arrId = asArrId('arr')
const choice: ProfileChoice = {
  isOn: true,
  keeps: false,
  resets: false,
  mappings: {Best: 'Any'},
  timeoutMs: null,
  retries: 3,
  isSearched: true,
  isUnmonitoredWanted: false,
}
let one: Asking | null = null
afterEach(() => one?.sim.close())

async function worldOf(app: ArrApp, more: Partial<InstanceConfig> = {}) {
  await one?.sim.close()
  const library = [
    {title: 'First', qualityProfileId: 1},
    {title: 'Second', qualityProfileId: 2},
  ]
  const config = {rssSyncInterval: 0}
  const its = asking(app, {config, library, qualityProfiles: [{name: 'Best'}, {name: 'Any'}], ...more})
  one = its
  const {time} = its.sim
  const base = await memoryHarness()
  const {port} = await clientsOf(its.arr)
  const commands = new ArrCommands(port, time, port)
  const rows = new LibraryStore()
  let settings = await port.librarySettings()
  const around = {settings: () => settings, queued: () => new Set<string>(), hasTemporaryProfile: () => false}
  const items = new LibraryItems(arrId, rows, around, [])
  /** As its reader would. */
  const read = async () => {
    const found: LibraryRow[] = []
    await port.libraryRows(time.now(), (row) => void found.push(row))
    rows.put(arrId, frameOf(found, time.now()))
    settings = await port.librarySettings()
  }
  const stop = {at: Infinity, steps: 0}
  /** From here on nothing happens any more, as in a program that was killed. */
  const step = async () => {
    if (stop.steps++ === stop.at) await new Promise<never>(() => undefined)
  }
  let running: ProfileService | null = null
  const start = async () => {
    const {profileSwitches: real} = await base.open(time)
    const service = new ProfileService({
      clock: time,
      turns: new TimeSlice(),
      log: {error: (about) => expect.fail(String((about as {err: unknown}).err))},
      switches: {
        get: (id) => real.get(id),
        lastOf: (name) => real.lastOf(name),
        ofArr: (id) => real.ofArr(id),
        openArrs: () => real.openArrs(),
        remove: (ids) => real.remove(ids),
        async commit(some) {
          if (some.length > 0) await step()
          await real.commit(some)
          if (some.length > 0) await step()
        },
      },
      port: {
        containers: (_, ids) => commands.containers(ids),
        profiles: () => commands.qualityProfiles(),
        async setProfile(_, ids, profileId) {
          await step()
          await commands.setProfile(ids, profileId)
          await step()
        },
      },
      inherited: async () => [],
      exists: () => true,
      note: () => undefined,
      alert: () => undefined,
    })
    service.put({
      id: arrId,
      name: 'Arr',
      get kind() {
        return items.containerKind!
      },
      choice,
      may: () => 'all',
      isReachable: () => true,
      profiles: () => settings.profiles,
      container: (id) => items.container(id),
      idOf: (foreignId) => [...items.containers()].find((it) => it.foreignId === foreignId)?.id ?? null,
      containers: () => items.containers(),
      missingOf: () => [],
    })
    await service.start()
    running = service
    return service
  }
  onTestFinished(() => running?.stop())
  await read()
  await start()
  return {
    ...its,
    read,
    stop,
    start,
    switchFirst: () => running!.before(arrId, 1)!(),
    restore: (id: string) => running!.restore(id),
    profileOf: (id: number) => its.arr.arr.library.parent(id)!.qualityProfileId,
    rows: (): Promise<readonly ProfileSwitch[]> => base.store.read(readProfileSwitches),
    pass: (ms: number) => time.advance(ms),
    requests: () => its.arr.arr.stats.requests.map(({method, path}) => `${method} ${path}`),
  }
}

/** Until it is done, or nothing happens any more. */
async function settled(work: Promise<unknown>, pass: (ms: number) => Promise<void>): Promise<void> {
  const state = {isDone: false}
  void work.finally(() => (state.isDone = true))
  for (let turn = 0; turn < 40 && !state.isDone; turn++) await pass(500)
}

const apps = ['radarr', 'sonarr', 'lidarr', 'readarr'] as const

test.each(apps)(
  '%s changes the profile of what misses something and nothing else of it, and back',
  async (app) => {
    const {arr, read, switchFirst, pass, profileOf, rows, requests, restore} = await worldOf(app)
    const parent = arr.arr.library.parent(1)!
    const before = structuredClone({...parent})
    await settled(switchFirst(), pass)
    const [row] = await rows()
    expect(row).toMatchObject({state: 'switched', originalName: 'Best', temporaryName: 'Any', title: 'First'})
    expect(row!.foreignId).toMatch(/ \S+$/)
    expect({...parent}).toEqual({...before, qualityProfileId: 2})
    await read()
    await pass(3 * MINUTE)
    expect(profileOf(1)).toBe(2)
    await settled(restore(row!.id), pass)
    expect([await rows(), {...parent}]).toEqual([[expect.objectContaining({state: 'restored'})], before])
    expect(
      requests()
        .filter((line) => line.startsWith('PUT'))
        .every((line) => line.endsWith('/editor')),
    ).toBe(true)
  },
)

describe.each(['radarr', 'sonarr'] as const)('Q35 in %s', (app) => {
  test('killed at each step of a switch and of its way back, its own profile is there or an open row is', async () => {
    const ended: string[] = []
    for (let at = 0; ; at++) {
      const it = await worldOf(app)
      const {stop, start, switchFirst, pass, profileOf, rows, read, restore} = it
      const isSafe = async () => {
        const [row] = await rows()
        return profileOf(1) === 1 || (row !== undefined && row.originalId === 1 && row.state !== 'restored')
      }
      stop.at = at
      await settled(
        switchFirst().then(async () => restore((await rows())[0]!.id)),
        pass,
      )
      expect([at, await isSafe()]).toEqual([at, true])
      const wasStopped = stop.steps > at
      stop.at = Infinity
      await read()
      await start()
      await pass(2 * MINUTE)
      expect([at, await isSafe()]).toEqual([at, true])
      for (const row of await rows()) await settled(restore(row.id), pass)
      expect([at, profileOf(1)]).toEqual([at, 1])
      ended.push((await rows()).map(({state}) => state).join())
      if (!wasStopped) break
    }
    // Of what was not begun nothing is left.
    expect(ended[0]).toBe('')
    expect(ended.length).toBeGreaterThan(10)
    expect(ended.at(-1)).toBe('restored')
  })
})
