/**
 * Adding a torrent, so that afterwards we know which one it is. The versions tell different things:
 *
 *   ≤ 5.1   `Ok.` or `Fails.` and no more: duplicates are looked for before, the torrent after
 *   ≥ 5.2   its id, or 202 for a URL the server still fetches, or 409 for everything refused
 *
 * A URL's hash is not known before: the torrent is added with a passing tag of ours, found by it, and the tag is taken
 * away. Waiting is bounded; then the outcome is `pending` and the tag is swept up later. Source: Web API sheet §6.2,
 * recordings of 4.5.2, 5.1.0 and 5.3.0.
 */
import {randomBytes} from 'node:crypto'
import {FormData} from 'undici'
import {sleep} from '#lib/clock.ts'
import type {AddOutcome, AddTorrent, FetchedAddress} from '#model/command.ts'
import {BadArgument, CommandRefused, CommodarrError, NotSupported} from '#model/errors.ts'
import type {ExtraFeature} from '#model/server.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import {readMagnet} from '../magnet.ts'
import type {CallBounds} from '../port.ts'
import {joinedTags} from './arguments.ts'
import type {Connection} from './wire.ts'
import {ensureCategory} from './control.ts'
import {textOf} from './faults.ts'
import type {Dialect} from './features.ts'
import {parseJson} from '../json.ts'
import {foreign, isRecord, numberIn, PASSING_TAG, textIn} from './native.ts'
import {readTorrents} from './reading.ts'
import {limitNumber} from './share-limits.ts'

/** How long a fetched URL is waited for, and a torrent the server already took. */
const FETCH_WAIT_MS = 10_000
const SHOW_WAIT_MS = 5_000

/** A passing tag older than this is nobody's any more: what is fetched is looked for by it for half an hour. */
const SWEEP_AFTER_SECONDS = 3_600

/** @throws {CommandRefused} the server took it not, and it is no duplicate */
export async function addTorrent(
  connection: Connection,
  add: Readonly<AddTorrent>,
  bounds: CallBounds,
): Promise<AddOutcome> {
  refuseUnsupported(connection, add)
  if (add.data === 'shared') await refuseIfRenamed(connection, bounds)
  const ids = await idsOf(connection, add)
  const there = await find(connection, ids, bounds)
  if (there) return {status: 'duplicate', hash: there}
  await ensureCategory(connection.wire, add.category ?? '', bounds)
  if (ids.length === 0) return addUrl(connection, add, bounds)
  // What is not found again by its hash nobody could start.
  if (ids.length > 1 || !(await canWait(connection, add, bounds)))
    return addKnown(connection, add, ids, bounds)
  // Who waited for it forces it then, too.
  const held: AddTorrent = {...add, start: true, forceStart: false, stopCondition: 'metadata'}
  return {...(await addKnown(connection, held, ids, bounds)), isHeld: true}
}

/**
 * It can be stopped with its metadata, before anything of it is written, and started again without changing what
 * somebody wants: not where it is to stop anyway, by the wish itself or by the server's own setting.
 */
async function canWait(
  {wire, detected}: Connection,
  {waitsForFiles, start, forceStart, stopCondition}: Readonly<AddTorrent>,
  bounds: CallBounds,
): Promise<boolean> {
  if (waitsForFiles !== true || detected().features.addStopCondition.support === 'none') return false
  if (!start && forceStart !== true) return false
  if (stopCondition !== undefined) return stopCondition === 'none'
  const setting = await wire.record('app/preferences', {}, bounds, {field: 'dl_limit'})
  return (setting['torrent_stop_condition'] ?? 'None') === 'None'
}

/** Passing tags left behind by adds that took too long, or by a program that was killed. */
export async function sweepPassingTags(
  connection: Connection,
  tags: readonly string[],
  bounds: CallBounds,
): Promise<void> {
  const oldest = Math.floor(connection.clock.now() / 1000) - SWEEP_AFTER_SECONDS
  const stale = tags.filter((tag) => {
    const match = /^commodarr-adding-([0-9a-z]+)-/.exec(tag)
    return match !== null && Number.parseInt(match[1]!, 36) < oldest
  })
  if (stale.length > 0) await connection.wire.post('torrents/deleteTags', {tags: stale.join(',')}, bounds)
}

