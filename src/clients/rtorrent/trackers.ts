/** Trackers of torrents: rTorrent can add one and switch one off, not remove or edit it. */
import type {TorrentVerbs} from '#model/command.ts'
import type {Tracker} from '#model/details.ts'
import {BadArgument, CommandRefused} from '#model/errors.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {epochFromUnix, type CallBounds} from '../port.ts'
import {failed, executeEach, type Outcomes} from './batch.ts'
import {complaintStatus, trackerComplaint} from './normalise.ts'
import {errorOfFault, listOf, numberOf, RpcFault, textOf, type RpcCall, type RpcValue} from './rpc.ts'
import type {RtorrentSession} from './session.ts'

interface Known {
  readonly index: number
  readonly url: string
  readonly isEnabled: boolean
  readonly group: number
}

/** Groups go from 0 to 32. */
const LAST_GROUP = 32

export async function addTrackers(
  session: RtorrentSession,
  hashes: readonly InfoHash[],
  {tiers}: Readonly<TorrentVerbs['addTrackers']>,
  bounds: CallBounds,
): Promise<Outcomes> {
  for (const url of tiers.flat()) checkUrl(url)
  return changeEach(session, hashes, bounds, (hash, known) => {
    const first = Math.max(-1, ...known.map(({group}) => group)) + 1
    return tiers.flatMap((urls, tier) => urls.flatMap((url) => insertion(hash, known, url, first + tier)))
  })
}

export async function editTracker(
  session: RtorrentSession,
  hashes: readonly InfoHash[],
  {from, to}: Readonly<TorrentVerbs['editTracker']>,
  bounds: CallBounds,
): Promise<Outcomes> {
  checkUrl(to)
  return changeEach(session, hashes, bounds, (hash, known) => {
    const old = known.find(({url, isEnabled}) => url === from && isEnabled)
    if (!old) throw new CommandRefused('The torrent has no such tracker.', {hash})
    return [...insertion(hash, known, to, old.group), switched(hash, old, false)]
  })
}

export async function removeTrackers(
  session: RtorrentSession,
  hashes: readonly InfoHash[],
  {urls}: Readonly<TorrentVerbs['removeTrackers']>,
  bounds: CallBounds,
): Promise<Outcomes> {
  return changeEach(session, hashes, bounds, (hash, known) =>
    known
      .filter(({url, isEnabled}) => isEnabled && urls.includes(url))
      .map((one) => switched(hash, one, false)),
  )
}

/** A tracker that is there but switched off is switched on again. */
function insertion(hash: InfoHash, known: readonly Known[], url: string, group: number): RpcCall[] {
  const same = known.filter((one) => one.url === url)
  if (same.some(({isEnabled}) => isEnabled)) return []
  if (same[0]) return [switched(hash, same[0], true)]
  return [{method: 'd.tracker.insert', params: [hash, Math.min(LAST_GROUP, group), url]}]
}

function switched(hash: InfoHash, {index}: Known, on: boolean): RpcCall {
  return {method: 't.is_enabled.set', params: [`${hash}:t${index}`, on ? 1 : 0]}
}

async function changeEach(
  session: RtorrentSession,
  hashes: readonly InfoHash[],
  bounds: CallBounds,
  change: (hash: InfoHash, known: readonly Known[]) => RpcCall[],
): Promise<Outcomes> {
  const outcomes: Outcomes = new Map()
  const calls = new Map<InfoHash, RpcCall[]>()
  const known = await knownTrackers(session, hashes, bounds)
  for (const hash of hashes) {
    try {
      const found = known.get(hash)
      if (found instanceof RpcFault || !found)
        throw errorOfFault(found ?? new RpcFault(0, 'no answer'), {hash})
      calls.set(hash, change(hash, found))
    } catch (error) {
      outcomes.set(hash, failed(error))
    }
  }
  const results = await executeEach(session, [...calls.keys()], (hash) => calls.get(hash)!, bounds)
  return new Map([...outcomes, ...results])
}

