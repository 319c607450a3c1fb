import {expect, test} from 'vitest'
import {Fleet} from '#fleet/fleet.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {asArrId, asDownloadId} from '#model/arr.ts'
import {managerOf as managerOfArr} from '#model/manager.ts'
import type {RuleId} from '#model/rule.ts'
import {asInfoHash, asServerId, keyText, type TorrentKey} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ArrLabels} from './arr-labels.ts'

const [box, nas] = [asServerId('box'), asServerId('nas')]
const hash = asInfoHash('a'.repeat(40))!
const v1 = asInfoHash('b'.repeat(40))!
const [radarr, second] = [asArrId('Radarr'), asArrId('Radarr-4K')]

/** One torrent on two servers; what is in `films` is Radarr's, what is in `uhd` the other one's. */
function harness() {
  const clock = new VirtualClock()
  const turns = new TimeSlice(1e9)
  const fleet = new Fleet(clock, turns)
  for (const id of [box, nas]) {
    fleet.addServer(id)
    const frame = {serverId: id, epoch: 1, at: 0}
    const category = id === box ? 'films' : 'uhd'
    fleet.apply({...frame, seq: 0, type: 'begin'})
    fleet.apply({...frame, seq: 1, type: 'rows', rows: [{hash, infoHashV1: v1, category}], removed: []})
    fleet.apply({...frame, seq: 2, type: 'end', believeAbsence: true})
  }
  const managerOf = (_key: object, _v1: string | null, category: string) =>
    category === 'films' ? managerOfArr(radarr) : category === 'uhd' ? managerOfArr(second) : null
  const refused = new Set<string>()
  /** Rules that are suspended, and what was refused; that is past when it is due. */
  const isRefused = (rule: RuleId, key: string, isDue: boolean) =>
    refused.has(rule) || (isDue && refused.has(`${rule} ${key}`))
  const waits = new Map<string, number>()
  const removalWait = (key: TorrentKey) => waits.get(keyText(key)) ?? null
  const labels = new ArrLabels(fleet, clock, turns, managerOf, () => ({isRefused, waits: {removalWait}}))
  const labelOn = (serverId: typeof box) => {
    const {arrId, arrItem} = fleet.get({serverId, hash})!
    return [arrId, arrItem]
  }
  return {clock, fleet, labels, labelOn, refused, waits}
}

test('a torrent says whose it is at once, and what it is for when that is known', async () => {
  const {clock, labels, labelOn} = harness()
  expect(labelOn(box)).toEqual([undefined, undefined])
  labels.look({serverId: box, hash})
  await clock.advance(200)
  expect(labelOn(box)).toEqual([radarr, undefined])
  labels.take(radarr, [[asDownloadId(v1)!, 'Harbour of Glass (2021)']])
  await clock.advance(200)
  expect([labelOn(box), labelOn(nas)]).toEqual([
    [radarr, 'Harbour of Glass (2021)'],
    [second, undefined],
  ])
})

test('what one Arr says is reported of its own torrents alone', async () => {
  const {clock, labels, labelOn} = harness()
  labels.take(radarr, [[asDownloadId(hash)!, 'Harbour of Glass (2021)']])
  labels.take(second, [[asDownloadId(hash)!, 'Harbour of Glass']])
  await clock.advance(200)
  expect([labelOn(box)[1], labelOn(nas)[1]]).toEqual(['Harbour of Glass (2021)', 'Harbour of Glass'])
  labels.take(second, [[asDownloadId(hash)!, null]])
  await clock.advance(200)
  expect([labelOn(box)[1], labelOn(nas)[1]]).toEqual(['Harbour of Glass (2021)', undefined])
})

test('who goes to another category is labelled again, and one that changes nothing changes no row', async () => {
  const {clock, fleet, labels, labelOn} = harness()
  labels.take(radarr, [[asDownloadId(hash)!, 'Harbour of Glass (2021)']])
  await clock.advance(200)
  const {generation} = fleet.rows
  labels.look({serverId: box, hash})
  await clock.advance(200)
  expect(fleet.rows.generation).toBe(generation)
  fleet.apply({
    serverId: box,
    epoch: 1,
    seq: 3,
    at: 0,
    type: 'rows',
    rows: [{hash, category: 'other'}],
    removed: [],
  })
  labels.look({serverId: box, hash})
  await clock.advance(200)
  expect(labelOn(box)).toEqual([null, undefined])
})

test('once stopped it writes nothing', async () => {
  const {clock, labels, labelOn} = harness()
  labels.look({serverId: box, hash})
  await labels.stop()
  await clock.advance(1_000)
  expect(labelOn(box)).toEqual([undefined, undefined])
})

test('what many are for is one change of the list', async () => {
  const {clock, fleet, labels} = harness()
  const reported: number[] = []
  fleet.onChange(({changed}) => reported.push(changed.length))
  for (const serverId of [box, nas]) labels.look({serverId, hash})
  await clock.advance(200)
  expect(reported).toEqual([2])
})

test('what was known before a restart stays until its manager says otherwise, or it is another one', async () => {
  const {clock, fleet, labels, labelOn} = harness()
  const before = (serverId: typeof box, arrId: typeof radarr) =>
    fleet.label([{key: {serverId, hash}, arrId, arrItem: 'Harbour of Glass (2021)'}])
  before(box, radarr)
  before(nas, radarr)
  for (const serverId of [box, nas]) labels.look({serverId, hash})
  await clock.advance(200)
  expect([labelOn(box), labelOn(nas)]).toEqual([
    [radarr, 'Harbour of Glass (2021)'],
    [second, undefined],
  ])
  labels.take(radarr, [[asDownloadId(hash)!, null]])
  await clock.advance(200)
  expect(labelOn(box)).toEqual([radarr, undefined])
})

