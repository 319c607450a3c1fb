import {describe, expect, onTestFinished, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import {CommandRefused, CommodarrError} from '#model/errors.ts'
import type {ProfileSwitch, SeenContainer} from '#model/profile-switches.ts'
import type {InheritedItem} from '#model/qbitrr-migration.ts'
import type {SearchState} from '#model/searching.ts'
import {readProfileSwitches} from '#store/repositories/profile-switches.ts'
import {away, memoryHarness} from '#test/automation-state/memory.fixture.ts'
import type {KnownContainer, MissingUnit, ProfileChoice} from './profile-decisions.ts'
import {ProfileService, type ProfileAlert, type SwitchedArr} from './profile-service.ts'
import {DAY_MS, HOUR_MS} from './searching.fixture.ts'

const MINUTE_MS = 60_000
const [HD, UHD, ANY, CAM, LAST] = [1, 2, 3, 4, 5]
const choice: ProfileChoice = {
  isOn: true,
  keeps: false,
  resets: false,
  mappings: {HD: 'Any', UHD: 'Any'},
  timeoutMs: null,
  retries: 3,
  isSearched: true,
  isUnmonitoredWanted: false,
}

/** An Arr as its manager speaks for it, and its library as it was read last. */
class FakeArr {
  profiles = ['HD', 'UHD', 'Any', 'Cam', 'Last'].map((name, at) => ({id: at + 1, name}))
  readonly films = new Map<number, SeenContainer>()
  /** What the library says, where that is another thing. */
  readonly library = new Map<number, KnownContainer>()
  readonly asked: string[] = []
  isAway = false
  isSure = true
  /** What becomes of the next changes. */
  changes: ('refused' | 'lost before' | 'lost behind')[] = []
  may: 'all' | 'restore' | 'nothing' = 'all'
  choice: Partial<ProfileChoice> = {}
  units: readonly MissingUnit[] = []
  readAt = Number.MAX_SAFE_INTEGER
  /** Called at each step; what it returns is waited for. */
  step: (name: string) => Promise<void> = async () => undefined

  film(id: number, more: Partial<SeenContainer> = {}): void {
    const blank = {foreignId: `tmdb ${id}`, title: `Film ${id}`, profileId: HD, monitored: true, missing: 1}
    this.films.set(id, {...blank, ...this.films.get(id), ...more})
  }

  profileOf(id: number): number | null {
    return this.films.get(id)?.profileId ?? null
  }

  async containers(_: string, ids: readonly number[]): Promise<(SeenContainer | null)[]> {
    await this.step('asked for films')
    this.#answer(`GET ${ids.join()}`)
    return ids.map((id) => this.films.get(id) ?? null)
  }

  async profilesNow() {
    this.#answer('GET profiles')
    return this.profiles
  }

  async setProfile(_: string, ids: readonly number[], profileId: number): Promise<void> {
    await this.step('before the change')
    const next = this.changes.shift()
    this.#answer(`PUT ${ids.join()} ${profileId}`)
    if (next === 'refused') throw new CommandRefused('No.')
    if (next !== 'lost before') for (const id of ids) this.film(id, {profileId})
    if (next !== undefined) throw new CommodarrError('unconfirmed', 'It did not answer in time.')
    await this.step('after the change')
  }

  known(id: number): KnownContainer | null {
    const film = this.films.get(id)
    const {readAt} = this
    const now = film && {id, ...film, isComplete: film.missing === 0, readAt}
    return this.library.get(id) ?? now ?? null
  }

  #answer(question: string): void {
    this.asked.push(question)
    if (this.isAway) throw new CommodarrError('server_unreachable', 'It is away.')
  }
}

