import {expect, test} from 'vitest'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ActionsHarness} from './actions-harness.fixture.ts'
import type {ActionView} from './action.ts'
import {MoveProgress} from './data-progress.ts'
import {A, B, by, hash, key} from './executor-harness.fixture.ts'

const move = {verb: 'setLocation', args: {path: '/elsewhere', moveData: true, acceptsDoubt: true}} as const
const keys = [key(A, 1), key(A, 2), key(B, 1)]

/** Three torrents of 10, 30 and 60 bytes that move until they are let go. */
async function moving(change: Partial<TorrentRecord> = {}) {
  const harness = new ActionsHarness()
  for (const [at, size] of [10, 30, 60].entries()) harness.set(keys[at]!, {size})
  harness.set(keys[1]!, change)
  const open = new Set<string>()
  harness.moving = (id) => open.has(id)
  const heard: ActionView[] = []
  harness.registry.listen(by, (view) => void heard.push(view))
  const ids = () =>
    keys.map(({serverId, hash: of}) => {
      const line = harness.journal.find((it) => it.serverId === serverId && it.hash === of)
      return line?.id ?? ''
    })
  const action = await harness.act(keys, move)
  for (const id of ids()) open.add(id)
  const letGo = async (at: number, afterMs: number) => {
    await harness.clock.advance(afterMs - 5_000)
    open.delete(ids()[at]!)
    await harness.clock.advance(5_000)
  }
  const shown = () => harness.registry.get(by, action.id)
  return {harness, heard, action, letGo, shown}
}

test('data that moves is shown by bytes and by when it ends, long after its servers took it', async () => {
  const {harness, heard, action, letGo, shown} = await moving()
  expect(action).toMatchObject({state: 'done', tally: {counts: {done: 3}}})
  expect(action.progress).toEqual({ended: 0, bytesEnded: 0, bytes: 100, endsAt: null})
  const began = harness.clock.now()
  await letGo(0, 10_000)
  // A tenth in 10 s: the rest takes 90.
  expect(shown().progress).toEqual({ended: 1, bytesEnded: 10, bytes: 100, endsAt: began + 100_000})
  await letGo(1, 30_000)
  expect(shown().progress).toEqual({ended: 2, bytesEnded: 40, bytes: 100, endsAt: began + 100_000})
  expect(heard.at(-1)!.progress!.ended).toBe(2)
  await harness.clock.advance(30 * 60_000)
  // It is kept as long as it moves.
  expect(shown().progress!.ended).toBe(2)
  await letGo(2, 5_000)
  expect(shown().progress).toBeNull()
  expect(heard.at(-1)).toMatchObject({state: 'done', progress: null})
  await harness.clock.advance(60 * 60_000)
  expect(harness.registry.list(by)).toEqual([])
})

test('of a torrent whose size is not known only the torrents are counted', async () => {
  const {letGo, shown} = await moving({size: undefined})
  await letGo(0, 10_000)
  expect(shown().progress).toEqual({ended: 1, bytesEnded: null, bytes: null, endsAt: null})
})

test('what is refused has ended, and its bytes do not go', async () => {
  const harness = new ActionsHarness()
  for (const [at, size] of [10, 30, 60].entries()) harness.set(keys[at]!, {size})
  harness.answers.set(hash(2), {outcome: 'failed', code: 'command_refused', message: 'No.'})
  harness.moving = () => true
  const {progress} = await harness.act(keys, move)
  expect(progress).toEqual({ended: 1, bytesEnded: 0, bytes: 70, endsAt: null})
})

const labels = {verb: 'setCategory', args: {category: 'films'}} as const

test('of a category those torrents are shown that it has their servers move', async () => {
  const harness = new ActionsHarness()
  for (const [at, size] of [10, 30, 60].entries()) harness.set(keys[at]!, {size})
  const moves = new Set([keyText(keys[1]!), keyText(keys[2]!)])
  harness.movingBySetting = (of) => moves.has(keyText(of))
  const action = await harness.act(keys, labels)
  expect(action.progress).toEqual({ended: 1, bytesEnded: 0, bytes: 90, endsAt: null})
  const began = harness.clock.now()
  moves.delete(keyText(keys[1]!))
  await harness.clock.advance(5_000)
  const shown = () => harness.registry.get(by, action.id).progress
  expect(shown()).toEqual({ended: 2, bytesEnded: 30, bytes: 90, endsAt: began + 15_000})
  moves.clear()
  await harness.clock.advance(5_000)
  expect(shown()).toBeNull()
})

test('how much a category has its servers move is not known before all of them were asked', () => {
  const torrents = new Map(['one', 'two'].map((id) => [id, {size: 10, isOpen: () => id === 'one'}] as const))
  const progress = new MoveProgress(new VirtualClock(), torrents, labels)
  progress.answered('one', {outcome: 'done'})
  expect(progress.view()).toEqual({ended: 0, bytesEnded: null, bytes: null, endsAt: null})
  progress.answered('two', {outcome: 'done'})
  expect(progress.view()).toEqual({ended: 1, bytesEnded: 0, bytes: 10, endsAt: null})
})

test('a category that moves nothing is over when it is done', async () => {
  const harness = new ActionsHarness()
  for (const key of keys) harness.set(key, {size: 10})
  expect(await harness.act(keys, labels)).toMatchObject({state: 'done', progress: null})
})

test('what moves no data has no such progress', async () => {
  const harness = new ActionsHarness()
  harness.moving = () => true
  const stays = {verb: 'setLocation', args: {path: '/elsewhere', moveData: false}} as const
  expect((await harness.act(keys, stays)).progress).toBeNull()
  expect(harness.torrents.has(keyText(keys[0]!))).toBe(true)
})
