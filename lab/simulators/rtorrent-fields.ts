/** What rTorrent tells of a torrent, a file, a tracker and a peer of the simulated world: command → value. */
import {readLabels} from '#clients/rtorrent/codec.ts'
import {splitLabels} from '#clients/rtorrent/normalise.ts'
import type {FilePriority} from '#model/command.ts'
import {priorities} from '#model/torrent.ts'
import type {Value} from './rtorrent-encoding.ts'
import {isComplete, type SimFile, type SimPeer, type SimTorrent, type SimTracker} from './sim-torrent.ts'
import type {World} from './world.ts'

type TorrentGetter = (torrent: SimTorrent, world: World) => Value

const flag = (on: boolean): number => (on ? 1 : 0)

/** Known whole: nothing is missing and nothing was left out. */
const holdsAll = (torrent: SimTorrent): boolean => isComplete(torrent) && torrent.size === torrent.sizeTotal
/** A check closes it, and one that fails leaves it so. */
export const isActive = ({running, state}: SimTorrent): boolean =>
  running && !['stopped', 'checking', 'error', 'missingFiles'].includes(state)

/** Folder or file on disk. No name holds a slash there, whatever the torrent says. */
export const contentPath = ({savePath, rootName, nameBytes}: SimTorrent): string | Uint8Array => {
  const folder = `${savePath.replace(/\/$/, '')}/`
  if (nameBytes !== null) return Buffer.concat([Buffer.from(folder), nameBytes])
  return folder + rootName.replaceAll('/', '_')
}

/** A magnet's row is called so until its metadata is there. */
export function shownName(torrent: SimTorrent): string | Uint8Array {
  if (!torrent.hasMetadata) return `${torrent.hash.toUpperCase()}.meta`
  return torrent.nameBytes ?? torrent.name
}

const heldPieces = ({done, size, pieceCount}: SimTorrent): number =>
  size === 0 ? pieceCount : Math.floor((done / size) * pieceCount)

function messageOf(torrent: SimTorrent): string {
  if (torrent.errorText !== '') return torrent.errorText
  if (torrent.state === 'error') return 'Unknown storage error.'
  const bad = torrent.trackers.find(({status}) => status === 'error' || status === 'unreachable')
  return bad ? `Tracker: [${bad.message || 'Tried all trackers.'}]` : ''
}

/** As it was written, while the world still says the same. */
function labelOf(torrent: SimTorrent): string {
  const written = torrent.custom?.['1']
  if (written !== undefined && says(written, torrent)) return written
  const parts = [torrent.category, ...torrent.tags].map((part) => encodeURIComponent(part.toWellFormed()))
  return parts.join(',').replace(/,+$/, '')
}

function says(custom1: string, {category, tags}: SimTorrent): boolean {
  const read = placementIn(custom1)
  return read.category === category && read.tags.join('\n') === tags.join('\n')
}

/** What a label means to who takes its first part for the category. */
export function placementIn(custom1: string): {category: string; tags: string[]} {
  return splitLabels(readLabels(custom1), {from: 'label'}, () => '')
}

export const torrentGetters: Readonly<Record<string, TorrentGetter>> = {
  'd.hash': ({hash}) => hash.toUpperCase(),
  'd.name': (torrent) => shownName(torrent),
  'd.message': messageOf,
  'd.custom1': labelOf,
  'd.custom2': ({comment}) =>
    comment === '' ? '' : `VRS24mrker${encodeURIComponent(comment.toWellFormed())}`,
  'd.directory': (torrent) => (torrent.isFolder ? contentPath(torrent) : torrent.savePath),
  'd.directory_base': (torrent) => (torrent.isFolder ? contentPath(torrent) : torrent.savePath),
  'd.base_path': (torrent) => torrent.openedPath ?? contentPath(torrent),
  'd.connection_current': (torrent) =>
    torrent.superSeeding ? 'initial_seed' : holdsAll(torrent) ? 'seed' : 'leech',
  'd.connection_seed': ({superSeeding}) => (superSeeding ? 'initial_seed' : ''),
  'd.size_bytes': ({hasMetadata, sizeTotal}) => (hasMetadata ? sizeTotal : 1),
  'd.completed_bytes': ({done}, world) => world.shown(done),
  'd.bytes_done': ({done}, world) => world.shown(done),
  'd.left_bytes': ({sizeTotal, done}) => Math.max(0, sizeTotal - done),
  'd.chunk_size': ({pieceSize}) => pieceSize,
  'd.size_chunks': ({pieceCount}) => pieceCount,
  'd.completed_chunks': heldPieces,
  'd.wanted_chunks': ({size, done, pieceSize}) =>
    pieceSize === 0 ? 0 : Math.ceil((size - done) / pieceSize),
  'd.chunks_hashed': ({taskProgress, pieceCount, state}) =>
    state === 'checking' ? Math.floor(taskProgress * pieceCount) : 0,
  'd.up.rate': ({upSpeed}) => upSpeed,
  'd.down.rate': ({downSpeed}) => downSpeed,
  'd.up.total': ({uploaded}, world) => world.shown(uploaded),
  'd.down.total': ({downloaded}, world) => world.shown(downloaded),
  'd.ratio': ({uploaded, done}) => (done === 0 ? 0 : Math.floor((uploaded / done) * 1000)),
  'd.state': ({running}) => flag(running),
  'd.is_open': ({running}) => flag(running),
  'd.is_active': (torrent) => flag(isActive(torrent)),
  'd.complete': (torrent) => flag(holdsAll(torrent)),
  'd.is_partially_done': (torrent) => flag(isComplete(torrent) && !holdsAll(torrent)),
  'd.hashing': ({state}) => (state === 'checking' ? 3 : 0),
  'd.is_hash_checking': ({state}) => flag(state === 'checking'),
  'd.is_hash_checked': ({state}) => flag(state !== 'checking'),
  'd.hashing_failed': ({state}) => flag(state === 'missingFiles'),
  'd.is_meta': ({hasMetadata}) => flag(!hasMetadata),
  'd.state_changed': ({stateChangedAt}) => stateChangedAt,
  'd.state_counter': ({stateCounter}) => stateCounter,
  'd.timestamp.started': ({startedAt}) => startedAt ?? 0,
  'd.timestamp.finished': ({completedAt}) => completedAt ?? 0,
  'd.load_date': ({addedAt}, world) => Math.max(addedAt, world.session.startedAt),
  'd.creation_date': ({createdAt}) => createdAt ?? 0,
  'd.is_multi_file': ({isFolder}) => flag(isFolder),
  'd.size_files': ({fileCount}) => fileCount,
  'd.priority': ({priority}) => priorities.indexOf(priority),
  'd.is_private': ({isPrivate}) => flag(isPrivate),
  'd.peers_connected': ({peersConnected, seedsConnected}) => peersConnected + seedsConnected,
  'd.peers_complete': ({seedsConnected}) => seedsConnected,
  'd.peers_accounted': ({peersConnected}) => peersConnected,
  'd.tracker_size': ({trackers}) => trackers.length,
  // Of a closed torrent it is not told.
  'd.free_diskspace': ({running}, world) => (running ? world.free : 0),
  'd.bitfield': (torrent, world) => bitfield(world.pieces(torrent)),
  'd.chunks_seen': ({availability, pieceCount}) =>
    Math.min(255, Math.max(0, Math.floor(availability)))
      .toString(16)
      .padStart(2, '0')
      .toUpperCase()
      .repeat(pieceCount),
}

