import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import type {ServerView} from '#model/services.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {StorageFault} from '#store/faults.ts'
import type {Store} from '#store/store.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {sqliteFirst} from '#test/store/every-store.ts'
import {A, B, healthOf, serverView, stats} from './history.fixture.ts'
import {usualLimits, type OutboxLimits} from './outbox.ts'
import type {Sample} from './sample.ts'
import {RetentionRounds, Sampler, ServerLook} from './sampler.ts'
import {HistoryStore} from './write.ts'

const midnight = Date.UTC(2026, 0, 1)
const away = new StorageFault('storage_unavailable', 'PostgreSQL does not answer.', true)

sqliteFirst('the sampler', (open) => {
  async function harness(limits?: OutboxLimits) {
    const store = await open()
    const clock = new VirtualClock(midnight)
    await clock.advance(5_000)
    const world = {
      servers: [serverView(A)],
      fault: null as StorageFault | null,
      said: [] as string[],
      kept: [] as string[],
      beforeWrite: async () => {},
    }
    const turns = new TimeSlice()
    const counts = new Map([[A, {torrents: 9, downloading: 4, seeding: 3, failing: 2}]])
    const retention = {
      pruneCrowded: async () => {},
      prune: async () => void world.kept.push('prune'),
      removeGone: async (there: ReadonlySet<ServerId>) =>
        void world.kept.push(`gone but ${[...there].join()}`),
    }
    const failing: Pick<Store, 'read' | 'write'> = {
      read: async (work) => {
        if (world.fault) throw world.fault
        return store.read(work)
      },
      write: async (work) => {
        await world.beforeWrite()
        if (world.fault) throw world.fault
        return store.write(work)
      },
    }
    const sampler = () =>
      new Sampler(
        new ServerLook({list: () => world.servers}, {countsByServer: () => counts}, turns),
        new HistoryStore(failing, limits),
        {look: async () => {}, write: async () => {}, close: async () => {}},
        new RetentionRounds(retention, () => new Set(world.servers.map(({id}) => id))),
        {
          clock,
          turns,
          log: {
            error: (_, text) => void world.said.push(text),
            info: (about) => void world.said.push(JSON.stringify(about)),
          },
        },
      )
    const rows = (id: ServerId = A): Promise<Sample[]> =>
      store.read(async (db) => {
        const all = db
          .selectFrom('samples')
          .selectAll()
          .where('serverId', '=', id)
          .orderBy('span')
          .orderBy('at')
        return (await all.execute()) as Sample[]
      })
    const changes = () =>
      store.read((db) => db.selectFrom('healthChanges').selectAll().orderBy('seq').execute())
    return {store, clock, world, sampler, rows, changes}
  }
  type Harness = Awaited<ReturnType<typeof harness>>

  /** Looks every ten seconds; between two looks 1,000 bytes flow. */
  function looking({clock, world}: Harness, id: ServerId = A) {
    let downloaded = 10_000
    return async (sampler: Sampler, times: number) => {
      for (let n = 0; n < times; n++) {
        downloaded += 1_000
        const moved = serverView(id, {stats: stats({sessionDownloaded: downloaded})})
        world.servers = world.servers.map((it) => (it.id === id ? moved : it))
        await sampler.tick()
        await clock.advance(10_000)
      }
    }
  }
  const ofSpan = (rows: readonly Sample[], span: number) => rows.filter((it) => it.span === span)
  const bytes = (rows: readonly Sample[]) => rows.reduce((sum, it) => sum + it.downloaded, 0)
  const places = (rows: readonly Sample[]) => rows.map(({span, at}) => `${span} ${(at - midnight) / 1_000}`)

  test('what a server does is kept every ten seconds', async () => {
    const {sampler, rows} = await harness()
    await sampler().tick()
    expect(await rows()).toEqual([
      {
        serverId: A,
        span: 10,
        at: midnight,
        count: 1,
        online: 1,
        downloaded: 0,
        uploaded: 0,
        downSpeed: 10,
        upSpeed: 1,
        downSpeedMax: 10,
        upSpeedMax: 1,
        freeSpace: 1_000,
        latencyMs: 4,
        torrents: 9,
        downloading: 4,
        seeding: 3,
        failing: 2,
      },
    ])
  })

  test('minutes and hours are kept when they end, and their bytes add up', async () => {
    const here = await harness()
    await looking(here)(here.sampler(), 361)
    const rows = await here.rows()
    expect([10, 60, 3_600].map((span) => ofSpan(rows, span).length)).toEqual([361, 60, 1])
    const [hour] = ofSpan(rows, 3_600)
    expect([hour!.count, hour!.downloaded, bytes(ofSpan(rows, 60))]).toEqual([360, 359_000, 359_000])
  })

  test('after a restart the open minute and hour go on; the gap between stays one', async () => {
    const here = await harness()
    const look = looking(here)
    await look(here.sampler(), 200)
    await here.clock.advance(30_000)
    await look(here.sampler(), 158)
    const rows = await here.rows()
    const [hour] = ofSpan(rows, 3_600)
    expect([ofSpan(rows, 10).length, ofSpan(rows, 60).length]).toEqual([358, 60])
    // What flowed while nobody looked is not known.
    expect([hour!.count, hour!.downloaded]).toEqual([357, 355_000])
    expect(bytes(ofSpan(rows, 60))).toBe(355_000)
  })

  test('a restart after days ends what was open then', async () => {
    const here = await harness()
    const look = looking(here)
    await look(here.sampler(), 9)
    await here.clock.advance(3 * 86_400_000)
    await look(here.sampler(), 1)
    expect(places(await here.rows()).filter((it) => !it.startsWith('10 '))).toEqual([
      '60 0',
      '60 60',
      '3600 0',
      '86400 0',
    ])
    const rows = await here.rows()
    expect([60, 3_600, 86_400].map((span) => bytes(ofSpan(rows, span)))).toEqual([8_000, 8_000, 8_000])
  })

  test('what the database does not take waits, and that is said once', async () => {
    const here = await harness()
    const [look, sampler] = [looking(here), here.sampler()]
    await look(sampler, 3)
    here.world.fault = away
    await look(sampler, 30)
    here.world.fault = null
    await look(sampler, 5)
    const rows = await here.rows()
    expect([ofSpan(rows, 10).length, ofSpan(rows, 60).length]).toEqual([38, 6])
    expect(here.world.said).toEqual([
      'the history cannot be written; an hour of it is kept in memory',
      '{"lost":0}',
    ])
  })

  test('what waits too long is lost, minutes last of all, and that is said once', async () => {
    const here = await harness({...usualLimits, ms: 60_000})
    const [look, sampler] = [looking(here), here.sampler()]
    await look(sampler, 1)
    here.world.fault = away
    await look(sampler, 30)
    here.world.fault = null
    await look(sampler, 1)
    const rows = await here.rows()
    expect([ofSpan(rows, 10).length, ofSpan(rows, 60).length, bytes(ofSpan(rows, 60))]).toEqual([
      8, 5, 29_000,
    ])
    expect(here.world.said).toEqual([
      'the history cannot be written; an hour of it is kept in memory',
      'the history could not be written for too long; samples are lost',
      '{"lost":24}',
    ])
  })

  test('a database that is away at the start is waited for, and then what is open goes on', async () => {
    const here = await harness()
    const look = looking(here)
    await look(here.sampler(), 3)
    here.world.fault = away
    const again = here.sampler()
    await look(again, 3)
    here.world.fault = null
    await look(again, 1)
    const [minute] = ofSpan(await here.rows(), 60)
    expect([minute!.count, minute!.downloaded]).toEqual([6, 4_000])
  })

  test('looks that wait for a database that stays away are lost, the oldest first', async () => {
    const here = await harness({...usualLimits, ms: 60_000})
    const [look, sampler] = [looking(here), here.sampler()]
    here.world.fault = away
    await look(sampler, 20)
    here.world.fault = null
    await look(sampler, 1)
    expect(ofSpan(await here.rows(), 10)).toHaveLength(8)
    expect(here.world.said.at(-1)).toBe('{"lost":13}')
  })

  test('a look while the database is slow is written right after', async () => {
    const here = await harness()
    const sampler = here.sampler()
    const looks: Promise<void>[] = []
    here.world.beforeWrite = async () => {
      here.world.beforeWrite = async () => {}
      await here.clock.advance(10_000)
      looks.push(sampler.tick())
      await new Promise((done) => setImmediate(done))
    }
    await sampler.tick()
    expect(places(await here.rows())).toEqual(['10 0', '10 10'])
    await Promise.all(looks)
  })

  test('a server that went has its open spans ended after a minute; when it comes back they go on', async () => {
    const here = await harness()
    const [look, sampler] = [looking(here), here.sampler()]
    await look(sampler, 9)
    const [view] = here.world.servers
    here.world.servers = []
    await look(sampler, 5)
    expect(ofSpan(await here.rows(), 3_600)).toEqual([])
    await look(sampler, 2)
    expect(ofSpan(await here.rows(), 3_600).map(({count}) => count)).toEqual([9])
    here.world.servers = [view!]
    await look(sampler, 345)
    const rows = await here.rows()
    expect(ofSpan(rows, 3_600).map(({count, downloaded}) => [count, downloaded])).toEqual([[353, 351_000]])
    expect(bytes(ofSpan(rows, 60))).toBe(351_000)
  })

  test('a server that is missing for a moment keeps its counters', async () => {
    const here = await harness()
    const [look, sampler] = [looking(here), here.sampler()]
    await look(sampler, 2)
    const [view] = here.world.servers
    here.world.servers = []
    await look(sampler, 2)
    here.world.servers = [view!]
    await look(sampler, 1)
    expect(bytes(await here.rows())).toBe(4_000)
  })

  test('a server that is switched off does nothing that is kept, but that it was switched off', async () => {
    const {sampler, rows, changes, world} = await harness()
    world.servers = [serverView(A, {enabled: false, health: healthOf('paused', {reason: 'disabled'})})]
    await sampler().tick()
    expect([await rows(), (await changes()).map(({status}) => status)]).toEqual([[], ['paused']])
  })

  test('after our own start who was not tried yet is not counted as down', async () => {
    const {sampler, rows, world, clock} = await harness()
    const one = sampler()
    for (const status of ['unknown', 'connecting', 'unreachable', 'connecting'] as const) {
      world.servers = [serverView(A, {health: healthOf(status)})]
      await one.tick()
      await clock.advance(10_000)
    }
    expect((await rows()).map(({at, online}) => [(at - midnight) / 1_000, online])).toEqual([
      [20, 0],
      [30, 0],
    ])
  })

  test('a clock set back a little: the time is waited out, and no byte is lost', async () => {
    const here = await harness()
    const [look, sampler] = [looking(here), here.sampler()]
    await look(sampler, 20)
    here.clock.jump(-60_000)
    await look(sampler, 16)
    const rows = await here.rows()
    expect(ofSpan(rows, 10)).toHaveLength(30)
    expect(bytes(ofSpan(rows, 10))).toBe(35_000)
    // Of the minute that is open now one look is inside.
    expect(bytes(ofSpan(rows, 60)) + bytes(sampler.soFar([A], 60))).toBe(35_000)
  })

  test('a clock set ahead is a gap, and set right again goes on where it was', async () => {
    const here = await harness()
    const [look, sampler] = [looking(here), here.sampler()]
    await look(sampler, 9)
    here.clock.jump(86_400_000)
    await look(sampler, 9)
    here.clock.jump(-86_400_000)
    await look(sampler, 345)
    const rows = await here.rows()
    const today = rows.filter(({at}) => at < midnight + 86_400_000)
    const [hour] = ofSpan(today, 3_600)
    // Nine before, the gap of nine looks at a wrong time, then the rest of the hour.
    expect([hour!.at, hour!.count]).toEqual([midnight, 351])
    expect(ofSpan(today, 60).reduce((sum, it) => sum + it.count, 0)).toBe(351)
    expect(ofSpan(rows, 10)).toHaveLength(363)
  })

  test('servers are kept each on its own', async () => {
    const here = await harness()
    here.world.servers = [serverView(A), serverView(B, {stats: stats({downSpeed: 70})})]
    await looking(here)(here.sampler(), 7)
    expect([bytes(await here.rows(A)), bytes(ofSpan(await here.rows(B), 10))]).toEqual([11_000, 4_200])
    expect(ofSpan(await here.rows(B), 60)).toMatchObject([{downSpeed: 70, count: 6, torrents: 0}])
  })

  test('what is not ended yet is shown as it is so far', async () => {
    const here = await harness()
    const [look, sampler] = [looking(here), here.sampler()]
    await look(sampler, 8)
    expect(sampler.soFar([A, B], 60).map(({count}) => count)).toEqual([2])
    expect(sampler.soFar([A], 86_400)).toMatchObject([{at: midnight, count: 8, downloaded: 7_000}])
    expect([sampler.soFar([B], 60), sampler.soFar([A], 10)]).toEqual([[], []])
  })

  test('changes of health are kept once, also over restarts', async () => {
    const {sampler, changes, world, clock} = await harness()
    const see = async (one: Sampler, ...healths: ServerView['health'][]) => {
      for (const health of healths) {
        world.servers = [serverView(A, {health})]
        await one.tick()
        await clock.advance(10_000)
      }
    }
    const since = (second: number) => ({since: midnight + second * 1_000})
    const down = healthOf('unreachable', {reason: 'timed_out', detail: 'timeout', ...since(12)})
    await see(sampler(), healthOf('online', since(2)), down, down)
    await see(sampler(), healthOf('connecting'), {...down, ...since(40)}, healthOf('online', since(51)))
    const kept = await changes()
    expect(
      kept.map(({at, status, reason, detail}) => [(at - midnight) / 1_000, status, reason, detail]),
    ).toEqual([
      [2, 'online', 'none', ''],
      [12, 'unreachable', 'timed_out', 'timeout'],
      [51, 'online', 'none', ''],
    ])
  })

  test('of each server the newest thousand changes stay, about', async () => {
    const {store, changes} = await harness()
    const writer = new HistoryStore(store)
    const {outbox} = writer
    const flaps = (serverId: ServerId, from: number, count: number) =>
      Array.from({length: count}, (_, n) => {
        const status = n % 2 ? ('online' as const) : ('degraded' as const)
        return {serverId, at: from + n, status, reason: 'none' as const, detail: ''}
      })
    outbox.put([], flaps(B, 0, 5))
    for (let from = 0; from < 2_000; from += 50) {
      outbox.put([], flaps(A, from, 50))
      await writer.write()
    }
    const kept = await changes()
    const ofA = kept.filter(({serverId}) => serverId === A)
    expect(kept.length - ofA.length).toBe(5)
    expect(ofA.length).toBeGreaterThanOrEqual(1_000)
    expect(ofA.length).toBeLessThanOrEqual(1_150)
    expect(ofA.at(-1)!.at).toBe(1_999)
  })

  test('more than one transaction takes is written in several, and the same time only once', async () => {
    const {store, rows} = await harness()
    const writer = new HistoryStore(store)
    const {outbox} = writer
    const samples = Array.from({length: 20_500}, (_, n): Sample => ({...oneSample, at: n * 10_000}))
    outbox.put([...samples, {...oneSample, at: 20_499 * 10_000, torrents: 77}], [])
    await writer.write()
    const kept = await rows(oneSample.serverId)
    expect([kept.length, kept.at(-1)!.torrents, outbox.samples.length]).toEqual([20_500, 77, 0])
  })
})

const oneSample: Sample = {
  serverId: asServerId('many'),
  span: 10,
  at: 0,
  count: 1,
  downSpeed: 0,
  upSpeed: 0,
  downSpeedMax: 0,
  upSpeedMax: 0,
  downloaded: 0,
  uploaded: 0,
  torrents: 0,
  downloading: 0,
  seeding: 0,
  failing: 0,
  freeSpace: null,
  latencyMs: null,
  online: 1,
}
