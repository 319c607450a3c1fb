import {expect, onTestFinished, test} from 'vitest'
import type {JournalEntry} from '#journal/entry.ts'
import {A, B, LookUpHarness, row} from '#lookups/look-ups.fixture.ts'
import {AlertBoard} from './active-alerts.ts'
import {MissingFilesWatch} from './missing-files-watch.ts'

const HOUR_MS = 3_600_000

function watched() {
  const house = new LookUpHarness()
  const {clock, fleet, turns, surroundings, mappings} = house
  const [board, lines] = [new AlertBoard(), [] as JournalEntry[]]
  const watch = new MissingFilesWatch({
    board,
    clock,
    fleet,
    turns,
    servers: surroundings.servers,
    mappings: (id) => mappings.get(id) ?? [],
    write: async (entries) => void lines.push(...entries),
    log: {error: () => undefined, warn: () => undefined},
  })
  watch.start()
  onTestFinished(() => watch.stop())
  const reported = () => lines.map(({serverId, phase, code, args}) => [serverId, phase, code, args])
  return {house, clock, board, reported}
}

const missing = (n: number) => row(n, {state: 'missingFiles'})

test('S32 missing files on a disk that nobody here sees are told of once for each server, after an hour', async () => {
  const {house, clock, board, reported} = watched()
  house.list(A, [missing(1), missing(2), row(3)])
  house.list(B, [row(4)])
  await clock.advance(HOUR_MS)
  expect(reported()).toEqual([])
  await clock.advance(24 * HOUR_MS)
  expect(reported()).toEqual([[A, 'blocked', 'missing_files_unseen', {torrents: 2}]])
  expect(board.list()[0]!.message).toContain('of 2 torrents')
  // Who is away says nothing else.
  house.status.set(A, 'unreachable')
  house.report(A, [row(1, {state: 'seeding'}), row(2, {state: 'seeding'})])
  await clock.advance(HOUR_MS)
  expect(reported()).toHaveLength(1)
  house.status.set(A, 'online')
  await clock.advance(HOUR_MS)
  expect(reported().map(([, phase]) => phase)).toEqual(['blocked', 'undone'])
})

test('S32 what is seen here, or was missing for a moment, is told of by nobody', async () => {
  const {house, clock, reported} = watched()
  house.mappings.set(A, [{server: '/data', ours: '/mnt/data'}])
  house.list(A, [missing(1)])
  house.list(B, [missing(2)])
  await clock.advance(HOUR_MS / 2)
  house.report(B, [row(2, {state: 'seeding'})])
  await clock.advance(24 * HOUR_MS)
  expect(reported()).toEqual([])
})

test('S32 a server that goes takes its line along', async () => {
  const {house, clock, reported} = watched()
  house.list(A, [missing(1)])
  await clock.advance(2 * HOUR_MS)
  house.status.delete(A)
  await clock.advance(HOUR_MS)
  expect(reported().map(([, phase]) => phase)).toEqual(['blocked', 'undone'])
})