function bitfield(states: readonly number[]): string {
  const bits = Buffer.alloc(Math.ceil(states.length / 8))
  states.forEach((state, index) => {
    if (state === 2) bits[index >> 3]! |= 0x80 >> (index & 7)
  })
  return bits.toString('hex').toUpperCase()
}

/** rTorrent's custom fields; when it was added stands in one of them, by ruTorrent's custom. */
export function customOf({custom, addedAt}: SimTorrent, key: string): string {
  return custom?.[key] ?? (key === 'addtime' ? String(addedAt) : '')
}

/* ───────────────────────────── inside of a torrent ───────────────────────────── */

const filePriority: Readonly<Record<FilePriority, number>> = {skip: 0, low: 1, normal: 1, high: 2, maximum: 2}

export const fileGetters: Readonly<Record<string, (file: SimFile, torrent: SimTorrent) => Value>> = {
  'f.path': ({path}, {isFolder}) => (isFolder ? path.slice(path.indexOf('/') + 1) : path),
  'f.size_bytes': ({size}) => size,
  'f.priority': ({priority}) => filePriority[priority],
  'f.size_chunks': ({size}, {pieceSize}) => (pieceSize === 0 ? 0 : Math.ceil(size / pieceSize)),
  'f.completed_chunks': ({size, done}, {pieceSize}) =>
    pieceSize === 0 ? 0 : done >= size ? Math.ceil(size / pieceSize) : Math.floor(done / pieceSize),
  'f.prioritize_first': (_, {firstLast}) => flag(firstLast),
  'f.prioritize_last': (_, {firstLast}) => flag(firstLast),
}

const reported = ({status}: SimTracker): boolean => status === 'working'
const complains = ({status}: SimTracker): boolean => status === 'error' || status === 'unreachable'

export const trackerGetters: Readonly<Record<string, (tracker: SimTracker) => Value>> = {
  't.url': ({url}) => url,
  't.is_enabled': ({status}) => flag(status !== 'disabled'),
  't.group': ({tier}) => tier,
  't.is_busy': ({status}) => flag(status === 'updating'),
  't.success_counter': (tracker) => flag(reported(tracker)),
  't.failed_counter': (tracker) => flag(complains(tracker)),
  't.scrape_counter': (tracker) => flag(reported(tracker)),
  't.scrape_complete': ({seeds}) => Math.max(0, seeds),
  't.scrape_incomplete': ({leeches}) => Math.max(0, leeches),
  't.scrape_downloaded': ({downloaded}) => Math.max(0, downloaded),
  't.latest_sum_peers': ({seeds, leeches}) => Math.max(0, seeds + leeches),
  't.success_time_last': (tracker) => (reported(tracker) ? (tracker.lastAnnounceAt ?? 0) : 0),
  't.failed_time_last': (tracker) => (complains(tracker) ? (tracker.lastAnnounceAt ?? 0) : 0),
  't.activity_time_last': ({lastAnnounceAt}) => lastAnnounceAt ?? 0,
  't.activity_time_next': ({nextAnnounceAt}) => nextAnnounceAt ?? 0,
}

export const peerGetters: Readonly<Record<string, (peer: SimPeer) => Value>> = {
  'p.id': ({id}) => id.toUpperCase(),
  'p.address': ({address}) => address.slice(0, address.lastIndexOf(':')),
  'p.port': ({address}) => Number(address.slice(address.lastIndexOf(':') + 1)),
  'p.client_version': ({client}) => client,
  'p.completed_percent': ({progress}) => Math.floor(progress * 100),
  'p.down_rate': ({downSpeed}) => downSpeed,
  'p.up_rate': ({upSpeed}) => upSpeed,
  'p.down_total': ({downloaded}) => downloaded,
  'p.up_total': ({uploaded}) => uploaded,
  'p.is_encrypted': ({encrypted}) => flag(encrypted),
  'p.is_incoming': ({incoming}) => flag(incoming),
  'p.is_snubbed': () => 0,
  'p.options_str': () => '',
}
