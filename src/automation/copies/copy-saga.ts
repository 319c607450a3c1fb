/**
 * Copies a torrent to another server. It is added there stopped, its data laid where that server looks for it, checked
 * by that server as a whole, and only then started, if it is to run there. The source stays as it was; where a person
 * moves it, `hand-over.ts` goes on. What does not come out whole stays there, stopped, and the journal says why: nothing
 * of it is removed unasked. For a rule it is tried again over what is there, three times and each time later; then a
 * person is told what to do. A person tries it again.
 *
 *   prepare ─▶ add ─▶ lay ─▶ check ─▶ proof ─▶ start ─▶ shown           of a rule
 *   prepare (its turn) ─▶ ready ─▶ add ─▶ lay | fetch ─▶ check …        of a person
 */
import {failureOf} from '#executor/outcomes.ts'
import {ruleActor, verdictEntry} from '#executor/rule-entry.ts'
import {endOfSaga, type SagaAtStep, type SagaKind, type StepEnd} from '#executor/saga-runner.ts'
import type {JournalEntry} from '#journal/entry.ts'
import {quarantineTag} from '#model/automation-state.ts'
import type {CommandResult} from '#model/command.ts'
import type {RuleActionEnded} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {limitsHandedOn} from '#model/limit-end.ts'
import {isRunning, type TorrentRecord} from '#model/torrent.ts'
import {DAY, HOUR, MINUTE} from '#model/units.ts'
import type {WaitReason} from '#model/unfinished.ts'
import {waits} from '#model/waits.ts'
import {limitsOf} from '#trash/trash-record.ts'
import {
  actingOn,
  endOverFiles,
  mayTakeFiles,
  rightsGone,
  send,
  shownThere,
  type CopySagaDeps,
} from './copy-commands.ts'
import {
  AGAIN_MS,
  ails,
  bare,
  CANCELLED,
  COPY,
  FAILED,
  FAILED_MS,
  failedCopy,
  isAsSent,
  isBusy,
  isItsTurn,
  isLeft,
  isMove,
  isOfPerson,
  isOfRule,
  isOurCopy,
  isOver,
  isTakenBack,
  isWhole,
  needsSource,
  next,
  outcomeText,
  PROVEN,
  PROVEN_MS,
  SOURCE_STAYS,
  stateOf,
  subjectOf,
  TAKEN_BACK,
  there,
  verbOf,
  type CopyOfPerson,
  type CopyOfRule,
  type CopyState,
  type FailedCopy,
  type MadeCopy,
  type Proof,
} from './copy-state.ts'
import {awaitSource, clear, removeSource, revive, REVIVED_MS, settle, yieldSource} from './hand-over.ts'

/** So long after each failure: what ails a disk or a server is over by then, or a person has to look. */
const TRY_AGAIN_MS = [HOUR, 6 * HOUR, DAY].map((seconds) => seconds * 1_000)

/** For people: what has to happen before a copy that failed too often is tried again. */
export const wayOut =
  'It is not tried again automatically. Complete it on the other server, or remove it there with its data, or save the rule again.'

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
      takenBack(parts, saga) ??
      afterFault(saga, whoLeft(parts, saga) ?? (await patient(saga, async () => work(parts, saga))))
  }
  const tried = waits.copyTried.ms
  return {
    kind: COPY,
    version: 1,
    first: 'prepare',
    withoutRight(saga) {
      if (takenBack(parts, saga) || whoLeft(parts, saga)) return null
      const lost = rightLost(parts, saga)
      return lost && afterFault(saga, lost)
    },
    patienceMs: {
      ready: tried,
      add: tried,
      fetch: waits.copyFetched.ms,
      lay: tried,
      check: tried,
      proof: tried,
      yield: waits.copyShown.ms,
      start: tried,
      shown: waits.copyShown.ms,
      settle: tried,
      remove: tried,
      clear: tried,
      awaitSource: tried,
      revive: REVIVED_MS,
    },
    steps: {
      prepare: step(prepare),
      ready: step(ready),
      add: step(add),
      fetch: step(fetchData),
      lay: step(lay),
      check: step(check),
      proof: step(proof),
      yield: step(yieldSource),
      start: step(start),
      shown: step(shown),
      settle: step(settle),
      remove: step(removeSource),
      clear: step(clear),
      awaitSource: step(awaitSource),
      revive: step(revive),
    },
    ended(saga, outcome) {
      const state = stateOf(saga)
      return isOfPerson(state)
        ? endedOfPerson(parts, state, {outcome, step: saga.step})
        : endedOfRule(parts, state, outcome)
    },
  }
}

