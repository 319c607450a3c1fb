/**
 * What a person's order has beside the copy itself: where its torrent leaves, the source is stopped before the copy runs
 * (a private tracker must not see both), the copy has to stand for a while, and then the source is removed as people
 * remove. Until that is sent, whatever goes wrong leaves the source running as it did.
 *
 *   proof ─▶ yield ─▶ start ─▶ shown ─▶ settle ─▶ remove        a move
 *      any step, canceled ─▶ clear ─▶ revive                     what we made goes, what we stopped runs again
 *                              └─▶ awaitSource ─▶ clear          while its server is away, the copy may be the last of it
 */
import type {SagaAtStep, StepEnd} from '#executor/saga-runner.ts'
import type {CommandResult, RemovalCommand} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import {isRunning, type TorrentRecord} from '#model/torrent.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import {MINUTE} from '#model/units.ts'
import {waits} from '#model/waits.ts'
import {actingOn, mayTakeFiles, send, sendBack, shownThere, type CopySagaDeps} from './copy-commands.ts'
import {
  AGAIN_MS,
  ails,
  CANCELLED,
  isAsSent,
  isBusy,
  isOurCopy,
  isOver,
  isSound,
  isWhole,
  next,
  SOURCE_STAYS,
  stateOf,
  there,
  type CopyOfPerson,
} from './copy-state.ts'

const personal = (saga: Pick<SagaAtStep, 'state'>) => stateOf(saga) as CopyOfPerson

const stop = {verb: 'stop', args: {}} as const
const start = {verb: 'start', args: {}} as const

/** The source stops, and is seen to: only then the copy is started. */
export async function yieldSource(parts: CopySagaDeps, saga: SagaAtStep): Promise<StepEnd> {
  const {presence, fleet} = parts
  const state = personal(saga)
  const now = presence(state.key)
  // Nothing is left that the copy would run beside.
  if (now === 'gone' || now === 'left') return next('start', saga)
  const source = fleet.get(state.key)
  if (now !== 'there' || !source)
    return isOver(saga, waits.copyTried.ms) ? {end: 'source_away'} : {waitMs: AGAIN_MS}
  if (!isRunning(source.state) && !source.pending.includes('state')) return next('start', saga)
  if (isOver(saga, waits.copyShown.ms)) return {end: 'source_runs'}
  // Written down first: who comes to this again knows that it ran.
  if (!state.hasStopped) await saga.keep({...state, hasStopped: true} satisfies CopyOfPerson)
  return (await send(parts, saga, stop, state.key)) ?? {waitMs: AGAIN_MS}
}

/** Its server may find out within minutes that something is wrong with it, or act on a limit. */
export function settle(parts: CopySagaDeps, saga: SagaAtStep): StepEnd {
  const fault = faultOf(parts, saga)
  if (fault) return fault
  return isOver(saga, waits.copySettled.ms) ? next('remove', saga) : {waitMs: AGAIN_MS}
}

/** `null` = it stands there as it shall. */
function faultOf(parts: CopySagaDeps, saga: SagaAtStep): StepEnd | null {
  const mine = shownThere(parts, saga)
  if (mine === null) return isOver(saga, waits.copyTried.ms) ? {end: 'not_added'} : {waitMs: AGAIN_MS}
  if (isBusy(mine)) return isOver(saga, waits.copyTried.ms) ? {end: 'not_whole'} : {waitMs: AGAIN_MS}
  if (!isWhole(mine) || ails(mine)) return {end: 'not_whole'}
  if (stateOf(saga).runs && !isRunning(mine.state)) return {end: 'stopped_there'}
  return null
}

/** As people remove: through guards, into the trash where that is wanted, with its lines in the journal. */
export async function removeSource(parts: CopySagaDeps, saga: SagaAtStep): Promise<StepEnd> {
  const {presence, files} = parts
  const state = personal(saga)
  const now = presence(state.key)
  if (now === 'gone') return {end: 'done'}
  if (now === 'left') return kept('source_left', 'Its server left the configuration.')
  const {count = 0, atMs = 0} = state.removal ?? {}
  if (count > 0 && saga.atStepMs - atMs < waits.removalShown.ms) return {waitMs: AGAIN_MS}
  if (count >= MOST_REMOVALS)
    return kept('unconfirmed', 'Its removal was sent again and again, and its server still shows it.')
  if (now === 'unknown')
    return isOver(saga, waits.copyTried.ms)
      ? kept('server_not_online', 'Its server did not answer for a day.')
      : {waitMs: AGAIN_MS}
  const fault = faultOf(parts, saga)
  if (fault) return fault
  if (await mayTakeFiles(parts, saga)) return kept('removes_at_limit', removesAtLimit)
  // Of what no disk of ours shows the check by its server says all.
  const unseen = state.way === 'download' ? null : await files.compare(state.key, there(saga))
  if (unseen !== null) return isOver(saga, waits.copyShown.ms) ? kept('not_seen', unseen) : {waitMs: AGAIN_MS}
  return sendRemoval(parts, saga, state)
}

