/** For tests of what looks on and tells people. */
import type {JournalEntry} from '#journal/entry.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {AlertBoard, type WatchContext} from './active-alerts.ts'

const silent = {error() {}, warn() {}}

/** @param lines what stands in the journal */
export function boardInto(lines: JournalEntry[] = [], clock = new VirtualClock()): AlertBoard {
  return watching(clock, async (entries) => void lines.push(...entries)).board
}

/** @param write into the journal */
export function watching(
  clock: VirtualClock,
  write: WatchContext['journal']['write'] = async () => {},
  log: WatchContext['log'] = silent,
): WatchContext {
  const board = new AlertBoard(clock, log, async (entries) => void (await write(entries)))
  return {board, clock, log, journal: {write}}
}
