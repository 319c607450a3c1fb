/**
 * Gives up a download: blocklisted by its Arr, proven in the Arr's history, removed through our guards, gone from the
 * server's list, and searched once: by the Arr when it does so by itself, else by us. A download that the Arr did not
 * grab is not blocklisted, as the Arr would say yes and do nothing. Source: Sonarr and Radarr.
 */
import {decidedOf, ruleActor, verdictEntry} from '#executor/rule-entry.ts'
import {endOfSaga, type SagaAtStep, type SagaKind, type StepEnd} from '#executor/saga-runner.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import {failureOf, type BlockedRelease} from '#model/arr.ts'
import type {GivenUpRecord, SagaRecord} from '#model/automation-state.ts'
import type {Decision, SubjectName} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {RuleId} from '#model/rule.ts'
import type {ReleaseLoop} from '#model/searching.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {WaitReason} from '#model/unfinished.ts'
import type {EpochMs} from '#model/units.ts'
import {waits} from '#model/waits.ts'
import type {Authority} from '#registry/rules/reach.ts'
import {blocklisted} from '#rules/lasting-preconditions.ts'
import {
  AGAIN_MS,
  LEFT_MEANWHILE,
  looksAgainMs,
  removalSteps,
  SERVER_LEFT,
  type RemovalDeps,
  type RemovalState,
} from '#trash/removal-steps.ts'
import type {ActionEnds} from '../actions/action-ends.ts'
import type {RuleActionQueue} from '../actions/rule-action-queue.ts'
import {ArrTurns} from './arr-turns.ts'
import {ARR_AWAY, arrAwayWords, awaitArr, searchOnce, type ClaimedSearches} from './search-again.ts'

/** What the Arr knows of a download that it grabbed. */
interface Grab {
  readonly at: EpochMs
  /** Of the release; absent = asked for by an earlier version. */
  readonly title?: string
  /** `movie/17`: what it is for. */
  readonly media: readonly string[]
  /** Of a pack: at least one file of it is in the library. */
  readonly isImportedInPart: boolean
  /** It searches by itself after this failure, unless it is told not to. */
  readonly searchesItself: boolean
}

/** What an Arr is asked. @throws {CommodarrError} */
export interface FailingArr {
  /** As rights are now. @param by who stands behind it; of a rule without more its id */
  mayCommand(arrId: string, by: Authority | RuleId): boolean
  /** It is not configured any more: another one of its name would take what it is asked for something else. */
  hasLeft(arrId: string): boolean
  /** `null` = its history has no grab of it. */
  grab(arrId: string, downloadId: string): Promise<Grab | null>
  /** Its history says that it failed, later than it was grabbed. */
  isFailed(arrId: string, downloadId: string, grabbedAt: EpochMs): Promise<boolean>
  /** Never touches the torrent server. @param why for who reads its history */
  blocklist(arrId: string, downloadId: string, skipRedownload: boolean, why: string): Promise<void>
  /** @returns the number of its command there */
  search(arrId: string, media: readonly string[]): Promise<number>
  /** Releases of one of these were given up again and again; `null` = they were not. */
  loopOf(arrId: string, media: readonly string[]): ReleaseLoop | null
  /** The same, were another one given up for this reason. */
  loopsAfter(arrId: string, media: readonly string[], reason: string): boolean
  /** It was asked to search this since then. */
  heardOf(arrId: string, media: readonly string[], since: EpochMs): Promise<boolean>
}

interface FailDeps extends RemovalDeps {
  readonly arr: FailingArr
  readonly searched: ClaimedSearches
  /** We saw once that its Arr grabbed it. */
  readonly wasGrabbed: (arrId: string, downloadId: string) => boolean
  readonly clock: Clock
  readonly torrent: (subject: SubjectName) => TorrentKey | null
  readonly queue: Pick<RuleActionQueue, 'lastLook' | 'askOfCameIn'>
  /** Resolves when the entries are on disk. */
  readonly write: (entries: readonly JournalEntry[]) => Promise<void>
  readonly ends: Pick<ActionEnds, 'held'>
  /** The history of an Arr does not tell why: that is remembered with it. @throws {StorageFault} */
  readonly gaveUp: (releases: readonly Omit<GivenUpRecord, 'resumedAt'>[]) => Promise<void>
}