async function worldOf(ids: readonly number[] = [1], inherited: readonly InheritedItem[] = []) {
  const base = await memoryHarness()
  const arr = new FakeArr()
  for (const id of ids) arr.film(id)
  const noted: string[] = []
  let alerts: readonly ProfileAlert[] = []
  const leftBehind: string[] = []
  let exists = true
  const start = async () => {
    const {profileSwitches: real} = await base.open()
    const step = (name: string) => arr.step(name)
    const switches = {
      get: (id: string) => real.get(id),
      lastOf: real.lastOf.bind(real),
      ofArr: (id: string) => real.ofArr(id),
      openArrs: () => real.openArrs(),
      async commit(rows: readonly ProfileSwitch[]) {
        if (rows.length > 0) await step('before the commit')
        await real.commit(rows)
        if (rows.length > 0) await step('after the commit')
      },
      remove: (some: readonly string[]) => real.remove(some),
    }
    const service = new ProfileService({
      clock: base.clock,
      turns: new TimeSlice(),
      log: {error: (about) => expect.fail(String((about as {err: unknown}).err))},
      switches,
      port: {
        containers: (id, some) => arr.containers(id, some),
        profiles: () => arr.profilesNow(),
        setProfile: (id, some, profile) => arr.setProfile(id, some, profile),
      },
      inherited: async () => inherited,
      exists: () => exists,
      note: ({title, state}) => void noted.push(`${title} ${state}`),
      alert({id}, list) {
        if (id === 'radarr') alerts = list
        if (list.some(({code}) => code === 'profile_left_behind')) leftBehind.push(list[0]!.message)
      },
    })
    const put = () => service.put(switchedArr(arr))
    put()
    await service.start()
    return {service, put, stop: () => service.stop()}
  }
  let running = await start()
  onTestFinished(() => running.stop())
  const rows = () => base.store.read(readProfileSwitches)
  return {
    base,
    arr,
    noted,
    leftBehind,
    clock: base.clock,
    rows,
    get service() {
      return running.service
    },
    alerts: () => alerts.map(({code}) => code),
    messages: () => alerts.map(({message}) => message).join('\n'),
    removeArr: () => {
      running.service.remove('radarr')
      exists = false
    },
    /** Its section says something else now. */
    change: (more: Partial<ProfileChoice>) => {
      arr.choice = {...arr.choice, ...more}
      running.put()
    },
    restart: async () => {
      await running.stop()
      running = await start()
    },
    /** Without an end of what is under way. */
    killed: async () => {
      running = await start()
    },
    /** Its turn came. @returns whether something was done first */
    before: async (id: number) => {
      const first = running.service.before('radarr', id)
      await Promise.all([first?.(), base.clock.advance(2 * MINUTE_MS)])
      return first !== null
    },
    pass: (ms = 1.5 * MINUTE_MS) => base.clock.advance(ms),
    states: async () => (await rows()).map(({title, state}) => `${title} ${state}`),
  }
}

function switchedArr(arr: FakeArr): SwitchedArr {
  return {
    id: 'radarr',
    name: 'Films',
    kind: 'movie',
    choice: {...choice, ...arr.choice},
    may: () => arr.may,
    isReachable: () => !arr.isAway,
    profiles: () => (arr.isSure ? arr.profiles : null),
    container: (id) => arr.known(id),
    idOf: (foreignId) => [...arr.films].find(([, film]) => film.foreignId === foreignId)?.[0] ?? null,
    containers: () => [...arr.films.keys()].map((id) => arr.known(id)!),
    missingOf: () => arr.units,
  }
}

const changesOf = ({asked}: FakeArr) => asked.filter((one) => one.startsWith('PUT'))
/** Without a clock. */
async function until(is: () => boolean): Promise<void> {
  while (!is()) await new Promise((done) => setImmediate(done))
}

const never = () => new Promise<never>(() => undefined)

