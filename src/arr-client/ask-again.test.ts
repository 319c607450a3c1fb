import {expect, test} from 'vitest'
import type {ArrStatus} from '#model/arr.ts'
import {CommodarrError, ServerFault} from '#model/errors.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ArrClient} from './api/client.ts'
import type {ArrPort} from './api/port.ts'
import {sonarr} from './api/sonarr.ts'
import {AskAgain} from './ask-again.ts'
import type {ArrRequest} from './api/http-client.ts'

const locked = () =>
  new ServerFault('server_failed', 'server_error', 'What answers there answered 500: database is locked.', {
    about: {status: 500},
    outcomeUnknown: true,
  })
const broken = () => new ServerFault('server_unreachable', 'connection_reset', 'The connection broke.')
const starting = () =>
  new ServerFault('server_failed', 'server_error', 'The Arr is starting; try again in a moment.', {
    about: {starting: true},
  })

/** An Arr that fails at its next requests as it is told to, some of them when a part of the list is told. */
class FailingTransport {
  readonly url = 'http://episodes'
  readonly faults: Error[] = []
  readonly asked: string[] = []
  isAway = false
  /** What it says of a list before it fails. */
  partly: readonly unknown[] = []

  async read({method = 'GET', path}: ArrRequest): Promise<never> {
    this.#answer(`${method} ${path}`)
    return [] as never
  }

  async stream({path}: ArrRequest, _shape: unknown, take: (element: never) => void): Promise<number> {
    if (this.faults.length > 0) for (const element of this.partly) take(element as never)
    this.#answer(`GET ${path}`)
    return 0
  }

  async send({method = 'GET', path}: ArrRequest): Promise<boolean> {
    this.#answer(`${method} ${path}`)
    return true
  }

  async image({path}: ArrRequest): Promise<null> {
    this.#answer(`GET ${path}`)
    return null
  }

  async close(): Promise<void> {}

  #answer(what: string): void {
    this.asked.push(what)
    const fault = this.isAway ? locked() : this.faults.shift()
    if (fault) throw fault
  }
}

function harness() {
  const clock = new VirtualClock()
  const stopping = new AbortController()
  const arr = new FailingTransport()
  const reported: string[] = []
  const once = new ArrClient(arr, sonarr, {kind: 'sonarr', version: '4.0.0'} as ArrStatus)
  const port = once.askedBy(
    (reader) =>
      new AskAgain(reader, clock, stopping.signal, {
        lost: () => void reported.push('failed'),
        answered: () => void reported.push('answered'),
      }),
  )
  /** Resolves when it was answered, or is given up. */
  const ended = async (ask: () => Promise<unknown>) => {
    const end = ask().then(
      () => 'answered',
      (error: unknown) => (error instanceof CommodarrError ? error.code : String(error)),
    )
    await clock.advance(20_000)
    return end
  }
  return {clock, stopping, arr, once, port, reported, ended}
}

test('a request that fails for a moment is made again, twice at most, and each of its failures is reported', async () => {
  const {arr, port, reported, ended} = harness()
  arr.faults.push(locked(), broken())
  expect(await ended(() => port.qualityProfiles())).toBe('answered')
  expect(arr.asked).toEqual(Array.from({length: 3}, () => 'GET /api/v3/qualityprofile'))
  expect(reported).toEqual(['failed', 'failed', 'answered'])
  arr.faults.push(locked(), locked(), locked())
  expect(await ended(() => port.rootFolders())).toBe('server_failed')
  expect(arr.asked).toHaveLength(6)
  expect(reported.slice(3)).toEqual(['failed', 'failed', 'failed'])
  expect(port.url).toBe('http://episodes')
})

test('a quarter of a second passes before the second time, one more second before the third', async () => {
  const {clock, arr, port} = harness()
  arr.faults.push(locked(), locked())
  const end = port.rootFolders()
  const counts: number[] = []
  for (const ms of [0, 249, 1, 999, 1]) {
    await clock.advance(ms)
    counts.push(arr.asked.length)
  }
  expect(counts).toEqual([1, 1, 2, 2, 3])
  expect(await end).toEqual([])
})

type Asking = (port: ArrPort) => Promise<unknown>
const removal = {removeFromClient: false, blocklist: true, skipRedownload: true, changeCategory: false}

test.each<[string, Asking]>([
  ['command', (port) => port.command({name: 'rssSync'} as never)],
  ['tag', (port) => port.createTag('it')],
  ['failed', (port) => port.markFailed(1)],
  ['queue', (port) => port.removeFromQueue(1, removal)],
])('a change is never made again: %s', async (name, change) => {
  const {arr, port, reported, ended} = harness()
  arr.faults.push(broken())
  expect(await ended(() => change(port))).toBe('server_unreachable')
  expect(arr.asked).toEqual([expect.stringMatching(new RegExp(`^(POST|DELETE) .*${name}`))])
  expect(reported).toEqual([])
})

test('a list of releases is not asked for again: it would have indexers searched again', async () => {
  const {arr, port, ended} = harness()
  arr.faults.push(broken())
  expect(await ended(() => port.releases({id: 1}))).toBe('server_unreachable')
  expect(arr.asked).toEqual(['GET /api/v3/release'])
})

test.each<[string, Asking]>([
  ['how far a command is', (port) => port.commandState(1)],
  ['all commands', (port) => port.commands()],
  ['of what quality a grab was', (port) => port.grabbedQuality('A'.repeat(40) as never)],
  ['what could be imported', (port) => port.importCandidates('A'.repeat(40) as never)],
])('an order that hangs on a question does not end with one lost answer: %s', async (_, ask) => {
  const {arr, port, ended} = harness()
  arr.faults.push(locked(), broken())
  expect(await ended(() => ask(port))).toBe('answered')
  expect(arr.asked).toHaveLength(3)
})

