/** For tests of what looks on and tells people. */
import type {JournalEntry} from '#journal/entry.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {AlertBoard} from './active-alerts.ts'

/** @param lines what stands in the journal */
export function boardInto(lines: JournalEntry[] = [], clock = new VirtualClock()): AlertBoard {
  return new AlertBoard(clock, {error() {}, warn() {}}, async (entries) => void lines.push(...entries))
}
