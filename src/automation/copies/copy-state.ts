/** What is written down of a copy to another server while it is made and once it stands, and what its steps read of it. */
import type {Deadlines} from '#automation-state/deadlines.ts'
import type {OrderedAs} from '#executor/guards/ordered-as.ts'
import type {SagaAtStep, StepEnd} from '#executor/saga-runner.ts'
import type {Requester} from '#model/access.ts'
import type {SagaRecord} from '#model/automation-state.ts'
import type {Actor, CopyCommand} from '#model/command.ts'
import type {CopyArgs, CopyRun, CopyWay, SourceEnd} from '#model/copies.ts'
import type {Decision, WantedAction} from '#model/decision.ts'
import {isRunning, type TorrentRecord} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {DAY, type EpochMs} from '#model/units.ts'
import type {Authority} from '#registry/rules/reach.ts'
import type {CopyPlan} from './copy-disk.ts'

interface Copied extends CopyPlan {
  /** Of its entry in the journal. */
  readonly id: string
  /** Where it is copied from. */
  readonly key: TorrentKey
  readonly name: string
  readonly target: ServerId
  /** It is to run there. */
  readonly runs: boolean
  /** Of the copy that an earlier try left there: this one goes on with it. Absent = nothing of ours is there. */
  readonly left?: Proof
  /** It may have been sent to the other server: what is there before that is not ours. */
  readonly isSent?: true
  /** We added it there, so that it may be removed again. */
  readonly isOurs?: true
  /** Of what we added, as its server first showed it: absent = it has not yet. */
  readonly addedAt?: Proof['addedAt']
}

export interface CopyOfRule extends Copied {
  readonly decision: Decision
  readonly action: WantedAction
  readonly ruleName: string
}

export interface CopyOfPerson extends Copied {
  readonly by: {
    readonly actor: Actor
    readonly via: Requester['via']
    /** The API key that they came with; `null` = none. */
    readonly credentialId: string | null
    /** Whose rights each step takes, as they are then. */
    readonly authority: Authority
  }
  /** What was ordered, and which action of theirs that is. */
  readonly order: CopyRun['action'] & {readonly args: CopyArgs}
  /** What becomes of the source once the copy stands. */
  readonly source: SourceEnd
  /** Absent = as the source has it. */
  readonly category?: string
  readonly tags?: readonly string[]
  /** How the source was when this was ordered: another life of it, or one that was protected since, stays. */
  readonly asOf: OrderedAs | null
  /** Its tracker must not see both run: the source is stopped before the copy is started. */
  readonly takesOver: boolean
  /** The other server had it before: it is only checked there. */
  readonly wasThere?: true
  /** Files lay where its data was brought to, before anything was brought: absent = it was not looked yet. */
  readonly hadFiles?: boolean
  /** How often one server was sent the other as a peer, and when last, ms of its step. */
  readonly met?: {readonly count: number; readonly atMs: number}
  /** We stopped the source, which is started again should the copy not stand. */
  readonly hasStopped?: true
  /** How often its removal was sent, and when last, ms of its step: what was cut off by a crash is sent again. */
  readonly removal?: {readonly count: number; readonly atMs: number}
  /** It was taken back while the server of the source was away, and that was waited for. */
  readonly hasAwaited?: true
  /** It was taken back, and its files stay on the other server. */
  readonly filesStay?: true
  /** What it ends with, once what it did was taken back. */
  readonly ends?: string
}

export type CopyState = CopyOfRule | CopyOfPerson

export function isOfPerson(state: CopyState): state is CopyOfPerson {
  return 'by' in state
}

/** The torrent leaves where it is once the copy stands. */
export function isMove(state: CopyState): boolean {
  return isOfPerson(state) ? state.source !== 'stays' : state.action.action === 'move'
}

/** Also the verb of its entry in the journal. */
export const COPY = 'copyTo'

/** As the journal calls what a person ordered. */
export function verbOf({source}: Pick<CopyOfPerson, 'source'>): CopyCommand['verb'] {
  return source === 'stays' ? 'copyTo' : 'moveTo'
}