describe('what misses something', () => {
  test('gets its temporary profile before it is searched, and its own when it was imported', async () => {
    const {arr, before, pass, states, rows, noted} = await worldOf([1])
    expect(await before(1)).toBe(true)
    expect(arr.asked).toEqual(['GET 1', 'PUT 1 3', 'GET 1'])
    expect(await rows()).toMatchObject([
      {kind: 'movie', containerId: 1, foreignId: 'tmdb 1', originalName: 'HD', temporaryName: 'Any'},
    ])
    // As it has it, it is searched.
    expect(await before(1)).toBe(false)
    await pass()
    expect(await states()).toEqual(['Film 1 switched'])
    arr.film(1, {missing: 0})
    await pass()
    expect([arr.profileOf(1), await states()]).toEqual([HD, ['Film 1 restored']])
    expect(noted).toEqual(['Film 1 switched', 'Film 1 restoring', 'Film 1 restored'])
    // Something else is missing again.
    arr.film(1, {missing: 1})
    expect(await before(1)).toBe(true)
  })

  test('keeps its profile where that leads nowhere, the Arr may not be asked, or it says something else', async () => {
    const {arr, before, change} = await worldOf([1, 2, 3])
    arr.film(2, {profileId: CAM})
    expect(await before(2)).toBe(false)
    for (const may of ['restore', 'nothing'] as const) {
      arr.may = may
      expect(await before(1)).toBe(false)
    }
    arr.may = 'all'
    arr.isSure = false
    expect(await before(1)).toBe(false)
    arr.isSure = true
    change({isOn: false})
    expect(await before(1)).toBe(false)
    change({isOn: true})
    // It has its file by now; another film has its number; somebody gave it another profile.
    const behind = arr.known(1)!
    for (const now of [
      {missing: 0},
      {missing: 1, foreignId: 'tmdb 9'},
      {foreignId: 'tmdb 1', profileId: CAM},
    ]) {
      arr.library.set(1, behind)
      arr.film(1, now)
      await before(1)
    }
    expect(changesOf(arr)).toEqual([])
  })

  test('is searched as it is where its Arr refuses it so often, and tried again later', async () => {
    const {arr, before, states, clock} = await worldOf()
    arr.changes = ['refused', 'lost before', 'refused', 'refused']
    expect(await before(1)).toBe(true)
    expect(changesOf(arr)).toHaveLength(4)
    expect(await states()).toEqual([])
    expect(await before(1)).toBe(false)
    await clock.advance(HOUR_MS)
    expect(await before(1)).toBe(true)
    expect(await states()).toEqual(['Film 1 switched'])
  })

  test('has it also when the answer to the change is lost', async () => {
    const {arr, before, states} = await worldOf()
    arr.changes = ['lost behind']
    await before(1)
    expect([changesOf(arr), await states()]).toEqual([['PUT 1 3'], ['Film 1 switched']])
  })

  test('is left alone while the database takes nothing in', async () => {
    const {arr, service, base} = await worldOf()
    base.setFault(away)
    await expect(service.before('radarr', 1)!()).rejects.toThrow()
    base.setFault(null)
    expect([changesOf(arr), arr.profileOf(1)]).toEqual([[], HD])
  })
})

describe('Q35 killed between any two steps', () => {
  /** Counts steps, and stops for good at one. */
  const stopAt = (arr: FakeArr, at: number) => {
    let steps = 0
    arr.step = () => (steps++ === at ? never() : Promise.resolve())
    return () => steps > at
  }

  test('of a switch, it has its own profile, or an open row says which', async () => {
    for (let at = 0; ; at++) {
      const {arr, service, clock, killed, rows, pass} = await worldOf()
      const wasStopped = stopAt(arr, at)
      void service.before('radarr', 1)!()
      await clock.advance(1_000)
      const left = await rows()
      const isOpen = left.some(({state, originalId}) => originalId === HD && state !== 'restored')
      expect([at, arr.profileOf(1) === HD || isOpen]).toEqual([at, true])
      arr.step = async () => undefined
      await killed()
      await pass()
      const states = (await rows()).map(({state}) => state)
      expect([at, states]).toEqual([at, arr.profileOf(1) === HD ? [] : ['switched']])
      arr.film(1, {missing: 0})
      await pass(12 * MINUTE_MS)
      expect([at, arr.profileOf(1)]).toEqual([at, HD])
      if (!wasStopped()) return expect(at).toBeGreaterThan(6)
    }
  })

  test('of its way back, it comes back after the next start', async () => {
    for (let at = 0; ; at++) {
      const {arr, before, clock, killed, rows, pass} = await worldOf()
      await before(1)
      arr.film(1, {missing: 0})
      const wasStopped = stopAt(arr, at)
      await clock.advance(1.5 * MINUTE_MS)
      const [row] = await rows()
      expect([at, arr.profileOf(1) === HD || row!.state !== 'restored']).toEqual([at, true])
      arr.step = async () => undefined
      await killed()
      await pass(12 * MINUTE_MS)
      expect([at, arr.profileOf(1), (await rows())[0]!.state]).toEqual([at, HD, 'restored'])
      if (!wasStopped()) return expect(at).toBeGreaterThan(6)
    }
  })

  test('of a link of a chain, its own profile is still the first', async () => {
    const found = {result: 'empty', searchedAt: Number.MAX_SAFE_INTEGER} as SearchState
    for (let at = 0; ; at++) {
      const {arr, before, clock, killed, rows, pass, change} = await worldOf()
      change({mappings: {HD: 'Any', Any: 'Cam'}})
      await before(1)
      arr.units = [{reason: 'missing', hold: null, state: found}]
      const wasStopped = stopAt(arr, at)
      await clock.advance(1.5 * MINUTE_MS)
      arr.step = async () => undefined
      arr.units = []
      await killed()
      await pass(12 * MINUTE_MS)
      const [row] = await rows()
      expect([at, row]).toEqual([
        at,
        expect.objectContaining({state: 'switched', originalId: HD, temporaryId: arr.profileOf(1)}),
      ])
      if (!wasStopped()) return expect(arr.profileOf(1)).toBe(CAM)
    }
  })
})

