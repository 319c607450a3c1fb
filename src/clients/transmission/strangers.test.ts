/** Ids are of one run of one daemon: what another one calls by the same ids is never taken for ours. */
import {expect, test} from 'vitest'
import {plainServer} from '#lab/plain-server.ts'
import {asServerId, type InfoHash} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Replica} from '../conformance/replica.conformance.ts'
import {columnsOf, TorrentRowStream} from './codec.ts'
import {TransmissionSync} from './sync.ts'
import {readSession} from './session.ts'
import type {Answer, Call, Exchange, RowHandler, Wire} from './wire.ts'

const bounds = {timeoutMs: 1000, maxBytes: 1_000_000}
const hashOf = (number: number): InfoHash => number.toString(16).padStart(40, '0') as InfoHash

interface Torrent {
  id: number
  hash_string: InfoHash
  name: string
  rate_upload: number
}

function torrentsFrom(first: number): Torrent[] {
  return [1, 2, 3].map((id) => ({id, hash_string: hashOf(first + id), name: `${first + id}`, rate_upload: 0}))
}

/** Answers like a daemon that runs as long as our clock. */
class OneDaemon {
  readonly clock = new VirtualClock()
  torrents = torrentsFrom(0)
  active: number[] = []
  removed: number[] = []
  lists = 0

  #answer({method, params = {}}: Call, splitAt: readonly number[], onRow: RowHandler): Answer {
    if (method === 'session_stats') {
      const seconds = 1000 + this.clock.monotonic() / 1000
      return {torrent_count: this.torrents.length, current_stats: {seconds_active: seconds}}
    }
    if (method !== 'torrent_get') return session
    const {ids, fields} = params as {ids?: unknown; fields: string[]}
    if (ids === undefined) this.lists++
    const stream = new TorrentRowStream('torrents', splitAt)
    const rows = this.torrents.filter(({id, hash_string}) =>
      ids === undefined
        ? true
        : ids === 'recently_active'
          ? this.active.includes(id)
          : (ids as unknown[]).some((one) => one === id || one === hash_string),
    )
    const table = [fields, ...rows.map((row) => fields.map((name) => valueOf(row, name)))]
    stream.push(Buffer.from(JSON.stringify({arguments: {torrents: table}})))
    let columns: readonly string[] = []
    for (let row = stream.next(); row; row = stream.next()) {
      if (row.index === 0) columns = columnsOf(row)
      else onRow(columns, row)
    }
    return {torrents: [], removed: this.removed}
  }

  readonly wire = {
    clockAheadMs: null,
    all: (calls: readonly Call[]) => this.wire.tables(calls, [], () => {}),
    tables: async (
      calls: readonly Call[],
      splitAt: readonly number[],
      onRow: RowHandler,
    ): Promise<Exchange> => ({
      answers: calls.map((call) => this.#answer(call, splitAt, onRow)),
      bytes: 0,
      requests: 1,
      answerMs: 1,
    }),
  }
}

const session = {rpc_version: 19, version: '4.1.4', download_dir: '/dl'}

function valueOf(torrent: Torrent, name: string): unknown {
  if (name in torrent) return torrent[name as keyof Torrent]
  if (name === 'labels' || name === 'tracker_stats') return []
  if (name === 'metadata_percent_complete') return 1
  return /dir|string|comment|creator|list/.test(name) ? '' : 0
}

function syncOf(daemon: OneDaemon): {step: () => Promise<unknown>; replica: Replica} {
  const replica = new Replica()
  const sync = new TransmissionSync({
    wire: daemon.wire as unknown as Wire,
    clock: daemon.clock,
    definition: {...plainServer, id: asServerId('sim'), name: 'sim', kind: 'transmission', url: ''},
    session: {current: readSession(session)},
    truths: {straight: (patch: object) => patch, settle: async () => ({patches: [], requests: 0})} as never,
  })
  const step = async () => {
    await daemon.clock.advance(2000)
    return sync.step({list: 'delta', attentive: true}, replica, {delta: bounds, full: bounds})
  }
  return {step, replica}
}

test('another daemon with as many torrents under the same ids, up as long, is found out and read anew', async () => {
  const daemon = new OneDaemon()
  const {step, replica} = syncOf(daemon)
  await step()
  await step()
  daemon.torrents = torrentsFrom(100)
  daemon.torrents[1]!.rate_upload = 5000
  daemon.active = [2]
  await step()
  // It does not answer for ours: nothing of it is told as theirs, and nobody is gone yet.
  expect([...replica.rows.keys()]).toEqual([1, 2, 3].map(hashOf))
  expect(replica.rows.get(hashOf(2))).toMatchObject({name: '2', upSpeed: 0})
  await step()
  await step()
  expect(daemon.lists).toBe(2)
  expect([...replica.rows.keys()]).toEqual([101, 102, 103].map(hashOf))
  expect(replica.rows.get(hashOf(102))).toMatchObject({name: '102', upSpeed: 5000})
})

test('what is removed between a pulse and its details is no stranger', async () => {
  const daemon = new OneDaemon()
  const {step, replica} = syncOf(daemon)
  await step()
  await step()
  daemon.torrents[1]!.rate_upload = 5000
  daemon.active = [2]
  const {tables} = daemon.wire
  daemon.wire.tables = async (calls, splitAt, onRow) => {
    const answer = await tables(calls, splitAt, onRow)
    daemon.torrents = daemon.torrents.filter(({id}) => id !== 2)
    daemon.active = []
    daemon.removed = [2]
    return answer
  }
  await step()
  expect(replica.rows.size).toBe(3)
  for (let steps = 0; steps < 4; steps++) await step()
  expect([daemon.lists, replica.rows.has(hashOf(2)), replica.rows.size]).toEqual([1, false, 2])
})
