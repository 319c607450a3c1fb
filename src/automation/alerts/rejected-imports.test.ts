import {beforeEach, expect, test} from 'vitest'
import {asArrId, asDownloadId, type ArrId, type QueueRow} from '#model/arr.ts'
import type {RunningArr} from '#model/arr-service.ts'
import type {ComingAction} from '#model/decision.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {RejectedImports} from './rejected-imports.ts'

const films = asArrId('films')
const hash = 'a'.repeat(40)
const row = (change: Partial<QueueRow> = {}) =>
  ({
    id: 1,
    downloadId: asDownloadId(hash),
    state: 'importBlocked',
    trouble: 'warning',
    title: 'Paper',
    messages: [{title: 'Paper', messages: ['No audio tracks detected']}],
    ...change,
  }) as QueueRow

let clock: VirtualClock
let running: Partial<RunningArr> | null
let entries: readonly Partial<ComingAction>[]
let asks: number
let refusal: Error | null
let imports: RejectedImports
/** As the database keeps it. */
let kept: Map<ArrId, Readonly<Record<string, number>>>

beforeEach(() => {
  clock = new VirtualClock()
  ;[entries, asks, refusal] = [[], 0, null]
  running = {
    queue: [],
    fault: null,
    coming: async (keys) => {
      asks++
      if (refusal) throw refusal
      return entries.map((entry) => ({...made, key: keys[0]!, ...entry}))
    },
  }
  kept = new Map()
  imports = started()
})

function started(): RejectedImports {
  return new RejectedImports(
    {of: () => running as RunningArr | null},
    {holders: (it) => [{serverId: asServerId('nas'), hash: it}]},
    {of: (id) => kept.get(id) ?? null, take: async (id, since) => void kept.set(id, since)},
    clock,
  )
}

const made = {
  ruleId: 'r' as RuleId,
  ruleName: 'R',
  mode: 'live',
  actions: ['failDownload'],
  ruleRevision: 1,
  takesAway: true,
  replaces: false,
  mayEndEarly: false,
  left: 60,
} as const

/** Those that need a person, once what rules do was asked. */
async function needed(): Promise<readonly string[]> {
  await clock.advance(5_000)
  imports.of(films)
  await clock.advance(0)
  return imports.of(films).imports.map(({id}) => id)
}
const heard = (queue: readonly QueueRow[] | null) => imports.heard(films, {queue, readAt: clock.now()})

test('a download that is stuck needs a person from when it was first seen so, a pack once, until it is solved', async () => {
  heard([row({state: 'downloading', trouble: 'ok'})])
  expect(await needed()).toEqual([])
  heard([row({id: 2, state: 'importing', trouble: 'ok'}), row()])
  const since = clock.now()
  expect(await needed()).toEqual([hash.toUpperCase()])
  heard([row({state: 'importPending'}), row({id: 2})])
  const triage = {class: 'no_audio', proposed: 'blocklist_search'}
  expect(imports.of(films).imports).toMatchObject([{since, rows: [{id: 1}, {id: 2}], triage}])
  heard([])
  expect(imports.of(films).imports).toEqual([])
  await clock.advance(1_000)
  heard([row()])
  expect(await needed()).toHaveLength(1)
  expect(imports.of(films).imports[0]!.since).toBeGreaterThan(since)
})

test('nothing is asked of a person before it is known whether a rule does it', async () => {
  heard([row()])
  expect(imports.of(films).imports).toEqual([])
  expect(await needed()).toHaveLength(1)
})

test('what a rule is about to end needs no user, also while its time is just over', async () => {
  entries = [{}]
  heard([row()])
  expect(await needed()).toEqual([])
  entries = []
  expect(await needed()).toEqual([])
  await clock.advance(60_000)
  expect(await needed()).toHaveLength(1)
})

test.each<[string, Partial<ComingAction>]>([
  ['asks first', {mode: 'ask'}],
  ['does something else', {actions: ['tag']}],
])('a rule that %s leaves it to a person', async (_, entry) => {
  entries = [entry]
  heard([row()])
  expect(await needed()).toHaveLength(1)
})

test('while its manager cannot be asked it is not said that a rule does it; it is asked every five seconds at most', async () => {
  refusal = new Error('It is starting.')
  heard([row()])
  expect(await needed()).toHaveLength(1)
  const before = asks
  for (let at = 0; at < 10; at++) imports.of(films)
  expect(asks).toBe(before)
})

test('what is handed to no torrent server is asked about nowhere', async () => {
  heard([row({downloadId: null})])
  expect(await needed()).toEqual(['row 1'])
  expect(asks).toBe(0)
})

test('an Arr that is away is reported as it was, with when that was; one that is not managed is not', async () => {
  heard([row()])
  const readAt = clock.now()
  await needed()
  running = {...running, queue: null, fault: 'It does not answer.'}
  heard(null)
  expect(imports.of(films)).toMatchObject({asOf: readAt, imports: [{id: hash.toUpperCase()}]})
  running = null
  expect(imports.of(films)).toEqual({imports: [], asOf: null})
})

test('since when it is rejected outlives the program; what was solved meanwhile begins again', async () => {
  heard([row()])
  const since = clock.now()
  await clock.advance(3_600_000)
  imports = started()
  heard([row(), row({id: 7, downloadId: asDownloadId('b'.repeat(40))})])
  expect(await needed()).toHaveLength(2)
  const [first, second] = imports.of(films).imports
  expect(first!.since).toBe(since)
  expect(second!.since).toBe(since + 3_600_000)
  imports = started()
  heard([])
  imports = started()
  heard([row()])
  expect(await needed()).toHaveLength(1)
  expect(imports.of(films).imports[0]!.since).toBeGreaterThan(since)
})
