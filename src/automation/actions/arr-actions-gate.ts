/** What rules want of Arrs, asked of the managers that talk to them. */
import {ruleActor} from '#executor/rule-entry.ts'
import type {SagaRunner} from '#executor/saga-runner.ts'
import type {Fleet} from '#fleet/fleet.ts'
import {asArrId, asDownloadId, type ArrId} from '#model/arr.ts'
import type {ArrInstances} from '#model/arr-service.ts'
import type {ArrChange, ArrGate, ArrResult, Decision, DecisionFacts, WantedAction} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {fleetManagerId, type ManagerId} from '#model/manager.ts'
import type {ActionName, RuleId} from '#model/rule.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {Authority} from '#registry/rules/reach.ts'
import {FAIL_DOWNLOAD, whyGivenUp, type FailingArr, type FailState} from '../sagas/fail-download.ts'
import type {ReleaseLoops} from '../alerts/release-loops.ts'
import type {Managers} from '../supervision/managers.ts'
import {otherWords} from '../webhooks/instance-marks.ts'
import type {ArrSearches} from './arr-searches.ts'

interface ArrGateDeps {
  readonly managers: Pick<Managers, 'ask' | 'managerOf'>
  readonly searches: Pick<ArrSearches, 'owe' | 'make'>
  /** As people call it. */
  readonly ruleName: (id: RuleId) => string
  /** In whose name it acts; `null` = it is gone. */
  readonly authorityOf: (id: RuleId) => Authority | null
  /** It remembers by itself what it had searched: those of the configuration search once for each stall. */
  readonly searchesOnce: (id: RuleId) => boolean
  readonly facts: Pick<DecisionFacts, 'torrent'>
  readonly fleet: Pick<Fleet, 'get'>
  readonly sagas: Pick<SagaRunner, 'begin'>
  /** Why a server cannot remove data; `null` = it can. */
  readonly cannotErase: (id: ServerId) => string | null
  /** The owner of a rule may command that Arr. */
  readonly commandsArr: (rule: RuleId, arr: ArrId) => boolean
}

/** An action of several steps has begun when it is written down. */
export class ArrActions implements ArrGate {
  readonly #parts: ArrGateDeps

  constructor(parts: ArrGateDeps) {
    this.#parts = parts
  }

  async act(
    decision: Decision,
    action: WantedAction,
    announce: (change: ArrChange) => Promise<void>,
  ): Promise<ArrResult> {
    const {managers, facts, commandsArr} = this.#parts
    const key = facts.torrent(decision.subject)
    const id = key && managers.managerOf(key)
    if (!key || !id) {
      return {outcome: 'refused', code: 'torrent_not_found', message: 'It is not there any more.'}
    }
    if (id !== fleetManagerId && !commandsArr(decision.ruleId, id as string as ArrId)) {
      const message = 'The owner of the rule may not command the Arr that this torrent is for.'
      return {outcome: 'refused', code: 'forbidden', message}
    }
    // Blocklisted and still there it would be neither given up nor kept.
    const objection = action.action === FAIL_DOWNLOAD ? this.#parts.cannotErase(key.serverId) : null
    if (objection !== null) return {outcome: 'refused', code: 'not_supported', message: objection}
    try {
      if (givesUp.has(action.action)) return await this.#announced(decision, action, key, {id, announce})
      if (action.action !== FAIL_DOWNLOAD) return await this.#ruleAction(decision, action, key, id)
      await this.#fail(decision, action, key, id)
      return {outcome: 'done', change: null}
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return {outcome: 'failed', code: error.code, message: error.message}
    }
  }