type Held = WaitReason

/**
 * over: it is not wanted any more, with what differs. later: nobody can say now, or something has to pass first; costly
 * where that took a look of its Arr.
 */
export type LastLook =
  | {readonly is: 'wanted'}
  | {readonly is: 'over'; readonly why: string}
  | {readonly is: 'later'; readonly why: Held; readonly isCostly: boolean}

export interface FailState extends RemovalState {
  /** `null` = no Arr has anything to do with it. */
  readonly download: {readonly arrId: string; readonly downloadId: string} | null
  /** Of the torrent, while it was there; absent = begun by an earlier release. */
  readonly name?: string | null
  /** In whose name its rule acted then; absent = begun by an earlier release. */
  readonly authority?: Authority
  /** As it was called then; absent = the same. */
  readonly ruleName?: string
  /** As the Arr told before anything was done; `null` = not asked yet, or it did not grab it. */
  readonly grab: Grab | null
  /** Its Arr is, or was, sent the command to blocklist it, and no answer is known; absent = it is not. */
  readonly isUnanswered?: boolean
  /** So long its Arr was asked what it knows of it, ms; absent = begun by an earlier release, or not yet. */
  readonly lookedMs?: number
  /** Its Arr left the configuration, and one of its name is back: it has to prove that it is the same. */
  readonly isBack?: boolean
}

export const FAIL_DOWNLOAD = 'failDownload'
/** What its removal stood on was not so any more. */
const CHANGED = 'kept changed_meanwhile'

/** Its Arr grabbed it, and does not know that any more. */
const FORGOTTEN = 'grab_forgotten'
const forgotten: StepEnd = {
  end: FORGOTTEN,
  why: 'Its Arr does not know any more that it grabbed it: it was restored, or what it is for is gone there. It could only be removed, so it stays.',
}

/** Its rule does not want it any more, or a guard objects; its Arr was not told. */
const NOT_WANTED = 'not_wanted'
/** So long an answer of its history counts. */
const ASKED_MS = 10 * 60_000
/** What has to pass first may take minutes. */
const LOOK_AGAIN_MS = 60_000
const untold: StepEnd = {end: 'expired', why: 'Its Arr did not confirm a blocklist within six hours.'}

/** Its Arr left the configuration before the removal. */
const ARR_LEFT = 'arr_left'
/** It was removed, and its Arr left the configuration before it was searched again, permanently. */
const DONE_ARR_LEFT = 'done_arr_left'
/** It was removed, and the Arr that came back by that name does not have its grab. */
const DONE_OTHER_ARR = 'done_other_arr'

/** Who stands behind its rule may not command its Arr any more: nothing more is asked of it. */
const RIGHT_GONE = 'right_gone'
/** The same once it was removed. */
const DONE_RIGHT_GONE = 'done_right_gone'

/** It is asked for that twice as late each time, this late at most. */
const PROOF_APART_MS = 300_000

