import {expect, test} from 'vitest'
import type {ServerFrame} from '#model/frame.ts'
import {asServerId, type InfoHash} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {FrameWriter} from './frame-writer.ts'
import {Quotas, type QuotaMeter} from './quotas.ts'

const hash = 'a'.repeat(40) as InfoHash

function writing(
  answer: (frame: ServerFrame) => 'applied' | 'gap' = () => 'applied',
  lastEpoch = -1,
  quota: QuotaMeter | null = null,
) {
  const frames: ServerFrame[] = []
  const listed: number[] = []
  const identity = {
    isStrange: false,
    waits: false,
    knows: (one: InfoHash) => one === hash,
    beginList: () => {},
    lists: () => false,
    endList: () => 'own' as const,
    observe: () => {},
  }
  const writer = new FrameWriter({
    quota,
    lastEpoch,
    serverId: asServerId('A'),
    clock: new VirtualClock(),
    apply: (frame) => {
      frames.push(frame)
      return answer(frame)
    },
    mayBelieveAbsence: (count) => (listed.push(count) > 0 ? 'believe' : 'doubt'),
    mayBelieveRemovals: () => 'believe',
    departed: () => [],
    identity,
    onNewEpoch: () => {},
  })
  return {writer, frames, listed, identity, types: () => frames.map(({type}) => type)}
}

test('figures reported before the first list wait for its epoch', () => {
  const {writer, types} = writing()
  writer.categories([{name: 'films'}])
  writer.begin(true)
  writer.end()
  expect(types()).toEqual(['begin', 'server', 'end'])
})

test('a torrent that went and came back in one step is there after it', () => {
  const {writer, frames} = writing()
  writer.begin(true)
  writer.end()
  writer.removed(hash)
  writer.row({hash, name: 'back'})
  writer.finish()
  const reported = frames
    .filter((frame) => frame.type === 'rows')
    .map(({rows, removed}) => [rows.length, removed.length])
  expect(reported).toEqual([
    [0, 1],
    [1, 0],
  ])
})

test('who is named as removed goes with the end of the step, and not with one that broke off', () => {
  const {writer, types} = writing()
  writer.begin(true)
  writer.end()
  writer.removed(hash)
  writer.breakOff()
  writer.finish()
  expect(types()).toEqual(['begin', 'end'])
  writer.removed(hash)
  expect(types()).toEqual(['begin', 'end'])
  writer.finish()
  expect(types()).toEqual(['begin', 'end', 'rows'])
})

test('after a refused frame nothing is sent until a list begins a new epoch', () => {
  const {writer, frames, types} = writing(({type}) => (type === 'rows' ? 'gap' : 'applied'))
  writer.begin(true)
  writer.row({hash})
  writer.finish()
  writer.end()
  expect([writer.broken, types()]).toEqual([true, ['begin', 'rows']])
  const before = writer.epoch
  writer.begin(false)
  expect([writer.broken, frames.at(-1)]).toMatchObject([false, {type: 'begin', seq: 0}])
  expect(writer.epoch).toBeGreaterThan(before)
})

test('a link that follows another one goes on above its epochs, also when the wall clock was set back', () => {
  const {writer} = writing(() => 'applied', 8e15)
  writer.begin(true)
  expect(writer.epoch).toBe(8e15 + 1)
})

test('thousands of rows go out in frames of a few hundred', () => {
  const {writer, frames} = writing()
  writer.begin(true)
  for (let n = 0; n < 1_000; n++) writer.row({hash})
  writer.end()
  expect(frames.filter((frame) => frame.type === 'rows').every(({rows}) => rows.length <= 200)).toBe(true)
})

test('a torrent that a list names twice counts once: else a short list would pass for a long one', () => {
  const {writer, listed} = writing()
  for (const fresh of [true, false]) {
    writer.begin(fresh)
    writer.row({hash, name: 'told'})
    writer.row({hash, trackerHost: 'told later'})
    writer.end()
  }
  expect(listed).toEqual([1, 1])
})

test('of one server no more than ten thousand categories and tags are kept, and none that is absurdly long', () => {
  const {writer, frames} = writing()
  writer.begin(true)
  const names = ['x'.repeat(10_000), ...Array.from({length: 20_000}, (_, n) => `n${n}`)]
  writer.tags(names)
  writer.categories(names.map((name) => ({name})))
  const reported = frames.filter((frame) => frame.type === 'server')
  expect(reported.map(({tags, categories}) => [tags?.length, tags?.[0], categories?.length])).toEqual([
    [10_000, 'n0', undefined],
    [undefined, undefined, 10_000],
  ])
})

test('of a list of another daemon nothing stays, nor what it reports then, and the same daemon begins again', () => {
  const {writer, frames, identity, types} = writing()
  writer.begin(true)
  writer.end()
  identity.isStrange = true
  writer.begin(true)
  writer.row({hash})
  writer.end()
  const reported = ['begin', 'end', 'begin', 'rows', 'abort']
  expect(types()).toEqual(reported)
  writer.categories([{name: 'theirs'}])
  writer.row({hash})
  writer.removed(hash)
  writer.begin(true)
  writer.row({hash})
  writer.end()
  writer.finish()
  expect(types()).toEqual(reported)
  identity.isStrange = false
  writer.begin(false)
  writer.row({hash})
  writer.end()
  expect(types()).toEqual(reported)
  writer.begin(false)
  expect([frames.at(-1)!.type, frames.at(-1)!.epoch > frames[2]!.epoch]).toEqual(['begin', true])
})

test('what is named as new before the daemon shows that it is another one is not taken, and else with its step', () => {
  const {writer, frames, types} = writing()
  const other = 'b'.repeat(40) as InfoHash
  writer.begin(true)
  writer.end()
  writer.row({hash: other})
  writer.begin(true)
  expect(types()).toEqual(['begin', 'end', 'begin'])
  writer.end()
  writer.row({hash: other, name: 'new'})
  writer.row({hash, name: 'known'})
  writer.finish()
  const rows = frames.flatMap((frame) => (frame.type === 'rows' ? frame.rows : []))
  expect(rows.map(({name}) => name)).toEqual(['known', 'new'])
  writer.row({hash: other})
  expect(writer.breakOff()).toBe(false)
  writer.finish()
  expect(types()).toEqual(['begin', 'end', 'begin', 'end', 'rows'])
})

test('names that a server reports count when they are taken: not those of another daemon, or of a list that broke off', () => {
  const quotas = new Quotas(
    () => 'ann',
    {get: () => null, count: () => 0},
    {rows: 10, text: 100, words: 1_000, listBytes: 1, answerBytes: 1, shortAnswerBytes: 1},
  )
  const {writer, frames, identity} = writing(() => 'applied', -1, quotas.meter(asServerId('A')))
  identity.waits = true
  writer.categories([{name: 'x'.repeat(101)}])
  writer.tags(['x'.repeat(101)])
  writer.breakOff()
  writer.begin(true)
  writer.categories([{name: 'x'.repeat(50)}])
  writer.end()
  identity.waits = false
  identity.isStrange = true
  writer.begin(true)
  writer.end()
  writer.tags(['x'.repeat(101)])
  identity.isStrange = false
  writer.reopen()
  writer.begin(true)
  writer.end()
  expect(frames.filter(({type}) => type === 'server')).toHaveLength(1)
  expect(() => writer.tags(['x'.repeat(51)])).toThrow('more than')
  expect(() => writer.tags(['x'.repeat(50)])).not.toThrow()
})