/** Steps behind which nothing is taken back any more, and those that do so. */
const pastCancel: ReadonlySet<string> = new Set(['remove', 'clear', 'awaitSource', 'revive'])

function takenBack({isCancelled, deadlines}: CopySagaDeps, saga: SagaAtStep): StepEnd | null {
  const state = stateOf(saga)
  if (!isOfPerson(state) || pastCancel.has(saga.step)) return null
  if (!isCancelled(state.id) && !isTakenBack(deadlines, state)) return null
  return {next: 'clear', state: {...state, ends: CANCELLED} satisfies CopyOfPerson}
}

/** What we stopped for it runs again before it ends, but where the copy stands. */
function afterFault(saga: SagaAtStep, end: StepEnd): StepEnd {
  const state = stateOf(saga)
  if (!('end' in end) || saga.step === 'revive' || !isOfPerson(state) || !state.hasStopped) return end
  const [code] = outcomeText(end.end)
  if (code === 'done' || code === SOURCE_STAYS) return end
  return {next: 'revive', state: {...state, ends: end.end} satisfies CopyOfPerson}
}

async function endedOfRule(
  parts: CopySagaDeps,
  state: CopyOfRule,
  outcome: string,
): Promise<RuleActionEnded> {
  const {id, decision, action, key, name, ruleName, target, way} = state
  const [code, said] = outcomeText(outcome)
  if (code === 'done') await prove(parts, state)
  const why = whyNot[code] ?? otherwise
  const again = code === 'done' ? '' : await noteFailure(parts, state, code, why)
  const message = `${why} ${stays}${again}`
  const what = code === 'done' ? ({phase: 'confirmed'} as const) : ({phase: 'failed', code, message} as const)
  const args = {by: way}
  const more = {at: parts.clock.now(), actor: ruleActor(ruleName), name, args, ...what}
  const entry = {...verdictEntry(decision, key, more), verb: COPY}
  // Its own words name folders of the other server: they are for who sees that one.
  const words = said === '' ? [] : [{...entry, serverId: target, message: said, causeId: id}]
  await parts.write([{...entry, id}, ...words])
  return endOfSaga({decision, action}, code)
}

/** The journal of the source names neither the other server nor its folders; the person is told all of it. */
async function endedOfPerson(
  parts: CopySagaDeps,
  state: CopyOfPerson,
  {outcome, step}: {readonly outcome: string; readonly step: string},
): Promise<null> {
  const {id, target} = state
  const [code, said] = outcomeText(outcome)
  const isMade = code === 'done' || code === SOURCE_STAYS
  if (isMade) await prove(parts, state)
  else await noteFailure(parts, state, code, whyNot[code] ?? otherwise)
  const at = parts.clock.now()
  const entry = entryOf(state, at)
  const {shown: message, said: words, ...why} = wordsOf(state, {code, said, step})
  const what =
    code === 'done' ? ({phase: 'confirmed'} as const) : ({phase: 'failed', code: why.code, message} as const)
  const there =
    words === ''
      ? []
      : [{...entry, id: crypto.randomUUID(), ...what, serverId: target, message: words, causeId: id}]
  await parts.write([{...entry, ...what}, ...there])
  if (isTakenBack(parts.deadlines, state))
    await parts.deadlines.cancel(TAKEN_BACK, subjectOf(state.key, target))
  // What somebody else said of it says more than that it was refused.
  const full =
    words === ''
      ? message
      : message.startsWith(otherwise)
        ? message.replace(otherwise, words)
        : `${message} ${words}`
  const result: CommandResult =
    code === 'done'
      ? {outcome: 'done'}
      : {outcome: code === CANCELLED ? 'refused' : 'failed', code: why.code, message: full}
  parts.onEnd(id, result)
  return null
}

