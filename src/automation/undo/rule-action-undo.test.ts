import {expect, test} from 'vitest'
import {ActionRegistry} from '#executor/actions.ts'
import {MovesOfActions, OrderedTorrents, PersonOrders} from '#executor/person-orders.ts'
import {A, by, hash, key} from '#executor/executor-harness.fixture.ts'
import type {AuditEntry} from '#journal/audit.ts'
import type {JournalDecision} from '#journal/decided.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {Principal} from '#model/access.ts'
import {asArrId, type ArrId, type BlockedRelease} from '#model/arr.ts'
import type {FilePriority, TorrentCommand} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import type {RuleId} from '#model/rule.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText} from '#model/torrent-key.ts'
import {queueHarness, wanted} from '../actions/rule-action-queue-harness.fixture.ts'
import {RuleActionUndo, undoOf} from './rule-action-undo.ts'
import {BlocklistUndo, ReverseCommands, RulesLeftAlone} from './undo-steps.ts'

type UndoSight = Parameters<typeof undoOf>[1]
type UndoableEntry = Parameters<typeof undoOf>[0]

const person: Principal = {...by, userId: null, name: by.actor.name, role: 'administrator'}
const untag: TorrentCommand = {verb: 'removeTags', args: {tags: ['old']}}
const decided = (more: Partial<JournalDecision> = {}) =>
  ({class: 'reversible', ruleRevision: 1, back: [untag], ...more}) as JournalDecision
const eventOf = (more: Partial<UndoableEntry> = {}): UndoableEntry => ({
  phase: 'confirmed',
  endedAt: 0,
  verb: 'addTags',
  args: {tags: ['old']},
  ruleId: 'r1' as RuleId,
  serverId: A,
  hash: hash(1),
  decided: decided(),
  ...more,
})
const tagged = {tags: ['old', 'x']} as unknown as TorrentRecord
const seen = (more: Partial<UndoSight> = {}): UndoSight => ({
  torrent: tagged,
  mayControl: true,
  mayCommand: () => true,
  now: 100_000,
  ...more,
})

test('what a rule did is undone by what the journal kept', () => {
  expect(undoOf(eventOf(), seen())).toEqual({possible: true, commands: [untag]})
  expect(undoOf(eventOf({phase: 'unconfirmed'}), seen())).toMatchObject({possible: true})
  const same = seen({torrent: {...tagged, addedAt: 1}})
  expect(undoOf(eventOf({decided: decided({addedAt: 1})}), same)).toMatchObject({possible: true})
})

test.each<[string, Partial<UndoableEntry>, Partial<UndoSight>]>([
  ['is restored from the trash', {verb: 'removeWithData', decided: decided({class: 'destructive'})}, {}],
  ['remove its tag', {verb: 'quarantine'}, {}],
  ['no way back', {verb: 'editTracker'}, {}],
  ['was not kept then', {decided: {...decided(), back: undefined} as unknown as JournalDecision}, {}],
  ['not known how it was', {decided: decided({back: null})}, {}],
  ['was so already', {decided: decided({back: []})}, {}],
  ['is gone', {}, {torrent: null}],
  ['look at its server', {}, {mayControl: false}],
  ['has not confirmed it yet', {phase: 'sent', endedAt: 50_000}, {}],
  ['changed since', {}, {torrent: {tags: ['x']} as unknown as TorrentRecord}],
  ['came again', {decided: decided({addedAt: 1})}, {torrent: {...tagged, addedAt: 2}}],
  ['came again', {decided: decided({addedAt: null})}, {torrent: {...tagged, addedAt: 2}}],
  ['came again', {decided: decided({addedAt: 1})}, {}],
])('why it cannot be undone: %s', (why, entry, sight) => {
  expect(undoOf(eventOf(entry), seen(sight))).toEqual({possible: false, why: expect.stringContaining(why)})
})

