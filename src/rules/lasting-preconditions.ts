/**
 * What a decision stands on, later: what we changed ourselves, and what passes by itself, is no reason against the rest
 * of it once its first part is done, or once a person said yes to it.
 */
import type {Decision, ReasonCode, WantedAction} from '#model/decision.ts'
import type {Fact, FactName} from '#model/fact.ts'
import type {ActionName} from '#model/rule.ts'

const changes: {readonly [action in ActionName]?: readonly FactName[]} = {
  tag: ['tags', 'tagCount'],
  untag: ['tags', 'tagCount'],
  // Its data may move with it.
  category: ['category', 'state', 'savePath'],
  move: ['state', 'savePath'],
  stop: ['state'],
  start: ['state'],
  forceStart: ['state'],
  recheck: ['state', 'progress'],
}

export function without(decision: Decision, {action}: WantedAction): Decision {
  const own = changes[action] ?? []
  return {...decision, preconditions: decision.preconditions.filter(({fact}) => !own.includes(fact))}
}

/**
 * How far it is, whether it moves at this moment, and that its server or we began again: nobody's choice. Its rule judges
 * that, and the guards do.
 */
const passing: ReadonlySet<FactName> = new Set<FactName>(['server.epoch', 'state', 'progress'])

/** What a person saw and said yes to: what kind of torrent it is, and whose. */
export function lasting(decision: Decision): Decision {
  return {...decision, preconditions: decision.preconditions.filter(({fact}) => !passing.has(fact))}
}

/** It is no better when all of it is there. */
const badContent: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'failedCategory',
  'nothingWanted',
  'mediaUnreadable',
  'scoreUnmet',
  'worseThanFile',
  'importRejected',
])

/**
 * What its Arr has blocklisted, and is searching again: there is no way back. A download that comes in after all while
 * that goes on stays, unless what is in it was the reason.
 */
export function blocklisted(decision: Decision): Decision {
  const {preconditions, ...rest} = lasting(decision)
  const isOver = (fact: FactName) =>
    fact.startsWith('arr.') || (fact === 'complete' && badContent.has(decision.reason))
  return {...rest, preconditions: preconditions.filter(({fact}) => !isOver(fact)), isBlocklisted: true}
}

/**
 * What a person is asked of it then: whether it shall go although all of it is there.
 * @param now its fact `complete`. @returns `null` = that is not why it stays
 */
export function cameIn(decision: Decision, action: WantedAction, now: Fact): Decision | null {
  // What its rule saw of it then is not what it would go for now.
  const {preconditions, besides: _, ...rest} = blocklisted(decision)
  const wasAwaited = preconditions.some(({fact, value}) => fact === 'complete' && value === false)
  if (!wasAwaited || 'unknown' in now || now.value !== true) return null
  const leaf = {fact: 'complete', op: 'eq', threshold: true, window: null, actual: now} as const
  return {
    ...rest,
    mode: 'ask',
    actions: [action],
    hold: null,
    evidence: {verdict: 'yes', ...leaf},
    preconditions: preconditions.map((it) => (it.fact === 'complete' ? {...it, value: true} : it)),
  }
}
