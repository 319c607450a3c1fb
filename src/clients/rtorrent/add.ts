/**
 * Adding. rTorrent answers every `load.*` with 0: a duplicate, rubbish, a dead URL. So the hash is known beforehand, a
 * duplicate is looked for first, and afterwards we wait until the torrent is there.
 *
 * Settings go along with the load as commands, so that they are in the first session file (0.16 writes it in the
 * background, and a second write that comes too soon is dropped). A value that cannot stand in a command is set by a
 * direct call, whose values are never parsed, before the torrent is started. With a magnet that is no way: the torrent
 * that replaces it when its metadata comes gets the commands of the load, and nothing else.
 * Source: rTorrent RPC sheet §6; tried on 0.9.8 and 0.16.17.
 */
import {sleep} from '#lib/clock.ts'
import type {AddOutcome, AddTorrent} from '#model/command.ts'
import {BadArgument, CommandRefused, CommodarrError, NotSupported} from '#model/errors.ts'
import {plainReach, type Features} from '#model/server.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {readMagnet, withPlainName} from '../magnet.ts'
import {refusePlaceholder} from '../no-category.ts'
import {inBoth} from '../outgoing.ts'
import type {CallBounds} from '../port.ts'
import {quoted, writeLabels} from './codec.ts'
import {refuseIfNone} from './features.ts'
import {fetchTorrent} from '../fetch-torrent.ts'
import {joinLabels} from './normalise.ts'
import {numberOf, RpcFault, valueOf, type RpcCall} from './rpc.ts'
import {checkedPath, isAtLeast, type RtorrentSession} from './session.ts'
import {makeGroups} from './speed-limits.ts'
import {throttleName} from './throttles.ts'

const APPEARS_WITHIN_MS = 15_000
const LOOK_EVERY_MS = 100

type Source =
  | {
      readonly kind: 'torrent'
      readonly hash: InfoHash
      readonly bytes: Uint8Array
      readonly hasTrackers: boolean
    }
  | {readonly kind: 'magnet'; readonly hash: InfoHash; readonly uri: string}

/** @throws {CommodarrError} nothing was added, the message says why */
export async function addTorrent(
  session: RtorrentSession,
  features: Features,
  add: AddTorrent,
  bounds: CallBounds,
): Promise<AddOutcome> {
  refuseOptions(features, add)
  refusePlaceholder(session.definition.categorySource, add.category ?? '')
  const savePath = savePathOf(session, add)
  const source = await readSource(session, add, bounds)
  if (await isThere(session, source.hash, bounds)) return {status: 'duplicate', hash: source.hash}
  const settings = settingsOf(session, add, savePath)
  if (source.kind === 'magnet') {
    // What waits would stop permanently with its metadata (`loadMagnet`).
    await loadMagnet(session, source, add, settings, bounds)
    return {status: 'added', hash: source.hash}
  }
  const isHeld = add.waitsForFiles === true && add.start
  await loadBytes(session, source, isHeld ? {...add, start: false} : add, settings, bounds)
  return {status: 'added', hash: source.hash, ...(isHeld && {isHeld})}
}

/* ───────────────────────────── what is asked ───────────────────────────── */

function refuseOptions(features: Features, add: AddTorrent): void {
  if (add.skipCheck) refuseIfNone(features, 'addSkipCheck')
  if (add.sequential) refuseIfNone(features, 'addSequential')
  if (add.firstLast) refuseIfNone(features, 'addFirstLast')
  if (add.rename !== undefined) refuseIfNone(features, 'addRename')
  if (add.stopCondition && add.stopCondition !== 'none') refuseIfNone(features, 'addStopCondition')
  if (add.contentLayout && add.contentLayout !== 'original') refuseIfNone(features, 'addContentLayout')
  const hasShareLimit = [add.ratioLimit, add.seedingTimeLimit].some((limit) => typeof limit === 'number')
  if (hasShareLimit) refuseIfNone(features, 'setShareLimits')
}

/** With categories that are folders the category says where. */
function savePathOf(session: RtorrentSession, add: AddTorrent): string | null {
  if (add.savePath) return checkedPath(add.savePath, 'savePath')
  const isFolder = session.definition.categorySource.from === 'path' && add.category
  return isFolder ? checkedPath(`${session.facts.defaultDirectory}/${add.category}`, 'category') : null
}

