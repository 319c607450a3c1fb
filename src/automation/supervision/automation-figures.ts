import type {Memory} from '#automation-state/memory.ts'
import type {DecisionOutcome} from '#model/decision.ts'
import type {AutomationFigures} from '#model/services.ts'
import {DAY} from '#model/units.ts'

interface Remembered {
  readonly sagas: Pick<Memory['sagas'], 'unfinished'>
  readonly trash: Pick<Memory['trash'], 'all'>
  readonly spent: Pick<Memory['spent'], 'within'>
  readonly holds: Pick<Memory['holds'], 'count'>
  readonly suspensions: Pick<Memory['suspensions'], 'all'>
}

/** @param decisions how often each outcome was seen since the start */
export function automationFigures(
  decisions: ReadonlyMap<DecisionOutcome, number>,
  {sagas, trash, spent, holds, suspensions}: Remembered,
): AutomationFigures {
  const unfinished = sagas.unfinished()
  const kept = trash.all().filter(({state}) => state === 'kept')
  return {
    decisions,
    removed: spent.within({}, DAY),
    holds: holds.count,
    suspendedRules: suspensions.all().length,
    unfinished: {
      count: unfinished.length,
      oldestAt: unfinished.length === 0 ? null : Math.min(...unfinished.map(({startedAt}) => startedAt)),
    },
    trash: {count: kept.length, bytes: kept.reduce((sum, {bytes}) => sum + bytes, 0)},
  }
}
