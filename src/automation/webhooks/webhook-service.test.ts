import {expect, test} from 'vitest'
import {RefusalCounter} from '#journal/refusal-counter.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import type {ArrWay} from '#model/arr-service.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import {CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {Store} from '#store/store.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {plainReach} from '#model/server.ts'
import type {Webhook} from './webhook-asker.ts'
import {WebhookRecords} from './webhook-records.ts'
import {WebhookService} from './webhook-service.ts'

const HOUR = 3_600_000
const [films, shows] = [asArrId('Radarr'), asArrId('Sonarr')]

/** Arrs that hold a webhook each, and a store that outlives the service. */
async function harness() {
  const clock = new VirtualClock()
  const store = await Store.sqlite(':memory:')
  const world = {
    /** What each has, by its address. */
    hooks: new Map<string, Webhook>(),
    away: new Set<string>(),
    refuses: new Set<string>(),
    masks: false,
    active: [films, shows] as ArrId[],
    known: [films, shows] as ArrId[],
    url: 'http://commodarr:6969/api/arrs/hints' as string | null,
    isKeyLost: false,
    observes: false,
  }
  const asked: string[] = []
  const entries: AuditEvent[] = []
  const warnings: object[] = []
  const reach = (way: ArrWay, what: string) => {
    asked.push(`${what} ${way.url}`)
    if (world.away.has(way.url)) throw new CommodarrError('server_unreachable', 'It does not answer.')
  }
  const rise = async () =>
    new WebhookService({
      clock,
      random: () => 1,
      log: {warn: (about) => void warnings.push(about)},
      records: await WebhookRecords.open(store, clock),
      arrs: {
        active: () => world.active.map((id) => ({id})),
        wayTo: (id) =>
          world.known.includes(id)
            ? {url: `http://${id}`, apiKey: new Secret('key'), skipVerify: false, reach: plainReach.anywhere}
            : null,
        nameOf: (id) => id,
      },
      isOthers: () => false,
      url: () => world.url,
      tokenOf: (id) => (world.isKeyLost ? null : new Secret(`token-of-${id}`)),
      observes: () => world.observes,
      note: async (event) => void entries.push(event),
      refusals: new RefusalCounter(clock, {error: () => {}}),
      asker: {
        async state(way, {url, token}) {
          reach(way, 'state')
          const hook = world.hooks.get(way.url)
          if (!hook) return 'none'
          const isSame = hook.url === url && (world.masks || hook.token.reveal() === token.reveal())
          return isSame ? 'same' : 'other'
        },
        async put(way, webhook) {
          reach(way, 'put')
          if (world.refuses.has(way.url)) throw new CommodarrError('command_refused', 'It cannot reach us.')
          world.hooks.set(way.url, webhook)
        },
        async remove(way, url) {
          reach(way, 'remove')
          if (world.hooks.get(way.url)?.url === url) world.hooks.delete(way.url)
        },
      },
    })
  const reported = () =>
    entries.map(({verb, name, refused}) => `${verb} ${name}${refused ? ` ${refused.code}` : ''}`)
  return {clock, world, asked, entries, warnings, rise, reported}
}

const settle = (clock: VirtualClock) => clock.advance(1_000)

test('each Arr is asked once to call us, with a token of its own; after a restart nothing is changed', async () => {
  const it = await harness()
  const service = await it.rise()
  service.follow()
  await settle(it.clock)
  // Nobody can call us yet.
  expect(it.asked).toEqual([])
  service.start()
  service.follow()
  await settle(it.clock)
  expect([...it.world.hooks].map(([at, {url, token}]) => [at, url, token.reveal()])).toEqual([
    ['http://Radarr', it.world.url, 'token-of-Radarr'],
    ['http://Sonarr', it.world.url, 'token-of-Sonarr'],
  ])
  expect(it.reported()).toEqual(['register-webhook Radarr', 'register-webhook Sonarr'])
  expect(JSON.stringify(it.entries)).not.toContain('token-of')
  expect([service.viewOf(films), service.viewOf(asArrId('Lidarr'))]).toEqual([
    {state: 'registered', fault: null},
    null,
  ])
  it.world.masks = true
  ;(await it.rise()).start()
  await settle(it.clock)
  expect(it.reported()).toHaveLength(2)
  expect(it.asked.filter((what) => what.startsWith('put'))).toHaveLength(2)
})

test('another address goes to all of them, an empty one takes them back, also after a restart', async () => {
  const it = await harness()
  const service = await it.rise()
  service.start()
  await settle(it.clock)
  it.world.url = 'http://other:6969/api/arrs/hints'
  service.follow()
  await settle(it.clock)
  expect([...it.world.hooks.values()].map(({url}) => url)).toEqual([it.world.url, it.world.url])
  service.stop()
  it.world.url = null
  const next = await it.rise()
  next.start()
  await settle(it.clock)
  expect([...it.world.hooks.keys()]).toEqual([])
  expect(it.reported().slice(4)).toEqual(['remove-webhook Radarr', 'remove-webhook Sonarr'])
  it.asked.length = 0
  ;(await it.rise()).start()
  await settle(it.clock)
  expect(it.asked).toEqual([])
})