test.each<[string, Partial<UndoableEntry>]>([
  ['a person did it', {ruleId: null, decided: null}],
  ['it was only wanted', {phase: 'refused'}],
  ['it was undone', {phase: 'undone'}],
  ['nothing is gained', {verb: 'reannounce', decided: decided({class: 'harmless'})}],
])('where %s there is nothing to undo', (_why, entry) => {
  expect(undoOf(eventOf(entry), seen())).toBeNull()
})

const released = {arr: 'Radarr', title: 'Film.BAD', items: ['movie/17'], grabbedAt: 5}

async function undoHarness() {
  const it = await queueHarness()
  const {house: harness, queue, base} = it
  const fleet = {get: (of: Parameters<typeof keyText>[0]) => harness.torrents.get(keyText(of)) ?? null}
  const write = async (entries: Parameters<typeof harness.journal.push>[0][]) => {
    if (harness.journalFails) throw harness.journalFault
    harness.journal.push(...entries)
  }
  const log = {warn: () => {}, error: () => {}}
  const noCopies = {
    run: async () => {},
    resumed: () => [],
    follow: async () => {},
    cancel: async () => {},
    undo: async () => [],
    bytesThere: () => null,
  }
  const into = {
    clock: base.clock,
    journal: {write: async (entries: readonly (typeof harness.journal)[number][]) => write([...entries])},
  }
  const actions = new ActionRegistry(
    new OrderedTorrents(fleet, harness.waits, {files: async () => []}, () => null, new TimeSlice()),
    new PersonOrders(harness.executor, harness.executor, noCopies, (who) => who),
    new MovesOfActions({isOpen: () => false}, {isMoving: () => false}),
    {...into, log},
  )
  /** Entries on the blocklist of its Arr, and what it was asked. */
  const arr = {entries: 1, fault: null as CommodarrError | null, forbids: false, asked: [] as unknown[]}
  const arrs = {
    demand: () => {
      if (arr.forbids)
        throw new CommodarrError('forbidden', 'You may see this Arr, but you may not command it.')
    },
    unblock: async (id: ArrId, release: BlockedRelease) => {
      arr.asked.push([id, release, harness.journal.at(-1)?.phase])
      if (arr.fault) throw arr.fault
      return arr.entries
    },
  }
  const undo = new RuleActionUndo(
    fleet,
    new ReverseCommands(actions, {files: async () => it.world.files ?? []}),
    new BlocklistUndo(arrs, into),
    new RulesLeftAlone(queue.leftAlone, () => it.world.rule?.name ?? null),
    into,
  )
  const tag = () => queue.take([it.decision(1, [wanted('tag', {names: ['old']})])])
  const shown = (tags: readonly string[]) => {
    const name = keyText(key(A, 1))
    harness.torrents.set(name, {...harness.torrents.get(name)!, tags})
  }
  /** As the journal tells it. */
  const entry = (of = 'addTags'): AuditEntry => {
    const first = harness.journal.find(({verb}) => verb === of)!
    const {phase, at: endedAt} = harness.journal.findLast(({id}) => id === first.id)!
    const rest = {seq: 1, endedAt, phase, code: null, message: null, repeated: null, causeId: null}
    return {...first, ...rest, ruleId: first.ruleId!, decided: first.decided!}
  }
  const confirmed = () => harness.settle({id: entry().id, key: key(A, 1), outcome: 'confirmed'})
  /** Its rule had its Arr blocklist it. */
  const block = (args: object = released) => {
    it.world.answer = {
      outcome: 'done',
      change: {sameAs: '', args: {...args}, message: 'Its Arr has blocklisted it.'},
    }
    return queue.take([it.decision(1, [wanted('arr.blocklist')])])
  }
  return {...it, undo, tag, shown, entry, confirmed, arr, block}
}

