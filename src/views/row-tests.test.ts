import {expect, test} from 'vitest'
import {Fleet} from '#fleet/fleet.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {servers, Speaker} from '#test/fleet/arbitrary-frames.ts'
import {longHash} from '#test/views/arbitrary-filters.ts'
import {Views} from './query.ts'
import {RowTests} from './row-tests.ts'

function newFleet() {
  const fleet = new Fleet(new VirtualClock(), new TimeSlice())
  for (const id of servers) fleet.addServer(id)
  const speaker = new Speaker()
  speaker.greet((frame) => fleet.apply(frame))
  const say = (rows: TorrentPatch[]) =>
    speaker.say({server: servers[0]!, off: 'no', body: {type: 'rows', rows, removed: []}}, 0, (frame) =>
      fleet.apply(frame),
    )
  return {fleet, say}
}

test('what was evaluated is not evaluated again until it changed', () => {
  const {fleet, say} = newFleet()
  say(Array.from({length: 20}, (_, i) => ({hash: longHash(i), name: `Torrent ${i}`})))
  const tests = new RowTests(fleet.rows)
  const {name} = fleet.rows.columns
  const evaluated: string[] = []
  const ask = () => {
    const work = tests.passing('ends in 7', name, () => (row) => {
      evaluated.push(name.read(row))
      return name.read(row).endsWith('7')
    })
    let step = work.next()
    while (!step.done) step = work.next()
    return fleet.rowsOf(servers[0]!).filter(step.value).length
  }
  expect([ask(), evaluated.splice(0).length]).toEqual([2, 20])
  expect([ask(), evaluated.splice(0).length]).toEqual([2, 0])
  say([{hash: longHash(3), upSpeed: 5}])
  expect([ask(), evaluated.splice(0)]).toEqual([2, []])
  say([
    {hash: longHash(3), name: 'Torrent 37'},
    {hash: longHash(30), name: 'New'},
  ])
  expect([ask(), evaluated.splice(0)]).toEqual([3, ['Torrent 37', 'New']])
})

test.each(['comment', 'message', 'trackerMessage'] as const)(
  'no user finds a piece of a %s that they are not shown',
  async (field) => {
    const {fleet, say} = newFleet()
    say([{hash: longHash(1), name: 'a', [field]: 'https://t.example/Secret'}])
    const shown = (_: string, text: string) => text.replace(/example.*/, 'example')
    const views = new Views(fleet, new TimeSlice(), undefined, shown)
    const found = async (piece: string) => {
      const filter = {contains: {[field]: {any: [piece]}}}
      return (await views.matching({scope: servers, filter})).totals.count
    }
    expect([await found('T.EXAMPLE'), await found('secret')]).toEqual([1, 0])
  },
)
