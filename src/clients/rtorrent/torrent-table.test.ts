import {expect, test} from 'vitest'
import type {InfoHash} from '#model/torrent-key.ts'
import {RpcFault, type RpcCall} from './rpc.ts'
import type {RtorrentSession} from './session.ts'
import {Details} from './sync-details.ts'
import {TorrentTable} from './torrent-table.ts'

const one = '1'.repeat(40) as InfoHash
const bounds = {signal: new AbortController().signal, timeoutMs: 1_000, maxBytes: 1_000}

function withOne(): TorrentTable {
  const table = new TorrentTable()
  table.see(one, 1)
  table.markStale([one])
  return table
}

test('what is noted as stale while it is read stays stale, and what was noted before is covered by the read', () => {
  const table = withOne()
  const askedAt = table.staleNotes
  table.markStale([one])
  table.remember(one, {hash: one}, 2, askedAt)
  expect(table.stale(10)).toEqual([one])
  table.remember(one, {hash: one}, 3, table.staleNotes)
  expect(table.stale(10)).toEqual([])
})

test.each([
  ['a command was answered meanwhile', true, [one]],
  ['nothing was', false, []],
])('details that were asked for, where %s', async (_, isMeanwhile, left) => {
  const table = withOne()
  const session = {
    table,
    facts: {methods: {has: () => true}},
    firstLastAsked: new Set(),
    truths: {settle: async () => ({rows: [], changed: []})},
    learnThrottles: async () => {},
    wire: {
      askAll: async (calls: readonly RpcCall[]) => {
        if (isMeanwhile) table.markStale([one])
        return calls.map(() => new RpcFault(-500, 'Info-hash not found.'))
      },
    },
  } as unknown as RtorrentSession
  await new Details(session).stale({row: () => {}}, bounds)
  expect(table.stale(10)).toEqual(left)
})
