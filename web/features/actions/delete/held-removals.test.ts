import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import type {RecentAction, SentAction} from '../../../api/actions.ts'
import {NoAnswer, Problem} from '../../../api/problem.ts'
import {oneTarget} from '../target.ts'
import {HeldRemovals} from './held-removals.ts'

const target = oneTarget('nas~1')
const HOLD_MS = 10_000

beforeEach(() => {
  vi.useFakeTimers({now: 0})
})
afterEach(() => {
  vi.useRealTimers()
})

/** The page beside a server whose actions stand in `told`. */
function page() {
  const told = new Map<string, RecentAction>()
  const said: string[] = []
  const held = new HeldRemovals({
    now: () => Date.now(),
    list: async () => [...told.values()],
    ask: async (id) => {
      const action = told.get(id)
      if (!action) throw new Problem(404, {code: 'action_unknown'}, null)
      return action
    },
    show: ({id, about: {name}}, isFound) => {
      said.push([isFound ? 'found' : 'waits', id, name].filter(Boolean).join(' '))
      return () => said.push(`hidden ${id}`)
    },
    ended: ({action_id: id, state}, removal) => said.push(`${state} ${id} ${removal.target ? 'ours' : ''}`),
    lost: ({id}, isSure) => said.push(`lost ${id} ${isSure ? 'surely' : ''}`),
  })
  return {held, told, said}
}

const action = (id: string, change: Partial<RecentAction> = {}) =>
  ({
    action_id: id,
    verb: 'remove',
    state: 'held',
    at: Date.now(),
    held_until: Date.now() + HOLD_MS,
    count: 1,
    counts: {done: 0, failed: 0, refused: 0, unconfirmed: 0},
    problems: [],
    ...change,
  }) as RecentAction
const taken = ({action_id, held_until, count, counts}: RecentAction) =>
  ({action_id, held_until, count, counts}) as SentAction
const isRemoval = ({verb}: RecentAction) => verb === 'remove'
const lostAnswer = () => Promise.reject(new NoAnswer('Commodarr does not answer.'))

test('a removal waits, and its end is reported once, by the socket or when it is asked for', async () => {
  const {held, told, said} = page()
  const one = action('1')
  told.set('1', one)
  await held.send(async () => taken(one), target, isRemoval, {name: 'Big Buck Bunny'})
  expect(said).toEqual(['waits 1 Big Buck Bunny'])

  told.set('1', action('1', {state: 'done'}))
  await vi.advanceTimersByTimeAsync(HOLD_MS + 2000)
  held.hear(action('1', {state: 'done'}))
  expect(said).toEqual(['waits 1 Big Buck Bunny', 'hidden 1', 'done 1 ours'])
})

test('news that come before the answer are of the same removal', async () => {
  const {held, said} = page()
  const one = action('1')
  await held.send(
    async () => {
      held.hear(one)
      held.hear(action('2'))
      return taken(one)
    },
    target,
    isRemoval,
  )
  expect(said).toEqual(['waits 1', 'found 2'])
})

test('a removal whose answer is lost waits anyway, and belongs to who asked', async () => {
  const {held, told, said} = page()
  told.set('1', action('1', {at: Date.now() - 60_000}))
  held.hear(told.get('1')!)
  const sent = held.send(
    () => {
      told.set('2', action('2'))
      return lostAnswer()
    },
    target,
    isRemoval,
  )
  await vi.advanceTimersByTimeAsync(500)
  expect(await sent).toBeNull()
  told.set('2', action('2', {state: 'done'}))
  held.hear(told.get('2')!)
  expect(said).toEqual(['found 1', 'waits 2', 'hidden 2', 'done 2 ours'])
})

test('what was never taken is said to have no answer', async () => {
  const {held, told, said} = page()
  told.set('1', action('1', {verb: 'removeWithData'}))
  const sent = held.send(lostAnswer, target, isRemoval)
  const [error] = await Promise.all([sent.catch((it: unknown) => it), vi.advanceTimersByTimeAsync(5000)])
  expect(error).toBeInstanceOf(NoAnswer)
  expect(said).toEqual([])
})

test('what waits since before this page, or for another one, can be taken back here, once', async () => {
  const {held, told, said} = page()
  told.set('1', action('1'))
  told.set('2', action('2', {state: 'done'}))
  held.opened()
  await vi.advanceTimersByTimeAsync(0)
  held.opened()
  await vi.advanceTimersByTimeAsync(0)
  expect(said).toEqual(['found 1'])

  held.forget('1')
  held.hear(action('1'))
  expect(said).toEqual(['found 1', 'hidden 1'])
})

test('a program that was started again during the wait never sends it', async () => {
  const {held, told, said} = page()
  told.set('1', action('1'))
  await held.send(async () => taken(told.get('1')!), target, isRemoval)
  await vi.advanceTimersByTimeAsync(4000)
  told.clear()
  held.opened()
  await vi.advanceTimersByTimeAsync(0)
  expect(said.slice(1)).toEqual(['hidden 1', 'lost 1 surely'])
})

test('as long as there is no answer it is asked for again; what is unknown then may have been sent', async () => {
  const {told, said} = page()
  let isAway = true
  const held = new HeldRemovals({
    now: () => Date.now(),
    list: async () => [],
    ask: async () => {
      if (isAway) return lostAnswer()
      throw new Problem(404, {code: 'action_unknown'}, null)
    },
    show: () => () => {},
    ended: () => said.push('ended'),
    lost: (_, isSure) => said.push(isSure ? 'surely' : 'perhaps'),
  })
  told.set('1', action('1'))
  await held.send(async () => taken(told.get('1')!), target, isRemoval)
  await vi.advanceTimersByTimeAsync(HOLD_MS + 20_000)
  expect(said).toEqual([])
  isAway = false
  await vi.advanceTimersByTimeAsync(30_000)
  expect(said).toEqual(['perhaps'])
})