/** Of the journal of its server. */
export function entryOf(
  {id, by, key, name, way, source}: Pick<CopyOfPerson, 'id' | 'by' | 'key' | 'name' | 'way' | 'source'>,
  at: number,
): Omit<JournalEntry, 'phase'> {
  return {id, at, actor: by.actor, subject: 'torrent', ...key, name, verb: verbOf({source}), args: {by: way}}
}

interface EndWords {
  readonly code: string
  /** For whoever sees the source. */
  readonly shown: string
  /** For whoever sees the other server, too. */
  readonly said: string
}

function wordsOf(
  state: CopyOfPerson,
  {code, said, step}: {readonly code: string; readonly said: string; readonly step: string},
): EndWords {
  if (code === SOURCE_STAYS) {
    const [why, words] = outcomeText(said)
    const stopped = state.hasStopped ? ' It is stopped here, as the copy runs there.' : ''
    return {
      code: why,
      shown: `The copy on the other server is complete. The source was not removed.${stopped}`,
      said: words,
    }
  }
  if (code === CANCELLED)
    return {code, shown: cancelledWords, said: state.filesStay ? filesStayWords(state.savePath) : ''}
  const back = step === 'revive' ? ' The source runs again as before.' : ''
  const left = state.isOurs ? ` ${stays}` : ''
  return {code, shown: `${whyNot[code] ?? otherwise}${left}${back}`, said}
}

const cancelledWords =
  'It was cancelled. What was added on the other server was removed there; files that may be needed stay.'
/** For who sees the other server. */
function filesStayWords(folder: string): string {
  return `Its files stay in ${folder} on the other server: some were there before, others may need them, or they may be the last of its data. Remove them there if they are not needed.`
}
const otherwise = 'One of the servers, or a disk, refused it.'

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
  right_gone: 'The user who ordered it may not do that any more.',
  not_downloaded: 'The other server did not download all of it within a week.',
  source_away: 'The server that it comes from did not answer for a day.',
  source_runs: 'The source could not be stopped, so its copy was not started.',
  stopped_there: 'It was stopped on the other server before the source was removed.',
}

/** Of everything that was begun, whatever ended it. */
const stays = 'What was brought there by then stays there, and is not started.'

/** What is over is forgotten. */
async function prove({deadlines, fleet, clock}: CopySagaDeps, state: CopyState): Promise<void> {
  const {key, target} = state
  const at = clock.now()
  for (const {kind, subject} of [PROVEN, FAILED, TAKEN_BACK].flatMap((it) => deadlines.ofKind(it)))
    if (deadlines.isOver(kind, subject)) await deadlines.cancel(kind, subject)
  const made = fleet.get({serverId: target, hash: key.hash})
  const proof: Proof = {addedAt: made?.addedAt ?? null}
  const detail = isOfPerson(state) ? ({...proof, ...madeBy(state, made)} satisfies MadeCopy) : proof
  const subject = subjectOf(key, target)
  await deadlines.set({kind: PROVEN, subject, version: 1, detail, dueAt: at + PROVEN_MS, createdAt: at})
  await deadlines.cancel(FAILED, subject)
}

function madeBy(state: CopyOfPerson, made: TorrentRecord | null): Omit<MadeCopy, 'addedAt'> {
  const {id, way, hadFiles} = state
  return {
    entryId: id,
    way,
    ...(isOurCopy(state, made) && {isOurs: true}),
    ...(hadFiles !== undefined && {hadFiles}),
  }
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
  const {key, target, savePath, way, bytes} = state
  const subject = subjectOf(key, target)
  // Somebody else has it there, or decides about it: nothing of it is ours to go on with.
  if (decidedByOthers.has(code)) {
    await deadlines.cancel(FAILED, subject)
    return ''
  }
  const before = failedCopy(deadlines, key, target)
  const at = clock.now()
  const decision = isOfPerson(state) ? null : state.decision
  const earlier = before && decision && isOfRule(before, decision) ? before.count : 0
  const count = before?.id === state.id ? before.count : earlier + 1
  const wait = TRY_AGAIN_MS[count - 1]
  const found = fleet.get({serverId: target, hash: key.hash})
  const detail: FailedCopy = {
    count,
    id: state.id,
    nextAt: wait === undefined ? null : at + wait,
    why,
    rule: decision && {ruleId: decision.ruleId, ruleRevision: decision.ruleRevision},
    plan: {savePath, way, bytes},
    left: found && isLeftBy(state, found) ? {addedAt: found.addedAt ?? null} : null,
  }
  await deadlines.set({kind: FAILED, subject, version: 1, detail, createdAt: at, dueAt: at + FAILED_MS})
  return detail.nextAt === null
    ? ` ${wayOut}`
    : ` It is tried again at ${new Date(detail.nextAt).toISOString()}.`
}

