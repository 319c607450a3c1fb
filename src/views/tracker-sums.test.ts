import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {Fleet} from '#fleet/fleet.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {TrackerSum} from '#model/query.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {servers, Speaker, utterances} from '#test/fleet/arbitrary-frames.ts'
import {Views} from './query.ts'

type Figures = Omit<TrackerSum, 'serverId' | 'hosts' | 'areAllKnown'>

/** The same of plain records. */
function sumsOf(records: readonly TorrentRecord[], owes: (record: TorrentRecord) => boolean) {
  const sums = new Map<string, Figures>()
  for (const it of records) {
    const hosts = it.trackerHosts ?? (it.trackerHost ? [it.trackerHost] : [])
    const areAllKnown = it.trackerHosts !== undefined || it.trackerHost === ''
    add(sums, keyOf({serverId: it.key.serverId, hosts, areAllKnown}), {
      torrents: 1,
      private: Number(it.isPrivate === true),
      size: it.size ?? 0,
      uploaded: it.uploaded ?? 0,
      downloaded: it.downloaded ?? 0,
      owing: Number(owes(it)),
      failing: Number(it.trackerProblem),
    })
  }
  return sums
}

function keyOf({serverId, hosts, areAllKnown}: Pick<TrackerSum, 'serverId' | 'hosts' | 'areAllKnown'>) {
  return JSON.stringify([serverId, [...new Set(hosts)].sort(), areAllKnown])
}

function add(sums: Map<string, Figures>, key: string, more: Figures): void {
  const before = sums.get(key)
  const names = Object.keys(more) as (keyof Figures)[]
  const sum = names.map((name) => [name, (before?.[name] ?? 0) + more[name]])
  sums.set(key, Object.fromEntries(sum))
}

test('whatever happened to the fleet, torrents of the same trackers are summed up as plain records are', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(utterances, {maxLength: 8, size: 'max'}),
      fc.subarray([...servers, asServerId('nowhere')]),
      async (said, scope: readonly ServerId[]) => {
        const turns = new TimeSlice(1e9)
        const fleet = new Fleet(new VirtualClock(), turns)
        for (const id of servers) fleet.addServer(id)
        const views = new Views(fleet, turns)
        const speaker = new Speaker()
        speaker.greet((frame) => fleet.apply(frame))
        for (const utterance of said) speaker.say(utterance, 0, (frame) => fleet.apply(frame))
        const owes = ({key: {hash}}: Pick<TorrentRecord, 'key'>) => hash.endsWith('1')
        const sums = new Map<string, Figures>()
        for (const {serverId, hosts, areAllKnown, ...figures} of views.trackerSums(scope, (row) =>
          owes({key: fleet.keyAt(row)}),
        ))
          add(sums, keyOf({serverId, hosts, areAllKnown}), figures)
        const there = servers.filter((id) => scope.includes(id))
        const records = there.flatMap((id) => fleet.rowsOf(id).map((row) => fleet.record(row)!))
        expect(sums).toEqual(sumsOf(records, owes))
      },
    ),
  )
})