test('Q36 two profiles with one temporary profile come back each to its own', async () => {
  const {arr, before, pass} = await worldOf([1, 2])
  arr.film(2, {profileId: UHD})
  await before(1)
  await before(2)
  expect([arr.profileOf(1), arr.profileOf(2)]).toEqual([ANY, ANY])
  for (const id of [1, 2]) arr.film(id, {missing: 0})
  await pass()
  expect([arr.profileOf(1), arr.profileOf(2)]).toEqual([HD, UHD])
})

test('Q36 a chain of four goes a link further after each search in vain, and back to the first', async () => {
  const {arr, before, pass, rows, change, clock} = await worldOf()
  change({mappings: {HD: 'UHD', UHD: 'Any', Any: 'Cam', Cam: 'Last'}})
  const searched = (result: SearchState['result']) => {
    const state = {result, searchedAt: clock.now()} as SearchState
    arr.units = [{reason: 'missing', hold: null, state}]
  }
  await before(1)
  const seen = [arr.profileOf(1)]
  for (let link = 0; link < 4; link++) {
    await pass()
    searched('grabbed')
    await pass()
    expect(arr.profileOf(1)).toBe(seen.at(-1))
    searched('empty')
    await pass(6 * MINUTE_MS)
    seen.push(arr.profileOf(1))
  }
  expect(seen).toEqual([UHD, ANY, CAM, LAST, LAST])
  expect(await rows()).toMatchObject([{originalId: HD, temporaryId: LAST}])
  arr.units = []
  arr.film(1, {missing: 0})
  await pass(6 * MINUTE_MS)
  expect(arr.profileOf(1)).toBe(HD)
})

