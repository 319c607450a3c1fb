/**
 * Copies a torrent to another server. It is added there stopped, its data laid where that server looks for it, checked
 * by that server as a whole, and only then started, if it ran where it came from. That stays as it was. What does not
 * come out whole stays there, stopped, and the journal says why: nothing of it is removed unasked. It is tried again
 * over what is there, three times and each time later; then a person is told what to do.
 *
 *   prepare ─▶ add ─▶ lay ─▶ check ─▶ proof ─▶ start
 */
import type {Deadlines} from '#automation-state/deadlines.ts'
import type {TermedOrder} from '#executor/order-terms.ts'
import {ruleActor, verdictEntry} from '#executor/rule-entry.ts'
import {endOfSaga, type SagaAtStep, type SagaKind, type StepEnd} from '#executor/saga-runner.ts'
import type {Access} from '#model/access.ts'
import {quarantineTag, type SagaRecord} from '#model/automation-state.ts'
import type {AnyTorrentCommand} from '#model/command.ts'
import type {Decision, StandingRule, WantedAction} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {RuleId} from '#model/rule.ts'
import {limitsHandedOn, limitWords, takesFiles, type LimitEnd} from '#model/limit-end.ts'
import type {Executor, FleetReader, ItemResult, Presence, TorrentReader} from '#model/services.ts'
import {isRunning, type TorrentRecord} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {DAY, HOUR, MINUTE, type EpochMs} from '#model/units.ts'
import {waits} from '#model/waits.ts'
import {limitsOf} from '#trash/trash-record.ts'
import type {CopyPlacing, CopyPlan} from './copy-disk.ts'
import type {CopyingDeps} from './copying.ts'
import type {SharedCopies} from './shared-copies.ts'

export interface CopySagaDeps extends Pick<CopyingDeps, 'limitEnds' | 'clock' | 'write'> {
  readonly placing: Pick<CopyPlacing, 'lay'>
  readonly fleet: Pick<FleetReader, 'get'>
  readonly details: Pick<TorrentReader, 'exportTorrent'>
  readonly executor: Pick<Executor, 'add'> & {run(order: TermedOrder): Promise<readonly ItemResult[]>}
  readonly deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'isOver' | 'set' | 'cancel'>
  readonly shared: Pick<SharedCopies, 'begin'>
  readonly rules: (id: RuleId) => Pick<StandingRule, 'access'> | null
  /** By a whole list that was read since this program began; else unknown. */
  readonly presence: (key: TorrentKey) => Presence
}

export interface CopyState extends CopyPlan {
  /** Of its entry in the journal. */
  readonly id: string
  readonly decision: Decision
  readonly action: WantedAction
  /** Where it is copied from. */
  readonly key: TorrentKey
  readonly name: string
  readonly ruleName: string
  readonly target: ServerId
  /** It is to run there, as it ran where it came from. */
  readonly runs: boolean
  /** Of the copy that an earlier try left there: this one goes on with it. Absent = nothing of ours is there. */
  readonly left?: Proof
}

/** Of sagas that have not ended. */
export function copiesAmong(unfinished: readonly SagaRecord[]): readonly CopyState[] {
  return unfinished.flatMap(({kind, state}) => (kind === COPY ? [state as CopyState] : []))
}

/** Their data is on the disk of the other server, which counts it itself. */
const laid: ReadonlySet<string> = new Set(['check', 'proof', 'start', 'shown'])

/** Those whose data still has to come to its disk. */
export function copiesToCome(unfinished: readonly SagaRecord[]): readonly CopyState[] {
  return copiesAmong(unfinished.filter(({step}) => !laid.has(step)))
}

/** That a server checked it as a whole by our hand, by `subjectOf`. */
export const PROVEN = 'copied'
const PROVEN_MS = 30 * DAY * 1_000

export interface Proof {
  /** Of the copy, as its server tells it: one that was added again is another. */
  readonly addedAt: EpochMs | null
}

export function subjectOf(key: TorrentKey, target: ServerId): string {
  return `${keyText(key)} ${target}`
}

/** A copy that did not come out whole, by `subjectOf`. */
const FAILED = 'copy.failed'
const FAILED_MS = 30 * DAY * 1_000
/** So long after each failure: what ails a disk or a server is over by then, or a person has to look. */
const TRY_AGAIN_MS = [HOUR, 6 * HOUR, DAY].map((seconds) => seconds * 1_000)