/** A file or a magnet link: its hash is known. */
async function addKnown(
  connection: Connection,
  add: Readonly<AddTorrent>,
  ids: readonly InfoHash[],
  bounds: CallBounds,
): Promise<AddOutcome> {
  const form = addForm(add, connection.detected().dialect)
  const verdict = await send(connection, form, bounds)
  if (verdict === 'refused') {
    const hash = await find(connection, ids, bounds)
    if (hash) return {status: 'duplicate', hash}
    throw new CommandRefused('qBittorrent did not take the torrent, and does not say why.', {hash: ids[0]})
  }
  // A hybrid may be listed by either hash.
  const only = ids.length === 1 ? ids[0]! : null
  const look = () => find(connection, ids, bounds)
  return foundOrPending(connection, {look, waitMs: SHOW_WAIT_MS, only}, bounds, (hash) =>
    forceStart(connection, add, hash, bounds),
  )
}

/**
 * What the server has taken: whoever waits for its files has to know that, whatever fails from here on.
 * @param only its hash, where that is known without a look
 */
async function foundOrPending(
  connection: Connection,
  {look, waitMs, only}: {look: () => Promise<InfoHash | null>; waitMs: number; only: InfoHash | null},
  bounds: CallBounds,
  finish: (hash: InfoHash) => Promise<void>,
): Promise<AddOutcome> {
  let hash: InfoHash | null = null
  try {
    hash = await waitFor(connection, waitMs, bounds, look)
    if (hash !== null) await finish(hash)
  } catch (fault) {
    if (!(fault instanceof Error)) throw fault
    return {status: hash === null ? 'pending' : 'added', hash: hash ?? only, fault}
  }
  return {status: hash === null ? 'pending' : 'added', hash: hash ?? only}
}

async function addUrl(
  connection: Connection,
  add: Readonly<AddTorrent>,
  bounds: CallBounds,
): Promise<AddOutcome> {
  const {wire, clock} = connection
  await sweepPassingTags(connection, (await wire.list('torrents/tags', {}, bounds)).map(textIn), bounds)
  const tag = `${PASSING_TAG}${Math.floor(clock.now() / 1000).toString(36)}-${randomBytes(6).toString('hex')}`
  if (add.cookies !== undefined) await letCookiesIn(connection, add, bounds)
  const form = addForm({...add, tags: [...(add.tags ?? []), tag]}, connection.detected().dialect)
  if ((await send(connection, form, bounds)) === 'refused') {
    await wire.post('torrents/deleteTags', {tags: tag}, bounds)
    throw new CommandRefused('qBittorrent did not take the URL, and does not say why.')
  }
  const look = () => findTagged(connection, tag, bounds)
  const address = {mark: tag, forceStart: add.forceStart === true}
  const outcome = await foundOrPending(
    connection,
    {look, waitMs: FETCH_WAIT_MS, only: null},
    bounds,
    (hash) => finishFetched(connection, hash, address, bounds),
  )
  return outcome.hash === null ? {...outcome, fetching: address} : outcome
}

/** What came of an address that was still fetched; `null` = nothing is listed. It changes nothing. */
export function findFetched(
  connection: Connection,
  {mark}: FetchedAddress,
  bounds: CallBounds,
): Promise<InfoHash | null> {
  return findTagged(connection, mark, bounds)
}

/** What is left to do of an address whose torrent is listed. It may be done again where no answer came. */
export async function finishFetched(
  connection: Connection,
  hash: InfoHash,
  address: FetchedAddress,
  bounds: CallBounds,
): Promise<void> {
  await forceStart(connection, address, hash, bounds)
  // Last: by its tag it is found again where something failed.
  await connection.wire.post('torrents/deleteTags', {tags: address.mark}, bounds)
}

/** @throws {CommodarrError} `torrent_invalid` (415) */
async function send({wire}: Connection, form: AddForm, bounds: CallBounds): Promise<'taken' | 'refused'> {
  try {
    const answer = await wire.postBody('torrents/add', form, bounds)
    return verdictOf(textOf(answer))
  } catch (error) {
    if (error instanceof CommandRefused && error.about['status'] === 409) return 'refused'
    throw error
  }
}