const MOST_REMOVALS = 3

const removesAtLimit =
  'The other server is set to remove torrents that reach a share limit, and might delete the files with them.'

async function sendRemoval(parts: CopySagaDeps, saga: SagaAtStep, state: CopyOfPerson): Promise<StepEnd> {
  parts.passOn(state.key, there(saga), state.wasThere !== true)
  // Written down first: it is not sent again before its end can be seen.
  const count = (state.removal?.count ?? 0) + 1
  await saga.keep({...state, removal: {count, atMs: saga.atStepMs}} satisfies CopyOfPerson)
  const freeAtOnce = state.source === 'deleted' ? {freeAtOnce: true} : {}
  // What both use stays for the copy.
  const verb = state.way === 'place' ? 'remove' : 'removeWithData'
  let result = await removed(parts, saga, {verb, args: freeAtOnce}, state.key)
  if (result.outcome === 'refused' && result.code === 'content_shared' && verb === 'removeWithData')
    result = await removed(parts, saga, {verb: 'remove', args: {}}, state.key)
  if (result.outcome === 'done' || result.outcome === 'unconfirmed') return {waitMs: AGAIN_MS}
  await saga.keep(state)
  if (result.code === 'cancelled') return {waitMs: AGAIN_MS}
  if (passing.has(result.code) && !isOver(saga, waits.copyTried.ms)) return {waitMs: AGAIN_MS}
  return kept(result.code, result.message)
}

/** They may be over in a moment. */
const passing: ReadonlySet<string> = new Set([
  'server_not_online',
  'server_unreachable',
  'server_failed',
  'session_lost',
  'storage_unavailable',
  'content_unknown',
])

/** The copy stands; why its source was not removed is said to its person alone, as it may name another server. */
function kept(code: string, why: string): StepEnd {
  return {end: `${SOURCE_STAYS} ${code} ${why}`}
}

async function removed(
  parts: CopySagaDeps,
  saga: SagaAtStep,
  command: RemovalCommand,
  key: TorrentKey,
): Promise<CommandResult> {
  const by = actingOn(parts, saga, key.serverId)
  if (!by) return {outcome: 'refused', code: 'forbidden', message: 'The user may not remove it any more.'}
  const state = personal(saga)
  const isSource = key === state.key
  const isInVain = () => {
    if (isSource) return faultOf(parts, saga) !== null
    const isSafe = command.verb === 'remove' || hasSource(parts, saga)
    return !isSafe || !isOurCopy(state, shownThere(parts, saga))
  }
  const [item] = await parts.removals.run({
    by,
    keys: [key],
    command,
    actingNow: () => actingOn(parts, saga, key.serverId),
    // In the moment in which it is sent, too.
    isCancelled: isInVain,
    entryOf: () => ({causeId: state.id}),
    ...(isSource && state.asOf !== null && {asOf: new Map([[keyText(key), state.asOf]])}),
  })
  return item!.result
}

/** Its person took it back: what we made there goes, and nothing that was there before. */
export async function clear(parts: CopySagaDeps, saga: SagaAtStep): Promise<StepEnd> {
  const state = personal(saga)
  const now = parts.presence(there(saga))
  const mine = shownThere(parts, saga)
  const isLate = isOver(saga, waits.copyTried.ms)
  // A list that was read before it was added lacks it, too: that is no sign that it went.
  const isToShow = state.isSent === true && state.addedAt === undefined && now !== 'left'
  if (isToShow && mine === null && !isOver(saga, DOUBT_MS)) return {waitMs: AGAIN_MS}
  // Its order had no answer: what came of it is ours.
  if (!state.isOurs && state.isSent && now !== 'left') {
    if (mine !== null && isAsSent(state, mine))
      return next('clear', {state: {...state, isOurs: true} satisfies CopyOfPerson})
    if (now === 'unknown' && !isLate) return {waitMs: AGAIN_MS}
  }
  if (!state.isOurs || now === 'gone' || now === 'left') return next('revive', saga)
  if (mine === null) return isLate ? next('revive', saga) : {waitMs: AGAIN_MS}
  if (!isOurCopy(state, mine)) return next('revive', saga)
  // One that was not shown before may be another one: its files stay.
  const isKnown = state.addedAt !== undefined
  const wanted = isKnown ? removalOf(state, mine) : 'remove'
  if (wanted === 'removeWithData' && parts.presence(state.key) === 'unknown' && !state.hasAwaited)
    return next('awaitSource', {state: {...state, hasAwaited: true} satisfies CopyOfPerson})
  const verb = hasSource(parts, saga) ? wanted : 'remove'
  const isBrought = state.way === 'download' || (state.way !== 'place' && state.hadFiles !== undefined)
  const stays = {state: {...state, ...(isBrought && {filesStay: true as const})} satisfies CopyOfPerson}
  const args = verb === 'remove' ? {} : pastTrash(mine)
  const result = await removed(parts, saga, {verb, args}, there(saga))
  if (result.outcome === 'done') return next('revive', verb === 'remove' ? stays : saga)
  // What others may need stays: the torrent goes alone.
  const isOfOthers = result.outcome === 'refused' && result.code === 'content_shared'
  const isUnknown = result.outcome === 'refused' && result.code === 'content_unknown'
  if (isOfOthers || (isUnknown && isOver(saga, DOUBT_MS))) {
    await removed(parts, saga, {verb: 'remove', args: {}}, there(saga))
    return next('revive', stays)
  }
  if (isOver(saga, waits.copyShown.ms)) return next('revive', stays)
  return {waitMs: AGAIN_MS}
}