test('a tag of a rule is removed again by the person, and the rule leaves it alone for a day', async () => {
  const {
    house: harness,
    base,
    tag,
    shown,
    undo,
    entry,
    confirmed,
    sent,
    reported,
    restart,
    decision,
    world,
  } = await undoHarness()
  await tag()
  shown(['old'])
  confirmed()
  expect(entry().decided!.back).toEqual([untag])
  const action = await undo.undo(person, entry())
  expect(action).toMatchObject({
    action: {verb: 'removeTags', args: {tags: ['old']}, tally: {counts: {done: 1}}},
  })
  expect(harness.journal.find(({verb}) => verb === 'removeTags')).toMatchObject({actor: by.actor})
  expect(entry()).toMatchObject({phase: 'undone'})
  shown([])
  await tag()
  expect(sent()).toEqual(['addTags 1', 'removeTags 1'])
  expect(reported().at(-1)).toBe('postponed undone_by_hand')
  // Also after a restart; another torrent is not meant by it.
  const later = await restart()
  const again = [wanted('tag', {names: ['old']})]
  await later.take([decision(1, again), decision(2, again)])
  expect(sent().at(-1)).toBe('addTags 2')
  await base.clock.advance(24 * 3_600_000 + 1)
  await later.take([decision(1, again)])
  expect(sent().at(-1)).toBe('addTags 1')
  expect(world.rule).not.toBeNull()
})

test('what a user changes while an undo is written down stays, and the rule goes on', async () => {
  const {base, tag, shown, undo, entry, confirmed, sent, queue, decision} = await undoHarness()
  await tag()
  shown(['old'])
  confirmed()
  const {write} = base.parts.store
  Object.assign(base.parts.store, {
    write: async (work: Parameters<typeof write>[0]) => {
      shown(['theirs'])
      return write(work)
    },
  })
  await expect(undo.undo(person, entry())).rejects.toMatchObject({
    code: 'undo_impossible',
    message: 'It was changed since, so it stays as it is.',
  })
  expect(sent()).toEqual(['addTags 1'])
  expect(queue.leftAlone.objection(decision(1, []))).toBeNull()
})

test('a rule that was changed since wants something else: it acts', async () => {
  const {tag, shown, undo, entry, confirmed, sent, decision, queue, world} = await undoHarness()
  await tag()
  shown(['old'])
  confirmed()
  await undo.undo(person, entry())
  shown([])
  world.rule = {...world.rule!, revision: 2}
  await queue.take([decision(1, [wanted('tag', {names: ['old']})], {ruleRevision: 2})])
  expect(sent().at(-1)).toBe('addTags 1')
})

test('what could not be put back leaves everything as it was: the rule goes on, and it can be tried again', async () => {
  const {house: harness, tag, shown, undo, entry, confirmed, queue, decision} = await undoHarness()
  await tag()
  shown(['old'])
  confirmed()
  harness.answers.set(hash(1), {outcome: 'failed', code: 'command_refused', message: 'No.'})
  const action = await undo.undo(person, entry())
  expect(action).toMatchObject({action: {tally: {counts: {done: 0, failed: 1}}}})
  expect(entry()).toMatchObject({phase: 'confirmed'})
  expect(queue.leftAlone.objection(decision(1, []))).toBeNull()
  harness.answers.clear()
  await undo.undo(person, entry())
  await expect(undo.undo(person, entry())).rejects.toMatchObject({
    code: 'undo_impossible',
    message: 'It was undone already.',
  })
})

test('files get back the priorities that they had, but those that a user changed since', async () => {
  const {house: harness, base, queue, undo, entry, decision, world} = await undoHarness()
  const files = (...priorities: readonly FilePriority[]) =>
    priorities.map((priority, index) => ({index, priority, path: `${index}`, size: 1, progress: 0}))
  world.filesMeant = [0, 2, 3]
  world.files = files('normal', 'normal', 'high', 'normal')
  await queue.take([decision(1, [wanted('filePriority', {patterns: ['*.nfo'], to: 'skip'})])])
  const done = entry('setFilePriority')
  await base.clock.advance(61_000)
  const back = (of: readonly number[], priority: FilePriority) => ({
    verb: 'setFilePriority',
    args: {files: of, priority},
  })
  expect(done.decided!.back).toEqual([back([0, 3], 'normal'), back([2], 'high')])
  world.files = files('skip', 'skip', 'normal', 'low')
  await undo.undo(person, entry('setFilePriority'))
  expect(harness.orders.slice(1).map(({command}) => command)).toEqual([back([0], 'normal')])
})