/** `Ok.` and `Fails.` up to 5.1, counts from 5.2 on. @throws {ServerFault} neither */
function verdictOf(text: string): 'taken' | 'refused' {
  if (text === 'Ok.' || text === 'Fails.') return text === 'Ok.' ? 'taken' : 'refused'
  const counts = parseJson(Buffer.from(text))
  if (!isRecord(counts) || !('success_count' in counts)) throw foreign('the result of torrents/add')
  const taken = (numberIn(counts['success_count']) ?? 0) + (numberIn(counts['pending_count']) ?? 0)
  return taken > 0 ? 'taken' : 'refused'
}

/** What the server may call it: a hybrid is its v2 hash cut to 40 digits, in builds with libtorrent 1 its v1 hash. */
async function idsOf(
  {metainfo}: Connection,
  {source, maxBytes = Infinity}: Readonly<AddTorrent>,
): Promise<readonly InfoHash[]> {
  if ('url' in source && !/^magnet:/i.test(source.url)) {
    if (!/^https?:\/\/\S+$/i.test(source.url))
      throw new BadArgument('This is neither an http(s) URL nor a magnet link.')
    return []
  }
  if ('torrent' in source && source.torrent.length > maxBytes) {
    throw new CommodarrError(
      'torrent_invalid',
      `The .torrent file has ${source.torrent.length} bytes; ${maxBytes} are accepted.`,
    )
  }
  const known =
    'torrent' in source
      ? await metainfo.read(source.torrent)
      : readMagnet('magnet' in source ? source.magnet : source.url)
  return [asInfoHash(known.infoHashV2?.slice(0, 40) ?? ''), known.infoHashV1].filter((id) => id !== null)
}

async function find(
  {wire}: Connection,
  ids: readonly InfoHash[],
  bounds: CallBounds,
): Promise<InfoHash | null> {
  if (ids.length === 0) return null
  const [hash] = (await readTorrents(wire, ids, bounds)).keys()
  return hash ?? null
}

async function findTagged({wire}: Connection, tag: string, bounds: CallBounds): Promise<InfoHash | null> {
  const rows = (await wire.list('torrents/info', {tag}, bounds)).filter(isRecord)
  return rows.length > 0 ? asInfoHash(textIn(rows[0]!['hash'])) : null
}

/** Asks again and again, ever more slowly, for so long and no longer. */
async function waitFor(
  {clock}: Connection,
  waitMs: number,
  bounds: CallBounds,
  look: () => Promise<InfoHash | null>,
): Promise<InfoHash | null> {
  const until = clock.monotonic() + Math.min(waitMs, bounds.timeoutMs / 2)
  for (let pause = 50; ; pause = Math.min(1000, pause * 2)) {
    const found = await look()
    if (found !== null || clock.monotonic() >= until) return found
    await sleep(clock, pause, bounds.signal)
  }
}

/** `torrents/add` takes `forced` from 5.1 on. */
async function forceStart(
  {wire, detected}: Connection,
  add: Pick<AddTorrent, 'forceStart'>,
  hash: InfoHash,
  bounds: CallBounds,
): Promise<void> {
  if (!add.forceStart || detected().dialect.forcedAdd) return
  await wire.post('torrents/setForceStart', {hashes: hash, value: true}, bounds)
}

/**
 * What a check does not find whole gets `.!qB` behind its names, on the disk, though it is stopped (tried on 4.5.2, 5.1.0
 * and 5.3.0). Before 4.4 it goes to the folder of what is unfinished, too, whatever we say.
 */
async function refuseIfRenamed({wire, detected}: Connection, bounds: CallBounds): Promise<void> {
  const preferences = await wire.record('app/preferences', {}, bounds, {field: 'dl_limit'})
  const isOn = (name: string): boolean => preferences[name] === true
  const renames = isOn('incomplete_files_ext')
  if (!renames && (detected().dialect.downloadPath || !isOn('temp_path_enabled'))) return
  const does = renames ? 'appends .!qB to the names of what is not whole' : 'moves what is not whole'
  throw new NotSupported(`This qBittorrent ${does}, and others use these very files: give it another folder.`)
}

