/**
 * All torrents as the main thread knows them, for who tries a rule before it stands. What an Arr says, what takes a look
 * at a disk or a server, and how much came in lately is not known here, so it is unknown.
 */
import type {TorrentFacts} from '#automation-state/torrent-facts.ts'
import {bytesAtStake} from '#executor/guards/rules/budget.ts'
import {
  folderOf,
  isCounted,
  type DecisionItem,
  type ServerSituation,
} from '#executor/guards/rules/decision-guard.ts'
import {usualLimits} from '#executor/guards/rules/decision-limits.ts'
import {evaluateGuards} from '#executor/guards/evaluate-guards.ts'
import {supposed} from '#executor/guards/rules/supposed.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import {TrustedTime} from '#lib/trusted-time.ts'
import type {Access, Principal} from '#model/access.ts'
import {asArrId, type ArrId, type ArrKind} from '#model/arr.ts'
import type {Decision, Explanation, Verdict} from '#model/decision.ts'
import type {Fact, FactName} from '#model/fact.ts'
import type {ManagedRow, ManagedServer} from '#model/manager.ts'
import type {OrphanHold, OrphanState, SparedReason} from '#model/orphans.ts'
import type {Condition, Rule} from '#model/rule.ts'
import {asInfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {OrphanRules} from '#orphans/orphan-rules.ts'
import type {PathSubject} from '#orphans/path-facts.ts'
import {hashesOf} from '#ownership/candidates.ts'
import type {PathWorld, PreviewWorld} from '#registry/rules/previews.ts'
import {compileCondition} from '#rules/condition.ts'
import type {Owing} from '#rules/presets/inherited.ts'
import {RunBudget} from '../actions/run-budget.ts'
import {owedBy} from '../manager/owed.ts'
import {isCutOff, silenceOf, withoutArr} from '../manager/torrent-facts.ts'
import {notWatched, type ArrFacts, type TorrentSubject} from '../manager/torrent-subject.ts'
import {glimpsedRows, managedRow} from '../supervision/row-feed.ts'
import {readersOnMain} from './known-torrents.ts'
import type {LibraryClaims} from './library-claims.ts'

interface RuleWorldDeps {
  readonly fleet: Fleet
  readonly clock: Clock
  readonly timeZone: string
  readonly owing: () => Owing
  readonly memory: {readonly torrents: Pick<TorrentFacts, 'of'>}
  readonly server: (id: ServerId) => ManagedServer | null
  /** Whose it is; `null` = no Arr owns it. */
  readonly arrOf: (key: TorrentKey) => {readonly id: string; readonly kind: ArrKind} | null
  /** The most that a rule which acts, or asks, holds of a torrent. */
  readonly strikesOf: (key: TorrentKey) => number
  readonly seesArr: (by: Principal, id: ArrId) => boolean
  readonly situation: (id: ServerId | null) => Omit<ServerSituation, 'failures'>
  /** So many settings that protect the configuration does not name any more. */
  readonly lostSettings: () => number
  /** Whose library the data of a torrent is, as far as was looked lately. */
  readonly libraries: Pick<LibraryClaims, 'of'>
}

export interface RuleWorld extends PreviewWorld<TorrentSubject> {
  /**
   * Does it still owe its tracker seeding, by the configuration, or as private torrents usually do? What cannot be
   * told of one that is asked for something counts as owed.
   */
  owes(key: TorrentKey): boolean
  /** The same of rows that are shown, of many at once. */
  owesInRow(): (row: number) => boolean
  /** The same, were this what is owed. */
  owesUnder(owing: Owing): (key: TorrentKey) => boolean
  /**
   * What a condition says of the torrent in a row of the fleet, as the list knows whose it is.
   * @param arrs those that who asks may see
   */
  judging(
    condition: Condition,
    arrs: readonly ArrId[],
  ): (row: number, lookedUp: TorrentSubject['lookedUp']) => Verdict
  /** Another text = all servers, or some, are believed otherwise than before. */
  standing(): string
  /** What its trackers ask and how much of it is done, also where no rule looks after it; none = it is not there. */
  obligationFacts(key: TorrentKey): Explanation['facts']
}

const obligationFacts = [
  'ratio',
  'obligation.profile',
  'obligation.met',
  'obligation.reason',
  'obligation.ratioNeeded',
  'obligation.timeNeeded',
  'obligation.timeLeft',
] as const satisfies readonly FactName[]

export function ruleWorld(parts: RuleWorldDeps): RuleWorld {
  const {fleet, clock, timeZone, owing, memory, server, arrOf, seesArr, strikesOf, situation} = parts
  const time = new TrustedTime(clock)
  const readers = readersOnMain(clock, timeZone, owing, false)
  const glimpsed = glimpsedRows(fleet)
  const subjectAt = (at: number, managed: ManagedServer): TorrentSubject | null => {
    const row = managedRow(fleet, at)
    return row && subjectOf(row, managed)
  }
  const subjectOf = (row: ManagedRow, managed: ManagedServer): TorrentSubject => {
    const arr = arrOf(row.key)
    return {
      row,
      server: managed,
      arr: arr && silentArr(arr),
      lookedUp: new Map(),
      flow: notWatched,
      strikes: strikesOf,
      remembered: memory.torrents.of(row.key),
    }
  }
  const owesBy = (its: () => Owing, facts: typeof readers, serverOf = server) => {
    const owesAs = (subject: TorrentSubject): boolean => {
      // Where a server does not tell, rules take it for private; a person is warned of what is known.
      if (subject.row.isPrivate !== true && owedBy(its(), subject) === null) return false
      const met = facts.fact('obligation.met', null, subject)
      return 'unknown' in met || met.value === 'no'
    }
    return (at: number): boolean => {
      const managed = serverOf(fleet.serverIdOf(fleet.rows.servers[at]!))
      const row = managed && glimpsed(at)
      if (!row) return false
      const subject = subjectOf(row, managed)
      if (owesAs(subject)) return true
      const elsewhere = listedElsewhere(row)
      return elsewhere.length > 0 && owesAs(asListedAnywhere(subjectAt(at, managed)!, elsewhere))
    }
  }
  const ofKey = (owesAt: (at: number) => boolean) => (key: TorrentKey) => {
    const at = fleet.rowOf(key)
    return at !== null && owesAt(at)
  }
  /** Other rows of the same torrent: most have none. */
  const listedElsewhere = (row: ManagedRow): readonly TorrentKey[] => {
    const hashes = hashesOf(row).flatMap((hash) => asInfoHash(hash) ?? [])
    const keys = hashes.flatMap((hash) => [...fleet.holders(hash), ...fleet.holdersOfV1(hash)])
    return keys.filter(({serverId, hash}) => serverId !== row.key.serverId || hash !== row.key.hash)
  }
  /**
   * A list may lack one of several trackers: with those that any server lists for the same torrent, a hybrid by either of
   * its hashes.
   */
  const asListedAnywhere = (subject: TorrentSubject, elsewhere: readonly TorrentKey[]): TorrentSubject => {
    const rows = [subject.row, ...elsewhere.map((key) => fleet.get(key))]
    const hosts = new Set(rows.flatMap((it) => it?.trackerHosts ?? []))
    const isPrivate = rows.some((it) => it?.isPrivate === true) || subject.row.isPrivate
    return {...subject, row: {...subject.row, trackerHosts: [...hosts].sort(), isPrivate}}
  }
  return {
    owes: ofKey(owesBy(owing, readers)),
    owesInRow: () => owesBy(owing, readers, remembering(server)),
    owesUnder: (its) =>
      ofKey(
        owesBy(
          () => its,
          readersOnMain(clock, timeZone, () => its, false),
        ),
      ),
    obligationFacts(key) {
      const [managed, at] = [server(key.serverId), fleet.rowOf(key)]
      const subject = managed && at !== null ? subjectAt(at, managed) : null
      if (!subject) return {}
      return Object.fromEntries(obligationFacts.map((name) => [name, readers.fact(name, null, subject)]))
    },
    readersFor: (by) => withoutArr(readers, ({arr}) => arr !== null && !seesArr(by, asArrId(arr.arrId))),
    judging(condition, arrs) {
      const seen = new Set<string>(arrs)
      const its = withoutArr(readers, ({arr}) => arr !== null && !seen.has(arr.arrId))
      const compiled = compileCondition(condition, its, false)
      const managed = remembering(server)
      // To ask for each whose it is would take longer than all else.
      const owners = new Map<string, ArrFacts | null>()
      const ownerOf = (at: number, key: () => TorrentKey): ArrFacts | null => {
        const id = fleet.rows.columns.arrId.read(at) ?? ''
        if (id === '') return null
        const known = owners.get(id)
        if (known !== undefined) return known
        const arr = arrOf(key())
        const owner = arr && silentArr(arr)
        if (arr?.id === id) owners.set(id, owner)
        return owner
      }
      return (at, lookedUp) => {
        const on = managed(fleet.serverIdOf(fleet.rows.servers[at]!))
        const row = on && glimpsed(at)
        if (!row) return 'unknown'
        return compiled.evaluate({
          row,
          server: on,
          lookedUp,
          flow: notWatched,
          strikes: strikesOf,
          get arr() {
            return ownerOf(at, () => row.key)
          },
          get remembered() {
            return memory.torrents.of(row.key)
          },
        })
      }
    },
    standing: () =>
      fleet.serverIds
        .map((id) => {
          const its = server(id)
          return its === null ? '' : `${id} ${silenceOf(its)} ${isCutOff(its)} ${its.epoch}`
        })
        .join(),
    *subjectsOn(servers) {
      for (const id of servers) {
        const managed = server(id)
        if (managed === null) continue
        for (const at of fleet.rowsOf(id)) {
          const subject = subjectAt(at, managed)
          if (subject) yield subject
        }
      }
    },
    guardsOf(rule, access) {
      const run = new PreviewRun(rule, access, parts.lostSettings())
      return (decision, subject) => {
        const {serverId} = subject.row.key
        return run.keptBy(decision, {
          key: subject.row.key,
          now: time.now(),
          server: {...situation(serverId), failures: 0},
          library: parts.libraries.of(subject.row.key, 'data', 'glance'),
          fact: (name) => supposed(name, readers.fact(name, null, subject)),
        })
      }
    },
  }
}

/** Each is asked for once. */
function remembering<K, V>(read: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>()
  return (key) => {
    const value = known.has(key) ? known.get(key)! : read(key)
    known.set(key, value)
    return value
  }
}

/** One run of a rule, as if all that was allowed had been done. */
class PreviewRun {
  readonly #rule: Rule
  readonly #access: Access
  readonly #lostSettings: number
  readonly #tally = new RunBudget()
  /** By the server of torrents, or the folder of files that nobody claims. */
  readonly #done = new Map<string | null, number>()

  constructor(rule: Rule, access: Access, lostSettings: number) {
    this.#rule = rule
    this.#access = access
    this.#lostSettings = lostSettings
  }

  keptBy(
    decision: Decision,
    about: Pick<DecisionItem, 'key' | 'now' | 'server' | 'fact' | 'library'>,
  ): string | null {
    const action = decision.actions.find((it) => isCounted({action: it})) ?? decision.actions[0]!
    const serverId = about.key?.serverId ?? null
    const trackers = hostsIn(about.fact('tracker.hosts'))
    const place = folderOf(decision.subject) ?? serverId
    const done = {count: this.#done.get(place) ?? 0, bytes: 0}
    const item: DecisionItem = {
      ...about,
      decision,
      action,
      rule: this.#rule,
      access: this.#access,
      limits: usualLimits,
      download: {wasGrabbed: false, importedAt: null, givenUp: 0, givenUpByScore: 0},
      repairs: {count: 0, nextAt: null},
      moves: {returns: 0, isReturn: false, rules: []},
      checksOfServer: 0,
      commonCause: null,
      lostInCheck: null,
      lostSettings: this.#lostSettings,
      quarantine: null,
      isAnswered: false,
      // Of what Arrs say a preview knows nothing, but for the libraries that were found lately.
      arr: null,
      budgets: {
        run: this.#tally.all,
        runOfTracker: this.#tally.most(trackers),
        dayOfServer: done,
        dayOfFolder: done,
        hour: this.#tally.all,
        day: this.#tally.all,
        dayOfAll: this.#tally.all,
        ...this.#tally.heldBackOf(decision.subject),
      },
    }
    const {answer, objection} = evaluateGuards(item)
    if (answer === 'postpone' || answer === 'block' || answer === 'suspend') {
      if (objection!.guard === 'budget' || objection!.guard === 'maxPerTracker')
        this.#tally.holdBack(decision.subject)
      return objection!.guard
    }
    if (isCounted(item)) {
      this.#tally.add(trackers, bytesAtStake(item) ?? 0)
      this.#done.set(place, done.count + 1)
    }
    return null
  }
}

function hostsIn(fact: Fact): readonly string[] {
  return 'value' in fact && Array.isArray(fact.value) ? (fact.value as readonly string[]) : []
}

/** It is known whose it is, and nothing of what he says. */
function silentArr({id, kind}: {readonly id: string; readonly kind: ArrKind}): ArrFacts {
  return {
    arrId: id,
    kind,
    isTrusted: false,
    at: 0,
    inQueue: false,
    messages: [],
    media: [],
    queueStatus: undefined,
    tracked: undefined,
    usesCategory: undefined,
    anyImported: undefined,
    evidence: undefined,
    monitored: undefined,
    hasFile: undefined,
    inLibrary: undefined,
    cutoffMet: undefined,
    score: undefined,
    fileScore: undefined,
    worseThanFile: undefined,
    pickedByHand: undefined,
    minScore: undefined,
    requested: undefined,
  }
}

/**
 * Files that nobody claims, as the last look found them, for who tries a rule before it stands.
 * @param lostSettings so many settings that protect the configuration does not name any more
 */
export function pathWorld(
  listed: Pick<OrphanRules, 'readers' | 'subjects'>,
  orphans: {state(): OrphanState},
  clock: Clock,
  lostSettings: () => number,
): PathWorld<PathSubject> {
  const {readers} = listed
  return {
    readersFor: () => readers,
    subjectsOn: () => listed.subjects(),
    guardsOf(rule, access) {
      const run = new PreviewRun(rule, access, lostSettings())
      return (decision, subject) =>
        run.keptBy(decision, {
          key: null,
          now: clock.now(),
          server: ofNoServer,
          library: null,
          fact: (name) => readers.fact(name, null, subject),
        })
    },
    left() {
      const left = new Map<SparedReason | OrphanHold, number>()
      const {folders = [], spared = []} = orphans.state().report ?? {}
      const reasons = [...folders.flatMap(({held}) => held?.why ?? []), ...spared.map(({why}) => why)]
      for (const why of reasons) left.set(why, (left.get(why) ?? 0) + 1)
      return left
    },
  }
}

const ofNoServer = {
  fullSyncs: undefined,
  epochFor: undefined,
  failures: 0,
  trackersFailing: undefined,
  sinceInternetFault: null,
  movesUnderWay: 0,
  hidesCategories: false,
}
