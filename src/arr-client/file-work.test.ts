import {expect, test} from 'vitest'
import type {ArrCommand} from '#model/arr.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {FileWork} from './file-work.ts'

const reported = (name: string, status: ArrCommand['status']) => ({name, status}) as ArrCommand

/** An Arr with these commands; `null` = it does not answer. */
function workOf(commands: readonly ArrCommand[] | null) {
  const clock = new VirtualClock()
  const arr = {commands, questions: 0}
  const port = {
    commands: async () => {
      arr.questions++
      if (arr.commands === null) throw new Error('It is away.')
      return [...arr.commands]
    },
  }
  return {clock, arr, work: new FileWork(port, clock, new AbortController().signal)}
}

for (const name of [
  'ManualImport',
  'manualimport',
  'ProcessMonitoredDownloads',
  'DownloadedMoviesScan',
  'DownloadedEpisodesScan',
  'MoveMovie',
  'BulkMoveSeries',
  'RenameFiles',
  'RenameMovie',
])
  test(`${name} touches files until it has ended`, async () => {
    for (const [status, isOpen] of [
      ['queued', true],
      ['started', true],
      ['unknown', true],
      ['completed', false],
      ['failed', false],
      ['aborted', false],
      ['cancelled', false],
      ['orphaned', false],
    ] as const) {
      const {work, clock} = workOf([reported(name, status)])
      const renewed = work.renewed()
      await clock.advance(10_000)
      await renewed
      expect([status, work.names]).toEqual([status, isOpen ? [name] : []])
    }
  })

test('what only reads is no work with files', async () => {
  const names = [
    'RefreshMonitoredDownloads',
    'RssSync',
    'MoviesSearch',
    'RescanMovie',
    'RefreshSeries',
    'CheckHealth',
  ]
  const {work} = workOf(names.map((name) => reported(name, 'started')))
  await work.renewed()
  expect(work.names).toEqual([])
})

test('one answer serves all who ask within five seconds, unless something happened', async () => {
  const {work, arr, clock} = workOf([])
  await Promise.all([work.renewed(), work.renewed()])
  await work.renewed()
  expect(arr.questions).toBe(1)
  arr.commands = [reported('ManualImport', 'queued')]
  work.hear()
  await work.renewed()
  expect([arr.questions, work.names]).toEqual([2, ['ManualImport']])
  await clock.advance(5_000)
  await work.renewed()
  expect(arr.questions).toBe(3)
})

test('the look at downloads that an Arr takes each minute is waited for, some seconds at most', async () => {
  const {work, arr, clock} = workOf([reported('ProcessMonitoredDownloads', 'started')])
  const renewed = work.renewed()
  await clock.advance(1_000)
  arr.commands = [reported('ProcessMonitoredDownloads', 'completed')]
  await clock.advance(3_000)
  await renewed
  expect([work.names, arr.questions]).toEqual([[], 3])
  arr.commands = [reported('ProcessMonitoredDownloads', 'started')]
  work.hear()
  const again = work.renewed()
  await clock.advance(10_000)
  await again
  expect([work.names, arr.questions]).toEqual([['ProcessMonitoredDownloads'], 7])
})

test('a second question how far a command is has the same answer, and hears what ails the Arr', async () => {
  const check = {...reported('CheckHealth', 'started'), id: 7}
  const {work, arr} = workOf([check, reported('MoveMovie', 'started')])
  const asking = work.commandState(7)
  // Whoever comes while it is on its way waits for it.
  await work.renewed()
  expect([await asking, work.names, arr.questions]).toEqual([check, ['MoveMovie'], 1])
  expect(await work.commandState(8)).toBeNull()
  arr.commands = null
  await expect(work.commandState(7)).rejects.toThrow('It is away.')
  expect(work.names).toBeNull()
})

test('of one that does not answer nothing is known, and it is asked again', async () => {
  const {work, arr} = workOf([])
  expect(work.names).toBeNull()
  await work.renewed()
  arr.commands = null
  work.hear()
  await work.renewed()
  expect(work.names).toBeNull()
  arr.commands = []
  await work.renewed()
  expect([arr.questions, work.names]).toEqual([3, []])
})

test('all who wait for that look share its questions', async () => {
  const {work, arr, clock} = workOf([reported('ProcessMonitoredDownloads', 'started')])
  const waits = Promise.all(Array.from({length: 20}, () => work.renewed()))
  await clock.advance(20_000)
  await waits
  expect(arr.questions).toBe(4)
})