describe('Q37 what a person does', () => {
  test('with the profile of an item stays, and the item is left alone for a week', async () => {
    const {arr, before, pass, states, clock} = await worldOf()
    await before(1)
    arr.film(1, {profileId: UHD})
    await pass()
    expect(await states()).toEqual(['Film 1 superseded'])
    expect(await before(1)).toBe(false)
    await clock.advance(7 * DAY_MS)
    expect([arr.profileOf(1), await before(1)]).toEqual([UHD, true])
  })

  test('while its own was coming back stays, too', async () => {
    const {arr, before, service, states, rows} = await worldOf()
    await before(1)
    arr.film(1, {profileId: CAM})
    const [row] = await rows()
    await service.restore(row!.id)
    expect([arr.profileOf(1), await states()]).toEqual([CAM, ['Film 1 superseded']])
  })

  test('asks for its own profile while a link of a chain is not known to be set: it comes back', async () => {
    const {arr, before, service, pass, change, clock, rows} = await worldOf()
    change({mappings: {HD: 'Any', Any: 'Cam'}})
    await before(1)
    arr.units = [
      {reason: 'missing', hold: null, state: {result: 'empty', searchedAt: clock.now()} as SearchState},
    ]
    arr.step = async (name) => void (arr.isAway ||= name === 'before the change')
    await pass(8 * MINUTE_MS)
    expect(await rows()).toMatchObject([{state: 'intended', temporaryId: CAM, fromId: ANY}])
    arr.isAway = false
    arr.step = async () => undefined
    const [row] = await rows()
    expect(await service.restore(row!.id)).toMatchObject({state: 'restored'})
    expect(arr.profileOf(1)).toBe(HD)
  })

  test('deleted with its film is gone', async () => {
    const {arr, before, pass, states} = await worldOf()
    await before(1)
    arr.films.delete(1)
    await pass()
    expect([await states(), changesOf(arr)]).toEqual([['Film 1 gone'], ['PUT 1 3']])
  })

  test('deleted of its own profile needs a person, until there is one of the same name', async () => {
    const {arr, before, pass, states, alerts, messages} = await worldOf()
    await before(1)
    arr.profiles = arr.profiles.filter(({id}) => id !== HD)
    arr.film(1, {missing: 0})
    await pass()
    await pass()
    expect([await states(), alerts()]).toEqual([
      ['Film 1 needs_you'],
      ['profile_original_gone', 'profile_mapping'],
    ])
    expect(messages()).toContain('"HD" is no profile')
    arr.profiles = [...arr.profiles, {id: 9, name: 'HD'}]
    await pass(6 * MINUTE_MS)
    expect([arr.profileOf(1), await states(), alerts()]).toEqual([9, ['Film 1 restored'], []])
  })

  test('asks for its own profile: it comes back, and stays for a week', async () => {
    const {arr, before, service, rows} = await worldOf()
    await before(1)
    const [row] = await rows()
    expect(await service.restore(row!.id)).toMatchObject({state: 'restored', reason: 'person'})
    expect([arr.profileOf(1), await before(1)]).toEqual([HD, false])
    expect(await service.restore('none')).toBeNull()
  })
})

test('what is in another database of its Arr is found by what it is', async () => {
  const {arr, before, pass, rows} = await worldOf([1, 2])
  await before(1)
  const {title, ...film} = arr.films.get(1)!
  arr.films.delete(1)
  arr.film(7, {...film, title, missing: 0})
  arr.isSure = false
  await pass()
  expect(await rows()).toMatchObject([{containerId: 1, state: 'switched'}])
  arr.isSure = true
  await pass(12 * MINUTE_MS)
  expect(await rows()).toMatchObject([{containerId: 7, state: 'restored'}])
  expect(arr.profileOf(7)).toBe(HD)
})

describe('Q38 what qBitrr switched', () => {
  const item = (id: number, more: Partial<InheritedItem> = {}): InheritedItem => ({
    arrId: 'radarr',
    item: `movie/${id}`,
    requested: false,
    originalProfileId: UHD,
    temporaryProfileId: ANY,
    switchedAt: 5,
    title: null,
    ...more,
  })

  test('becomes rows once, and comes back when it is due', async () => {
    const ids = Array.from({length: 12}, (_, at) => at + 1)
    const {arr, pass, rows, restart, states} = await worldOf(ids, [
      ...ids.map((id) => item(id)),
      item(99),
      item(1, {arrId: 'other'}),
      item(2, {item: 'series/2'}),
    ])
    for (const id of ids) arr.film(id, {profileId: ANY})
    arr.film(11, {profileId: CAM})
    arr.film(12, {profileId: UHD})
    await pass()
    const all = await rows()
    expect(all.filter(({state}) => state === 'switched')).toHaveLength(10)
    expect(all.map(({containerId, state}) => [containerId, state])).toEqual(
      expect.arrayContaining([
        [11, 'superseded'],
        [12, 'restored'],
        [99, 'gone'],
      ]),
    )
    arr.film(1, {missing: 0})
    await restart()
    await pass()
    expect(arr.profileOf(1)).toBe(UHD)
    expect((await states()).filter((one) => one.endsWith('switched'))).toHaveLength(9)
    await restart()
    await pass()
    expect(await rows()).toHaveLength(13)
  })

  test('comes back at once where temporary profiles are off', async () => {
    const {arr, pass, change} = await worldOf([1, 2], [item(1), item(2, {temporaryProfileId: null})])
    for (const id of [1, 2]) arr.film(id, {profileId: ANY})
    change({isOn: false})
    await pass()
    expect([arr.profileOf(1), arr.profileOf(2)]).toEqual([UHD, UHD])
  })
})