async function readSource(session: RtorrentSession, add: AddTorrent, bounds: CallBounds): Promise<Source> {
  const {source, cookies, maxBytes} = add
  if ('magnet' in source) return magnetSource(source.magnet)
  if ('torrent' in source) return torrentSource(session, source.torrent)
  if (/^magnet:/i.test(source.url)) return magnetSource(source.url)
  // Whoever may add torrents types the URL, also to servers of the file: it never goes as far as those may.
  const reach = inBoth(session.definition.reach, plainReach.guarded)
  const fetched = await fetchTorrent({url: source.url, reach, cookies, maxBytes, signal: bounds.signal})
  return 'magnet' in fetched ? magnetSource(fetched.magnet) : torrentSource(session, fetched.torrent)
}

async function torrentSource({metainfo}: RtorrentSession, bytes: Uint8Array): Promise<Source> {
  const {infoHashV1, trackers} = await metainfo.read(bytes)
  return {kind: 'torrent', hash: v1Hash(infoHashV1), bytes, hasTrackers: trackers.length > 0}
}

function magnetSource(uri: string): Source {
  const magnet = uri.trim()
  const hash = v1Hash(readMagnet(magnet).infoHashV1)
  if (/[\0-\x20\x7f]/.test(magnet)) throw new BadArgument('A magnet link holds no blanks.', {field: 'magnet'})
  return {kind: 'magnet', hash, uri: withPlainName(magnet)}
}

function v1Hash(hash: InfoHash | null): InfoHash {
  if (hash === null) throw new NotSupported('rTorrent handles v1 torrents only; this one is v2.', {})
  return hash
}

async function isThere(session: RtorrentSession, hash: InfoHash, bounds: CallBounds): Promise<boolean> {
  const [answer] = await session.wire.askAll([{method: 'd.hash', params: [hash]}], bounds)
  return answer !== undefined && !(answer instanceof RpcFault)
}

/* ───────────────────────────── settings ───────────────────────────── */

interface Setting {
  readonly method: string
  /** What follows the hash in a direct call, and the `=` in a command. */
  readonly values: readonly string[]
}

function settingsOf(session: RtorrentSession, add: AddTorrent, savePath: string | null): Setting[] {
  const source = session.definition.categorySource
  const label = writeLabels(joinLabels(add.category ?? '', add.tags ?? [], source))
  const limits = limitsOf(add)
  return [
    {method: 'd.custom.set', values: ['addtime', String(session.now)]},
    ...(label === '' ? [] : [{method: 'd.custom1.set', values: [label]}]),
    ...(savePath === null ? [] : [{method: 'd.directory.set', values: [savePath]}]),
    ...(limits === null ? [] : [{method: 'd.throttle_name.set', values: [throttleName(limits)]}]),
  ]
}

function limitsOf({downLimit, upLimit}: AddTorrent): {down: number | null; up: number | null} | null {
  if (!downLimit && !upLimit) return null
  return {down: downLimit || null, up: upLimit || null}
}

/** `null` = a value of it cannot stand in a command string. */
function asCommand({method, values}: Setting): string | null {
  const parts = values.map(quoted)
  return parts.includes(null) ? null : `${method}=${parts.join(',')}`
}

/* ───────────────────────────── loading ───────────────────────────── */

async function loadMagnet(
  session: RtorrentSession,
  source: Source & {kind: 'magnet'},
  add: AddTorrent,
  settings: readonly Setting[],
  bounds: CallBounds,
): Promise<void> {
  const commands = settings.map((setting) => {
    const command = asCommand(setting)
    if (command !== null) return command
    throw new BadArgument(
      `"${setting.values.at(-1)}" cannot be handed to rTorrent with a magnet link: it takes no $ and no control characters.`,
      {method: setting.method},
    )
  })
  const limits = limitsOf(add)
  if (limits) await makeGroups(session, [limits], bounds)
  // Loaded as started also when it is to be stopped: what replaces it when its metadata comes runs only then, and
  // without that a magnet started later would stop permanently with its metadata [run 0.9.8 and 0.16.17].
  await session.wire.execute('load.start', ['', source.uri, ...commands], bounds)
  await appears(session, source, bounds)
  if (add.start) return
  const {hash} = source
  const calls = ['d.stop', 'd.close', 'd.save_full_session'].map((method) => ({method, params: [hash]}))
  for (const result of await session.wire.executeAll(calls, bounds)) valueOf(result, {hash})
}

