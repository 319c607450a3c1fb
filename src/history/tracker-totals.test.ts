import {expect, test} from 'vitest'
import {BadArgument} from '#model/errors.ts'
import {asServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {TrackerTotals} from './tracker-totals.ts'
import type {TrafficHistory} from './traffic-history.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 4, 17, 13, 37, 42)
const [box, nas] = [asServerId('box'), asServerId('nas')]

function harness(fault?: Error) {
  const clock = new VirtualClock(NOW)
  const asked: (readonly [servers: string, from: number])[] = []
  const series = {
    name: 'tracker.example',
    hosts: ['tracker.example'],
    downloaded: [1, null, 2],
    uploaded: [null, 5, 6],
    torrents: [1, 1, 1],
  }
  const trackers: TrafficHistory['trackers'] = async (ids, {from}) => {
    asked.push([ids.join(), from])
    if (fault) throw fault
    return {span: 3600, at: [], trackers: [series], reporting: []} as never
  }
  return {clock, asked, totals: new TrackerTotals({trackers}, clock)}
}

test('what a tracker moved is summed up over the time that the page shows', async () => {
  const {asked, totals} = harness()
  expect(await totals.of([box], [])).toEqual([{name: 'tracker.example', downloaded: 3, uploaded: 11}])
  expect(asked).toEqual([['box', NOW - 42_000 - 30 * DAY]])
})

test('a month is read once in a minute for the same servers, however often they are asked for', async () => {
  const {clock, asked, totals} = harness()
  await Promise.all([totals.of([box, nas], []), totals.of([nas, box], []), totals.of([box], [])])
  expect(asked.map(([servers]) => servers)).toEqual(['box,nas', 'box'])
  // A name that was given, or taken back, counts at once.
  await totals.of([box], [{name: 'Tidemark', hosts: ['tracker.example']}])
  expect(asked).toHaveLength(3)
  await clock.advance(60_000)
  await totals.of([box], [])
  expect(asked).toHaveLength(4)
})

test('where it is too much to be read there are no figures', async () => {
  const {totals} = harness(new BadArgument('Too many servers.'))
  expect(await totals.of([box], [])).toEqual([])
})
