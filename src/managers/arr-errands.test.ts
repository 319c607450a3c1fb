import {expect, test} from 'vitest'
import type {ArrPort} from '#arr/api/port.ts'
import {VirtualClock} from '#kit/virtual-clock.ts'
import {asDownloadId, type ArrWish, type QueueDownload, type QueueRow, type TrackedState} from '#model/arr.ts'
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

test('B.8 torrents that finish within a moment are one look of the Arr, after the last of them', async () => {
  const {clock, wishes, wanted} = house()
  const first = wanted('arr.refresh', null)
  await clock.advance(900)
  const second = wanted('arr.refresh', null)
  expect(wishes).toEqual([])
  await clock.advance(100)
  await Promise.all([first, second])
  expect(wishes).toEqual([{what: 'refreshDownloads'}])
  const third = wanted('arr.refresh', null)
  await clock.advance(1_000)
  await third
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