export function stateOf({state}: Pick<SagaRecord, 'state'>): CopyState {
  return state as CopyState
}

/** Of sagas that have not ended. */
export function copiesAmong(unfinished: readonly SagaRecord[]): readonly CopyState[] {
  return unfinished.flatMap((saga) => (saga.kind === COPY ? [stateOf(saga)] : []))
}

/** It is being moved away from there: what counts on it there would soon count on nothing. */
export function isLeaving(unfinished: readonly SagaRecord[], from: TorrentKey): boolean {
  return copiesAmong(unfinished).some((state) => isMove(state) && keyText(state.key) === keyText(from))
}

/** Their data still has to come to the disk of the other server. */
const toCome: ReadonlySet<string> = new Set(['prepare', 'ready', 'add', 'fetch', 'lay'])

export function needsSource({step}: Pick<SagaRecord, 'step'>): boolean {
  return toCome.has(step)
}

/** Those whose data still has to come to its disk. */
export function copiesToCome(unfinished: readonly SagaRecord[]): readonly CopyState[] {
  return copiesAmong(unfinished.filter(needsSource))
}

/** Steps at which disks or servers have something to do. */
const atWork: ReadonlySet<string> = new Set(['ready', 'add', 'lay', 'check', 'proof', 'start', 'shown'])

/** So many of a way at once: disks and servers have something else to do, too. A server downloads as many as it likes. */
const mostAtOnce: Readonly<Record<CopyWay, number>> = {copies: 2, links: 8, place: 8, download: 500}
/** Of rules, whatever their way. */
export const MOST_OF_RULES = 2

export function copiesOfRules(unfinished: readonly SagaRecord[]): number {
  return copiesAmong(unfinished).filter((state) => !isOfPerson(state)).length
}

/** Whether one that a person ordered may begin: those that were ordered before it come first. */
export function isItsTurn(
  saga: Pick<SagaRecord, 'id' | 'state'>,
  unfinished: readonly SagaRecord[],
): boolean {
  const {way} = stateOf(saga)
  const alike = unfinished.filter((it) => it.kind === COPY && stateOf(it).way === way)
  const busy = alike.filter(({step}) => atWork.has(step)).length
  const waiting = alike.filter((it) => it.step === 'prepare' && isOfPerson(stateOf(it)))
  return busy + waiting.findIndex(({id}) => id === saga.id) < mostAtOnce[way]
}

/** That a server checked it as a whole by our hand, by `subjectOf`. */
export const PROVEN = 'copied'
export const PROVEN_MS = 30 * DAY * 1_000

export interface Proof {
  /** Of the copy, as its server tells it: one that was added again is another. */
  readonly addedAt: EpochMs | null
}

/** Of a copy that a person ordered: what takes it back. */
export interface MadeCopy extends Proof, Pick<CopyOfPerson, 'isOurs' | 'hadFiles' | 'way'> {
  /** Of its entry in the journal; absent = an older program did not keep it. */
  readonly entryId?: string
}

export function subjectOf(key: TorrentKey, target: ServerId): string {
  return `${keyText(key)} ${target}`
}

/** A copy that did not come out whole, by `subjectOf`. */
export const FAILED = 'copy.failed'
export const FAILED_MS = 30 * DAY * 1_000

/** That its person took a copy back, by `subjectOf`: also a step that was cut off by a kill does not go on with it. */
export const TAKEN_BACK = 'copy.cancelled'
export const TAKEN_BACK_MS = 30 * DAY * 1_000

/** By which id, as another one may be begun of the same. */
export type TakenBack = Pick<CopyOfPerson, 'id'>

export function isTakenBack(
  deadlines: Pick<Deadlines, 'of'>,
  {id, key, target}: Pick<CopyOfPerson, 'id' | 'key' | 'target'>,
): boolean {
  const record = deadlines.of(TAKEN_BACK, subjectOf(key, target))
  return record !== null && (record.detail as TakenBack).id === id
}