const rule = 'goals' as RuleId

test('it says from when on a rule may remove it; what no manager evaluates none removes', async () => {
  const {clock, fleet, labels} = harness()
  const shown = () => fleet.get({serverId: box, hash})!.removableAt
  labels.takeDates([{key: {serverId: box, hash}, dates: [{at: 90_000, by: null}]}])
  await clock.advance(200)
  expect(shown()).toBe(90_000)
  labels.takeDates([{key: {serverId: box, hash}, dates: [{at: undefined, by: null}]}])
  labels.look({serverId: box, hash})
  await clock.advance(200)
  expect(shown()).toBeUndefined()
  fleet.apply({serverId: box, epoch: 1, at: 0, seq: 3, type: 'begin'})
  const rows = [{hash, category: 'none'}]
  fleet.apply({serverId: box, epoch: 1, at: 0, seq: 4, type: 'rows', rows, removed: []})
  labels.look({serverId: box, hash})
  await clock.advance(200)
  expect(shown()).toBeNull()
})

test('what the executor refuses no rule may remove now, until it refuses no more', async () => {
  const {clock, fleet, labels, refused} = harness()
  const key = {serverId: box, hash}
  const shown = () => fleet.get(key)!.removableAt
  refused.add(`${rule} ${keyText(key)}`)
  const never = {at: null, by: null}
  labels.takeDates([{key, dates: [{at: 5_000, by: rule}, never]}])
  await clock.advance(200)
  expect(shown()).toBeNull()
  refused.clear()
  labels.look(key)
  await clock.advance(200)
  expect(shown()).toBe(5_000)
})

test('what a rule would remove at the end of a hold it does not while it is paused', async () => {
  const {clock, fleet, labels, refused} = harness()
  const key = {serverId: box, hash}
  const shown = async () => {
    await clock.advance(200)
    return fleet.get(key)!.removableAt
  }
  const soon = clock.now() + 3_600_000
  // Refused once before its hold began again.
  refused.add(`${rule} ${keyText(key)}`)
  const dates = [
    {at: soon, by: rule},
    {at: null, by: null},
  ]
  labels.takeDates([{key, dates}])
  expect(await shown()).toBe(soon)
  refused.add(rule)
  labels.again()
  expect(await shown()).toBeNull()
  refused.delete(rule)
  labels.again()
  expect(await shown()).toBe(soon)
})

test('what a person had wait may be removed when that is over, and as before once they take it back', async () => {
  const {clock, fleet, labels, waits} = harness()
  const key = {serverId: box, hash}
  const [soon, tomorrow, later] = [1_000_000, 87_400_000, 900_000_000]
  const shown = async () => {
    await clock.advance(200)
    return fleet.get(key)?.removableAt
  }
  labels.takeDates([{key, dates: [{at: soon, by: null}]}])
  expect(await shown()).toBe(soon)
  waits.set(keyText(key), tomorrow)
  labels.look(key)
  expect(await shown()).toBe(tomorrow)
  // Its manager knows nothing of people.
  labels.takeDates([
    {
      key,
      dates: [
        {at: soon + 1, by: 'r1' as RuleId},
        {at: null, by: null},
      ],
    },
  ])
  expect(await shown()).toBe(tomorrow)
  labels.takeDates([{key, dates: [{at: later, by: null}]}])
  expect(await shown()).toBe(later)
  labels.takeDates([{key, dates: [{at: soon + 2, by: null}]}])
  expect(await shown()).toBe(tomorrow)
  waits.clear()
  labels.look(key)
  expect(await shown()).toBe(soon + 2)
})

test('of several rules of which some are refused the earliest date that holds is shown', async () => {
  const {clock, fleet, labels, refused} = harness()
  const key = {serverId: box, hash}
  const shown = () => fleet.get(key)!.removableAt
  const other = 'space' as RuleId
  refused.add(`${rule} ${keyText(key)}`)
  const dates = [
    {at: 5_000, by: rule},
    {at: 6_000, by: other},
    {at: 90_000, by: null},
  ]
  labels.takeDates([{key, dates}])
  await clock.advance(200)
  expect(shown()).toBe(6_000)
  refused.add(`${other} ${keyText(key)}`)
  labels.look(key)
  await clock.advance(200)
  expect(shown()).toBe(90_000)
})

test('it says how far its own Arr got with importing it, and of no Arr there is nothing to import', async () => {
  const {clock, fleet, labels} = harness()
  const key = {serverId: box, hash}
  const shown = async () => {
    await clock.advance(200)
    return fleet.get(key)!.importStatus
  }
  labels.takeImports(radarr, [{key, status: 'waiting'}])
  expect(await shown()).toBe('waiting')
  labels.look(key)
  expect(await shown()).toBe('waiting')
  labels.takeImports(second, [{key, status: 'imported'}])
  expect(await shown()).toBe('waiting')
  labels.takeImports(radarr, [{key, status: undefined}])
  expect(await shown()).toBeUndefined()
  labels.takeImports(radarr, [{key, status: 'rejected'}])
  expect(await shown()).toBe('rejected')
  const moved = async (seq: number, category: string) => {
    fleet.apply({serverId: box, epoch: 1, at: 0, seq, type: 'rows', rows: [{hash, category}], removed: []})
    labels.look(key)
    return shown()
  }
  // The other one has said nothing of it yet.
  expect(await moved(3, 'uhd')).toBeUndefined()
  expect(await moved(4, 'other')).toBe('none')
})
