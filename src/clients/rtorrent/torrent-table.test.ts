import {expect, test} from 'vitest'
import type {InfoHash} from '#model/torrent-key.ts'
import {RpcFault, type RpcCall} from './rpc.ts'
import type {RtorrentSession} from './session.ts'
import {Details} from './sync-details.ts'
import {TorrentTable} from './torrent-table.ts'

const one = '1'.repeat(40) as InfoHash
const bounds = {signal: new AbortController().signal, timeoutMs: 1_000, maxBytes: 1_000}

function withOne(): TorrentTable {
  const book = new TorrentTable()
  book.see(one, 1)
  book.markStale([one])
  return book
}

test('what is noted as stale while it is read stays stale, and what was noted before is told by the read', () => {
  const book = withOne()
  const askedAt = book.staleNotes
  book.markStale([one])
  book.remember(one, {hash: one}, 2, askedAt)
  expect(book.stale(10)).toEqual([one])
  book.remember(one, {hash: one}, 3, book.staleNotes)
  expect(book.stale(10)).toEqual([])
})

test.each([
  ['a command was answered meanwhile', true, [one]],
  ['nothing was', false, []],
])('details that were asked for, where %s', async (_, isMeanwhile, left) => {
  const book = withOne()
  const session = {
    book,
    facts: {methods: {has: () => true}},
    firstLastAsked: new Set(),
    truths: {settle: async () => ({rows: [], changed: []})},
    learnThrottles: async () => {},
    wire: {
      askAll: async (calls: readonly RpcCall[]) => {
        if (isMeanwhile) book.markStale([one])
        return calls.map(() => new RpcFault(-500, 'Info-hash not found.'))
      },
    },
  } as unknown as RtorrentSession
  await new Details(session).stale({row: () => {}}, bounds)
  expect(book.stale(10)).toEqual(left)
})