export interface FailedCopy {
  readonly count: number
  /** Of the last of them: one that is told again after a crash counts once. */
  readonly id: string
  /** When it may be tried again; `null` = a person has to do something first. */
  readonly nextAt: EpochMs | null
  /** For people. */
  readonly why: string
  /** Whose tries these were: who changes the rule has it tried at once. */
  readonly rule: Pick<Decision, 'ruleId' | 'ruleRevision'>
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

/** For people: what has to happen before a copy that failed too often is tried again. */
export const wayOut =
  'It is not tried again automatically. Complete it on the other server, or remove it there with its data, or save the rule again.'

/** Also the verb of its entry in the journal. */
export const COPY = 'copyTo'

const AGAIN_MS = 10_000

/** What is no fault of a server and may be over sooner, ms. */
const patience: Readonly<Record<string, number>> = {
  disk_failed: HOUR * 1_000,
  command_refused: HOUR * 1_000,
  // Who else has something there is known once what was just added shows its place.
  content_unknown: 10 * MINUTE * 1_000,
}

/** They may be over tomorrow. */
const passing: ReadonlySet<string> = new Set([
  'server_unreachable',
  'server_not_online',
  'server_failed',
  'rate_limited',
  'session_lost',
  'login_refused',
  'login_banned',
  'storage_unavailable',
  'answer_invalid',
  'unconfirmed',
])

export function copyTorrent(parts: CopySagaDeps): SagaKind {
  const step = (work: (parts: CopySagaDeps, saga: SagaAtStep) => StepEnd | Promise<StepEnd>) => {
    return async (saga: SagaAtStep) =>
      whoLeft(parts, saga) ?? (await patient(saga, async () => work(parts, saga)))
  }
  return {
    kind: COPY,
    version: 1,
    first: 'prepare',
    patienceMs: {
      prepare: waits.copyTried.ms,
      add: waits.copyTried.ms,
      lay: waits.copyTried.ms,
      check: waits.copyTried.ms,
      proof: waits.copyTried.ms,
      start: waits.copyTried.ms,
      shown: waits.copyShown.ms,
    },
    steps: {
      prepare: step(prepare),
      add: step(add),
      lay: step(lay),
      check: step(check),
      proof: step(proof),
      start: step(start),
      shown: step(shown),
    },
    async ended({state}, outcome) {
      const {id, decision, action, key, name, ruleName, target, way} = state as CopyState
      const [code, said] = outcomeText(outcome)
      if (code === 'done') await prove(parts, state as CopyState)
      const why = whyNot[code] ?? 'One of the servers, or a disk, refused it.'
      const again = code === 'done' ? '' : await noteFailure(parts, state as CopyState, code, why)
      const message = `${why} ${stays}${again}`
      const what =
        code === 'done' ? ({phase: 'confirmed'} as const) : ({phase: 'failed', code, message} as const)
      const args = {by: way}
      const more = {at: parts.clock.now(), actor: ruleActor(ruleName), name, args, ...what}
      const entry = {...verdictEntry(decision, key, more), verb: COPY}
      // Its own words name folders of the other server: they are for who sees that one.
      const words = said === '' ? [] : [{...entry, serverId: target, message: said, causeId: id}]
      await parts.write([{...entry, id}, ...words])
      return endOfSaga({decision, action}, code)
    },
  }
}

/** All of its files are wanted, and there. A server that does not tell how large it would be as a whole has no others. */
export function isWhole({complete, progress, size, sizeTotal, hasMetadata}: TorrentRecord): boolean {
  return hasMetadata && complete && progress === 1 && (sizeTotal === undefined || sizeTotal === size)
}

/** By what it ended with. */
const whyNot: Readonly<Record<string, string>> = {
  came_before: 'Another program or person added it there first.',
  source_gone: 'It is not whole any more on the server that it was to come from.',
  not_added: 'The other server does not show it, though it was added.',
  elsewhere: 'The other server uses another folder than it was given, so the data was not copied there.',
  started_by_another: 'It was started there before its data was there.',
  path_refused: 'Something else is where its data shall be.',
  bad_argument: 'The other server lists other files for it, or does not accept the name of its category.',
  disk_failed: 'A disk could not be read or written.',
  changed_meanwhile: 'Its files are not those any more that it was decided on.',
  not_whole: 'The other server checked it and lacks some of its data.',
  not_started: 'The other server has all of it and does not run it, though it was started again and again.',
  another_server: 'Another server answers at the address of one of them.',
  target_left: 'The other server left the configuration.',
  source_left: 'The server that it was to come from left the configuration, and has to be back first.',
  removes_at_limit:
    'The other server is set to remove torrents that reach a share limit, and might delete the files with them.',
  rule_gone: 'Its rule, or the right of its owner to the other server, is gone.',
}

/** Of everything that was begun, whatever ended it. */
const stays = 'What was brought there by then stays there, and is not started.'

/** What it ended with, and words that somebody else had for it. */
function outcomeText(outcome: string): readonly [code: string, said: string] {
  const [code = '', ...words] = outcome.split(' ')
  return [code, words.join(' ')]
}

const there = ({state}: SagaRecord): TorrentKey => {
  const {target, key} = state as CopyState
  return {serverId: target, hash: key.hash}
}
const next = (step: string, {state}: SagaRecord): StepEnd => ({next: step, state})

/** What is over is forgotten. */
async function prove({deadlines, fleet, clock}: CopySagaDeps, {key, target}: CopyState): Promise<void> {
  const at = clock.now()
  for (const {kind, subject} of [...deadlines.ofKind(PROVEN), ...deadlines.ofKind(FAILED)])
    if (deadlines.isOver(kind, subject)) await deadlines.cancel(kind, subject)
  const detail: Proof = {addedAt: fleet.get({serverId: target, hash: key.hash})?.addedAt ?? null}
  const subject = subjectOf(key, target)
  await deadlines.set({kind: PROVEN, subject, version: 1, detail, dueAt: at + PROVEN_MS, createdAt: at})
  await deadlines.cancel(FAILED, subject)
}

/**
 * Counts a failure, so that its rule does not begin it again and again.
 * @returns for people: when it is tried again, or what has to happen before
 */
async function noteFailure(
  {deadlines, clock, fleet}: CopySagaDeps,
  state: CopyState,
  code: string,
  why: string,
): Promise<string> {
  const {key, target, decision, savePath, way, bytes} = state
  const subject = subjectOf(key, target)
  // Somebody else has it there, or decides about it: nothing of it is ours to go on with.
  if (decidedByOthers.has(code)) {
    await deadlines.cancel(FAILED, subject)
    return ''
  }
  const before = failedCopy(deadlines, key, target)
  const at = clock.now()
  const {ruleId, ruleRevision} = decision
  const earlier = before && isOfRule(before, decision) ? before.count : 0
  const count = before?.id === state.id ? before.count : earlier + 1
  const wait = TRY_AGAIN_MS[count - 1]
  const found = fleet.get({serverId: target, hash: key.hash})
  const detail: FailedCopy = {
    count,
    id: state.id,
    nextAt: wait === undefined ? null : at + wait,
    why,
    rule: {ruleId, ruleRevision},
    plan: {savePath, way, bytes},
    left: found && {addedAt: found.addedAt ?? null},
  }
  await deadlines.set({kind: FAILED, subject, version: 1, detail, createdAt: at, dueAt: at + FAILED_MS})
  return detail.nextAt === null
    ? ` ${wayOut}`
    : ` It is tried again at ${new Date(detail.nextAt).toISOString()}.`
}

export function isOfRule({rule}: FailedCopy, {ruleId, ruleRevision}: Decision): boolean {
  return rule.ruleId === ruleId && rule.ruleRevision === ruleRevision
}

/** After these a person, or another server, decides what becomes of what is there. */
const decidedByOthers: ReadonlySet<string> = new Set([
  'came_before',
  'elsewhere',
  'started_by_another',
  'another_server',
  'target_left',
  'rule_gone',
  'unreadable',
])

/** It is the copy that an earlier try left there, and nobody took it over. */
export function isLeft({addedAt, state}: TorrentRecord, left: Proof): boolean {
  return (addedAt ?? null) === left.addedAt && !isRunning(state)
}

/** Of a server that is not configured any more no list will ever tell. `null` = both are there, as far as they are needed. */
function whoLeft({presence}: CopySagaDeps, saga: SagaAtStep): StepEnd | null {
  if (presence(there(saga)) === 'left') return {end: 'target_left'}
  const needsSource = !laid.has(saga.step)
  return needsSource && presence((saga.state as CopyState).key) === 'left' ? {end: 'source_left'} : null
}

/** What it finds there later is ours. */
function prepare({presence, fleet}: CopySagaDeps, saga: SagaAtStep): StepEnd {
  const now = presence(there(saga))
  if (now === 'there') {
    const {left} = saga.state as CopyState
    const found = fleet.get(there(saga))
    return left && found && isLeft(found, left) ? next('lay', saga) : {end: 'came_before'}
  }
  if (now === 'gone') return next('add', saga)
  return isOver(saga, waits.copyTried.ms) ? {end: 'server_not_online'} : {waitMs: AGAIN_MS}
}

/** May be sent twice: whoever has it already says so. */
async function add(parts: CopySagaDeps, saga: SagaAtStep): Promise<StepEnd> {
  const {fleet, details, executor, limitEnds} = parts
  const {key, ruleName, target, savePath, way, action} = saga.state as CopyState
  if (parts.presence(there(saga)) === 'there') return next('lay', saga)
  const access = accessOf(parts, saga)
  if (!access) return {end: 'rule_gone'}
  const source = fleet.get(key)
  if (!source || parts.presence(key) === 'gone') return {end: 'source_gone'}
  const end = await limitEnds.ofAdded(target, source.category ?? null)
  if (endOverFiles(end, {way, action}) !== null) return {end: 'removes_at_limit'}
  const torrent = await details.exportTorrent(key)
  const tags = source.tags.filter((tag) => tag !== quarantineTag)
  // Also when it is there already: what it is like is looked at next.
  await executor.add({actor: ruleActor(ruleName), access}, target, {
    source: {torrent, fileName: `${key.hash}.torrent`},
    start: false,
    savePath,
    tags,
    data: way === 'place' ? 'shared' : 'brought',
    ...(source.category && {category: source.category}),
    ...limitsHandedOn(limitsOf(source), end),
  })
  return next('lay', saga)
}

/**
 * Why a copy must not be where its server removes torrents with their files: they are those of the source, or the last
 * ones once that went. `null` = it may.
 */
export function endOverFiles(end: LimitEnd, {way, action}: Pick<CopyState, 'way' | 'action'>): string | null {
  if (!takesFiles(end)) return null
  const isAlone = way === 'copies' && action.action !== 'move'
  return isAlone ? null : `${limitWords(end)} So nothing is shared with it or moved to it.`
}

/** As its server is set now. What it does not tell, or does not list, is tried again. @throws {CommodarrError} */
async function mayTakeFiles({limitEnds}: CopySagaDeps, saga: SagaAtStep): Promise<boolean> {
  const {serverId, hash} = there(saga)
  const end = (await limitEnds.of(serverId, [hash])).get(hash)
  if (!end) throw new CommodarrError('server_failed', limitWords(null))
  return endOverFiles(end, saga.state as CopyState) !== null
}

async function lay(parts: CopySagaDeps, saga: SagaAtStep): Promise<StepEnd> {
  const {key, target, savePath, way} = saga.state as CopyState
  const mine = shownThere(parts, saga)
  if (mine === null) return isOver(saga, waits.copyShown.ms) ? {end: 'not_added'} : {waitMs: AGAIN_MS}
  if (mine.savePath !== undefined && bare(mine.savePath) !== bare(savePath)) return {end: 'elsewhere'}
  // What it checks by itself it found there.
  if (isBusy(mine)) return isOver(saga, waits.copyTried.ms) ? {end: 'not_added'} : {waitMs: AGAIN_MS}
  if (isRunning(mine.state) && !isWhole(mine)) return {end: 'started_by_another'}
  if (parts.presence(key) === 'gone') return {end: 'source_gone'}
  const source = parts.fleet.get(key)
  if (!source || !isWhole(source)) return {end: 'source_gone'}
  if (await mayTakeFiles(parts, saga)) return {end: 'removes_at_limit'}
  if (way !== 'copies') await parts.shared.begin(key, target)
  await parts.placing.lay(key, there(saga), way)
  return next('check', saga)
}

/** All of it, whatever was laid: nothing is started that its server has not seen for itself. */
async function check(parts: CopySagaDeps, saga: SagaAtStep): Promise<StepEnd> {
  const end = await send(parts, saga, {verb: 'recheck', args: {}})
  return end ?? next('proof', saga)
}

function proof(parts: CopySagaDeps, saga: SagaAtStep): StepEnd {
  const mine = shownThere(parts, saga)
  if (mine === null) return isOver(saga, waits.copyTried.ms) ? {end: 'not_added'} : {waitMs: AGAIN_MS}
  // A list that was read before the check began may tell of the time before.
  if (isBusy(mine) || !isOver(saga, AGAIN_MS)) return {waitMs: AGAIN_MS}
  if (isWhole(mine)) return next('start', saga)
  return isOver(saga, waits.copyShown.ms) ? {end: 'not_whole'} : {waitMs: AGAIN_MS}
}

async function start(parts: CopySagaDeps, saga: SagaAtStep): Promise<StepEnd> {
  const known = runsThere(parts, saga)
  if (known) return known
  // Hours may have passed since it was laid, and what seeds on reaches a limit.
  if (await mayTakeFiles(parts, saga)) return {end: 'removes_at_limit'}
  return (await sendStart(parts, saga)) ?? next('shown', saga)
}

/** Its time counts from the first start that was sent: what passed before that, by a server that was away, counts for none. */
async function shown(parts: CopySagaDeps, saga: SagaAtStep): Promise<StepEnd> {
  if (!isOver(saga, AGAIN_MS)) return {waitMs: AGAIN_MS}
  const known = runsThere(parts, saga)
  if (known) return known
  if (isOver(saga, waits.copyShown.ms)) return {end: 'not_started'}
  return (await sendStart(parts, saga)) ?? {waitMs: AGAIN_MS}
}

/** `null` = it is to be started. */
function runsThere(parts: CopySagaDeps, saga: SagaAtStep): StepEnd | null {
  const {runs} = saga.state as CopyState
  const mine = shownThere(parts, saga)
  if (mine === null) return isOver(saga, waits.copyTried.ms) ? {end: 'not_added'} : {waitMs: AGAIN_MS}
  if (isBusy(mine)) return {waitMs: AGAIN_MS}
  if (!isWhole(mine)) return {end: 'not_whole'}
  if (!runs) return {end: 'done'}
  // What is only expected of it its server has not shown.
  if (mine.pending.includes('state')) return {waitMs: AGAIN_MS}
  return isRunning(mine.state) ? {end: 'done'} : null
}

function sendStart(parts: CopySagaDeps, saga: SagaAtStep): Promise<StepEnd | null> {
  return send(parts, saga, {verb: 'start', args: {}})
}

/** @returns why it cannot be done; `null` = it was sent. @throws {CommodarrError} it is tried again */
async function send(
  parts: CopySagaDeps,
  saga: SagaRecord,
  command: AnyTorrentCommand,
): Promise<StepEnd | null> {
  const {id, decision, ruleName} = saga.state as CopyState
  const access = accessOf(parts, saga)
  if (!access) return {end: 'rule_gone'}
  const terms = {
    id: crypto.randomUUID(),
    objection: () => null,
    journal: {ruleId: decision.ruleId, causeId: id, isBrief: true},
  }
  const [result] = await parts.executor.run({
    by: {actor: ruleActor(ruleName), access},
    keys: [there(saga)],
    command,
    terms: () => terms,
  })
  const {result: outcome} = result!
  if (outcome.outcome === 'done' || outcome.outcome === 'unconfirmed') return null
  throw new CommodarrError('command_refused', outcome.message)
}

/** What may be over tomorrow is tried again, for a day; a disk for an hour. Everything else ends it. */
async function patient(saga: SagaAtStep, work: () => Promise<StepEnd>): Promise<StepEnd> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof CommodarrError)) throw error
    const {code} = error
    const most = passing.has(code) ? waits.copyTried.ms : (patience[code] ?? 0)
    if (isOver(saga, most)) return {end: `${code} ${error.message}`}
    throw error
  }
}

/** `null` = its server does not tell of it now. */
function shownThere({presence, fleet}: CopySagaDeps, saga: SagaRecord): TorrentRecord | null {
  return presence(there(saga)) === 'there' ? fleet.get(there(saga)) : null
}

/** What it has is not said yet. */
export function isBusy({state}: TorrentRecord): boolean {
  return state === 'checking' || state === 'moving' || state === 'unknown'
}

function isOver({atStepMs}: SagaAtStep, ms: number): boolean {
  return atStepMs >= ms
}

function accessOf({rules}: CopySagaDeps, {state}: SagaRecord): Access | null {
  return rules((state as CopyState).decision.ruleId)?.access ?? null
}

function bare(path: string): string {
  return path.length > 1 ? path.replace(/[\\/]+$/, '') : path
}
