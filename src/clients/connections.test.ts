import type {Dispatcher} from 'undici'
import {expect, test} from 'vitest'
import {Connections, KEPT_MS} from './connections.ts'

class FakeConnection {
  destroyed = false

  destroy(): Promise<void> {
    this.destroyed = true
    return Promise.resolve()
  }
}

/** Connections that are only counted, and requests that end when the test says so. */
function harness(most: number) {
  const made: FakeConnection[] = []
  const clock = {ms: 0, monotonic: () => clock.ms}
  const make = () => {
    const connection = new FakeConnection()
    made.push(connection)
    return connection as unknown as Dispatcher
  }
  const connections = new Connections(make, most, clock)
  const began: string[] = []
  const ends = new Map<string, (fault?: Error) => void>()
  const never = new AbortController().signal
  const ask = (name: string, signal = never) =>
    connections.use(signal, (connection) => {
      began.push(name)
      return new Promise<number>((resolve, reject) =>
        ends.set(name, (fault) =>
          fault ? reject(fault) : resolve(made.indexOf(connection as unknown as FakeConnection)),
        ),
      )
    })
  return {made, connections, clock, began, ends, ask}
}

const turn = () => new Promise((done) => setImmediate(done))

test('no connection is made before it is needed, and one that is free is used again', async () => {
  const {made, ask, ends} = harness(4)
  expect(made.length).toBe(0)
  for (const name of ['a', 'b', 'c']) {
    const answer = ask(name)
    await turn()
    ends.get(name)!()
    expect(await answer).toBe(0)
  }
  expect(made.length).toBe(1)
})

test('never more at a time than there may be, and who asked first goes first', async () => {
  const {made, ask, ends, began} = harness(2)
  const answers = ['a', 'b', 'c', 'd'].map((name) => ask(name))
  await turn()
  expect(began).toEqual(['a', 'b'])
  ends.get('b')!()
  await answers[1]
  // Asked after the others, at the very moment in which a place becomes free.
  answers.push(ask('e'))
  await turn()
  expect(began).toEqual(['a', 'b', 'c'])
  ends.get('a')!()
  await turn()
  ends.get('c')!()
  await turn()
  expect(began).toEqual(['a', 'b', 'c', 'd', 'e'])
  for (const name of ['d', 'e']) ends.get(name)!()
  await Promise.all(answers)
  expect(made.length).toBe(2)
})

test('a request that gives up while waiting is not sent, and leaves its place to the next', async () => {
  const {ask, ends, began} = harness(1)
  const first = ask('a')
  const impatience = new AbortController()
  const second = ask('b', impatience.signal)
  const third = ask('c')
  impatience.abort(new Error('enough'))
  await expect(second).rejects.toThrow('enough')
  ends.get('a')!()
  await first
  await turn()
  expect(began).toEqual(['a', 'c'])
  ends.get('c')!()
  await third
})

test('a request that gives up at the moment in which it is its turn blocks no other', async () => {
  const {ask, ends, began} = harness(1)
  const first = ask('a')
  const impatience = new AbortController()
  const {signal} = impatience
  const second = ask('b', signal).catch((error: unknown) => error)
  const third = ask('c')
  await turn()
  // The last thing that happens before it is his turn.
  Object.assign(signal, {
    removeEventListener(name: string, listener: () => void) {
      EventTarget.prototype.removeEventListener.call(signal, name, listener)
      impatience.abort(new Error('enough'))
    },
  })
  ends.get('a')!()
  await first
  expect(await second).toEqual(new Error('enough'))
  await turn()
  expect(began).toEqual(['a', 'c'])
  ends.get('c')!()
  await third
})

test('a connection on which something went wrong is not used again, and its place is free', async () => {
  const {made, ask, ends} = harness(1)
  const first = ask('a')
  await turn()
  ends.get('a')!(new Error('broken'))
  await expect(first).rejects.toThrow('broken')
  const second = ask('b')
  await turn()
  ends.get('b')!()
  expect(await second).toBe(1)
  expect(made.map(({destroyed}) => destroyed)).toEqual([true, false])
})

test('the end closes what is used and what is not, and nothing of it comes back', async () => {
  const {made, connections, ask, ends} = harness(2)
  const [first, second] = [ask('a'), ask('b')]
  await turn()
  ends.get('a')!()
  await first
  await connections.close()
  expect(made.map(({destroyed}) => destroyed)).toEqual([true, true])
  ends.get('b')!()
  await second
  const third = ask('c')
  await turn()
  ends.get('c')!()
  expect(await third).toBe(2)
})

test('one that its server may have closed meanwhile is not used again, however long its answer was read', async () => {
  const {made, clock, ask, ends} = harness(4)
  const useFor = async (ms: number): Promise<number> => {
    const answer = ask('a')
    await turn()
    clock.ms += ms
    ends.get('a')!()
    return answer
  }
  expect(await useFor(0)).toBe(0)
  clock.ms += KEPT_MS - 1
  expect(await useFor(KEPT_MS)).toBe(0)
  expect(await useFor(0)).toBe(1)
  expect(made.map(({destroyed}) => destroyed)).toEqual([true, false])
  clock.ms += KEPT_MS
  expect(await useFor(0)).toBe(2)
})