/** Whether its files are the last of its data is known once the server of the source is back; meanwhile nothing runs there. */
export async function awaitSource(parts: CopySagaDeps, saga: SagaAtStep): Promise<StepEnd> {
  const state = personal(saga)
  if (parts.presence(state.key) !== 'unknown' || isOver(saga, waits.copyTried.ms)) return next('clear', saga)
  const mine = shownThere(parts, saga)
  if (isOurCopy(state, mine) && isRunning(mine.state) && !mine.pending.includes('state'))
    await again(() => sendBack(parts, saga, stop, there(saga)))
  return {waitMs: AGAIN_MS, held: {code: 'server_not_online', message: sourceAway}}
}

const sourceAway =
  'It is cancelled. What was brought to the other server is removed once the server of the source answers, for up to a day: until then it may be the last of its data.'

/** A doubt who else needs its files, or what came of an order, is over once its server has shown it, or it stays. */
const DOUBT_MS = MINUTE * 1_000

/** Without it what was brought there may be the last of its data, and stays. */
function hasSource({presence, fleet}: CopySagaDeps, saga: SagaAtStep): boolean {
  const {key} = stateOf(saga)
  return presence(key) === 'there' && isSound(fleet.get(key))
}

/** What is whole, or may be, goes into the trash where there is one. */
function pastTrash(mine: TorrentRecord): RemovalCommand['args'] {
  return isWhole(mine) || isBusy(mine) ? {freeOn: [mine.key.serverId]} : {freeAtOnce: true}
}

/** What takes a copy back whose source is sound: no file that was there before, or that others have. */
export function removalOf(
  {way, hadFiles}: Pick<CopyOfPerson, 'way' | 'hadFiles'>,
  mine: TorrentRecord,
): RemovalCommand['verb'] {
  // What is there and was not downloaded was there before.
  const isFound =
    way === 'download' && !(mine.downloaded !== undefined && mine.downloaded >= (mine.completed ?? 0))
  // Before it was looked at, nothing was brought.
  const isBrought = way === 'download' || hadFiles === false
  return way === 'place' || !isBrought || isFound ? 'remove' : 'removeWithData'
}

/** The other server is waited for a day, and the source a day longer. */
export const REVIVED_MS = 2 * waits.copyTried.ms

/** What we stopped runs again, once the copy does not. */
export async function revive(parts: CopySagaDeps, saga: SagaAtStep): Promise<StepEnd> {
  const {presence, fleet} = parts
  const state = personal(saga)
  const end = {end: state.ends ?? CANCELLED}
  if (!state.hasStopped) return end
  const isLate = isOver(saga, waits.copyTried.ms)
  const mine = shownThere(parts, saga)
  if (presence(there(saga)) === 'unknown' && !isLate) return {waitMs: AGAIN_MS}
  // What is not ours runs as it did.
  if (isOurCopy(state, mine) && isRunning(mine.state) && !isOver(saga, waits.copyShown.ms))
    return again(() => sendBack(parts, saga, stop, there(saga)))
  const now = presence(state.key)
  if (now === 'gone' || now === 'left') return end
  const source = fleet.get(state.key)
  if (now === 'unknown' || !source) return isOver(saga, REVIVED_MS) ? end : {waitMs: AGAIN_MS}
  if (isRunning(source.state) && !source.pending.includes('state')) return end
  return again(() => sendBack(parts, saga, start, state.key))
}

/** It is looked at again, also what was refused: it may show by then. */
async function again(work: () => Promise<void>): Promise<StepEnd> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof CommodarrError)) throw error
  }
  return {waitMs: AGAIN_MS}
}
