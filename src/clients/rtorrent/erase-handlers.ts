/**
 * What people's `rtorrent.rc`, ruTorrent and others have rTorrent do when a torrent is erased or reaches a ratio. An
 * erase keeps the data by itself, but a handler of `event.download.erased` may run a program that deletes it:
 *
 *   method.set_key = event.download.erased,delete_data,"execute.nothrow=rm,-rf,--,$d.base_path="
 *
 * `method.get` tells the text of each (tried on 0.9.8). What it calls by a name of somebody's own may do anything, so
 * only what is known to leave data alone passes.
 */
import {staysAtLimit, type LimitEnd} from '#model/limit-end.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {CallBounds} from '../port.ts'
import {RpcFault, textOf, valueOf, type RpcValue} from './rpc.ts'
import type {RtorrentSession} from './session.ts'

/** harmless: an erase leaves data alone. marked: the same, but of torrents with `d.custom5`, as ruTorrent marks them. */
export type EraseHandlers =
  | {readonly are: 'harmless' | 'marked'}
  | {readonly are: 'dangerous'; /** For people. */ readonly why: string}

/** @throws {ServerFault} it does not answer */
export async function readEraseHandlers(
  session: RtorrentSession,
  bounds: CallBounds,
): Promise<EraseHandlers> {
  const [answer] = await session.wire.askAll([{method: 'method.get', params: ['', EVENT]}], bounds)
  return eraseHandlersIn(answer instanceof RpcFault ? '' : valueOf(answer))
}

const EVENT = 'event.download.erased'

/** @param handlers their texts by their names, as `method.get` tells them */
export function eraseHandlersIn(handlers: RpcValue): EraseHandlers {
  const texts = isStruct(handlers) ? Object.entries(handlers) : null
  if (texts === null)
    return {
      are: 'dangerous',
      why: `rTorrent does not report what it runs when a torrent is erased (${EVENT}), which may delete data. ${notErased} Connect to its SCGI socket or port itself.`,
    }
  let isMarked = false
  for (const [name, value] of texts) {
    const text = textOf(value)
    if (harmless.test(text)) continue
    if (!ofMarked.test(text)) return {are: 'dangerous', why: dangerousWords(name)}
    isMarked = true
  }
  return {are: isMarked ? 'marked' : 'harmless'}
}

function dangerousWords(name: string): string {
  return `Its rTorrent runs "${name}" (${EVENT}) when a torrent is erased, which may delete data. ${notErased} Take that handler out of rtorrent.rc and restart rTorrent.`
}

const notErased = 'Commodarr removes no torrent there, not even without data.'

/** Of a torrent that is marked, where a handler deletes what is marked; for people. */
export const markedWords =
  'It is marked in rTorrent (d.custom5), so erasing it would delete its data. Remove it in ruTorrent, or clear the mark.'

function isStruct(value: RpcValue): value is {readonly [name: string]: RpcValue} {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array)
}

/** Commands that touch no data; no other one hides in their arguments. `cat=` is what ruTorrent leaves of its own. */
const plain = String.raw`(?:ui\.unfocus_download|d\.delete_tied|print|log\.[a-z_.]+|view\.filter_download|d\.save_full_session|d\.custom[1-5]?(?:\.set)?|d\.views\.[a-z_]+|cat)=[^;={}]*`
/** The history of ruTorrent only notes that it went. */
const history = String.raw`(?!.*\brm\b)execute[a-z_.]*=\{?[^;{}]*/plugins/history/[a-z]+\.(?:php|sh)\b[^;|&{}]*\}?`
const harmless = new RegExp(String.raw`^\s*(?:(?:${plain}|${history})\s*(?:;\s*)?)*$`)
/** As the erasedata of ruTorrent: what is behind it happens to marked torrents alone. */
const ofMarked =
  /^\s*(?:d\.open=\s*;\s*)?branch=\s*d\.(?:get_)?custom5=\s*,\s*(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^;,"']+)\s*;?\s*$/

/** What its ratio groups do with a torrent: `d.erase` in one of them removes it, and a handler may delete its files. */
export async function readLimitEnd(session: RtorrentSession, bounds: CallBounds): Promise<LimitEnd> {
  const names = ratioCommands(session)
  const results = await session.wire.askAll(
    names.map((name) => ({method: 'method.get', params: ['', name]})),
    bounds,
  )
  const at = names.findIndex((_, index) => !stopsOnly.test(textOf(valueOf(results[index]))))
  if (at === -1) return staysAtLimit
  const wayOut = `let ${names[at]} only stop or close torrents in rtorrent.rc`
  return {is: 'goes', mayTakeFiles: true, wayOut}
}

/**
 * Of those that are started: a group acts on what is complete and active, from its lowest ratio on, or past its highest.
 * Of what is below both of them in each group nothing is removed; what is not told may be past one.
 */
export async function readLimitEndsOfStarted(
  session: RtorrentSession,
  hashes: readonly InfoHash[],
  bounds: CallBounds,
): Promise<ReadonlyMap<InfoHash, LimitEnd>> {
  const end = await readLimitEnd(session, bounds)
  if (end.is === 'stays') return new Map(hashes.map((hash) => [hash, end]))
  const limits = ratioCommands(session).flatMap((name) =>
    ['min', 'max'].map((which) => ({method: name.replace(/command$/, which), params: ['']})),
  )
  const ratios = hashes.map((hash) => ({method: 'd.ratio', params: [hash]}))
  const answers = (await session.wire.askAll([...limits, ...ratios], bounds)).map(figureOf)
  const percents = limits.map(({method}, at) => {
    const percent = answers[at]!
    // Without a highest ratio there is none; without a lowest one it acts on all.
    return method.endsWith('.max') && percent <= 0 ? Infinity : percent
  })
  const lowest = percents.some(Number.isNaN) ? 0 : Math.min(...percents)
  // In thousandths.
  const isBelow = (at: number) => answers[limits.length + at]! < lowest * 10
  return new Map(hashes.map((hash, at) => [hash, isBelow(at) ? staysAtLimit : end]))
}

function figureOf(answer: RpcValue | RpcFault): number {
  return answer instanceof RpcFault ? Number.NaN : Number(answer)
}

function ratioCommands({facts}: RtorrentSession): readonly string[] {
  return [...facts.methods].filter((name) => /^group\d*\..+\.ratio\.command$/.test(name))
}

const stopsOnly =
  /^\s*(?:d\.(?:try_close|close|stop|try_stop|ignore_commands\.set|custom[1-5]?\.set|throttle_name\.set|views\.push_back_unique|priority\.set)=\s*[^;={}]*;?\s*)*$/