async function loadBytes(
  session: RtorrentSession,
  source: Source & {kind: 'torrent'},
  add: AddTorrent,
  settings: readonly Setting[],
  bounds: CallBounds,
): Promise<void> {
  const {hash} = source
  await makeRoom(session, source.bytes.length, bounds)
  const limits = limitsOf(add)
  if (limits) await makeGroups(session, [limits], bounds)
  const commands = settings.map(asCommand).filter((command) => command !== null)
  const unspeakable = settings.filter((setting) => asCommand(setting) === null)
  await session.wire.execute('load.raw', ['', source.bytes, ...commands], bounds)
  await appears(session, source, bounds)
  const calls: RpcCall[] = [
    ...unspeakable.map(({method, values}) => ({method, params: [hash, ...values]})),
    ...(await pieceOrderCalls(session, hash, add, bounds)),
    ...(add.start ? [{method: 'd.start', params: [hash]}] : []),
    // What it wrote down itself is a torrent that is stopped, without what was set since.
    {method: 'd.save_full_session', params: [hash]},
  ]
  for (const result of await session.wire.executeAll(calls, bounds)) valueOf(result, {hash})
}

async function pieceOrderCalls(
  session: RtorrentSession,
  hash: InfoHash,
  add: AddTorrent,
  bounds: CallBounds,
): Promise<RpcCall[]> {
  const calls: RpcCall[] = []
  if (add.sequential) calls.push({method: 'd.down.sequential.set', params: [hash, 1]})
  if (add.firstLast) {
    const count = numberOf(await session.wire.ask('d.size_files', [hash], bounds))
    for (let index = 0; index < count; index++) {
      calls.push({method: 'f.prioritize_first.enable', params: [`${hash}:f${index}`]})
      calls.push({method: 'f.prioritize_last.enable', params: [`${hash}:f${index}`]})
    }
    session.firstLastAsked.add(hash)
  }
  return calls.length === 0 ? [] : [...calls, {method: 'd.update_priorities', params: [hash]}]
}

const MIB = 1024 * 1024

/**
 * rTorrent refuses requests above a limit of its own (512 KiB unless configured), and closes the connection above a
 * second one built in: 2 MiB up to 0.9.8, 16 MiB since 0.10.0.
 */
async function makeRoom(session: RtorrentSession, torrentBytes: number, bounds: CallBounds): Promise<void> {
  const need = Math.ceil((torrentBytes * 4) / 3) + 4096
  const most = (isAtLeast(session.facts.version, [0, 10, 0]) ? 16 : 2) * MIB
  if (need > most) {
    throw new CommodarrError(
      'payload_too_large',
      `This .torrent file has ${torrentBytes} bytes; rTorrent ${session.facts.version} takes ${Math.floor(((most - 4096) * 3) / 4)} at most.`,
      {bytes: torrentBytes},
    )
  }
  if (!session.has('network.xmlrpc.size_limit') || !session.has('network.xmlrpc.size_limit.set')) return
  const limit = numberOf(await session.wire.ask('network.xmlrpc.size_limit', [''], bounds))
  // 0: the built-in parser of 0.15 has none.
  if (limit > 0 && limit < need)
    await session.wire.execute('network.xmlrpc.size_limit.set', ['', most], bounds)
}

/** @throws {CommandRefused} when it never does: rTorrent took it without a word and does not list it */
async function appears(session: RtorrentSession, source: Source, bounds: CallBounds): Promise<void> {
  const {hash} = source
  const until = session.clock.monotonic() + Math.min(APPEARS_WITHIN_MS, bounds.timeoutMs)
  for (;;) {
    if (await isThere(session, hash, bounds)) return
    if (session.clock.monotonic() >= until) break
    await sleep(session.clock, LOOK_EVERY_MS, bounds.signal)
  }
  // Seen on 0.9.8; 0.16.17 takes it.
  const why =
    source.kind === 'torrent' && !source.hasTrackers
      ? ' It has no trackers: older versions refuse such torrents while DHT is off.'
      : ''
  throw new CommandRefused(`rTorrent took the torrent without a word and does not list it.${why}`, {hash})
}