test('where all of them were changed since nothing is put back', async () => {
  const {house: harness, base, queue, undo, entry, decision, world} = await undoHarness()
  world.filesMeant = [0]
  world.files = [{index: 0, priority: 'normal', path: 'a', size: 1, progress: 0}]
  await queue.take([decision(1, [wanted('filePriority', {patterns: ['a'], to: 'skip'})])])
  await base.clock.advance(61_000)
  world.files = [{...world.files[0]!, priority: 'high'}]
  await expect(undo.undo(person, entry('setFilePriority'))).rejects.toMatchObject({
    code: 'undo_impossible',
    message: expect.stringContaining('changed since'),
  })
  expect(harness.orders).toHaveLength(1)
})

test('a server that does not list its files costs the way back, not the command', async () => {
  const {house: harness, queue, entry, decision, world} = await undoHarness()
  world.filesMeant = [0]
  world.files = null
  await queue.take([decision(1, [wanted('filePriority', {patterns: ['a'], to: 'skip'})])])
  expect(harness.orders).toHaveLength(1)
  expect(entry('setFilePriority').decided!.back).toBeNull()
})

test('what a rule blocklisted may be grabbed again: its entry goes, written down first, and what stays is said', async () => {
  const {house: harness, queue, decision, undo, entry, arr, block} = await undoHarness()
  await block()
  const done = entry('arr.blocklist')
  const undone = await undo.undo(person, done)
  expect(undone).toEqual({action: null, message: expect.stringContaining('keeps this download as failed')})
  const release = {title: 'Film.BAD', items: ['movie/17'], grabbedAt: 5}
  expect(arr.asked).toEqual([[asArrId('Radarr'), release, 'sending']])
  expect(harness.journal.slice(1).map(({verb, phase, actor}) => [verb, phase, actor.name])).toEqual([
    ...['intended', 'sending', 'confirmed'].map((phase) => ['arr.unblock', phase, by.actor.name]),
    ['arr.blocklist', 'undone', by.actor.name],
  ])
  expect(harness.journal[1]).toMatchObject({causeId: done.id, hash: hash(1), serverId: A})
  expect(queue.leftAlone.objection(decision(1, []))).not.toBeNull()
  await expect(undo.undo(person, entry('arr.blocklist'))).rejects.toMatchObject({code: 'undo_impossible'})
})

test.each<[string, string, (arr: {entries: number; fault: CommodarrError | null; forbids: boolean}) => void]>(
  [
    ['undo_impossible', 'refused', (arr) => (arr.entries = 0)],
    ['command_refused', 'failed', (arr) => (arr.fault = new CommodarrError('command_refused', 'No.'))],
    [
      'server_unreachable',
      'unconfirmed',
      (arr) => (arr.fault = new CommodarrError('server_unreachable', 'Off.')),
    ],
    ['forbidden', '', (arr) => (arr.forbids = true)],
  ],
)('what its Arr could not free (%s) is not undone, and its rule goes on', async (code, phase, ails) => {
  const {house: harness, queue, decision, undo, entry, arr, block} = await undoHarness()
  await block()
  ails(arr)
  await expect(undo.undo(person, entry('arr.blocklist'))).rejects.toMatchObject({code})
  expect(harness.journal.slice(1).at(-1)?.phase ?? '').toBe(phase)
  expect(entry('arr.blocklist')).toMatchObject({phase: 'confirmed'})
  expect(queue.leftAlone.objection(decision(1, []))).toBeNull()
  Object.assign(arr, {entries: 1, fault: null, forbids: false})
  await undo.undo(person, entry('arr.blocklist'))
  expect(entry('arr.blocklist')).toMatchObject({phase: 'undone'})
})

