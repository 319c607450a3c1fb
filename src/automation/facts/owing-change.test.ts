import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import {asTrackerProfileId, noLimits, type TrackerProfile} from '#model/tracker-profile.ts'
import {asServerId, keyText, type InfoHash, type TorrentKey} from '#model/torrent-key.ts'
import type {TrackerProfileInForce} from '#registry/trackers/directory.ts'
import {owing} from '#rules/presets/inherited.fixture.ts'
import {owingProfiles} from '../supervision/inherited-sections.ts'
import {owingChange} from './owing-change.ts'

const server = asServerId('nas')

interface Listed {
  readonly hosts: readonly string[] | undefined
  /** Of trackers that it had before. */
  readonly seen?: readonly string[]
  readonly size?: number
}

/** A torrent owes what any profile in force asks of one of its hosts. */
function harness(listed: readonly Listed[]) {
  const key = (row: number): TorrentKey => ({serverId: server, hash: `${row}`.padStart(40, '0') as InfoHash})
  const looked: number[] = []
  const parts: Parameters<typeof owingChange>[0] = {
    fleet: {
      serverIds: [server],
      rowsOf: () => listed.map((_it, row) => row),
      keyAt: key,
      rows: {isSeen: () => true},
      valueAt: (row: number, field: string) =>
        field === 'size' ? (listed[row]!.size ?? 100) : listed[row]!.hosts,
    } as never,
    turns: new TimeSlice(),
    trackersSeen: (of) => listed[Number(of.hash)]!.seen ?? [],
    owingWith: (profiles) => ({...owing([]), profiles: owingProfiles(profiles)}),
    inForce: (profiles): readonly TrackerProfileInForce[] =>
      profiles.map((profile) => ({profile, owesOn: null, limitsOn: null, compartment: null})),
    world: {
      owesUnder: (its) => (of) => {
        const row = Number(keyText(of).split('/').at(-1))
        looked.push(row)
        const {hosts, seen = []} = listed[row]!
        const asking = its.profiles.filter(({hitAndRun}) => hitAndRun !== null)
        return asking.some((one) => [...(hosts ?? one.hosts), ...seen].some((it) => one.hosts.includes(it)))
      },
    },
  }
  return {parts, looked}
}

function asking(host: string, id = host): TrackerProfile {
  return {
    id: asTrackerProfileId(id),
    ownerId: null,
    revision: 1,
    name: host,
    colour: null,
    hosts: [host],
    servers: null,
    obligation: {need: 'both', ratio: 1, time: 60, grace: 0, fromProgress: 0, partialRatio: 1},
    limits: noLimits,
    phrases: {unregistered: [], ignored: []},
  }
}

const [one, two] = [asking('one.example'), asking('two.example')]

test('S37 a profile that is removed frees those that owed by it alone', async () => {
  const {parts, looked} = harness([
    {hosts: ['one.example'], size: 5},
    {hosts: ['one.example', 'two.example']},
    {hosts: ['two.example']},
    {hosts: ['elsewhere.example'], seen: ['one.example'], size: 7},
    {hosts: undefined},
  ])
  expect(await owingChange(parts, [one, two], [two])).toEqual({
    stopsOwing: 2,
    bytesThatStop: 12,
    startsOwing: 0,
  })
  // The third has nothing to do with it, and is not looked at.
  expect(new Set(looked)).toEqual(new Set([0, 1, 3, 4]))
})

test('a new profile has its torrents owe, and one that asks for less frees them', async () => {
  const {parts} = harness([{hosts: ['one.example']}])
  expect(await owingChange(parts, [], [one])).toMatchObject({stopsOwing: 0, startsOwing: 1})
  const softer = {...one, obligation: null}
  expect(await owingChange(parts, [one], [softer])).toMatchObject({stopsOwing: 1, startsOwing: 0})
})