/** It is there by our hand, or may be: the answer of its server may have been lost. */
function isLeftBy(state: CopyState, found: TorrentRecord): boolean {
  return state.isOurs ? isOurCopy(state, found) : state.isSent === true && isAsSent(state, found)
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
  'stopped_there',
  CANCELLED,
])

/** Of a server that is not configured any more no list will ever tell. `null` = both are there, as far as they are needed. */
function whoLeft({presence}: CopySagaDeps, saga: SagaAtStep): StepEnd | null {
  if (saga.step === 'clear' || saga.step === 'awaitSource' || saga.step === 'revive') return null
  if (presence(there(saga)) === 'left') return {end: 'target_left'}
  return needsSource(saga) && presence(stateOf(saga).key) === 'left' ? {end: 'source_left'} : null
}

/**
 * Its .torrent file and its data are the source's: while they come, who wants it has to have the right to both servers.
 * Later steps ask where they send something: what was stopped for it is started again, and a copy that runs stays.
 */
function rightLost(parts: CopySagaDeps, saga: SagaAtStep): StepEnd | null {
  if (!needsSource(saga)) return null
  const {key, target} = stateOf(saga)
  const mayBoth = [key.serverId, target].every((id) => actingOn(parts, saga, id) !== null)
  return mayBoth ? null : rightsGone(saga)
}

/** What a person ordered waits for its turn: a selection may be large. */
function prepare(parts: CopySagaDeps, saga: SagaAtStep): StepEnd {
  if (!isOfPerson(stateOf(saga))) return ready(parts, saga)
  return isItsTurn(saga, parts.begun.unfinished()) ? next('ready', saga) : {waitMs: AGAIN_MS}
}

/** What it finds there later is ours. */
function ready({presence, fleet}: CopySagaDeps, saga: SagaAtStep): StepEnd {
  const now = presence(there(saga))
  const state = stateOf(saga)
  if (now === 'there') {
    const found = fleet.get(there(saga))
    if (isOfPerson(state) && state.wasThere && found && isWhole(found)) return next('check', saga)
    const {left} = state
    if (!left || !found || !isLeft(found, left)) return {end: 'came_before'}
    return next('lay', {state: firstShown(ours(state), found)})
  }
  if (now === 'gone') return next('add', saga)
  return isOver(saga, waits.copyTried.ms) ? {end: 'server_not_online'} : {waitMs: AGAIN_MS}
}

/** It is there by our hand. */
function ours(state: CopyState): CopyState {
  return {...state, isOurs: true}
}

/** Which one is ours: another one by its hash later is not. */
function firstShown(state: CopyState, mine: TorrentRecord): CopyState {
  return state.addedAt === undefined ? {...state, addedAt: mine.addedAt ?? null} : state
}

