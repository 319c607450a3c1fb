/** What sagas that are not finished are about and wait for, as people are shown it. */
import {COPY, isOfPerson, verbOf, type CopyState} from '#automation/copies/copy-state.ts'
import type {StandingSaga} from '#executor/saga-runner.ts'
import type {DecisionFacts} from '#model/decision.ts'
import type {FleetReader} from '#model/services.ts'
import type {OrphanState} from '#orphans/orphan-remover.ts'
import {asArrId} from '#model/arr.ts'
import type {RuleId} from '#model/rule.ts'
import {EXTRA_FILES, ORPHAN} from '#model/trash.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {DataProgressView, StepEnder, UnfinishedAction, UnfinishedStep} from '#model/unfinished.ts'
import type {StandingRules} from '#registry/rules/standing-rules.ts'
import type {ExtraFilesState} from '#trash/extra-files.ts'
import {ASIDE, RECYCLE, type AsideState, type RecycleState} from '#trash/recycle-torrent.ts'
import {FAIL_DOWNLOAD, type FailState} from './fail-download.ts'
import {ARR_AWAY, SEARCH_AGAIN, type SearchAgainState} from './search-again.ts'

type About = Omit<UnfinishedAction, 'id' | 'step' | 'endedBy' | 'nextAt' | 'until' | 'why'>

/** Of a torrent that is copied to another server; `null` = none of its data is copied now. */
interface CopyProgress {
  progress(key: TorrentKey, target: ServerId): DataProgressView | null
}

type StepWords = readonly [UnfinishedStep, StepEnder]

const removal: Readonly<Record<string, StepWords>> = {
  remove: ['remove', 'server'],
  send: ['remove', 'server'],
  gone: ['removal_shown', 'server'],
  move: ['move_files', 'disk'],
}

/** Each step of each kind, and who ends it. */
const stepsOf: Readonly<Record<string, Readonly<Record<string, StepWords>>>> = {
  [FAIL_DOWNLOAD]: {
    ...removal,
    look: ['ask_arr', 'arr'],
    blocklist: ['blocklist', 'arr'],
    proof: ['blocklist_shown', 'arr'],
    search: ['search', 'arr'],
    [ARR_AWAY]: ['arr_back', 'settings'],
  },
  [SEARCH_AGAIN]: {
    proof: ['blocklist_shown', 'arr'],
    search: ['search', 'arr'],
    [ARR_AWAY]: ['arr_back', 'settings'],
  },
  [COPY]: {
    prepare: ['prepare', 'target'],
    ready: ['prepare', 'target'],
    add: ['add', 'target'],
    fetch: ['download', 'target'],
    lay: ['copy_files', 'disk'],
    check: ['recheck', 'target'],
    proof: ['recheck_shown', 'target'],
    start: ['start', 'target'],
    shown: ['start', 'target'],
    yield: ['stop_source', 'server'],
    settle: ['settle', 'target'],
    remove: ['remove_source', 'server'],
    clear: ['take_back', 'target'],
    awaitSource: ['take_back', 'server'],
    revive: ['take_back', 'server'],
  },
  [RECYCLE]: removal,
  [ASIDE]: removal,
  [EXTRA_FILES]: removal,
  [ORPHAN]: {...removal, purge: ['delete_files', 'disk']},
}

const turn: StepWords = ['turn', 'target']

function isWaitingItsTurn({kind, step, state}: StandingSaga['saga']): boolean {
  return kind === COPY && step === 'prepare' && isOfPerson(state as CopyState)
}

const nothing = {
  key: null,
  serverId: null,
  targetId: null,
  arrId: null,
  rule: null,
  trashId: null,
  progress: null,
} as const

/** Oldest first; what cannot be read any more is about to be given up, and is left out. */
export function unfinishedActions(
  standing: readonly StandingSaga[],
  facts: Pick<DecisionFacts, 'torrent'>,
  fleet: Pick<FleetReader, 'get'>,
  rules: Pick<StandingRules, 'card'>,
  copies: CopyProgress,
): readonly UnfinishedAction[] {
  const nameOf = (key: TorrentKey) => fleet.get(key)?.name ?? null
  const ruleName = (id: RuleId) => rules.card(id)?.name ?? null
  return standing.flatMap(({saga, nextAt, until, why}) => {
    const words = stepsOf[saga.kind]?.[saga.step]
    if (!words || saga.state === undefined) return []
    const [step, endedBy] = isWaitingItsTurn(saga) ? turn : words
    return [{id: saga.id, step, endedBy, nextAt, until, why, ...aboutOf(saga)}]
  })

  function aboutOf({kind, state}: StandingSaga['saga']): About {
    switch (kind) {
      case FAIL_DOWNLOAD: {
        const saga = state as FailState
        const {decision, download} = saga
        const key = facts.torrent(decision.subject)
        const name = saga.name ?? (key && nameOf(key))
        const rule = {id: decision.ruleId, name: saga.ruleName ?? decision.ruleId}
        return {
          ...ofTorrent(key),
          verb: FAIL_DOWNLOAD,
          arrId: download && asArrId(download.arrId),
          name,
          rule,
        }
      }
      case SEARCH_AGAIN: {
        const {arrId, by} = state as SearchAgainState
        const {serverId, hash, name, ruleId} = by
        const key = serverId !== null && hash !== null ? {serverId, hash} : null
        const rule = ruleId === undefined ? null : {id: ruleId, name: ruleName(ruleId) ?? by.actor.name}
        return {...ofTorrent(key), serverId, verb: 'arr.search', arrId: asArrId(arrId), name, rule}
      }
      case COPY: {
        const copy = state as CopyState
        const {key, name, target} = copy
        const rule = isOfPerson(copy) ? null : {id: copy.decision.ruleId, name: copy.ruleName}
        const progress = copies.progress(key, target)
        const verb = isOfPerson(copy) ? verbOf(copy) : COPY
        return {...ofTorrent(key), verb, targetId: target, name, rule, progress}
      }
      case ORPHAN: {
        const {id, verb, serverId, path, ruleId} = state as OrphanState
        const rule = ruleId === undefined ? null : {id: ruleId, name: ruleName(ruleId) ?? ruleId}
        return {...nothing, verb, serverId, name: path, rule, trashId: id}
      }
      case ASIDE: {
        const {id, key, name} = state as AsideState
        return {...ofTorrent(key), verb: RECYCLE, name, trashId: id}
      }
      default: {
        // Of a rule, a torrent or files beside it.
        const {id, key, decision, ruleName: called} = state as RecycleState | ExtraFilesState
        const rule = {id: decision.ruleId, name: called}
        return {...ofTorrent(key), verb: kind, name: nameOf(key), rule, trashId: id}
      }
    }
  }
}

function ofTorrent(key: TorrentKey | null): Omit<About, 'verb' | 'name'> {
  return {...nothing, key, serverId: key?.serverId ?? null}
}
