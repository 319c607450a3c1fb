/** A disk that is not there looks empty and full at once: nothing is concluded from it. */
import {hangsOn} from '#model/decision.ts'
import type {FactName} from '#model/fact.ts'
import {
  factsOf,
  isGrave,
  touchesData,
  valueOf,
  type DecisionGuard,
  type DecisionItem,
  type Objection,
} from './decision-guard.ts'

const ofPaths = new Set(['freeSpace', 'orphaned', 'missingFiles'])
/** What its server, or an Arr, tells of its files by reading them. */
const ofContent: ReadonlySet<FactName> = new Set<FactName>([
  'progress',
  'amountLeft',
  'availability',
  'file.progress',
  'media.valid',
  'arr.rejectClasses',
  'arr.messages',
])

const ofWholeness: ReadonlySet<FactName> = new Set<FactName>(['complete', 'size', 'sizeTotal', 'completedAt'])

export const mount: DecisionGuard = {
  name: 'mount',
  guards: (item) =>
    touchesData(item) ||
    checksData(item) ||
    (isGrave(item) && (standsOnPaths(item) || standsOnContent(item) || isUnchecked(item))),
  look(item) {
    const [mounted, readable] = [valueOf(item, 'path.mounted'), valueOf(item, 'path.readable')]
    const isWrong = mounted === false || readable === false
    const isUnseen = (mounted === undefined || readable === undefined) && needsDisk(item)
    if (!isWrong && !isUnseen) return isUnchecked(item) ? toBeChecked(item) : null
    const detail = {mounted: mounted ?? null, readable: readable ?? null}
    return {
      verdict: 'block',
      code: isWrong ? 'disk_missing' : 'disk_unknown',
      detail,
      lift: 'The disk has to be there.',
    }
  },
}

/** A check of a disk that is away finds nothing, and its server believes that. */
function checksData({action}: DecisionItem): boolean {
  return action.action === 'recheck'
}

/** Its server cannot read its data: the disk may be away there, and back in a moment. */
export function isInDoubt(item: DecisionItem): boolean {
  const state = valueOf(item, 'state')
  return state === 'error' || state === 'missingFiles'
}

/**
 * Its server goes on to say that it cannot read its files after their disk is back. What is told of its content was
 * told while the disk was away, or comes from there, and proves nothing until the server has checked it.
 */
function isUnchecked(item: DecisionItem): boolean {
  if (!isGrave(item) || !isInDoubt(item)) return false
  const facts = factsOf(hangsOn(item.decision))
  return (
    facts.some((it) => ofContent.has(it)) ||
    (facts.includes('complete') && valueOf(item, 'complete') === false)
  )
}

function toBeChecked(item: DecisionItem): Objection {
  const detail = {state: valueOf(item, 'state')}
  const lift = 'Its server reports that it cannot read the files: it has to check them first.'
  return {verdict: 'block', code: 'not_checked', detail, lift}
}

/**
 * While its disk is away, and until it has settled after it came back, its server may go on to tell of the files what it
 * knew before, or what it found in the empty folder. What lies in the trash was seen when it was set aside.
 */
function standsOnContent({action, decision}: DecisionItem): boolean {
  return (
    action.action !== 'purge' &&
    factsOf(hangsOn(decision)).some((fact) => ofContent.has(fact) || ofWholeness.has(fact))
  )
}

function standsOnPaths({decision}: DecisionItem): boolean {
  return ofPaths.has(decision.reason) || factsOf(hangsOn(decision)).some((fact) => fact.startsWith('path.'))
}

/** Of a disk of another machine, which nobody sees from here, only what stands on it, or reads it, has to be known. */
function needsDisk(item: DecisionItem): boolean {
  const fact = item.fact('path.mounted')
  const isElsewhere = 'unknown' in fact && fact.unknown === 'notSupported'
  // Who marks it for a check has looked himself.
  const isWished = item.decision.reason === 'recheckCategory'
  return !isElsewhere || (checksData(item) && !isWished) || standsOnPaths(item) || isInDoubt(item)
}