/** May be sent twice: a server that has it already says so. What was there before the first time is not ours. */
async function add(parts: CopySagaDeps, saga: SagaAtStep): Promise<StepEnd> {
  const {fleet, details, executor, limitEnds} = parts
  const state = stateOf(saga)
  const {key, target, savePath, way} = state
  const isFetched = way === 'download'
  const after = next(isFetched ? 'fetch' : 'lay', {state: ours({...state, isSent: true})})
  if (parts.presence(there(saga)) === 'there') {
    const found = fleet.get(there(saga))
    return state.isSent && found && isAsSent(state, found) ? after : {end: 'came_before'}
  }
  const by = actingOn(parts, saga, target)
  if (!by) return rightsGone(saga)
  const source = fleet.get(key)
  if (!source || parts.presence(key) === 'gone') return {end: 'source_gone'}
  const {category = source.category, tags = source.tags.filter((tag) => tag !== quarantineTag)} = {
    ...(isOfPerson(state) && state.category !== undefined && {category: state.category}),
    ...(isOfPerson(state) && state.tags !== undefined && {tags: state.tags}),
  }
  const end = await limitEnds.ofAdded(target, category || null)
  if (endOverFiles(end, {way, isMove: isMove(state)}) !== null) return {end: 'removes_at_limit'}
  const torrent = await details.exportTorrent(key)
  const {status} = await markedSent(saga, () =>
    executor.add(
      by,
      target,
      {
        source: {torrent, fileName: `${key.hash}.torrent`},
        start: isFetched,
        savePath,
        // What the other server has no place for stays behind.
        tags: parts.takesTags(target) ? tags : [],
        ...(!isFetched && {data: way === 'place' ? 'shared' : 'brought'}),
        ...(category && {category}),
        ...limitsHandedOn(limitsOf(source), end),
      },
      state.id,
    ),
  )
  if (status !== 'duplicate') return after
  if (!state.isSent) return {end: 'came_before'}
  // After an earlier try it may be ours: it is looked at once its server shows it.
  return isOver(saga, waits.copyTried.ms) ? {end: 'not_added'} : {waitMs: AGAIN_MS}
}

/** Written down first: after a kill it is known that it may be ours. What surely did not arrive was not sent. */
async function markedSent<T>(saga: SagaAtStep, sending: () => Promise<T>): Promise<T> {
  const state = stateOf(saga)
  if (!state.isSent) await saga.keep({...state, isSent: true} satisfies CopyState)
  try {
    return await sending()
  } catch (error) {
    if (!state.isSent && failureOf(error).phase === 'failed') await saga.keep(state)
    throw error
  }
}

/** The other server downloads it, from the source first: it is not started, checked or stopped meanwhile. */
async function fetchData(parts: CopySagaDeps, saga: SagaAtStep): Promise<StepEnd> {
  const mine = shownThere(parts, saga)
  const isLate = isOver(saga, waits.copyFetched.ms)
  if (mine === null) return isLate ? {end: 'not_added'} : {waitMs: AGAIN_MS}
  const state = firstShown(stateOf(saga), mine)
  if (isWhole(mine) && !isBusy(mine)) return next('check', {state})
  if (state !== saga.state) await saga.keep(state)
  if (isLate) return {end: 'not_downloaded'}
  if (isOfPerson(state)) await meet(parts, saga, state)
  const held = whyNothingComes(parts, state, mine)
  return {waitMs: AGAIN_MS, ...(held && {held})}
}

/** A download waits for a week: what only a person can end is said at once. `null` = it goes on, or that is not known yet. */
function whyNothingComes(
  {presence, fleet}: CopySagaDeps,
  {key}: CopyState,
  mine: TorrentRecord,
): WaitReason | null {
  if (isBusy(mine) || mine.pending.includes('state')) return null
  if (ails(mine)) return {code: 'server_failed', message: ailsThere}
  if (!isRunning(mine.state)) return {code: 'changed_meanwhile', message: stoppedThere}
  if (mine.downSpeed > 0) return null
  const now = presence(key)
  if (now === 'gone' || now === 'left') return {code: 'torrent_not_found', message: sourceRemoved}
  const source = now === 'there' ? fleet.get(key) : null
  if (source === null) return {code: 'server_not_online', message: sourceAway}
  return isRunning(source.state) ? null : {code: 'changed_meanwhile', message: sourceStopped}
}

const ailsThere =
  'The other server reports an error for it, such as a full disk. Its own message says which: start it there again once that is solved.'
const stoppedThere = 'It is stopped on the other server. Start it there.'
const sourceRemoved =
  'Nothing arrives, and the torrent that it comes from was removed. Only others in the swarm have the rest, if anyone has it.'
const sourceAway = 'Nothing arrives, and the server that it comes from is not connected.'
const sourceStopped = 'Nothing arrives, and the torrent that it comes from is stopped. Start that one.'

/** A server takes a peer only once it has begun, and one that was away has to be found again. */
const MEET_AGAIN_MS = [0, MINUTE, 5 * MINUTE].map((seconds) => seconds * 1_000)
const MEET_RARELY_MS = HOUR * 1_000