export function failDownload(parts: FailDeps): SagaKind {
  /** What the journal was told last of each that is under way. */
  const said = new Map<string, string>()
  /** Until when at its step it counts that the history of its Arr had no failure, and nobody told it of one. */
  const untoldUntil = new Map<string, number>()
  const turns = new ArrTurns(parts.clock)
  const removal = removalSteps(parts, {behind: 'search', onceMore: true, standing: stillStanding})
  const step = (work: (state: FailState, saga: SagaAtStep) => Promise<StepEnd>) => (saga: SagaAtStep) =>
    noted(parts, said, saga, async () => whoLeft(parts, saga) ?? (await inTurn(turns, saga, work)))
  return {
    kind: FAIL_DOWNLOAD,
    version: 1,
    first: 'look',
    patienceMs: {...patienceMs, send: waits.stepRepeated.ms, [ARR_AWAY]: waits.arrBack.ms},
    withoutRight: (saga) => withoutRight(parts.arr, saga),
    steps: {
      look: step((state, saga) => look(parts, state, saga)),
      blocklist: step((state, saga) => blocklist(parts, state, saga, untoldUntil)),
      proof: step((state, saga) => proof(parts, state, saga)),
      ...removal,
      send: async (saga) => (await grabbedAgain(parts, saga)) ?? removal.send(saga),
      search: step((state, saga) => search(parts, state, saga)),
      [ARR_AWAY]: step(async (state, saga) => {
        const back = {...saga, state: {...state, isBack: true}}
        return awaitArr(parts.arr, state.download!.arrId, back, {next: 'search', end: DONE_ARR_LEFT})
      }),
    },
    async ended(saga, outcome, why) {
      const {decision, action} = saga.state as FailState
      const isBetween = isListed(saga.state as FailState) && outcome === CHANGED
      if (isBetween) await parts.queue.askOfCameIn(decision, action, saga.id)
      const line = account(parts, saga, outcome, why)
      await parts.write([said.has(saga.id) ? line : {...line, ...whyOf(saga)}])
      said.delete(saga.id)
      untoldUntil.delete(saga.id)
      turns.ended(saga.id)
      return endOfSaga({decision, action}, outcome, Object.hasOwn(removed, outcome))
    },
  }
}

/** At these it asks its Arr, and gives up when it could not for so long; ms. */
const patienceMs: Readonly<Record<string, number | ((state: unknown) => number)>> = {
  look: waits.arrTold.ms,
  blocklist: (state) => untoldLeft(state as FailState),
  proof: waits.arrProof.ms,
}

/** Since it began, not since it is at this step: what was true then may not be any more. */
function untoldLeft({lookedMs = 0}: FailState): number {
  return Math.max(0, waits.arrTold.ms - lookedMs)
}
/** At these steps it asks its Arr: one that fails is not asked for each download separately. */
const inTurnAt: ReadonlySet<string> = new Set([...Object.keys(patienceMs), 'search'])

/** Before its removal nobody waits for an Arr, or begins anything for a server, that is not configured any more. */
function whoLeft({arr, presence}: FailDeps, {state, step}: SagaAtStep): StepEnd | null {
  const {download, decision} = state as FailState
  if (step === 'look' && presence(decision) === 'left') return {end: SERVER_LEFT}
  return download && asksItsArr.has(step) && arr.hasLeft(download.arrId) ? {end: ARR_LEFT} : null
}
const asksItsArr: ReadonlySet<string> = new Set(['look', 'blocklist', 'proof'])

/** What is sent to a server asks without being asked to, with all that its rule stands on. */
function withoutRight(arr: Pick<FailingArr, 'mayCommand'>, {state, step}: SagaAtStep): StepEnd | null {
  const {download, authority, decision} = state as FailState
  const end = commandsItsArr[step]
  if (!download || end === undefined || arr.mayCommand(download.arrId, authority ?? decision.ruleId))
    return null
  return {end}
}

/** Steps at which its Arr is asked to do something, with how it ends where that may not be. */
const commandsItsArr: Readonly<Record<string, string>> = {
  look: RIGHT_GONE,
  blocklist: RIGHT_GONE,
  search: DONE_RIGHT_GONE,
  [ARR_AWAY]: DONE_RIGHT_GONE,
}