test('a list of which a part was handed over is not read again', async () => {
  const {arr, port, reported, ended} = harness()
  const taken: unknown[] = []
  const all = () => port.history((row) => void taken.push(row))
  arr.faults.push(broken())
  expect(await ended(all)).toBe('answered')
  expect(arr.asked).toHaveLength(2)
  arr.partly = [{id: 1}]
  arr.faults.push(broken())
  expect(await ended(all)).toBe('server_unreachable')
  expect(arr.asked).toHaveLength(3)
  expect(taken).toEqual([{id: 1}])
  expect(reported).toEqual(['failed', 'answered', 'failed'])
})

test('one that says that it is starting is not asked again, and that is reported', async () => {
  const {arr, port, reported, ended} = harness()
  arr.faults.push(starting())
  expect(await ended(() => port.queue())).toBe('server_failed')
  expect(arr.asked).toHaveLength(1)
  expect(reported).toEqual(['failed'])
})

test.each([
  new ServerFault('login_refused', 'wrong_credentials', 'The Arr does not accept this key.'),
  new ServerFault('rate_limited', 'rate_limited', 'Too many requests.'),
  new ServerFault('server_unreachable', 'timed_out', 'No whole answer in time.'),
  new ServerFault('server_unreachable', 'refused', 'Nothing accepts connections at this address.'),
  new ServerFault('answer_invalid', 'garbled_answer', 'The answer is no JSON.'),
])('what is no matter of a moment is not asked again: $reason', async (fault) => {
  const {arr, port, ended} = harness()
  arr.faults.push(fault)
  expect(await ended(() => port.rootFolders())).toBe(fault.code)
  expect(arr.asked).toHaveLength(1)
})

test('one that does not answer gets twelve more requests in all, however long that lasts', async () => {
  const {clock, arr, port, ended} = harness()
  arr.isAway = true
  const times: number[] = []
  for (let n = 0; n < 10; n++) {
    arr.asked.length = 0
    await ended(() => port.rootFolders())
    times.push(arr.asked.length)
    await clock.advance(600_000)
  }
  expect(times).toEqual([3, 3, 3, 3, 3, 3, 1, 1, 1, 1])
  arr.isAway = false
  // It is well again.
  await ended(() => port.rootFolders())
  arr.faults.push(locked(), locked())
  expect(await ended(() => port.rootFolders())).toBe('answered')
})

test('requests count, not questions: looks at the files of many, at one that does not answer, are twelve more', async () => {
  const {arr, once, port, ended} = harness()
  const ids = Array.from({length: 200}, (_, at) => at + 1)
  arr.isAway = true
  expect(await ended(() => once.filesOf(ids))).toBe('server_failed')
  const ofOne = arr.asked.length
  arr.asked.length = 0
  for (let n = 0; n < 6; n++) expect(await ended(() => port.filesOf(ids))).toBe('server_failed')
  expect(arr.asked).toHaveLength(6 * ofOne + 12)
})

test('that one of several is gone is no failure: it is answered with 500, and not asked again', async () => {
  const {arr, port, reported, ended} = harness()
  // Of both, then of each.
  arr.faults.push(locked())
  expect(await ended(() => port.filesOf([1, 2]))).toBe('answered')
  expect(arr.asked).toHaveLength(3)
  expect(reported).toEqual(['answered', 'answered'])
})

test('that an Arr fails at one item that it has is a failure like any other', async () => {
  const {arr, port, reported, ended} = harness()
  // Of the first question, not of whether the item is there, and twice of the question after that.
  const faults = [locked(), null, locked(), broken()]
  Object.defineProperty(arr.faults, 'shift', {value: () => faults.shift() ?? undefined})
  expect(await ended(() => port.filesOf([1]))).toBe('answered')
  expect(arr.asked.map((it) => it.slice('GET /api/v3'.length))).toEqual([
    '/episode',
    '/episode/1',
    '/episode',
    '/episode',
    '/episode',
  ])
  expect(reported).toEqual(['answered', 'failed', 'failed', 'answered'])
})

test('one that fails at half of all questions gets 72 more in an hour at most, and answers most of a look each ten minutes', async () => {
  const {clock, arr, port} = harness()
  /** Each of the eight ways in which three questions in a row can fail. */
  const failing = [0, 1, 0, 2, 0, 1, 0, 3]
  const look = async (at: number) => {
    arr.faults.length = 0
    arr.faults.push(...Array.from({length: failing[at % 8]!}, locked))
    const end = port.rootFolders().then(
      () => 'answered',
      () => 'failed',
    )
    await clock.advance(2_000)
    return end
  }
  const answers: string[] = []
  for (let hour = 0; hour < 3; hour++) {
    for (let tenth = 0; tenth < 6; tenth++) {
      for (let at = 0; at < 8; at++) answers.push(await look(at))
      await clock.advance(600_000 - 8 * 2_000)
    }
  }
  expect(answers.filter((it) => it === 'answered')).toHaveLength((answers.length / 8) * 7)
  arr.asked.length = 0
  const asked = 1_800
  for (let at = 0; at < asked; at++) await look(at)
  expect(arr.asked.length - asked).toBeGreaterThan(60)
  expect(arr.asked.length - asked).toBeLessThanOrEqual(72)
})

test('a request that is stopped asks nothing more', async () => {
  const {clock, stopping, arr, port} = harness()
  arr.faults.push(locked())
  const end = port.rootFolders().catch((error: unknown) => error)
  await clock.advance(100)
  stopping.abort('stopped')
  expect(await end).toBe('stopped')
  await clock.advance(2_000)
  expect(arr.asked).toHaveLength(1)
})
