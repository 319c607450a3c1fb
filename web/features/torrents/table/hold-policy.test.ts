import {expect, test} from 'vitest'
import {HoldPolicy, type HoldClock} from './hold-policy.ts'

class FakeClock implements HoldClock {
  #now = 0
  #timers: {at: number; run: () => void}[] = []

  now(): number {
    return this.#now
  }

  after(ms: number, run: () => void): () => void {
    const timer = {at: this.#now + ms, run}
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((it) => it !== timer)
    }
  }

  pass(ms: number): void {
    this.#now += ms
    const due = this.#timers.filter(({at}) => at <= this.#now)
    this.#timers = this.#timers.filter((it) => !due.includes(it))
    for (const {run} of due) run()
  }
}

function held() {
  const clock = new FakeClock()
  const told: boolean[] = []
  return {clock, told, policy: new HoldPolicy((isHeld) => told.push(isHeld), clock)}
}

test('a moved pointer holds the order for three seconds', () => {
  const {clock, told, policy} = held()
  policy.pointerMoved()
  clock.pass(2999)
  expect(told).toEqual([true])
  clock.pass(1)
  expect(told).toEqual([true, false])
})

test('a pointer that goes on moving is reported once', () => {
  const {clock, told, policy} = held()
  for (let at = 0; at < 10; at++) {
    policy.pointerMoved()
    clock.pass(1000)
  }
  clock.pass(3000)
  expect(told).toEqual([true, false])
})

test('a key counts for two seconds, and does not shorten what a pointer began', () => {
  const {clock, told, policy} = held()
  policy.pointerMoved()
  policy.keyPressed()
  clock.pass(2500)
  expect(told).toEqual([true])
  clock.pass(500)
  policy.keyPressed()
  clock.pass(2000)
  expect(told).toEqual([true, false, true, false])
})

test('an open menu and a range that is being selected hold as long as both last', () => {
  const {clock, told, policy} = held()
  policy.begin('menu')
  policy.begin('range')
  policy.end('menu')
  clock.pass(60_000)
  expect(told).toEqual([true])
  policy.end('range')
  expect(told).toEqual([true, false])
})

test('after it was stopped nothing is reported', () => {
  const {clock, told, policy} = held()
  policy.pointerMoved()
  policy.stop()
  clock.pass(5000)
  expect(told).toEqual([true])
})