/** An Arr that fails is not asked for each download by itself. */
async function inTurn(
  turns: ArrTurns,
  saga: SagaAtStep,
  work: (state: FailState, saga: SagaAtStep) => Promise<StepEnd>,
): Promise<StepEnd> {
  const state = saga.state as FailState
  const most = patienceMs[saga.step] ?? Infinity
  const patience = typeof most === 'function' ? most(state) : most
  if (!state.download || !inTurnAt.has(saga.step)) return work(state, saga)
  const place = `${saga.step} ${state.download.arrId}`
  const waitMs = turns.waitMs(place, saga.id)
  if (waitMs > 0 && saga.atStepMs <= patience)
    return {waitMs: Math.min(waitMs, patience - saga.atStepMs + 1), held: othersFirst}
  try {
    const end = await work(state, saga)
    // It may end without having told its Arr anything.
    if (saga.step !== 'blocklist' || 'next' in end) turns.answered(place)
    return end
  } catch (error) {
    turns.failed(place, saga.id)
    throw error
  }
}

const othersFirst: Held = {
  code: 'arr_not_ready',
  message: 'Its Arr failed for several downloads, and is asked for one of them at a time.',
}

/** How far it is, while it is under way: what its Arr took, and what fails; each once until it is something else. */
async function noted(
  parts: FailDeps,
  said: Map<string, string>,
  saga: SagaRecord,
  work: () => Promise<StepEnd>,
): Promise<StepEnd> {
  const say = async (words: string, more: Pick<JournalEntry, 'phase' | 'code' | 'message'>) => {
    if (said.get(saga.id) === words) return
    const line = lineOf(parts, saga, {}, more)
    await parts.write([said.has(saga.id) ? line : {...line, ...whyOf(saga)}])
    said.set(saga.id, words)
  }
  try {
    const end = await work()
    const message = 'next' in end ? underWay[`${saga.step} ${end.next}`] : undefined
    if (message !== undefined) await say(message, {phase: 'sent', message})
    const held = 'waitMs' in end ? whySearchWaits(saga, end) : null
    if (held) {
      const {decision, action} = saga.state as FailState
      await say(held.code, {phase: 'blocked', ...held})
      parts.ends.held(decision, action, held)
      return {...end, held}
    }
    return end
  } catch (error) {
    if (!(error instanceof CommodarrError)) throw error
    const {decision, action} = saga.state as FailState
    const held = {
      code: error.code,
      message: `Its step ${saga.step} failed and is tried again: ${error.message}`,
    }
    await say(`${saga.step} ${error.code}`, {phase: 'blocked', ...held})
    parts.ends.held(decision, action, held)
    throw error
  }
}

function whySearchWaits({step}: SagaRecord, {held}: {readonly held?: Held}): Held | null {
  if (step === ARR_AWAY) return {code: ARR_LEFT, message: arrAwayWords}
  return step === 'search' ? (held ?? null) : null
}

/** By the step that is done, and the one behind it. */
const underWay: Readonly<Record<string, string>> = {
  'blocklist proof': 'The blocklist command was sent to its Arr; the history of the Arr has to show it.',
  'proof remove': 'Its Arr has blocklisted it; it is removed next.',
}

/** What was done and what was not: up to its step everything, and nothing behind it. */
function account(parts: FailDeps, saga: SagaRecord, outcome: string, why: string | null): JournalEntry {
  const left = isUnanswered(saga) ? unansweredWhile[outcome] : leftWhile[outcome]?.[saga.step]
  const reasons = [left ?? why ?? [], ...(left === undefined ? [] : standsOf(saga)), ...unansweredIn(saga)]
  const message = [`It stopped at its step ${saga.step}.`, ...reasons.flat()].join(' ')
  // Whether it went nobody can say.
  const phase = outcome === LEFT_MEANWHILE ? 'unconfirmed' : 'failed'
  return lineOf(
    parts,
    saga,
    {outcome},
    Object.hasOwn(removed, outcome)
      ? {phase: 'confirmed', ...(removed[outcome] && {message: removed[outcome]})}
      : {phase, code: outcome, message},
  )
}

