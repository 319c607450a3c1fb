import {expect, test} from 'vitest'
import type {ArrPort} from '#arr/api/port.ts'
import {VirtualClock} from '#kit/virtual-clock.ts'
import {
  asDownloadId,
  type ArrWish,
  type HistoryRow,
  type QueueDownload,
  type QueueRow,
  type TrackedState,
} from '#model/arr.ts'
import type {ActionName} from '#model/rule.ts'
import {ArrErrands} from './arr-errands.ts'

const downloadId = asDownloadId('a'.repeat(40))!

function house() {
  const clock = new VirtualClock()
  const wishes: ArrWish[] = []
  const port = {command: (wish: ArrWish) => Promise.resolve(void wishes.push(wish))} as unknown as ArrPort
  const errands = new ArrErrands(port, clock)
  const wanted = (action: ActionName, inQueue: QueueDownload | null, params = {}) =>
    errands.errand({action, params, class: 'reversible', losesBytes: false}, {downloadId, inQueue})
  return {clock, wishes, wanted}
}

function queued(state: TrackedState, outputPath = '/arr/sees/a'): QueueDownload {
  return {downloadId, media: [], rows: [{downloadId, state, outputPath} as QueueRow]}
}

test('B.8 on completion the Arr looks at once, and once for all that finish within a second', async () => {
  const {clock, wishes, wanted} = house()
  const together = [wanted('arr.refresh', null), wanted('arr.refresh', null)]
  await clock.advance(100)
  await Promise.all(together)
  expect(wishes).toEqual([{what: 'refreshDownloads'}])
  const second = wanted('arr.refresh', null)
  await clock.advance(800)
  const third = wanted('arr.refresh', null)
  expect(wishes).toHaveLength(1)
  await clock.advance(200)
  await Promise.all([second, third])
  expect(wishes).toHaveLength(2)
})

for (const [mode, sent] of [
  ['auto', 'copy'],
  [undefined, 'copy'],
  ['copy', 'copy'],
  ['move', 'move'],
] as const) {
  test(`B.8 a scan carries the path as the Arr sees it and the id in capitals, ${mode} as ${sent}`, async () => {
    const {wishes, wanted} = house()
    await wanted('arr.import', queued('importPending'), mode && {mode})
    expect(wishes).toEqual([
      {what: 'scanDownload', path: '/arr/sees/a', downloadId: 'A'.repeat(40), mode: sent},
    ])
  })
}

for (const [title, inQueue] of [
  ['is not in the queue', null],
  ['is there without a path', queued('importPending', '')],
  ['is being imported', queued('importing')],
  ['is imported', queued('imported')],
  ['is still downloading', queued('downloading')],
] as const) {
  test(`B.8 nothing is scanned that ${title}: the Arr would take the folder for its own`, async () => {
    const {wishes, wanted} = house()
    await expect(wanted('arr.import', inQueue, {mode: 'move'})).rejects.toMatchObject({
      code: 'command_refused',
    })
    expect(wishes).toEqual([])
  })
}

const film = {kind: 'movie', id: 17} as QueueDownload['media'][number]
const episode = {kind: 'episode', id: 5, parentId: 3} as QueueDownload['media'][number]

/** An Arr that notes what it is told beside commands. */
function toldHouse() {
  const told: unknown[][] = []
  const note =
    (what: string, answer?: unknown) =>
    async (...said: unknown[]) => {
      told.push([what, ...said])
      return answer
    }
  const port = {
    ...{command: note('command'), setMonitored: note('setMonitored'), setProfile: note('setProfile')},
    removeFromQueue: note('removeFromQueue', true),
    qualityProfiles: async () => [{id: 4, name: 'HD'}],
  } as unknown as ArrPort
  const errands = new ArrErrands(port, new VirtualClock())
  const act = (action: ActionName, media: QueueDownload['media'] | null, params = {}) => {
    const rows = [{id: 9, downloadId} as QueueRow]
    const inQueue = media && {...queued('downloading'), media, rows}
    return errands.errand({action, params, class: 'reversible', losesBytes: false}, {downloadId, inQueue})
  }
  return {act, told}
}

for (const [action, params, media, told] of [
  ['arr.rssSync', {}, null, ['command', {what: 'rssSync'}]],
  ['arr.search', {}, [film], ['command', {what: 'search', ids: [17]}]],
  ['arr.monitor', {on: false}, [film], ['setMonitored', [17], false]],
  ['arr.profile', {name: 'HD'}, [episode], ['setProfile', [3], 4]],
  [
    ...(['arr.blocklist', {search: false}, [film]] as const),
    [
      'removeFromQueue',
      9,
      expect.objectContaining({blocklist: true, removeFromClient: false, skipRedownload: true}),
    ],
  ],
  [
    ...(['arr.queueRemove', {}, [film]] as const),
    ['removeFromQueue', 9, expect.objectContaining({blocklist: false, removeFromClient: false})],
  ],
] as readonly (readonly [ActionName, object, QueueDownload['media'] | null, unknown[]])[]) {
  test(`${action} ${JSON.stringify(params)} is told to the Arr once, of what it is for`, async () => {
    const house = toldHouse()
    await house.act(action, media, params)
    expect(house.told).toEqual([told])
  })
}

for (const [action, params] of [
  ['arr.search', {}],
  ['arr.monitor', {on: true}],
  ['arr.profile', {name: 'HD'}],
] as const) {
  test(`${action} of what belongs to nothing that is known is refused`, async () => {
    const {act, told} = toldHouse()
    await expect(act(action, [], params)).rejects.toMatchObject({code: 'command_refused'})
    expect(told).toEqual([])
  })
}

test('a profile that the Arr does not have is refused by its name', async () => {
  const {act, told} = toldHouse()
  await expect(act('arr.profile', [film], {name: 'UHD'})).rejects.toThrow('no quality profile UHD')
  expect(told).toEqual([])
})

test('what happened last to a download is told by the numbers of its history, as clocks are set back', async () => {
  const row = (id: number, at: number, event: HistoryRow['event']) =>
    ({id, at, event, downloadId, media: null, interactive: false}) as unknown as HistoryRow
  const history = [row(3, 900, 'grabbed'), row(5, 100, 'grabbed')]
  const port = {
    historyOf: () => Promise.resolve(history),
    downloadHandling: () => Promise.resolve({autoRedownloadFailed: true}),
  } as unknown as ArrPort
  const errands = new ArrErrands(port, new VirtualClock())
  expect(await errands.grab(downloadId)).toMatchObject({at: 100, isImportedInPart: false})
  history.push(row(4, 950, 'failed'))
  expect(await errands.isFailed(downloadId, 100)).toBe(false)
  history.push(row(7, 50, 'failed'), row(8, 60, 'imported'))
  expect(await errands.isFailed(downloadId, 100)).toBe(true)
  expect(await errands.grab(downloadId)).toMatchObject({at: 100, isImportedInPart: true})
})
