import {expect, onTestFinished, test} from 'vitest'
import type {JournalEntry} from '#journal/entry.ts'
import {A, B, LookUpHarness, row} from '#lookups/look-ups.fixture.ts'
import {boardInto} from './active-alerts.fixture.ts'
import {MissingFilesWatch} from './missing-files-watch.ts'

const HOUR_MS = 3_600_000

function watched() {
  const harness = new LookUpHarness()
  const {clock, fleet, turns, surroundings, mappings} = harness
  const lines: JournalEntry[] = []
  const board = boardInto(lines, clock)
  const watch = new MissingFilesWatch(
    board,
    clock,
    turns,
    fleet,
    {list: surroundings.servers},
    {of: (id) => ({mappings: mappings.get(id) ?? []})},
  )
  watch.start()
  onTestFinished(() => watch.stop())
  const reported = () => lines.map(({serverId, phase, code, args}) => [serverId, phase, code, args])
  return {house: harness, clock, board, reported}
}

const missing = (n: number) => row(n, {state: 'missingFiles'})

test('S32 missing files on a disk that is not visible here are reported once for each server, after an hour', async () => {
  const {house: harness, clock, board, reported} = watched()
  harness.list(A, [missing(1), missing(2), row(3)])
  harness.list(B, [row(4)])
  await clock.advance(HOUR_MS)
  expect(reported()).toEqual([])
  await clock.advance(24 * HOUR_MS)
  expect(reported()).toEqual([[A, 'blocked', 'missing_files_unseen', {torrents: 2}]])
  expect(board.list()[0]!.message).toContain('of 2 torrents')
  // Who is away says nothing else.
  harness.status.set(A, 'unreachable')
  harness.report(A, [row(1, {state: 'seeding'}), row(2, {state: 'seeding'})])
  await clock.advance(HOUR_MS)
  expect(reported()).toHaveLength(1)
  harness.status.set(A, 'online')
  await clock.advance(HOUR_MS)
  expect(reported().map(([, phase]) => phase)).toEqual(['blocked', 'undone'])
})

test('S32 what is seen here, or was missing for a moment, is not reported', async () => {
  const {house: harness, clock, reported} = watched()
  harness.mappings.set(A, [{server: '/data', ours: '/mnt/data'}])
  harness.list(A, [missing(1)])
  harness.list(B, [missing(2)])
  await clock.advance(HOUR_MS / 2)
  harness.report(B, [row(2, {state: 'seeding'})])
  await clock.advance(24 * HOUR_MS)
  expect(reported()).toEqual([])
})

test('S32 a server that goes takes its line along', async () => {
  const {house: harness, clock, reported} = watched()
  harness.list(A, [missing(1)])
  await clock.advance(2 * HOUR_MS)
  harness.status.delete(A)
  await clock.advance(HOUR_MS)
  expect(reported().map(([, phase]) => phase)).toEqual(['blocked', 'undone'])
})