const notProven = 'Its Arr left the configuration before its history showed a blocklist. The torrent stays.'
const notCommanded = 'Who owns its rule may not command its Arr any more. The torrent stays.'
const notRemoved = 'Its server left the configuration before its removal was sent.'
/** What its server or its Arr left before, by what it ended with and its step. */
const leftWhile: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  [SERVER_LEFT]: {
    look: 'Its server left the configuration before anything was sent.',
    blocklist: 'Its server left the configuration before a blocklist command was sent to its Arr.',
    remove: notRemoved,
    send: notRemoved,
  },
  [LEFT_MEANWHILE]: {gone: 'Its server left the configuration before it was known whether the torrent went.'},
  [ARR_LEFT]: {
    look: 'Its Arr left the configuration before anything was sent.',
    blocklist: notProven,
    proof: notProven,
  },
  [RIGHT_GONE]: {look: notCommanded, blocklist: notCommanded},
}

/** The same where nobody knows what its Arr did with the command. */
const unansweredWhile: Readonly<Record<string, string>> = {
  [SERVER_LEFT]: 'Its server left the configuration before the history of its Arr showed a blocklist.',
  [ARR_LEFT]: notProven,
  [RIGHT_GONE]: notCommanded,
}

/** Whatever ends it before the history of its Arr shows what became of the command. */
function isUnanswered({step, state}: SagaRecord): boolean {
  return step === 'blocklist' && (state as FailState).isUnanswered === true
}

function unansweredIn(saga: SagaRecord): readonly string[] {
  return isUnanswered(saga)
    ? ['Its Arr did not answer the command to blocklist it, and may have blocklisted it.']
    : []
}

/** What was done by its Arr before its server left, and what is not done any more. */
function standsOf({state, step}: SagaRecord): readonly string[] {
  if (asksItsArr.has(step)) return []
  const saga = state as FailState
  return [
    ...(isListed(saga) ? ['Its Arr has blocklisted it.'] : []),
    ...(saga.grab && searcherOf(saga) === 'we' ? ['It is not searched again.'] : []),
  ]
}

/** It was removed: with what else was not done. */
const removed: Readonly<Record<string, string>> = {
  done: '',
  done_not_grabbed:
    'Its Arr has no grab of it in its history, so it could be neither blocklisted nor searched again: it was only removed.',
  [DONE_ARR_LEFT]:
    'Its Arr left the configuration before it was searched again, and did not come back within a week: it was removed, and is not searched.',
  [DONE_OTHER_ARR]:
    'An Arr came back to the configuration by the name of its Arr without the grab in its history: it was removed, and is not searched, as that may be another Arr.',
  [DONE_RIGHT_GONE]:
    'Who owns its rule may not command its Arr any more: it was removed, and is not searched. Search for it in the Arr.',
}

function lineOf(
  {torrent, clock}: FailDeps,
  {id, step, state}: SagaRecord,
  ended: {readonly outcome?: string},
  more: Pick<JournalEntry, 'phase' | 'code' | 'message'>,
): JournalEntry {
  const {decision, download, grab, name} = state as FailState
  const args = {download, isGrabbed: grab !== null, ...releaseIn(state as FailState), step, ...ended}
  const actor = ruleActor(ruleNameOf(state as FailState))
  const about = {at: clock.now(), actor, args, ...(name && {name}), ...more}
  return {...verdictEntry(decision, torrent(decision.subject), about), id, verb: FAIL_DOWNLOAD}
}

/** What it has its Arr blocklist, by which a person may take that back. */
function releaseIn(state: FailState): {readonly release?: BlockedRelease} {
  const {grab} = state
  if (!isListed(state) || grab?.title === undefined) return {}
  return {release: {title: grab.title, items: grab.media, grabbedAt: grab.at}}
}

function ruleNameOf({ruleName, decision}: FailState): string {
  return ruleName ?? decision.ruleId
}

/** In the words that stand in the history of its Arr. */
export function whyGivenUp(rule: string, reason: string): string {
  return `Commodarr: ${rule} (${reason}).`
}