/** One of both servers adds the other one as a peer, as long as the source runs. */
async function meet(parts: CopySagaDeps, saga: SagaAtStep, state: CopyOfPerson): Promise<void> {
  const {key, target, met} = state
  const source = parts.fleet.get(key)
  const waitMs = MEET_AGAIN_MS[met?.count ?? 0] ?? MEET_RARELY_MS
  if (!source || !isRunning(source.state) || saga.atStepMs - (met?.atMs ?? 0) < waitMs) return
  const by = actingOn(parts, saga, key.serverId)
  if (!by) return
  const found = await parts.meeting.between(key.serverId, target, by.access, source.isPrivate !== false)
  // Written down first: a restart does not begin again.
  const again = {count: (met?.count ?? 0) + 1, atMs: saga.atStepMs}
  await saga.keep({...state, met: again} satisfies CopyOfPerson)
  if (!('adds' in found)) return
  const to = found.adds === target ? there(saga) : key
  try {
    await send(parts, saga, {verb: 'addPeers', args: {peers: found.peers}}, to)
  } catch (error) {
    // The swarm brings it all the same.
    if (!(error instanceof CommodarrError)) throw error
  }
}

async function lay(parts: CopySagaDeps, saga: SagaAtStep): Promise<StepEnd> {
  const state = stateOf(saga)
  const {key, target, savePath, way} = state
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
  const seen = await withFilesBefore(parts, saga, mine)
  if (way !== 'copies') await parts.shared.begin(key, target)
  await parts.placing.lay(key, there(saga), way)
  return next('check', {state: seen})
}

/** Of a person: what lay there before anything was brought is not removed should it be taken back. */
async function withFilesBefore(
  {files}: CopySagaDeps,
  saga: SagaAtStep,
  mine: TorrentRecord,
): Promise<CopyState> {
  const state = firstShown(stateOf(saga), mine)
  if (!isOfPerson(state) || state.hadFiles !== undefined) return state
  const seen = {...state, hadFiles: state.way === 'place' || (await files.hasAny(there(saga)))}
  await saga.keep(seen)
  return seen
}

/** All of it, whatever was laid: nothing is started that its server has not seen for itself. */
async function check(parts: CopySagaDeps, saga: SagaAtStep): Promise<StepEnd> {
  const state = stateOf(saga)
  const mine = shownThere(parts, saga)
  const isFetched = isOfPerson(state) && state.way === 'download' && state.takesOver
  // What was downloaded seeds there already, beside its source.
  if (isFetched && mine && isRunning(mine.state)) {
    const no = await send(parts, saga, {verb: 'stop', args: {}})
    if (no) return no
  }
  const end = await send(parts, saga, {verb: 'recheck', args: {}})
  return end ?? next('proof', saga)
}

function proof(parts: CopySagaDeps, saga: SagaAtStep): StepEnd {
  const mine = shownThere(parts, saga)
  if (mine === null) return isOver(saga, waits.copyTried.ms) ? {end: 'not_added'} : {waitMs: AGAIN_MS}
  // A list that was read before the check began may tell of the time before.
  if (isBusy(mine) || !isOver(saga, AGAIN_MS)) return {waitMs: AGAIN_MS}
  const state = stateOf(saga)
  if (isWhole(mine)) return next(isOfPerson(state) && state.takesOver ? 'yield' : 'start', saga)
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
  const mine = shownThere(parts, saga)
  if (mine === null) return isOver(saga, waits.copyTried.ms) ? {end: 'not_added'} : {waitMs: AGAIN_MS}
  if (isBusy(mine)) return {waitMs: AGAIN_MS}
  if (!isWhole(mine)) return {end: 'not_whole'}
  if (!stateOf(saga).runs) return made(saga)
  // What is only expected of it its server has not shown.
  if (mine.pending.includes('state')) return {waitMs: AGAIN_MS}
  return isRunning(mine.state) ? made(saga) : null
}

/** A rule decides once more before it removes the source; a person did so when it was ordered. */
function made(saga: SagaAtStep): StepEnd {
  const state = stateOf(saga)
  return isOfPerson(state) && isMove(state) ? next('settle', saga) : {end: 'done'}
}

function sendStart(parts: CopySagaDeps, saga: SagaAtStep): Promise<StepEnd | null> {
  return send(parts, saga, {verb: 'start', args: {}})
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