async function knownTrackers(
  session: RtorrentSession,
  hashes: readonly InfoHash[],
  bounds: CallBounds,
): Promise<Map<InfoHash, readonly Known[] | RpcFault>> {
  const fields = ['t.url=', 't.is_enabled=', 't.group=']
  const calls = hashes.map((hash) => ({method: 't.multicall', params: [hash, '', ...fields]}))
  const results = await session.wire.askAll(calls, bounds)
  return new Map(
    hashes.map((hash, at) => {
      const result = results[at]!
      return [hash, result instanceof RpcFault ? result : listOf(result).map(knownFrom)]
    }),
  )
}

function knownFrom(row: RpcValue, index: number): Known {
  const [url, isEnabled, group] = listOf(row)
  return {index, url: textOf(url), isEnabled: numberOf(isEnabled) === 1, group: numberOf(group)}
}

function checkUrl(url: string): void {
  const isKnown = URL.canParse(url) && /^(https?|udp):$/.test(new URL(url).protocol)
  if (isKnown && !/[\0-\x20\x7f]/.test(url)) return
  throw new BadArgument('A tracker needs an http, https or udp address without blanks.', {field: 'trackers'})
}

/* ───────────────────────────── reading ───────────────────────────── */

/** What {@link howItDid} reads. */
export const outcomeFields = [
  't.success_counter',
  't.failed_counter',
  't.success_time_last',
  't.failed_time_last',
] as const

export const trackerDetailFields = [
  't.url',
  't.is_enabled',
  't.group',
  't.is_busy',
  't.scrape_counter',
  't.scrape_complete',
  't.scrape_incomplete',
  't.scrape_downloaded',
  't.latest_sum_peers',
  't.activity_time_last',
  't.activity_time_next',
  ...outcomeFields,
] as const

type TrackerRow = {readonly [F in (typeof trackerDetailFields)[number]]?: RpcValue}

/** @param message of the torrent: rTorrent keeps one for all of its trackers */
export function trackersFrom(rows: readonly TrackerRow[], message: string): Tracker[] {
  const complaint = trackerComplaint(message)
  return rows
    .filter((row) => !textOf(row['t.url']).startsWith('dht:'))
    .map((row) => {
      const status = statusOf(row, complaint)
      const isReported = numberOf(row['t.scrape_counter']) + numberOf(row['t.success_counter']) > 0
      return {
        url: textOf(row['t.url']),
        tier: numberOf(row['t.group']),
        status,
        message: status === 'error' || status === 'unreachable' ? complaint : '',
        seeds: isReported ? numberOf(row['t.scrape_complete']) : undefined,
        leeches: isReported ? numberOf(row['t.scrape_incomplete']) : undefined,
        downloaded: isReported ? numberOf(row['t.scrape_downloaded']) : undefined,
        peers: isReported ? numberOf(row['t.latest_sum_peers']) : undefined,
        lastAnnounceAt: epochFromUnix(numberOf(row['t.activity_time_last'])),
        nextAnnounceAt: epochFromUnix(numberOf(row['t.activity_time_next'])),
      }
    })
}

function statusOf(row: TrackerRow, complaint: string): Tracker['status'] {
  if (numberOf(row['t.is_enabled']) === 0) return 'disabled'
  const did = howItDid(row)
  if (did === 'failed') return complaint === '' ? 'unreachable' : complaintStatus(complaint)
  if (numberOf(row['t.is_busy']) === 1) return 'updating'
  return did === 'worked' ? 'working' : 'waiting'
}

/** By its last announce; the counter of failures falls back to 0 with each success. `null` = it was not asked yet. */
export function howItDid(row: {readonly [F in (typeof outcomeFields)[number]]?: RpcValue}):
  | 'worked'
  | 'failed'
  | null {
  const [worked, failed] = [numberOf(row['t.success_time_last']), numberOf(row['t.failed_time_last'])]
  if (numberOf(row['t.failed_counter']) > 0 && failed >= worked) return 'failed'
  return numberOf(row['t.success_counter']) > 0 ? 'worked' : null
}