test('Q39 where a second program gives two items their own profiles back, nothing is switched any more', async () => {
  const {arr, before, pass, alerts} = await worldOf([1, 2, 3])
  for (const id of [1, 2]) {
    expect(await before(id)).toBe(true)
    arr.film(id, {profileId: HD})
    await pass()
  }
  expect([await before(3), alerts()]).toEqual([false, ['profile_flipped']])
  await pass(7 * DAY_MS)
  expect([alerts(), await before(3)]).toEqual([[], true])
})

test('Q40 an Arr that is away for three days past the time-out has its profiles back when it returns', async () => {
  const {arr, before, pass, states, alerts, change} = await worldOf()
  change({timeoutMs: DAY_MS})
  await before(1)
  arr.isAway = true
  await pass(4 * DAY_MS)
  expect([arr.profileOf(1), await states()]).toEqual([ANY, ['Film 1 switched']])
  arr.isAway = false
  await pass()
  expect([arr.profileOf(1), await states(), alerts()]).toEqual([HD, ['Film 1 restored'], []])
  expect(await before(1)).toBe(false)
})

test('an Arr that does not give them back is asked ever more seldom, and after an hour a person is', async () => {
  const {arr, before, pass, alerts, change, rows} = await worldOf()
  await before(1)
  change({isOn: false})
  arr.changes = Array.from({length: 99}, () => 'refused')
  await pass(50 * MINUTE_MS)
  expect(alerts()).toEqual([])
  await pass(DAY_MS)
  expect([alerts(), arr.profileOf(1)]).toEqual([['profile_not_restored'], ANY])
  const tries = changesOf(arr).length
  expect(tries).toBeGreaterThan(24)
  expect(tries).toBeLessThan(32)
  expect((await rows())[0]).toMatchObject({state: 'restoring', reason: 'off', tries: tries - 1})
  arr.changes = []
  await pass(HOUR_MS)
  expect([alerts(), arr.profileOf(1)]).toEqual([[], HD])
})

test('many come back by few requests, up to 50 of one pair in each', async () => {
  const ids = Array.from({length: 70}, (_, at) => at + 1)
  const {arr, service, pass, change} = await worldOf(ids)
  for (const id of ids) await service.before('radarr', id)!()
  arr.asked.length = 0
  change({isOn: false})
  await pass()
  expect(changesOf(arr)).toHaveLength(1)
  await pass()
  expect(changesOf(arr)).toHaveLength(2)
  expect(changesOf(arr)[0]!.split(',')).toHaveLength(50)
  expect(ids.map((id) => arr.profileOf(id))).toEqual(ids.map(() => HD))
})

describe('what is not to act', () => {
  test('without switches of its own, open ones still come back', async () => {
    const {arr, before, pass} = await worldOf([1, 2])
    await before(1)
    arr.may = 'restore'
    arr.film(1, {missing: 0})
    await pass()
    expect([arr.profileOf(1), await before(2)]).toEqual([HD, false])
  })

  test('only watching, nothing is sent, and what would be done is shown', async () => {
    const {arr, before, pass, service, rows} = await worldOf()
    await before(1)
    arr.may = 'nothing'
    arr.film(1, {missing: 0})
    arr.asked.length = 0
    await pass(HOUR_MS)
    expect(arr.asked).toEqual([])
    arr.film(2)
    const {items, total, arrs} = await service.list({arrs: ['radarr'], group: 'open', offset: 0, limit: 9})
    expect([items, total]).toMatchObject([[{state: 'switched', due: 'imported', isOnlyShown: true}], 1])
    expect(arrs).toEqual([
      {arrId: 'radarr', isOn: true, isOnlyShown: true, stoppedUntil: null, problems: [], waiting: 1},
    ])
    // A person wants it nevertheless.
    const [row] = await rows()
    await service.restore(row!.id)
    expect(arr.profileOf(1)).toBe(HD)
  })
})