/** On the first line of an action alone. */
function whyOf({state}: SagaRecord): Pick<JournalEntry, 'decided'> {
  const {decision, action} = state as FailState
  return {decided: decidedOf(decision, action, null)}
}

async function look({arr, wasGrabbed}: FailDeps, state: FailState, {atStepMs}: SagaAtStep): Promise<StepEnd> {
  const {download, action, decision} = state
  if (atStepMs > waits.arrTold.ms) return untold
  const grab = download && (await arr.grab(download.arrId, download.downloadId))
  // Without a person who wants it gone nothing is only removed that should have been blocklisted and searched.
  const isForgotten = download && !grab && wasGrabbed(download.arrId, download.downloadId)
  if (isForgotten && decision.reason !== 'failedCategory') return forgotten
  // What is in the library already is not given up with the rest.
  if (grab?.isImportedInPart) return {end: 'imported_in_part'}
  const next = isListed({grab, action}) ? 'blocklist' : 'remove'
  return {next, state: {...state, grab: withoutLoop(arr, state, grab), lookedMs: atStepMs}}
}

/** Of what is given up again and again its Arr is asked not to search: ours waits then. */
function withoutLoop(arr: Pick<FailingArr, 'loopsAfter'>, state: FailState, grab: Grab | null): Grab | null {
  const {download, decision} = state
  const isLoop = grab?.searchesItself && arr.loopsAfter(download!.arrId, grab.media, decision.reason)
  return isLoop ? {...grab, searchesItself: false} : grab
}

/**
 * It may have been done before a crash, or before an answer was lost: the history is asked first. What failed there
 * without a command of ours is looked at once more: a person may have taken it, and then it stays.
 */
async function blocklist(
  parts: FailDeps,
  state: FailState,
  {id, atStepMs, keep}: SagaAtStep,
  untoldUntil: Map<string, number>,
): Promise<StepEnd> {
  const {arrId, downloadId} = state.download!
  // Nothing was sent: whatever its history says, it is over.
  if (!state.isUnanswered && atStepMs > untoldLeft(state)) return untold
  // An Arr that fails at every second question would never let both this and the last look through.
  const isAsked = atStepMs < (untoldUntil.get(id) ?? 0)
  const isFailed = !isAsked && (await parts.arr.isFailed(arrId, downloadId, state.grab!.at))
  if (isFailed && state.isUnanswered) return {next: 'proof', state}
  if (!isFailed) untoldUntil.set(id, isAsked ? untoldUntil.get(id)! : atStepMs + ASKED_MS)
  if (atStepMs > untoldLeft(state)) return untold
  // Its Arr may have failed for hours, and its server fails by now: nothing is concluded from that.
  const presence = parts.presence(state.decision)
  if (presence === 'left') return {end: SERVER_LEFT}
  if (presence === 'unknown') return {waitMs: AGAIN_MS}
  // It may be well by now, or be kept: until its Arr is told there is a way back.
  const {decision, action} = state
  const now = await parts.queue.lastLook(decision, action)
  if (now.is === 'over') return {end: NOT_WANTED, why: now.why}
  if (now.is === 'later') {
    parts.ends.held(decision, action, now.why)
    const waitMs = now.isCostly ? parts.untilLook(decision, looksAgainMs(atStepMs)) : LOOK_AGAIN_MS
    return {waitMs, held: now.why}
  }
  if (isFailed) return {next: 'proof', state}
  // Whatever becomes of it, the history is asked before it is told again.
  untoldUntil.delete(id)
  const why = whyGivenUp(ruleNameOf(state), decision.reason)
  if (!state.isUnanswered) await keep({...state, isUnanswered: true})
  try {
    await parts.arr.blocklist(arrId, downloadId, searcherOf(state) !== 'arr', why)
  } catch (error) {
    const isRefused = error instanceof CommodarrError && error.code === 'command_refused'
    // An earlier one may be without an answer for ever.
    if (isRefused && !state.isUnanswered) await keep(state)
    throw error
  }
  return {next: 'proof', state}
}

