import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import type {NamedTracker} from '#model/query.ts'
import type {MovedTorrent} from '#model/services.ts'
import {asInfoHash, type ServerId} from '#model/torrent-key.ts'
import {StorageFault} from '#store/faults.ts'
import {putSamples} from '#store/repositories/samples.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {everyStore} from '#test/store/every-store.ts'
import {A, B, sample} from './history.fixture.ts'
import type {Sample} from './sample.ts'
import {ServerSamples} from './history.ts'
import {TrafficHistory, type TorrentLife} from './traffic-history.ts'
import {boundsOfMember, OTHER_TRACKERS, Traffic} from './traffic.ts'

const midnight = Date.UTC(2026, 0, 2)
const HOUR = 3_600_000
const DAY = 24 * HOUR
const away = new StorageFault('storage_unavailable', 'PostgreSQL does not answer.', true)
const hashOf = (n: number) => asInfoHash(n.toString(16).padStart(40, '0'))!

everyStore('what torrents moved', (open) => {
  async function harness() {
    const store = await open()
    const clock = new VirtualClock(midnight)
    const world = {
      moves: [] as MovedTorrent[],
      counts: new Map<ServerId, ReadonlyMap<string, number>>([[A, new Map([['t.example', 2]])]]),
      fault: null as StorageFault | null,
      /** Told that it failed although it is written. */
      answerLost: false,
      open: [] as Sample[],
      said: [] as string[],
    }
    const traffic = () =>
      new Traffic(
        {
          read: (work) => store.read(work),
          write: async (work) => {
            if (world.fault) throw world.fault
            const done = await store.write(work)
            if (world.answerLost) throw new StorageFault('unconfirmed', 'Nobody knows.', true)
            return done
          },
        },
        {
          moved: async () => world.moves.splice(0),
          countsByTracker: async (ids) => new Map([...world.counts].filter(([id]) => ids.has(id))),
        },
        (id) => (id === B ? 'mia' : null),
        new TimeSlice(),
        {error: (_, text) => void world.said.push(text)},
      )
    const move = (uploaded: number, change: Partial<MovedTorrent> = {}) =>
      void world.moves.push({
        serverId: A,
        hash: hashOf(1),
        trackerHost: 't.example',
        progress: 0.25,
        downloaded: 0,
        uploaded,
        ...change,
      })
    const look = async (its: Traffic, ...servers: ServerId[]) => {
      const now = clock.now()
      await its.look(now - (now % 10_000), now, new Set(servers.length > 0 ? servers : [A]))
      await clock.advance(10_000)
    }
    const history = (its: Traffic) =>
      new TrafficHistory(
        new ServerSamples(store, {
          soFar: (ids, span) => world.open.filter((it) => ids.includes(it.serverId) && it.span === span),
        }),
        its,
        clock,
        new TimeSlice(),
        () => ({minutes: 2, hours: 90, days: 3_650}),
      )
    const seen = (...hours: number[]) =>
      store.write((db) =>
        putSamples(
          db,
          hours.map((hour) => sample(midnight + hour * HOUR, {span: 3_600, count: 360})),
        ),
      )
    const key = {serverId: A, hash: hashOf(1)}
    const ask = (its: Traffic, life: TorrentLife | null = {addedAt: 0, completedAt: null}) =>
      history(its).torrent(key, life, {from: midnight, to: midnight + 6 * HOUR, span: 3_600})
    return {store, clock, world, traffic, move, look, history, seen, ask, key}
  }
  const rows = async ({store}: Awaited<ReturnType<typeof harness>>) => {
    const all = await store.read((db) =>
      db.selectFrom('traffic').selectAll().orderBy('kind').orderBy('at').orderBy('subject').execute(),
    )
    return all.map(({kind, subject, at, downloaded, uploaded, levels}) =>
      [kind, subject.replace(/^0+/, ''), (at - midnight) / DAY, downloaded, uploaded, levels].join(' '),
    )
  }

  test('hours of torrents and trackers are written as what is added to them, also over restarts', async () => {
    const here = await harness()
    const first = here.traffic()
    here.move(5)
    await here.look(first)
    await first.close()
    const second = here.traffic()
    here.move(7, {downloaded: 3})
    await here.look(second)
    await here.clock.advance(2 * HOUR)
    here.move(1, {progress: 1})
    await here.look(second)
    await second.close()
    expect(await rows(here)).toEqual([
      'torrent 1 0 [3] [12,0,1] [0.25,null,1]',
      'tracker t.example 0 [3] [12,0,1] [2]',
    ])
  })

  test('nothing is written of what neither moved nor changed its number', async () => {
    const here = await harness()
    const its = here.traffic()
    await here.look(its)
    await its.write()
    expect(await rows(here)).toEqual(['tracker t.example 0 [] [] [2]'])
    await here.store.write((db) => db.deleteFrom('traffic').execute())
    await here.clock.advance(HOUR)
    await here.look(its)
    await its.close()
    expect(await rows(here)).toEqual([])
    here.world.counts.set(A, new Map([['u.example', 1]]))
    await here.look(its)
    await its.close()
    expect(await rows(here)).toEqual([
      'tracker t.example 0 [] [] [null,0]',
      'tracker u.example 0 [] [] [null,1]',
    ])
    // A day begins with all of them.
    await here.clock.advance(DAY)
    await here.look(its)
    await its.close()
    expect((await rows(here)).at(-1)).toBe('tracker u.example 1 [] [] [null,1]')
  })

  test('five minutes lie between two writes', async () => {
    const here = await harness()
    const its = here.traffic()
    for (let n = 0; n < 30; n++) {
      here.move(1)
      await here.look(its)
      await its.write()
    }
    expect((await rows(here))[0]).toBe('torrent 1 0 [] [1] [0.25]')
    await here.look(its)
    await its.write()
    expect((await rows(here))[0]).toBe('torrent 1 0 [] [30] [0.25]')
  })

  test('what the database does not take waits; what it may have taken is not counted twice', async () => {
    const here = await harness()
    const its = here.traffic()
    here.move(5)
    await here.look(its)
    here.world.fault = away
    await expect(its.write()).rejects.toThrow(away)
    here.move(6)
    await here.look(its)
    await its.close()
    expect(here.world.said).toEqual(['what torrents moved in the last minutes could not be written'])
    here.world.fault = null
    here.world.answerLost = true
    await its.close()
    here.world.answerLost = false
    await its.close()
    expect(await rows(here)).toEqual(['torrent 1 0 [] [11] [0.25]', 'tracker t.example 0 [] [11] [2]'])
  })

  test('an hour without anything is 0 where its server was seen, and not known where it was not', async () => {
    const here = await harness()
    const its = here.traffic()
    await here.seen(0, 1, 3)
    here.world.open = [sample(midnight + 4 * HOUR, {span: 3_600})]
    here.move(5)
    await here.look(its)
    await here.clock.advance(3 * HOUR)
    here.move(6, {progress: 0.5})
    await here.look(its)
    await here.clock.advance(HOUR)
    const answer = await here.ask(its)
    expect(answer.uploaded).toEqual([5, 0, null, 6, 0])
    expect(answer.progress).toEqual([0.25, 0.25, null, 0.5, 0.5])
    await its.close()
    expect(await here.ask(here.traffic())).toEqual(answer)
  })

  test('before a torrent was added, and after it went, nothing is known', async () => {
    const here = await harness()
    const its = here.traffic()
    await here.seen(0, 1, 2, 3, 4, 5)
    await here.clock.advance(HOUR)
    here.move(5)
    await here.look(its)
    await here.clock.advance(2 * HOUR)
    here.move(6)
    await here.look(its)
    await here.clock.advance(2 * HOUR)
    expect((await here.ask(its, {addedAt: midnight + 1.5 * HOUR, completedAt: null})).uploaded).toEqual([
      null,
      5,
      0,
      6,
      0,
      0,
    ])
    expect((await here.ask(its, null)).uploaded).toEqual([null, 5, 0, 6, null, null])
  })

  test('the last ten minutes are shown every ten seconds', async () => {
    const here = await harness()
    const its = here.traffic()
    for (const uploaded of [5, 0, 7]) {
      if (uploaded > 0) here.move(uploaded)
      await here.look(its)
    }
    const tens = [0, 10, 20].map((second) => sample(midnight + second * 1_000))
    await here.store.write((db) => putSamples(db, tens))
    const time = {from: midnight - 10_000, to: midnight + 30_000, span: 'auto'} as const
    const {span, uploaded} = await here.history(its).torrent(here.key, {addedAt: 0, completedAt: 0}, time)
    expect([span, uploaded]).toEqual([10, [null, 5, 0, 7]])
  })

  test('trackers of several servers are shown together, by hour or by day', async () => {
    const here = await harness()
    const its = here.traffic()
    here.world.counts.set(
      B,
      new Map([
        ['t.example', 3],
        ['u.example', 1],
      ]),
    )
    const onB = {serverId: B, hash: hashOf(2)}
    here.move(5)
    here.move(2, {...onB, trackerHost: 'u.example', downloaded: 9})
    here.move(1, {...onB, trackerHost: undefined})
    await here.look(its, A, B)
    await its.write()
    await here.clock.advance(HOUR)
    await here.seen(0, 1)
    const day = sample(midnight, {span: 86_400, serverId: B})
    await here.store.write((db) =>
      putSamples(db, [sample(midnight, {span: 3_600, serverId: B}), day, {...day, serverId: A}]),
    )
    const time = {from: midnight, to: midnight + 2 * HOUR}
    expect(await here.history(its).trackers([A, B], {...time, span: 'auto'})).toEqual({
      span: 3_600,
      at: [midnight, midnight + HOUR],
      trackers: [
        {name: 'u.example', hosts: ['u.example'], downloaded: [9, 0], uploaded: [2, 0], torrents: [1, null]},
        {name: 't.example', hosts: ['t.example'], downloaded: [0, 0], uploaded: [5, 0], torrents: [5, 2]},
      ],
      reporting: [2, 1],
    })
    expect(await here.history(its).trackers([B], {...time, span: 86_400})).toMatchObject({
      at: [midnight],
      trackers: [
        {name: 'u.example', uploaded: [2], torrents: [1]},
        {name: 't.example', uploaded: [0], torrents: [3]},
      ],
    })
  })

  test('hosts of one name are one tracker, also for what was kept before they were called so', async () => {
    const here = await harness()
    const its = here.traffic()
    here.world.counts.set(
      A,
      new Map([
        ['t.example', 3],
        ['b.tide.example', 1],
        ['', 2],
      ]),
    )
    here.move(5)
    here.move(2, {hash: hashOf(2), trackerHost: 'b.tide.example', downloaded: 9})
    here.move(4, {hash: hashOf(3), trackerHost: ''})
    await here.look(its, A)
    await its.write()
    const time = {from: midnight, to: midnight + HOUR, span: 'auto'} as const
    const asked = async (...called: readonly NamedTracker[]) => {
      const {trackers} = await here.history(its).trackers([A], time, called)
      return trackers.map(({name, hosts, uploaded}) => [name, hosts, uploaded])
    }
    const tide = {name: 'Tidemark', hosts: ['t.example', '*.tide.example']}
    expect(await asked()).toEqual([
      ['b.tide.example', ['b.tide.example'], [2]],
      ['t.example', ['t.example'], [5]],
      ['', [], [4]],
    ])
    expect(await asked(tide)).toEqual([
      ['Tidemark', ['b.tide.example', 't.example'], [7]],
      ['', [], [4]],
    ])
    // Another set of hosts is another sum, also of what is past.
    expect(await asked({...tide, hosts: ['t.example']})).toEqual([
      ['b.tide.example', ['b.tide.example'], [2]],
      ['Tidemark', ['t.example'], [5]],
      ['', [], [4]],
    ])
    // What stands for several together is the name of none.
    const names = (await asked({...tide, name: OTHER_TRACKERS})).map(([name]) => name)
    expect(names).toEqual(['b.tide.example', 't.example', ''])
  })

  test('the smallest of too many trackers are kept together, and too many torrents of a member are left out', async () => {
    const here = await harness()
    const its = here.traffic()
    const {trackers, torrents} = boundsOfMember
    here.world.counts.set(
      B,
      new Map(Array.from({length: trackers + 5}, (_, n) => [`t${n}.example`, 100 - n])),
    )
    for (let n = 0; n < torrents + 3; n++)
      here.move(1, {serverId: B, hash: hashOf(n), trackerHost: `t${trackers + (n % 5)}.example`})
    await here.look(its, B)
    await its.close()
    const all = await rows(here)
    expect(all.filter((row) => row.startsWith('torrent'))).toHaveLength(torrents)
    expect(all.filter((row) => row.startsWith('tracker'))).toHaveLength(trackers + 1)
    const together = [0, 1, 2, 3, 4].reduce((sum, n) => sum + 100 - trackers - n, 0)
    expect(all).toContain(`tracker ${OTHER_TRACKERS} 0 [] [${torrents + 3}] [${together}]`)
  })
})
