import {expect, test} from 'vitest'
import type {TermedOrder} from '#executor/order-terms.ts'
import type {TorrentMark} from '#model/automation-state.ts'
import type {CommandResult} from '#model/command.ts'
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
  outcome: CommandResult = {outcome: 'done'}
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
    ends: {publish: ({outcome}) => void this.ended.push(outcome)},
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

  async run(command: TermedOrder['command']): Promise<CommandResult> {
    const terms = {objection: () => this.refusal, ends: {by: 'step', sagaId: 's1'}}
    const order = {by: {}, keys: [key], command, terms: () => terms} as unknown as TermedOrder
    const [result] = await this.labels.run(order)
    return result!.result
  }

  tag(...tags: string[]): Promise<CommandResult> {
    return this.run({verb: 'addTags', args: {tags}})
  }

  untag(...tags: string[]): Promise<CommandResult> {
    return this.run({verb: 'removeTags', args: {tags}})
  }
}

test('B.12 a label of ours is written on its server, and kept once that took it', async () => {
  const harness = new Harness()
  harness.outcome = {outcome: 'failed', code: 'server_unreachable', message: 'away'}
  await harness.tag(imported)
  expect(harness.marks).toEqual([])
  harness.outcome = {outcome: 'done'}
  await harness.tag(imported, 'films')
  await harness.tag(imported)
  expect(harness.sent[1]).toBe('addTags {"tags":["qBitrr-imported","films"]}')
  expect([harness.marks, harness.reported]).toEqual([['imported'], 2])
  await harness.untag(imported)
  expect(harness.marks).toEqual([])
})

test('B.12 Tagless: none is written, what it says is kept anyway, and labels of people are written as ever', async () => {
  const harness = new Harness()
  harness.areWritten = false
  expect(await harness.tag(stalled)).toEqual({outcome: 'done'})
  expect([harness.marks, harness.sent, harness.ended]).toEqual([['allowedStalled'], [], ['confirmed']])
  await harness.tag(imported, 'films')
  expect([harness.marks, harness.sent]).toEqual([
    ['allowedStalled', 'imported'],
    ['addTags {"tags":["films"]}'],
  ])
  await harness.untag(stalled)
  expect([harness.marks, harness.sent.length, harness.reported]).toEqual([['imported'], 1, 3])
})

test('B.12 Tagless: what stands on the server from before comes off there, and is kept until it is off', async () => {
  const harness = new Harness()
  Object.assign(harness, {
    areWritten: false,
    marks: ['allowedStalled', 'imported'],
    onServer: [stalled, 'films'],
  })
  harness.outcome = {outcome: 'failed', code: 'server_unreachable', message: 'away'}
  expect(await harness.untag(stalled)).toMatchObject({outcome: 'failed'})
  expect(harness.marks).toEqual(['allowedStalled', 'imported'])
  harness.outcome = {outcome: 'done'}
  await harness.untag(stalled)
  expect(harness.marks).toEqual(['imported'])
  const removal = 'removeTags {"tags":["qBitrr-allowed_stalled"]}'
  expect(harness.sent).toEqual([removal, removal])
  harness.onServer = ['films']
  await harness.untag(imported)
  await harness.tag(stalled)
  expect([harness.marks, harness.sent.length]).toEqual([['allowedStalled'], 2])
})

test('B.12 a server without labels is as one where none is wanted', async () => {
  const harness = new Harness()
  harness.hasLabels = false
  await harness.tag(imported)
  expect([harness.marks, harness.sent]).toEqual([['imported'], []])
})

test('what does not hold any more is not kept, and what is not about labels of ours goes its way', async () => {
  const harness = new Harness()
  harness.areWritten = false
  harness.refusal = {code: 'changed_meanwhile', message: 'changed:tags'}
  expect(await harness.tag(imported)).toMatchObject({outcome: 'refused', message: 'changed:tags'})
  expect([harness.marks, harness.reported]).toEqual([[], 0])
  await harness.tag('keep')
  await harness.run({verb: 'stop', args: {}})
  expect(harness.sent).toEqual(['addTags {"tags":["keep"]}', 'stop {}'])
})

test('many torrents are one command, and each is kept by its own answer', async () => {
  const keys = ['a', 'b', 'c'].map((it) => ({...key, hash: asInfoHash(it.repeat(40))!}))
  const outcomes = new Map<string, CommandResult>([
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
    ends: {publish: () => {}},
    torrents: {of: () => null, change: (it) => void marked.push(it.hash[0]!)},
    clock: new VirtualClock(),
    areWritten: () => wishes.areWritten,
    hasLabels: () => true,
    tagsOnServer: ({hash}) => (hash[0] === 'c' ? [stalled] : []),
    changed: () => {},
  })
  const order = (command: TermedOrder['command']) => {
    const terms: TermedOrder['terms'] = ({hash}) =>
      ({objection: () => (hash[0] === 'a' ? {code: 'changed_meanwhile', message: ''} : null)}) as never
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
