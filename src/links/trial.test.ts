import {expect, test} from 'vitest'
import type {CallBounds, SyncReport, SyncWant, TorrentClient} from '#clients/port.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {ServerFault} from '#model/errors.ts'
import type {HealthReason, ServerDefinition} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {tryServer} from './trial.ts'

type TrialDeps = Parameters<typeof tryServer>[1]
type Step = 'connect' | 'probe' | 'list' | 'stats' | 'free'

/** A server that is asked once; `failing` fails at a step, `waits` makes that step wait for its signal. */
function serverThat(
  how: {
    failing?: Partial<Record<Step, HealthReason>>
    waits?: Step
    report?: Partial<SyncReport>
    left?: Error
  } = {},
) {
  const clock = new VirtualClock()
  const asked: Step[] = []
  const bounds: Partial<Record<Step, CallBounds>> = {}
  const said: unknown[] = []
  let closed = 0
  const answer = async <T>(step: Step, given: CallBounds, value: T): Promise<T> => {
    asked.push(step)
    bounds[step] = given
    if (how.waits === step) {
      await new Promise((_, reject) =>
        given.signal!.addEventListener('abort', () => reject(given.signal!.reason as Error)),
      )
    }
    const reason = how.failing?.[step]
    if (reason) throw new ServerFault('server_unreachable', reason, `failing at ${step}`)
    return value
  }
  const report = {known: 42, membership: 'whole', ...how.report} as SyncReport
  const client = {
    connect: (given: CallBounds) => answer('connect', given, {version: '5.1.0', apiVersion: '2.11.4'}),
    probe: async (given: CallBounds) => {
      await clock.advance(12)
      return answer('probe', given, undefined)
    },
    sync: {
      step: (_want: SyncWant, _sink: unknown, {full}: {full: CallBounds}) => answer('list', full, report),
    },
    details: {
      stats: (given: CallBounds) => answer('stats', given, {downSpeed: 0, upSpeed: 0, freeSpace: 7_000}),
      freeSpace: (_path: null, given: CallBounds) => answer('free', given, 8_000),
    },
    close: async () => {
      closed++
      return how.left
    },
  } as unknown as TorrentClient
  const parts: TrialDeps = {
    clock,
    turns: new TimeSlice(),
    log: {info: (about, text) => void said.push([about, text])},
    createClient: () => client,
    logIn: (connect) => connect(),
  }
  return {clock, asked, bounds, parts, said, closes: () => closed}
}

const definition = {
  kind: 'transmission',
  url: 'http://10.0.0.1:9091/transmission/rpc',
  pace: {pollSeconds: null, timeoutSeconds: null},
  obstacle: null,
} as ServerDefinition

test('a server that lets us in reports its version, its latency, how many torrents and how much space', async () => {
  const {parts, asked, closes} = serverThat()
  expect(await tryServer(definition, parts)).toEqual({
    ok: true,
    latencyMs: 12,
    version: '5.1.0',
    apiVersion: '2.11.4',
    torrents: 42,
    freeSpace: 7_000,
    reason: 'none',
    detail: '',
    advice: '',
  })
  expect([asked, closes()]).toEqual([['connect', 'probe', 'list', 'stats'], 1])
})

test.each(['connect', 'probe'] as const)(
  'a fault at its %s is reported with advice, and nothing more is asked',
  async (step) => {
    const {parts, asked, closes} = serverThat({failing: {[step]: 'wrong_credentials'}})
    const trial = await tryServer(definition, parts)
    expect(trial).toMatchObject({
      ok: false,
      reason: 'wrong_credentials',
      detail: `failing at ${step}`,
      torrents: null,
    })
    expect(trial.advice).toContain('Transmission')
    expect([asked.at(-1), asked.filter((it) => it === 'connect').length, closes()]).toEqual([step, 1, 1])
  },
)

test.each(['timed_out', 'answer_too_large'] as const)(
  'a list that is %s is not counted, and the server is well',
  async (reason) => {
    const {parts} = serverThat({failing: {list: reason}})
    expect(await tryServer(definition, parts)).toMatchObject({ok: true, torrents: null, freeSpace: 7_000})
  },
)

test('a list of which it does not vouch for all is not counted', async () => {
  const {parts} = serverThat({report: {membership: 'partial'}})
  expect(await tryServer(definition, parts)).toMatchObject({ok: true, torrents: null})
})

test('a list that cannot be read is a fault', async () => {
  const {parts} = serverThat({failing: {list: 'garbled_answer'}})
  expect(await tryServer(definition, parts)).toMatchObject({ok: false, reason: 'garbled_answer'})
})

test('a server without free space among its figures is asked for it; one that does not report it at all is well', async () => {
  const asked = serverThat({failing: {stats: 'server_error'}})
  expect(await tryServer(definition, asked.parts)).toMatchObject({ok: true, freeSpace: 8_000})
  const silent = serverThat({failing: {stats: 'server_error', free: 'server_error'}})
  expect(await tryServer(definition, silent.parts)).toMatchObject({ok: true, freeSpace: null})
})

test('the count is bounded in time and size, whatever patience a person asks for', async () => {
  const {parts, bounds} = serverThat()
  await tryServer({...definition, pace: {pollSeconds: null, timeoutSeconds: 600}}, parts)
  expect(bounds.connect?.timeoutMs).toBe(600_000)
  expect(bounds.list).toMatchObject({timeoutMs: 10_000, maxBytes: 64 * 1024 * 1024})
})

test.each(['connect', 'list'] as const)('a trial that hangs at its %s ends after a minute', async (waits) => {
  const {parts, asked, clock, closes} = serverThat({waits})
  const trial = tryServer(definition, parts)
  while (!asked.includes(waits)) await new Promise((done) => setImmediate(done))
  await clock.advance(60_000)
  // Who let us in is well, however long his list takes.
  const reported = waits === 'list' ? {ok: true, torrents: null} : {ok: false, reason: 'timed_out'}
  expect(await trial).toMatchObject(reported)
  expect(closes()).toBe(1)
})

test('nothing is sent where a secret cannot be read', async () => {
  const {parts, asked} = serverThat()
  expect(await tryServer({...definition, obstacle: 'secret_unreadable'}, parts)).toMatchObject({
    ok: false,
    reason: 'secret_unreadable',
  })
  expect(asked).toEqual([])
})

test('a mistake of ours is no fault of the server', async () => {
  const {parts} = serverThat()
  const broken = {
    ...parts,
    createClient: () => ({
      ...parts.createClient(null as never),
      connect: () => Promise.reject(new TypeError('ours')),
    }),
  }
  await expect(tryServer(definition, broken as TrialDeps)).rejects.toThrow('ours')
})

test('a session that its server keeps is said in the log, and spoils no trial', async () => {
  const left = new ServerFault('server_unreachable', 'timed_out', 'No answer.')
  const {parts, said} = serverThat({left})
  expect(await tryServer({...definition, id: asServerId('a')}, parts)).toMatchObject({ok: true})
  expect(said).toEqual([
    [{server: 'a', err: left}, 'the session on the server was not ended: it ends by its age'],
  ])
})