test('what another program registered under our name meanwhile is not taken back', async () => {
  const it = await harness()
  const service = await it.rise()
  service.start()
  await settle(it.clock)
  const theirs = {url: 'http://another-commodarr/api/arrs/hints', token: new Secret('theirs')}
  it.world.hooks.set('http://Radarr', theirs)
  it.world.url = null
  service.follow()
  await settle(it.clock)
  expect([...it.world.hooks]).toEqual([['http://Radarr', theirs]])
})

test('an Arr that is removed here, or is off, calls us no more', async () => {
  const it = await harness()
  const service = await it.rise()
  service.start()
  await settle(it.clock)
  it.world.active = [shows]
  it.world.known = [shows]
  service.follow()
  await settle(it.clock)
  expect([...it.world.hooks.keys()]).toEqual(['http://Sonarr'])
  it.world.active = []
  service.follow()
  await settle(it.clock)
  expect([...it.world.hooks.keys()]).toEqual([])
  expect(service.viewOf(shows)).toBeNull()
})

test('an Arr that is only observed gets nothing and keeps what it has', async () => {
  const it = await harness()
  it.world.observes = true
  const service = await it.rise()
  service.start()
  await it.clock.advance(HOUR)
  expect([it.asked, service.viewOf(films)]).toEqual([[], null])
  it.world.observes = false
  service.follow()
  await settle(it.clock)
  expect(it.world.hooks.size).toBe(2)
  it.world.observes = true
  it.world.url = null
  service.follow()
  await it.clock.advance(HOUR)
  expect(it.world.hooks.size).toBe(2)
})

test('an Arr that says no, or is away, is reported and tried again, and keeps none of the others', async () => {
  const it = await harness()
  it.world.refuses.add('http://Radarr')
  it.world.away.add('http://Sonarr')
  const service = await it.rise()
  service.start()
  await settle(it.clock)
  expect([service.viewOf(films), service.viewOf(shows)]).toEqual([
    {state: 'failed', fault: 'It cannot reach us.'},
    {state: 'failed', fault: 'It does not answer.'},
  ])
  expect(it.warnings).toMatchObject([{arr: shows}, {arr: films}])
  // What did not reach it was no change.
  expect(it.reported()).toEqual(['register-webhook Radarr', 'register-webhook Radarr command_refused'])
  it.world.refuses.clear()
  it.world.away.clear()
  await it.clock.advance(5 * 60_000)
  expect([service.viewOf(films)?.state, service.viewOf(shows)?.state]).toEqual(['registered', 'registered'])
  // The last line of each says that it is done.
  expect(it.reported().slice(2).toSorted()).toEqual(['register-webhook Radarr', 'register-webhook Sonarr'])
})

test('an Arr that says no for days is asked ever more seldom', async () => {
  const it = await harness()
  it.world.refuses.add('http://Radarr')
  const service = await it.rise()
  service.start()
  await it.clock.advance(HOUR)
  const tries = () => it.asked.filter((what) => what === 'put http://Radarr').length
  expect(tries()).toBeGreaterThan(4)
  // One line for all of an hour behind the first.
  expect(it.reported().filter((what) => what.includes('Radarr'))).toEqual([
    'register-webhook Radarr',
    'register-webhook Radarr command_refused',
    'register-webhook Radarr command_refused',
  ])
  await it.clock.advance(47 * HOUR)
  it.asked.length = 0
  await it.clock.advance(24 * HOUR)
  expect(tries()).toBeLessThanOrEqual(5)
  expect(it.warnings).toHaveLength(1)
})

test('an Arr that answers again is looked at, but not each time that its channel breaks', async () => {
  const it = await harness()
  const service = await it.rise()
  service.start()
  await settle(it.clock)
  it.world.hooks.delete('http://Radarr')
  for (let times = 0; times < 50; times++) {
    service.answers(films)
    await it.clock.advance(7_000)
  }
  expect(it.world.hooks.has('http://Radarr')).toBe(false)
  await it.clock.advance(600_000)
  service.answers(films)
  await settle(it.clock)
  expect(it.world.hooks.has('http://Radarr')).toBe(true)
})

test('the webhook of an Arr that was removed while it was away is left to it after some tries', async () => {
  const it = await harness()
  const service = await it.rise()
  service.start()
  await settle(it.clock)
  it.world.away.add('http://Radarr')
  it.world.active = it.world.known = [shows]
  service.follow()
  await it.clock.advance(48 * HOUR)
  const tries = it.asked.filter((what) => what === 'state http://Radarr').length
  expect(tries).toBeGreaterThan(3)
  await it.clock.advance(48 * HOUR)
  expect(it.asked.filter((what) => what === 'state http://Radarr')).toHaveLength(tries)
  it.asked.length = 0
  ;(await it.rise()).start()
  await settle(it.clock)
  expect(it.asked).toEqual(['state http://Sonarr'])
})

test('without the key that tokens come from no Arr is asked to call us', async () => {
  const it = await harness()
  it.world.isKeyLost = true
  const service = await it.rise()
  service.start()
  await settle(it.clock)
  expect(service.viewOf(films)?.state).toBe('failed')
  expect(it.world.hooks.size).toBe(0)
})
