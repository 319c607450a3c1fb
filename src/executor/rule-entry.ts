/** Lines of the journal about what rules decide. */
import {randomUUIDv7} from 'node:crypto'
import type {JournalDecision} from '#journal/decided.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {JournalSubject} from '#model/audit-event.ts'
import {
  hangsOn,
  type ConditionTrace,
  type Decision,
  type RuleActionEnded,
  type SubjectName,
  type WantedAction,
} from '#model/decision.ts'
import type {ActionClass} from '#model/rule.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {bytesAtStake} from './guards/rules/budget.ts'
import type {DecisionItem} from './guards/rules/decision-guard.ts'
import type {Judgement} from './guards/evaluate-guards.ts'
import {shownMessage} from './shown.ts'

export function verdictEntry(
  {ruleId, subject, actions}: Pick<Decision, 'ruleId' | 'subject' | 'actions'>,
  key: TorrentKey | null,
  more: Pick<JournalEntry, 'phase' | 'actor'> & Partial<JournalEntry> & {readonly at: EpochMs},
): JournalEntry {
  return {
    id: randomUUIDv7(),
    ruleId,
    args: {},
    subject: key ? 'torrent' : whatIs(subject),
    serverId: subject.serverId,
    hash: key?.hash ?? null,
    name: key ? null : subject.key,
    verb: actions.map(({action}) => action).join('+'),
    ...more,
  }
}

function whatIs({kind, serverId}: SubjectName): JournalSubject {
  if (kind === 'path') return 'path'
  return serverId === null ? 'arr' : 'server'
}

/** What its end will be published with, if there is no more to say. @param action `null` = all of them */
export function endsOf(
  {ruleId, ruleRevision, subject}: Pick<Decision, 'ruleId' | 'ruleRevision' | 'subject'>,
  action: Pick<WantedAction, 'action'> | null,
): Omit<RuleActionEnded, 'outcome'> {
  return {by: 'rule', ruleId, ruleRevision, subject, action: action?.action ?? null, code: '', message: ''}
}

export function ruleActor(name: string) {
  return {name, origin: 'rule', userId: null, address: null} as const
}

/** Why something was decided, as short as the journal keeps it. */

const LEAVES = 60
const LIST = 20
const CHARS = 200

export interface GuardedAction {
  readonly item: DecisionItem
  readonly judgement: Judgement
}

/** @param action `null` = all of them together. @param evaluated `null` = no guard was asked */
export function decidedOf(
  decision: Decision,
  action: WantedAction | null,
  evaluated: GuardedAction | null,
): JournalDecision {
  const {ruleRevision, mode, reason, hold, preconditions, actions} = decision
  const room = {leaves: LEAVES, omitted: 0}
  const evidence = shownTrace(hangsOn(decision), room)
  return {
    ruleRevision,
    mode,
    reason,
    hold,
    evidence,
    omitted: room.omitted,
    action: action?.action ?? null,
    class: action?.class ?? gravestOf(actions),
    bytes: (evaluated?.item.action.losesBytes && bytesAtStake(evaluated.item)) || null,
    guards: (evaluated?.judgement.verdicts ?? []).map(({guard, verdict, code, detail, lift}) => ({
      guard,
      verdict,
      code,
      lift,
      detail: shown(detail) as Readonly<Record<string, unknown>>,
    })),
    preconditions: preconditions.map(({fact, value}) => ({fact, value: shown(value) as typeof value})),
  }
}

const gravity: readonly ActionClass[] = ['harmless', 'reversible', 'destructive']

function gravestOf(actions: readonly WantedAction[]): ActionClass {
  return gravity[Math.max(0, ...actions.map((it) => gravity.indexOf(it.class)))]!
}

function shownTrace(trace: ConditionTrace, room: {leaves: number; omitted: number}): ConditionTrace {
  if (!('branch' in trace)) {
    const {actual, threshold} = trace
    const seen = 'unknown' in actual ? actual : {...actual, value: shown(actual.value) as typeof actual.value}
    return {...trace, threshold: shown(threshold), actual: seen}
  }
  const parts: ConditionTrace[] = []
  for (const part of trace.parts) {
    if (!('branch' in part) && room.leaves-- <= 0) room.omitted++
    else parts.push(shownTrace(part, room))
  }
  return {...trace, parts}
}

/** Trackers put passkeys into their words. */
function shown(value: unknown): unknown {
  if (typeof value === 'string') {
    const text = shownMessage(value)
    return text.length > CHARS ? `${text.slice(0, CHARS)}…` : text
  }
  if (Array.isArray(value)) return value.slice(0, LIST).map(shown)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, shown(it)]))
}