  /**
   * Written down before the Arr is asked: what it gives up, and what we have to search for it then. Whenever the program
   * is killed, both are known. @throws {CommodarrError}
   */
  async #announced(
    decision: Decision,
    action: WantedAction,
    key: TorrentKey,
    {id, announce}: {readonly id: ManagerId; readonly announce: (change: ArrChange) => Promise<void>},
  ): Promise<ArrResult> {
    const {managers, searches, fleet, ruleName} = this.#parts
    const why = whyGivenUp(ruleName(decision.ruleId), decision.reason)
    const {change, owed} = await managers.ask(id, 'ruleAction', {key, action, isDry: true, why})
    if (change === null) return doneBy(id, null)
    await announce(byArr(id, change))
    if (owed) {
      const {ruleId, reason} = decision
      const by = {actor: ruleActor(ruleName(ruleId)), subject: 'torrent', ...key, ruleId} as const
      const name = fleet.get(key)?.name ?? null
      await searches.owe(id, owed, {by: {...by, name}, reason, ...this.#behind(ruleId)})
    }
    const done = await managers.ask(id, 'ruleAction', {key, action, isDry: false, why})
    return doneBy(id, done.change)
  }

  /** What is wanted of it to be searched is searched by us, in its turn. @throws {CommodarrError} */
  async #ruleAction(
    {ruleId, reason}: Decision,
    action: WantedAction,
    key: TorrentKey,
    id: ManagerId,
  ): Promise<ArrResult> {
    const {managers, searches, searchesOnce, ruleName} = this.#parts
    const why = whyGivenUp(ruleName(ruleId), reason)
    const {owed, change} = await managers.ask(id, 'ruleAction', {key, action, isDry: false, why})
    if (owed === null) return doneBy(id, change)
    const end = await searches.make(id, owed.media, {reason, mayRepeat: searchesOnce(ruleId)})
    return end.outcome === 'done' ? doneBy(id, end.change) : end
  }

  /** One that is under way already goes on. */
  async #fail(decision: Decision, action: WantedAction, key: TorrentKey, id: ManagerId): Promise<void> {
    const {fleet, sagas, ruleName} = this.#parts
    const torrent = fleet.get(key)
    const grabbed = torrent?.infoHashV1 ?? key.hash
    const download = id === fleetManagerId ? null : {arrId: id as string, downloadId: asDownloadId(grabbed)!}
    const state: FailState = {
      decision,
      action,
      download,
      name: torrent?.name ?? null,
      ruleName: ruleName(decision.ruleId),
      grab: null,
      ...this.#behind(decision.ruleId),
    }
    await sagas.begin(FAIL_DOWNLOAD, keyText(key), state)
  }

  #behind(id: RuleId): Pick<FailState, 'authority'> {
    const authority = this.#parts.authorityOf(id)
    return authority ? {authority} : {}
  }
}

/** Once done it is gone from the Arr, and only our line tells what was there. */
const givesUp: ReadonlySet<ActionName> = new Set<ActionName>(['arr.blocklist', 'arr.queueRemove'])

/** With the Arr that did it. */
function doneBy(arr: string, change: ArrChange | null): ArrResult {
  return {outcome: 'done', change: change && byArr(arr, change)}
}

function byArr(arr: string, change: ArrChange): ArrChange {
  return {...change, args: {arr, ...change.args}}
}

/** @param instances of what another Commodarr looks after nothing is searched */
export function failingArr(
  managers: Pick<Managers, 'ask' | 'of'>,
  instances: Pick<ArrInstances, 'otherAt'>,
  hasLeft: (id: ArrId) => boolean,
  mayCommand: (id: ArrId, by: Authority | RuleId) => boolean,
  loops: Pick<ReleaseLoops, 'ofAny' | 'isAfter'>,
): FailingArr {
  const of = (arrId: string) => arrId as ManagerId
  const download = (id: string) => asDownloadId(id)!
  return {
    mayCommand: (arrId, by) => mayCommand(asArrId(arrId), by),
    hasLeft: (arrId) => hasLeft(asArrId(arrId)),
    loopOf: (arrId, media) => loops.ofAny(arrId, media),
    loopsAfter: (arrId, media, reason) => loops.isAfter(arrId, media, reason),
    grab: (arrId, id) => managers.ask(of(arrId), 'grab', {downloadId: download(id)}),
    isFailed: (arrId, id, grabbedAt) =>
      managers.ask(of(arrId), 'isFailed', {downloadId: download(id), grabbedAt}),
    async blocklist(arrId, id, skipRedownload, why) {
      await managers.ask(of(arrId), 'blocklist', {downloadId: download(id), skipRedownload, why})
    },
    async search(arrId, media) {
      const other = instances.otherAt(asArrId(arrId))
      if (other !== null) throw new CommodarrError('arr_not_ready', otherWords(other))
      const checks = managers.of(asArrId(arrId))?.checks ?? []
      const red = checks.find(({holds}) => holds === 'searches')
      if (red) {
        const message = `None of its indexers answers (${red.source}): it is searched for when one does.`
        throw new CommodarrError('arr_not_ready', message)
      }
      return managers.ask(of(arrId), 'search', {media})
    },
    heardOf: (arrId, media, since) => managers.ask(of(arrId), 'heardOf', {media, since}),
  }
}
