import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import type {TorrentState} from '#model/torrent.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {servers, Speaker, utterances} from '#test/fleet/arbitrary-frames.ts'
import {isFull} from '#test/proof.ts'
import {countsByServer, type StateCounts} from './counts.ts'
import {Fleet} from './fleet.ts'

const running = {
  downloading: ['downloading', 'stalledDown', 'metadata', 'queuedDown'],
  seeding: ['seeding', 'stalledUp', 'queuedUp'],
  failing: ['error', 'missingFiles'],
} as const satisfies Record<string, readonly TorrentState[]>

/** The same, torrent by torrent. */
function counted(fleet: Fleet, id: (typeof servers)[number]): StateCounts {
  const states: readonly string[] = fleet.rowsOf(id).map((row) => fleet.record(row)!.state)
  const among = (some: readonly string[]) => states.filter((state) => some.includes(state)).length
  return {
    torrents: states.length,
    downloading: among(running.downloading),
    seeding: among(running.seeding),
    failing: among(running.failing),
  }
}

test('each server has the counts of its own torrents, whatever it sent', () => {
  fc.assert(
    fc.property(fc.array(utterances, {maxLength: 30}), (reported) => {
      const fleet = new Fleet(new VirtualClock(), new TimeSlice())
      for (const id of servers) fleet.addServer(id)
      const speaker = new Speaker()
      speaker.greet((frame) => fleet.apply(frame))
      for (const utterance of reported) speaker.say(utterance, 0, (frame) => fleet.apply(frame))
      expect(countsByServer(fleet)).toEqual(new Map(servers.map((id) => [id, counted(fleet, id)])))
    }),
    {numRuns: isFull ? 100 : 30},
  )
})

test('a server that went is not counted, and one that came has its place', () => {
  const fleet = new Fleet(new VirtualClock(), new TimeSlice())
  expect(countsByServer(fleet)).toEqual(new Map())
  const [first, second] = servers
  fleet.addServer(first!)
  fleet.addServer(second!)
  fleet.removeServer(first!)
  const nothing = {torrents: 0, downloading: 0, seeding: 0, failing: 0}
  expect(countsByServer(fleet)).toEqual(new Map([[second, nothing]]))
})