describe('the other keys', () => {
  test('what is to be kept stays after an import, and comes back when its time is over', async () => {
    const {arr, before, pass, states, change} = await worldOf()
    change({keeps: true, timeoutMs: 10 * DAY_MS})
    await before(1)
    arr.film(1, {missing: 0})
    await pass()
    expect([arr.profileOf(1), await states()]).toEqual([ANY, ['Film 1 kept']])
    await pass(10 * DAY_MS)
    expect([arr.profileOf(1), await states()]).toEqual([HD, ['Film 1 restored']])
  })

  test('a mapping that is gone, and an item that is not monitored, have their own profile back', async () => {
    const {arr, before, pass, change} = await worldOf([1, 2])
    arr.film(2, {profileId: UHD})
    await before(1)
    await before(2)
    change({mappings: {HD: 'Any'}})
    await pass()
    expect([arr.profileOf(1), arr.profileOf(2)]).toEqual([ANY, UHD])
    arr.film(1, {monitored: false})
    await pass()
    expect(arr.profileOf(1)).toBe(HD)
  })

  test('at a start all come back where that is wanted, and where two are possible a person decides', async () => {
    const {arr, before, pass, change, alerts, messages, restart} = await worldOf([1, 2, 3, 4])
    await before(1)
    arr.film(2, {profileId: ANY})
    arr.film(3, {profileId: CAM})
    arr.film(4, {profileId: LAST})
    change({resets: true, mappings: {HD: 'Any', UHD: 'Any', Cam: 'Last'}})
    await pass()
    expect([1, 2, 3, 4].map((id) => arr.profileOf(id))).toEqual([HD, ANY, CAM, CAM])
    expect(alerts()).toEqual(['profile_ambiguous'])
    expect(messages()).toContain('Film 2')
    // Not again before the next start.
    await before(1)
    await pass()
    expect(arr.profileOf(1)).toBe(ANY)
    await restart()
    await pass()
    expect(arr.profileOf(1)).toBe(HD)
  })
})

test('the end of the program waits for no Arr', async () => {
  const {arr, service, states} = await worldOf()
  arr.step = (name) => (name === 'after the change' ? never() : Promise.resolve())
  const switching = service.before('radarr', 1)!()
  await until(() => changesOf(arr).length > 0)
  await service.stop()
  await switching
  expect([await states(), arr.profileOf(1)]).toEqual([['Film 1 intended'], ANY])
})

describe('an Arr that is removed', () => {
  test('has its own profiles back first', async () => {
    const ids = Array.from({length: 60}, (_, at) => at + 1)
    const {arr, service} = await worldOf(ids)
    for (const id of ids) await service.before('radarr', id)!()
    expect(await service.release('radarr')).toEqual([])
    expect(ids.map((id) => arr.profileOf(id))).toEqual(ids.map(() => HD))
  })

  test('while it is away says what stays, for a month', async () => {
    const {arr, service, before, removeArr, leftBehind, pass, states} = await worldOf()
    await before(1)
    arr.isAway = true
    expect(await service.release('radarr')).toMatchObject([{title: 'Film 1', state: 'restoring'}])
    removeArr()
    await pass()
    expect(leftBehind).toEqual([expect.stringContaining('Film 1')])
    await pass(30 * DAY_MS)
    expect(await states()).toEqual(['Film 1 gone'])
  })
})

test('figures of an item are those of another profile until its library was read again', async () => {
  const {arr, before, service, pass, clock} = await worldOf()
  const is = (readAt: number) => service.isTemporary('radarr', 'movie', 1, readAt)
  expect([is(0), service.profileOf('radarr', 'movie', 1)]).toEqual([false, null])
  await before(1)
  expect([is(clock.now()), service.profileOf('radarr', 'movie', 1)]).toEqual([true, ANY])
  arr.film(1, {missing: 0})
  await pass()
  expect([is(0), is(clock.now()), service.profileOf('radarr', 'movie', 1)]).toEqual([true, false, null])
})