async function proof(
  {arr, clock, gaveUp}: FailDeps,
  state: FailState,
  {atStepMs}: SagaAtStep,
): Promise<StepEnd> {
  const {arrId, downloadId} = state.download!
  const {at: grabbedAt, media, title = ''} = state.grab!
  if (await arr.isFailed(arrId, downloadId, grabbedAt)) {
    const [at, {reason}] = [clock.now(), state.decision]
    await gaveUp(media.map((item) => ({arrId, item, downloadId, grabbedAt, title, at, reason})))
    return {next: 'remove', state}
  }
  return atStepMs > waits.arrProof.ms ? {end: 'blocklist_not_proven'} : {waitMs: proofAgainMs(atStepMs)}
}

function proofAgainMs(waitedMs: number): number {
  return Math.min(PROOF_APART_MS, Math.max(AGAIN_MS, waitedMs))
}

/** Its removal may wait for days, and its Arr take the very release again meanwhile: that is another download. */
async function grabbedAgain({arr, presence}: FailDeps, saga: SagaAtStep): Promise<StepEnd | null> {
  const {download, grab, decision} = saga.state as FailState
  if (!download || !grab || arr.hasLeft(download.arrId) || presence(decision) !== 'there') return null
  try {
    const now = await arr.grab(download.arrId, download.downloadId)
    return now !== null && now.at > grab.at
      ? {end: 'grabbed_again', why: 'Its Arr grabbed it again since it was blocklisted, so it stays.'}
      : null
  } catch (error) {
    if (!(error instanceof CommodarrError)) throw error
    const why = `It is unknown whether its Arr grabbed it again: ${error.message}`
    if (saga.atStepMs > waits.stepRepeated.ms) return {end: 'kept arr_not_ready', why}
    return {waitMs: looksAgainMs(saga.atStepMs), held: {code: 'arr_not_ready', message: why}}
  }
}

function stillStanding(decision: Decision, {state}: SagaRecord): Decision {
  const saga = state as FailState
  return isListed(saga) ? blocklisted(decision) : decision
}

/** Also in its Arr, not only removed. */
function isListed({grab, action}: Pick<FailState, 'grab' | 'action'>): boolean {
  return grab !== null && action.params['blocklist'] !== false
}

/** By whoever searches it, counted; ours waits where enough was searched in this hour. */
async function search(parts: FailDeps, state: FailState, saga: SagaRecord): Promise<StepEnd> {
  const {grab, download} = state
  const end = {end: grab || !download ? 'done' : 'done_not_grabbed'}
  if (!grab || !download || searcherOf(state) === 'nobody') return end
  const {arrId, downloadId} = download
  const failure = failureOf(downloadId, grab.at)
  const about = {arrId, failure, searchId: saga.id, reason: state.decision.reason}
  if (searcherOf(state) === 'arr') {
    await parts.searched.claim({...about, cause: 'failure', items: grab.media, at: parts.clock.now()})
    await parts.searched.sent(saga.id, null)
    return end
  }
  if (parts.arr.hasLeft(arrId)) return {next: ARR_AWAY, state}
  if (state.isBack && !(await isSame(parts, download, grab))) return {end: DONE_OTHER_ARR}
  return (await searchOnce(parts.arr, parts.searched, parts.clock, {...about, media: grab.media})) ?? end
}

/** Its history has the grab, for the same items. */
async function isSame(
  {arr}: FailDeps,
  {arrId, downloadId}: NonNullable<FailState['download']>,
  grab: Grab,
): Promise<boolean> {
  const now = await arr.grab(arrId, downloadId)
  return now !== null && grab.media.every((item) => now.media.includes(item))
}

/** Never both. Without a blocklist the Arr does not notice that it failed. */
function searcherOf({grab, action}: FailState): 'arr' | 'we' | 'nobody' {
  if (action.params['search'] === false) return 'nobody'
  return grab!.searchesItself && isListed({grab, action}) ? 'arr' : 'we'
}
