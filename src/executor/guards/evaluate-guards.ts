/**
 * All guards, in their order: those of commands, whoever gives them, and those of what rules decide. Of a command the first
 * no counts. Of a decision first those look that protect, then, when none of them objects, those that count: so what is
 * protected costs no budget and suspends no rule. What is decided is asked again as the last guard of its command.
 */
import {contentOwners, linkedFolders, strangeFiles} from './content-owners.ts'
import {filesOfOthers, limitSparesOthers} from './files-of-others.ts'
import {
  asOrdered,
  enoughSpace,
  limitKeepsIt,
  oneRemoval,
  onlyStopsLost,
  onlyStopsUnread,
  serverOnline,
  stillWanted,
  torrentKnown,
  verbSupported,
  type CommandGuard,
  type Guard,
  type GuardedItem,
  type Refusal,
} from './guard.ts'
import {budget, perTracker, share} from './rules/budget.ts'
import {commonCause} from './rules/common-cause.ts'
import {content} from './rules/content.ts'
import type {DecisionGuard, DecisionItem, GuardAnswer, GuardResult} from './rules/decision-guard.ts'
import {failures, freeze} from './rules/freeze.ts'
import {importing} from './rules/import.ts'
import {internet} from './rules/internet.ts'
import {library} from './rules/library.ts'
import {loop, movedBack, repairs} from './rules/loops.ts'
import {lostInCheck} from './rules/lost-in-check.ts'
import {lostSettings} from './rules/lost-settings.ts'
import {minAge} from './rules/min-age.ts'
import {mount} from './rules/mount.ts'
import {busy, moving} from './rules/moving.ts'
import {obligation} from './rules/obligation.ts'
import {onceComplete, unwritten} from './rules/once-complete.ts'
import {privateDefault} from './rules/private-default.ts'
import {quarantine} from './rules/quarantine.ts'
import {multiUser, userFirst} from './rules/user-first.ts'

const ofCommands: readonly CommandGuard[] = [
  serverOnline,
  torrentKnown,
  asOrdered,
  onlyStopsLost,
  onlyStopsUnread,
  verbSupported,
  contentOwners,
  linkedFolders,
  strangeFiles,
  filesOfOthers,
  enoughSpace,
  limitKeepsIt,
  limitSparesOthers,
  oneRemoval,
  stillWanted,
]

const protecting: readonly DecisionGuard[] = [
  multiUser,
  userFirst,
  lostSettings,
  freeze,
  lostInCheck,
  commonCause,
  failures,
  minAge,
  busy,
  mount,
  moving,
  internet,
  importing,
  library,
  onceComplete,
  obligation,
  privateDefault,
  loop,
  repairs,
  movedBack,
  content,
  unwritten,
  quarantine,
]
const counting: readonly DecisionGuard[] = [share, perTracker, budget]

const gravity: readonly GuardAnswer[] = ['pass', 'degrade', 'quarantine', 'postpone', 'block', 'suspend']

export interface Judgement {
  readonly answer: GuardAnswer
  /** Of every guard that looked. */
  readonly verdicts: readonly GuardResult[]
  /** The gravest no; `null` = all pass. */
  readonly objection: GuardResult | null
}

/** `null` = no guard objects to this command. */
export function refusalOf(item: GuardedItem): Refusal | null {
  for (const {no} of askGuards(item, ofCommands)) if (no) return no
  return null
}

export function evaluateGuards(item: DecisionItem): Judgement {
  // Of an owner without the right nothing else is looked at, so that nothing is told either.
  const first = look(item, [multiUser])
  const some = first.some(isNo) ? first : look(item, protecting)
  const verdicts = some.some(isNo) ? some : [...some, ...look(item, counting)]
  let objection: GuardResult | null = null
  for (const it of verdicts) {
    if (gravity.indexOf(it.verdict) > gravity.indexOf(objection?.verdict ?? 'pass')) objection = it
  }
  return {answer: objection?.verdict ?? 'pass', verdicts, objection}
}

/** Each looks when its turn comes: after a no that ends it nobody else is asked. */
export function* askGuards<Item, No, More>(item: Item, guards: readonly (Guard<Item, No> & More)[]) {
  for (const guard of guards) if (guard.guards(item)) yield {guard, no: guard.look(item)}
}

function look(item: DecisionItem, guards: readonly DecisionGuard[]): GuardResult[] {
  return Array.from(askGuards(item, guards), ({guard: {name}, no}) => ({guard: name, ...(no ?? passed)}))
}

const passed = {verdict: 'pass', code: '', detail: {}, lift: ''} as const

/** A degraded or quarantined action still goes out, and is counted. */
function isNo({verdict}: GuardResult): boolean {
  return verdict === 'postpone' || verdict === 'block' || verdict === 'suspend'
}