export interface FailedCopy {
  readonly count: number
  /** Of the last of them: one that is told again after a crash counts once. */
  readonly id: string
  /** When it may be tried again; `null` = a person has to do something first. */
  readonly nextAt: EpochMs | null
  /** For people. */
  readonly why: string
  /** Whose tries these were: who changes the rule has it tried at once. `null` = a person's. */
  readonly rule: Pick<Decision, 'ruleId' | 'ruleRevision'> | null
  /** Where it was to be there. */
  readonly plan: CopyPlan
  /** Of the copy of ours that was left there; `null` = there was none. */
  readonly left: Proof | null
}

/** How often it failed, and what is left of that; `null` = it did not, or that is long ago. */
export function failedCopy(
  deadlines: Pick<Deadlines, 'of' | 'isOver'>,
  key: TorrentKey,
  target: ServerId,
): FailedCopy | null {
  const subject = subjectOf(key, target)
  const record = deadlines.of(FAILED, subject)
  return record === null || deadlines.isOver(FAILED, subject) ? null : (record.detail as FailedCopy)
}

export function isOfRule({rule}: FailedCopy, {ruleId, ruleRevision}: Decision): boolean {
  return rule?.ruleId === ruleId && rule.ruleRevision === ruleRevision
}

/** It is the copy that an earlier try left there, and nobody took it over. */
export function isLeft({addedAt, state}: TorrentRecord, left: Proof): boolean {
  return (addedAt ?? null) === left.addedAt && !isRunning(state)
}

/** We added it, and nothing else took its place: absent or another one is left alone. */
export function isOurCopy({isOurs, addedAt}: CopyState, mine: TorrentRecord | null): mine is TorrentRecord {
  return mine !== null && isOurs === true && (addedAt === undefined || addedAt === (mine.addedAt ?? null))
}

/** What is there is as we send it: of an order that had no answer it may be what came of it. */
export function isAsSent({way, savePath}: CopyState, {state, savePath: its}: TorrentRecord): boolean {
  return (way === 'download' || !isRunning(state)) && (its === undefined || bare(its) === bare(savePath))
}

/** A folder without what it may end in. */
export function bare(path: string): string {
  return path.length > 1 ? path.replace(/[\\/]+$/, '') : path
}

/** All of its files are wanted, and there. A server that does not tell how large it would be as a whole has no others. */
export function isWhole({complete, progress, size, sizeTotal, hasMetadata}: TorrentRecord): boolean {
  return hasMetadata && complete && progress === 1 && (sizeTotal === undefined || sizeTotal === size)
}

/** What it has is not said yet. */
export function isBusy({state}: TorrentRecord): boolean {
  return state === 'checking' || state === 'moving' || state === 'unknown'
}

/** Its server says that something is wrong with it, whatever share of it was complete before. */
export function ails({state}: TorrentRecord): boolean {
  return state === 'error' || state === 'missingFiles' || state === 'unknown'
}

/** All of its data is there, by what its server tells now: what others have of it is not the last. */
export function isSound(torrent: TorrentRecord | null): torrent is TorrentRecord {
  return torrent !== null && !torrent.stale && isWhole(torrent) && !ails(torrent) && !isBusy(torrent)
}

export function runs({state}: TorrentRecord): boolean {
  return isRunning(state)
}

/* What steps say. */

/** Looked at again after so long. */
export const AGAIN_MS = 10_000

export const there = (saga: Pick<SagaRecord, 'state'>): TorrentKey => {
  const {target, key} = stateOf(saga)
  return {serverId: target, hash: key.hash}
}

export const next = (step: string, {state}: Pick<SagaRecord, 'state'>): StepEnd => ({next: step, state})

export function isOver({atStepMs}: SagaAtStep, ms: number): boolean {
  return atStepMs >= ms
}

/** What it ended with, and words that somebody else had for it. */
export function outcomeText(outcome: string): readonly [code: string, said: string] {
  const [code = '', ...words] = outcome.split(' ')
  return [code, words.join(' ')]
}

/** The copy stands, and the source was not removed. */
export const SOURCE_STAYS = 'source_stays'
/** Its person took it back. */
export const CANCELLED = 'cancelled'
