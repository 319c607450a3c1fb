import {expect, test} from 'vitest'
import type {TermedOrder} from '#executor/order-terms.ts'
import type {TorrentMark} from '#model/automation-state.ts'
import type {ItemOutcome} from '#model/command.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {OwnLabels} from './own-labels.ts'

const key = {serverId: asServerId('A'), hash: asInfoHash('a'.repeat(40))!}
const [imported, stalled] = ['qBitrr-imported', 'qBitrr-allowed_stalled']

class Harness {
  marks: readonly TorrentMark[] = []
  areWritten = true
  hasLabels = true
  onServer: readonly string[] = []
  outcome: ItemOutcome = {outcome: 'done'}
  refusal: {code: 'changed_meanwhile'; message: string} | null = null
  /** What reached the executor. */
  readonly sent: string[] = []
  readonly ended: string[] = []
  reported = 0
  readonly labels = new OwnLabels({
    executor: {
      run: async ({keys, command}) => {
        this.sent.push(`${command.verb} ${JSON.stringify(command.args)}`)
        return keys.map((it) => ({key: it, result: this.outcome}))
      },
    },
    torrents: {
      of: () => ({marks: this.marks}) as never,
      change: (_key, {marks}) => void (this.marks = marks ?? this.marks),
    },
    clock: new VirtualClock(),
    areWritten: () => this.areWritten,
    hasLabels: () => this.hasLabels,
    tagsOnServer: () => this.onServer,
    changed: () => this.reported++,
  })

  async run(command: TermedOrder['command']): Promise<ItemOutcome> {
    const terms = {objection: () => this.refusal, ended: (end: string) => this.ended.push(end)}
    const order = {by: {}, keys: [key], command, terms: () => terms} as unknown as TermedOrder
    const [result] = await this.labels.run(order)
    return result!.result
  }

  tag(...tags: string[]): Promise<ItemOutcome> {
    return this.run({verb: 'addTags', args: {tags}})
  }

  untag(...tags: string[]): Promise<ItemOutcome> {
    return this.run({verb: 'removeTags', args: {tags}})
  }
}

test('B.12 a label of ours is written on its server, and kept once that took it', async () => {
  const house = new Harness()
  house.outcome = {outcome: 'failed', code: 'server_unreachable', message: 'away'}
  await house.tag(imported)
  expect(house.marks).toEqual([])
  house.outcome = {outcome: 'done'}
  await house.tag(imported, 'films')
  await house.tag(imported)
  expect(house.sent[1]).toBe('addTags {"tags":["qBitrr-imported","films"]}')
  expect([house.marks, house.reported]).toEqual([['imported'], 2])
  await house.untag(imported)
  expect(house.marks).toEqual([])
})

test('B.12 Tagless: none is written, what it says is kept anyway, and labels of people are written as ever', async () => {
  const house = new Harness()
  house.areWritten = false
  expect(await house.tag(stalled)).toEqual({outcome: 'done'})
  expect([house.marks, house.sent, house.ended]).toEqual([['allowedStalled'], [], ['confirmed']])
  await house.tag(imported, 'films')
  expect([house.marks, house.sent]).toEqual([['allowedStalled', 'imported'], ['addTags {"tags":["films"]}']])
  await house.untag(stalled)
  expect([house.marks, house.sent.length, house.reported]).toEqual([['imported'], 1, 3])
})

test('B.12 Tagless: what stands on the server from before comes off there, and is kept until it is off', async () => {
  const house = new Harness()
  Object.assign(house, {
    areWritten: false,
    marks: ['allowedStalled', 'imported'],
    onServer: [stalled, 'films'],
  })
  house.outcome = {outcome: 'failed', code: 'server_unreachable', message: 'away'}
  expect(await house.untag(stalled)).toMatchObject({outcome: 'failed'})
  expect(house.marks).toEqual(['allowedStalled', 'imported'])
  house.outcome = {outcome: 'done'}
  await house.untag(stalled)
  expect(house.marks).toEqual(['imported'])
  const removal = 'removeTags {"tags":["qBitrr-allowed_stalled"]}'
  expect(house.sent).toEqual([removal, removal])
  house.onServer = ['films']
  await house.untag(imported)
  await house.tag(stalled)
  expect([house.marks, house.sent.length]).toEqual([['allowedStalled'], 2])
})

test('B.12 a server without labels is as one where none is wanted', async () => {
  const house = new Harness()
  house.hasLabels = false
  await house.tag(imported)
  expect([house.marks, house.sent]).toEqual([['imported'], []])
})

test('what does not hold any more is not kept, and what is not about labels of ours goes its way', async () => {
  const house = new Harness()
  house.areWritten = false
  house.refusal = {code: 'changed_meanwhile', message: 'changed:tags'}
  expect(await house.tag(imported)).toMatchObject({outcome: 'refused', message: 'changed:tags'})
  expect([house.marks, house.reported]).toEqual([[], 0])
  await house.tag('keep')
  await house.run({verb: 'stop', args: {}})
  expect(house.sent).toEqual(['addTags {"tags":["keep"]}', 'stop {}'])
})

test('many torrents are one command, and each is kept by its own answer', async () => {
  const keys = ['a', 'b', 'c'].map((it) => ({...key, hash: asInfoHash(it.repeat(40))!}))
  const outcomes = new Map<string, ItemOutcome>([
    [keys[1]!.hash, {outcome: 'failed', code: 'server_unreachable', message: 'away'}],
  ])
  const sent: number[] = []
  const marked: string[] = []
  const wishes = {areWritten: true}
  const labels = new OwnLabels({
    executor: {
      run: async ({keys: some}) => {
        sent.push(some.length)
        return some.map((it) => ({key: it, result: outcomes.get(it.hash) ?? {outcome: 'done'}}))
      },
    },
    torrents: {of: () => null, change: (it) => void marked.push(it.hash[0]!)},
    clock: new VirtualClock(),
    areWritten: () => wishes.areWritten,
    hasLabels: () => true,
    tagsOnServer: ({hash}) => (hash[0] === 'c' ? [stalled] : []),
    changed: () => {},
  })
  const order = (command: TermedOrder['command']) => {
    const terms: TermedOrder['terms'] = ({hash}) =>
      ({
        objection: () => (hash[0] === 'a' ? {code: 'changed_meanwhile', message: ''} : null),
        ended: () => {},
      }) as never
    return labels.run({by: {} as never, keys, command, terms})
  }
  const written = await order({verb: 'addTags', args: {tags: [imported]}})
  expect([sent, marked]).toEqual([[3], ['a', 'c']])
  expect(written.map(({result}) => result.outcome)).toEqual(['done', 'failed', 'done'])
  wishes.areWritten = false
  marked.length = 0
  const kept = await order({verb: 'addTags', args: {tags: [imported]}})
  expect([sent, marked]).toEqual([[3], ['b', 'c']])
  expect(kept.map(({result}) => result.outcome)).toEqual(['refused', 'done', 'done'])
  marked.length = 0
  // Of c it stands on the server: that one goes there, and the others only are kept.
  const taken = await order({verb: 'removeTags', args: {tags: [stalled]}})
  expect([sent, marked.toSorted()]).toEqual([
    [3, 1],
    ['b', 'c'],
  ])
  expect(taken.map(({key: {hash}, result}) => `${hash[0]} ${result.outcome}`)).toEqual([
    'a refused',
    'b done',
    'c done',
  ])
})
