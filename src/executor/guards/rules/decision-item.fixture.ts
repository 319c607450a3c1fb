/** A decision that every guard lets through, with what a test wants different. */
import type {ConditionTrace, ReasonCode} from '#model/decision.ts'
import type {Fact, FactName, FactValue, UnknownReason} from '#model/fact.ts'
import {
  actionKinds,
  type ActionName,
  type ActionParams,
  type Rule,
  type RuleGuards,
  type RuleId,
} from '#model/rule.ts'
import {asServerId, type InfoHash} from '#model/torrent-key.ts'
import {DAY} from '#model/units.ts'
import type {ArrSituation, Budgets, DecisionItem, ServerSituation} from './decision-guard.ts'
import {usualLimits, type DecisionLimits} from './decision-limits.ts'

export const AT = Date.UTC(2026, 2, 1, 12)
const A = asServerId('A')
const none = {count: 0, bytes: 0}

/** Complete, old, public, alone on its disk, of no Arr. */
export const quietFacts: {readonly [fact in FactName]?: FactValue} = {
  state: 'seeding',
  complete: true,
  hasMetadata: true,
  progress: 1,
  size: 1_000,
  downloaded: 1_000,
  age: 30 * DAY,
  firstSeenAt: AT - 30 * DAY * 1_000,
  ratio: 2,
  isPrivate: false,
  category: 'films',
  tags: [],
  'arr.id': null,
  'content.ownersOther': 0,
  'content.exclusiveBytes': 1_000,
  'memory.protected': false,
  'memory.lastManualChangeAt': null,
  'obligation.met': 'none',
  'obligation.profile': null,
  'path.mounted': true,
  'path.readable': true,
  'server.status': 'online',
  'server.onlineFor': DAY,
  'server.population': 1_000,
  'server.populationDrop': 0,
}

export interface ItemChanges {
  readonly action?: ActionName
  /** It is about a path on a disk that nobody claims. */
  readonly isOfPath?: boolean
  readonly params?: ActionParams
  readonly reason?: ReasonCode
  /** What the condition named. */
  readonly on?: FactName
  readonly facts?: {readonly [fact in FactName]?: FactValue | undefined}
  readonly why?: UnknownReason
  readonly guards?: RuleGuards
  readonly server?: Partial<ServerSituation>
  /** Of what is not named nothing speaks against it. */
  readonly arr?: Partial<ArrSituation>
  readonly library?: DecisionItem['library']
  readonly budgets?: Partial<Budgets>
  readonly limits?: Partial<DecisionLimits>
  /** `undefined` = the clock jumped. */
  readonly now?: number | undefined
  readonly download?: Partial<DecisionItem['download']>
  readonly repairs?: DecisionItem['repairs']
  readonly moves?: DecisionItem['moves']
  readonly checksOfServer?: number
  readonly commonCause?: DecisionItem['commonCause']
  readonly lostInCheck?: DecisionItem['lostInCheck']
  readonly lostSettings?: DecisionItem['lostSettings']
  readonly evidence?: ConditionTrace
  readonly besides?: readonly ConditionTrace[]
  /** Its condition had to hold for a time; absent = it had not. */
  readonly isHeld?: boolean
  readonly quarantine?: Partial<NonNullable<DecisionItem['quarantine']>>
  readonly mayControl?: boolean
  readonly isAnswered?: boolean
  /** Servers that the owner of the rule may not see. */
  readonly hidden?: readonly string[]
}

export function anItem(changes: ItemChanges = {}): DecisionItem {
  const {action = 'removeWithData', reason = 'seedingDone', on = 'ratio'} = changes
  // What is given up never was complete, unless a test says so.
  const wasComplete = changes.facts?.complete ?? action !== 'failDownload'
  const facts = {...quietFacts, wasComplete, ...changes.facts}
  const hash = 'a'.repeat(40) as InfoHash
  const evidence: ConditionTrace = changes.evidence ?? {
    verdict: 'yes',
    fact: on,
    op: 'gte',
    threshold: 1,
    window: null,
    actual: {value: 2, observedAt: AT, source: 'A'},
  }
  return {
    action: {action, params: changes.params ?? {}, ...actionKinds[action]},
    rule: {id: 'done' as RuleId, revision: 1, guards: changes.guards ?? {}} as Rule,
    decision: {
      at: AT,
      ruleId: 'done' as RuleId,
      ruleRevision: 1,
      mode: 'live',
      concern: 'fate',
      reason,
      evidence,
      ...(changes.besides && {besides: changes.besides}),
      actions: [],
      preconditions: [],
      hold: changes.isHeld ? {kind: 'for', held: DAY, needed: DAY, left: 0} : null,
      subject: changes.isOfPath
        ? {kind: 'path', key: 'o1 /mnt/films/Lost', serverId: null}
        : {kind: 'torrent', key: `A/${hash}`, serverId: A},
    },
    access: {may: (_, id) => (changes.mayControl ?? true) && !changes.hidden?.includes(id)},
    key: changes.isOfPath ? null : {serverId: A, hash},
    fact: (name): Fact => {
      const value = facts[name]
      return value === undefined
        ? {unknown: changes.why ?? 'missing', since: AT, source: 'A'}
        : {value, observedAt: AT, source: 'A'}
    },
    now: 'now' in changes ? changes.now : AT,
    server: {
      fullSyncs: 2,
      epochFor: DAY,
      failures: 0,
      trackersFailing: 0,
      sinceInternetFault: null,
      movesUnderWay: 0,
      hidesCategories: false,
      ...changes.server,
    },
    arr: changes.arr
      ? {checks: [], unseen: null, taken: null, fileWork: [], isOthers: false, ...changes.arr}
      : null,
    library: changes.library ?? null,
    budgets: {
      run: none,
      runOfTracker: 0,
      hour: none,
      day: none,
      dayOfAll: none,
      dayOfServer: none,
      dayOfFolder: none,
      heldBackOfServer: 0,
      heldBackOfFolder: 0,
      ...changes.budgets,
    },
    limits: {...usualLimits, ...changes.limits},
    repairs: changes.repairs ?? {count: 0, nextAt: null},
    moves: changes.moves ?? {returns: 0, isReturn: false, rules: []},
    checksOfServer: changes.checksOfServer ?? 0,
    commonCause: changes.commonCause ?? null,
    lostInCheck: changes.lostInCheck ?? null,
    lostSettings: changes.lostSettings ?? 0,
    download: {wasGrabbed: false, importedAt: null, givenUp: 0, givenUpByScore: 0, ...changes.download},
    isAnswered: changes.isAnswered ?? false,
    quarantine: changes.quarantine
      ? {isOver: false, until: AT + DAY * 1_000, isTakenBack: false, ...changes.quarantine}
      : null,
  }
}