test('what cannot be written down is not asked of the Arr', async () => {
  const {house: harness, undo, entry, arr, block} = await undoHarness()
  await block()
  const done = entry('arr.blocklist')
  harness.journalFails = true
  await expect(undo.undo(person, done)).rejects.toThrow()
  expect(arr.asked).toEqual([])
})

test('what was given up is off the blocklist by the release that was kept; without it, it stays there', () => {
  const gaveUp = (args: object) => eventOf({verb: 'failDownload', args, decided: decided()})
  const download = {arrId: 'Radarr', downloadId: 'AB'}
  const release = {title: 'Film.BAD', items: ['movie/17'], grabbedAt: 5}
  const sight = seen({torrent: null, mayControl: false})
  expect(undoOf(gaveUp({download, isGrabbed: true, release, step: 'search'}), sight)).toEqual({
    possible: true,
    blocked: {arr: 'Radarr', release},
  })
  // Of an earlier version, not grabbed, or of no Arr.
  for (const args of [{download, isGrabbed: true}, {download}, {download: null, release}]) {
    expect(undoOf(gaveUp(args), sight)).toMatchObject({possible: false})
  }
})

test.each<[string, Partial<UndoableEntry>, Partial<UndoSight>]>([
  ['was not kept', {args: {arr: 'Radarr'}}, {}],
  ['may not command', {}, {mayCommand: () => false}],
])('why what was blocklisted stays so: %s', (why, more, sight) => {
  const entry = eventOf({verb: 'arr.blocklist', args: released, decided: decided(), ...more})
  expect(undoOf(entry, seen({torrent: null, mayControl: false, ...sight}))).toEqual({
    possible: false,
    why: expect.stringContaining(why),
  })
})

/* ───────────────────────────── a wait is ended ───────────────────────────── */

test('what a person had wait goes on once a user who may control its server says so', async () => {
  const {queue, undo, entry, base, house: harness} = await undoHarness()
  const rule = {id: 'r1' as RuleId, name: 'Done', do: [wanted('tag', {names: ['old']})]}
  const torrents = [{key: key(A, 1), name: 'Torrent 1'}]
  await queue.leftAlone.putOff(by, rule, torrents)
  const viewer = {...person, access: {...person.access, may: () => false}}
  await expect(undo.undo(viewer, entry('wait'))).rejects.toMatchObject({code: 'undo_impossible'})
  expect(queue.leftAlone.list()).toHaveLength(1)
  // Whatever the clock of the machine says by now.
  base.clock.jump(30 * 86_400_000)
  expect(await undo.undo(person, entry('wait'))).toEqual({action: null, message: '“Done” waits no longer.'})
  expect([queue.leftAlone.list(), harness.journal.at(-1)?.phase]).toEqual([[], 'undone'])
  await expect(undo.undo(person, entry('wait'))).rejects.toMatchObject({code: 'undo_impossible'})
})

test('a wait that was put off again is ended by its newest entry alone', async () => {
  const {queue, undo, entry} = await undoHarness()
  const rule = {id: 'r1' as RuleId, name: 'Done', do: [wanted('tag', {names: ['old']})]}
  const torrents = [{key: key(A, 1), name: 'Torrent 1'}]
  await queue.leftAlone.putOff(by, rule, torrents)
  await queue.leftAlone.putOff(by, rule, torrents)
  await expect(undo.undo(person, entry('wait'))).rejects.toMatchObject({
    message: 'It does not wait any more, or a person put it off again.',
  })
  expect(queue.leftAlone.list()).toHaveLength(1)
})