function refuseUnsupported({detected}: Connection, add: Readonly<AddTorrent>): void {
  const {features, dialect} = detected()
  const refuse = (feature: ExtraFeature): void => {
    if (features[feature].support === 'none') throw new NotSupported(features[feature].reason, {feature})
  }
  if (add.stopCondition !== undefined) refuse('addStopCondition')
  if (add.topOfQueue && !dialect.topOfQueue) {
    throw new NotSupported('qBittorrent can add to the top of the queue from 4.6 on.')
  }
}

const LIFE_SECONDS = 86_400

/**
 * Cookies for a URL the server shall fetch. Up to 5.0 `torrents/add` takes them; from 5.1 on they are the
 * application's own, kept for every download from that host. They are given a day to live.
 */
async function letCookiesIn(
  {wire, clock, detected}: Connection,
  {source, cookies = ''}: Readonly<AddTorrent>,
  bounds: CallBounds,
): Promise<void> {
  if (detected().dialect.cookieOnAdd || !('url' in source)) return
  const domain = new URL(source.url).hostname
  const expirationDate = Math.floor(clock.now() / 1000) + LIFE_SECONDS
  const ours = cookies
    .split(';')
    .map((pair) => pair.split('='))
    .filter(([name = '']) => name.trim() !== '')
    .map(([name = '', ...value]) => ({
      name: name.trim(),
      value: value.join('=').trim(),
      domain,
      path: '/',
      expirationDate,
    }))
  const names = new Set(ours.map(({name}) => name))
  const others = (await wire.list('app/cookies', {}, bounds)).filter(
    (cookie) => !isRecord(cookie) || cookie['domain'] !== domain || !names.has(String(cookie['name'])),
  )
  await wire.post('app/setCookies', {cookies: JSON.stringify([...others, ...ours])}, bounds)
}

type AddForm = FormData

/** The form of `torrents/add`. Source: Web API sheet §6.2; both spellings are sent where a version renamed one. */
function addForm(add: Readonly<AddTorrent>, dialect: Dialect): AddForm {
  const form = new FormData()
  for (const [name, value] of Object.entries(fieldsOf(add, dialect))) {
    if (value !== undefined) form.set(name, String(value))
  }
  const {source} = add
  // The server keeps parts by their file name, and an odd one (quotes, line breaks) confuses it.
  if ('torrent' in source) form.set('torrents', new Blob([Buffer.from(source.torrent)]), 'added.torrent')
  else form.set('urls', 'url' in source ? source.url : source.magnet)
  return form
}

function fieldsOf(
  add: Readonly<AddTorrent>,
  dialect: Dialect,
): Record<string, string | number | boolean | undefined> {
  return {
    savepath: add.savePath ?? add.defaultPath,
    // Managed automatically, the torrent would go where its category says.
    autoTMM: add.autoManaged ?? (add.savePath === undefined ? undefined : false),
    // Since 4.4; before, what is unfinished goes where all of it goes.
    useDownloadPath: add.data === undefined ? undefined : false,
    category: add.category,
    tags: add.tags && add.tags.length > 0 ? joinedTags(add.tags) : undefined,
    paused: !add.start && !add.forceStart,
    stopped: !add.start && !add.forceStart,
    forced: add.forceStart && dialect.forcedAdd ? true : undefined,
    skip_checking: add.skipCheck,
    seedMode: add.skipCheck,
    sequentialDownload: add.sequential,
    firstLastPiecePrio: add.firstLast,
    dlLimit: add.downLimit,
    upLimit: add.upLimit,
    ratioLimit: add.ratioLimit === undefined ? undefined : limitNumber(add.ratioLimit, 1),
    seedingTimeLimit: add.seedingTimeLimit === undefined ? undefined : limitNumber(add.seedingTimeLimit, 60),
    // Since 4.6; what a version does not know it leaves.
    inactiveSeedingTimeLimit: add.idleLimit === undefined ? undefined : limitNumber(add.idleLimit, 60),
    rename: add.rename,
    stopCondition: add.stopCondition && stopConditions[add.stopCondition],
    contentLayout: add.contentLayout && contentLayouts[add.contentLayout],
    addToTopOfQueue: add.topOfQueue,
    cookie: dialect.cookieOnAdd ? add.cookies : undefined,
  }
}

const stopConditions = {none: 'None', metadata: 'MetadataReceived', filesChecked: 'FilesChecked'} as const
const contentLayouts = {original: 'Original', subfolder: 'Subfolder', noSubfolder: 'NoSubfolder'} as const
