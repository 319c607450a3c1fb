import {expect, test} from 'vitest'
import {CommodarrError, ServerFault} from '#model/errors.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {ArrPort} from './api/port.ts'
import {askingAgain} from './ask-again.ts'

const locked = () =>
  new ServerFault('server_failed', 'server_error', 'What answers there answered 500: database is locked.', {
    about: {status: 500},
    outcomeUnknown: true,
  })
const broken = () => new ServerFault('server_unreachable', 'connection_reset', 'The connection broke.')

/** An Arr that fails at its next questions as it is told to. */
class FailingPort {
  readonly faults: Error[] = []
  readonly asked: string[] = []
  readonly #name = 'films'

  get url(): string {
    return `http://${this.#name}`
  }

  rootFolders = () => this.#answer('rootFolders', [])
  files = (owner: number) => this.#answer(`files ${owner}`, [])
  command = () => this.#answer('command', {id: 1})
  markFailed = () => this.#answer('markFailed', true)
  removeFromQueue = () => this.#answer('removeFromQueue', true)
  history = () => this.#answer('history', 0)

  async #answer<T>(what: string, answer: T): Promise<T> {
    this.asked.push(what)
    const fault = this.faults.shift()
    if (fault) throw fault
    return answer
  }
}

function house() {
  const clock = new VirtualClock()
  const stopping = new AbortController()
  const arr = new FailingPort()
  const port = askingAgain(arr as unknown as ArrPort, clock, stopping.signal)
  /** Resolves when it was answered, or is given up. */
  const ended = async (ask: () => Promise<unknown>) => {
    const end = ask().then(
      () => 'answered',
      (error: unknown) => (error instanceof CommodarrError ? error.code : String(error)),
    )
    await clock.advance(2_000)
    return end
  }
  return {clock, stopping, arr, port, ended}
}

test('a question that fails for a moment is asked again, with what it asked for, twice at most', async () => {
  const {arr, port, ended} = house()
  arr.faults.push(locked(), broken())
  expect(await ended(() => port.files(7))).toBe('answered')
  expect(arr.asked).toEqual(['files 7', 'files 7', 'files 7'])
  arr.faults.push(locked(), locked(), locked())
  expect(await ended(() => port.rootFolders())).toBe('server_failed')
  expect(arr.asked).toHaveLength(6)
  expect(port.url).toBe('http://films')
})

test('a quarter of a second passes before the second time, one more second before the third', async () => {
  const {clock, arr, port} = house()
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

test.each(['command', 'markFailed', 'removeFromQueue', 'history'] as const)(
  'a change, or what is handed over piece by piece, is never asked again: %s',
  async (name) => {
    const {arr, port, ended} = house()
    arr.faults.push(locked())
    expect(await ended(() => (port[name] as () => Promise<unknown>)())).toBe('server_failed')
    expect(arr.asked).toEqual([name])
  },
)

test.each([
  new ServerFault('login_refused', 'wrong_credentials', 'The Arr does not accept this key.'),
  new ServerFault('rate_limited', 'rate_limited', 'Too many requests.'),
  new ServerFault('server_unreachable', 'timed_out', 'No whole answer in time.'),
  new ServerFault('server_unreachable', 'refused', 'Nothing accepts connections at this address.'),
  new ServerFault('answer_invalid', 'garbled_answer', 'The answer is no JSON.'),
])('what is no matter of a moment is not asked again: $reason', async (fault) => {
  const {arr, port, ended} = house()
  arr.faults.push(fault)
  expect(await ended(() => port.rootFolders())).toBe(fault.code)
  expect(arr.asked).toHaveLength(1)
})

test('one that does not answer is asked twelve times more in all, however long that lasts', async () => {
  const {clock, arr, port, ended} = house()
  const times: number[] = []
  for (let n = 0; n < 10; n++) {
    arr.asked.length = 0
    arr.faults.push(locked(), locked(), locked())
    await ended(() => port.rootFolders())
    arr.faults.length = 0
    times.push(arr.asked.length)
    await clock.advance(600_000)
  }
  expect(times).toEqual([3, 3, 3, 3, 3, 3, 1, 1, 1, 1])
  // It is well again.
  await ended(() => port.rootFolders())
  arr.faults.push(locked(), locked())
  expect(await ended(() => port.rootFolders())).toBe('answered')
})

test('one that fails at half of all questions gets 72 more in an hour at most, and answers most of a look each ten minutes', async () => {
  const {clock, arr, port, ended} = house()
  /** Each of the eight ways in which three questions in a row can fail. */
  const failing = [0, 1, 0, 2, 0, 1, 0, 3]
  const look = async (at: number) => {
    arr.faults.length = 0
    arr.faults.push(...Array.from({length: failing[at % 8]!}, locked))
    return ended(() => port.rootFolders())
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

test('whoever is stopped asks nothing more', async () => {
  const {clock, stopping, arr, port} = house()
  arr.faults.push(locked())
  const end = port.rootFolders().catch((error: unknown) => error)
  await clock.advance(100)
  stopping.abort('stopped')
  expect(await end).toBe('stopped')
  await clock.advance(2_000)
  expect(arr.asked).toHaveLength(1)
})
