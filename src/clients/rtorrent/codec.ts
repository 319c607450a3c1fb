/**
 * Which command gives which column, and rows read back by name. Every field is chosen by what `system.listMethods`
 * lists: builds differ more than versions tell (patched ones have `d.down.sequential`, upstream has not).
 * Source: rTorrent RPC sheet §4; method lists of 0.9.8 and 0.16.17.
 */
import {isUtf8} from 'node:buffer'
import {trimEnd} from '#lib/trim-end.ts'
import {numberOf, textOf, type RpcRow, type RpcValue} from './rpc.ts'

/** Column → commands, the first one the server has is used. */
const textColumns = {
  hash: ['d.hash'],
  // Names that are not UTF-8 break a JSON answer; this form of them does not (0.16.17).
  name: ['d.name.or_base64', 'd.name'],
  message: ['d.message'],
  label: ['d.custom1'],
  comment: ['d.custom2'],
  addTime: ['d.custom=addtime'],
  directory: ['d.directory'],
  basePath: ['d.base_path.or_base64', 'd.base_path'],
  connection: ['d.connection_current'],
  seedMode: ['d.connection_seed'],
  throttle: ['d.throttle_name'],
} as const

const numberColumns = {
  size: ['d.size_bytes'],
  completed: ['d.completed_bytes'],
  bytesDone: ['d.bytes_done'],
  chunkSize: ['d.chunk_size'],
  chunks: ['d.size_chunks'],
  chunksDone: ['d.completed_chunks'],
  chunksWanted: ['d.wanted_chunks'],
  chunksHashed: ['d.chunks_hashed'],
  upRate: ['d.up.rate'],
  downRate: ['d.down.rate'],
  upTotal: ['d.up.total'],
  downTotal: ['d.down.total'],
  nativeRatio: ['d.ratio'],
  state: ['d.state'],
  isOpen: ['d.is_open'],
  isActive: ['d.is_active'],
  isComplete: ['d.complete'],
  isPartlyDone: ['d.is_partially_done'],
  hashing: ['d.hashing'],
  isHashChecking: ['d.is_hash_checking'],
  hashingFailed: ['d.hashing_failed'],
  isMeta: ['d.is_meta'],
  stateChanged: ['d.state_changed'],
  stateCounter: ['d.state_counter'],
  started: ['d.timestamp.started'],
  loaded: ['d.load_date'],
  finished: ['d.timestamp.finished'],
  created: ['d.creation_date'],
  lastActive: ['d.timestamp.last_active'],
  isMultiFile: ['d.is_multi_file'],
  fileCount: ['d.size_files'],
  priority: ['d.priority'],
  isPrivate: ['d.is_private'],
  peersConnected: ['d.peers_connected'],
  seedsConnected: ['d.peers_complete'],
  leechesConnected: ['d.peers_accounted'],
  sequential: ['d.down.sequential'],
} as const

type TextColumn = keyof typeof textColumns
type NumberColumn = keyof typeof numberColumns
/** `trackers`: enabled flag and URL of each tracker in one text, see `trackersCommand`. */
export type Column = TextColumn | NumberColumn | 'trackers'

/** What a row says; a column the server lacks, or nobody asked for, is absent. */
export type NativeRow = {[C in TextColumn | 'trackers']?: string} & {[C in NumberColumn]?: number} & {
  hash: string
  /** Columns whose bytes are no UTF-8: what is read of them is for people alone. */
  noText?: readonly Column[]
  /** Nobody can say where it lies: its place was bent on the way (`bent-text.ts`) or is no text. */
  isPlaceUnknown?: true
  /** Of such a one: the folder that it lies in, where that can be said. */
  knownFolder?: string
}

const everyColumn = [...Object.keys(textColumns), ...Object.keys(numberColumns)] as (
  | TextColumn
  | NumberColumn
)[]

/** All but the trackers: for the details of single torrents. */
export const detailColumns: readonly Column[] = everyColumn
/** For whole lists; the nested tracker call costs 4 µs a torrent, a tenth of the rest (0.9.8). */
export const fullColumns: readonly Column[] = [...everyColumn, 'trackers']
/** What moves while bytes flow. */
export const hotColumns: readonly Column[] = [
  'hash',
  'upRate',
  'downRate',
  'upTotal',
  'downTotal',
  'completed',
  'bytesDone',
  'chunksWanted',
  'chunksDone',
  'chunksHashed',
  'state',
  'isOpen',
  'isActive',
  'isComplete',
  'isPartlyDone',
  'hashing',
  'isHashChecking',
  'hashingFailed',
  'message',
  'seedsConnected',
  'leechesConnected',
]
/** The cheapest list that shows who came, who went and whose rest is worth asking for. */
export const lightColumns: readonly Column[] = [
  'hash',
  'stateCounter',
  'stateChanged',
  'message',
  'label',
  'isComplete',
  'upTotal',
  'bytesDone',
]

/** `1http://…#0udp://…#`; no tracker's URL holds a `#` before a digit. [run 0.9.8, 0.16.17] */
const trackersCommand = 'cat="$t.multicall=d.hash=,t.is_enabled=,t.url=,cat={#}"'

/** The commands of one multicall on this server, and the way back from its rows. */
export class RowShape {
  readonly columns: readonly Column[]
  /** As multicall takes them: `d.name=`, `d.custom=addtime`. */
  readonly commands: readonly string[]
  readonly #isText: readonly boolean[]

  constructor(wanted: readonly Column[], methods: ReadonlySet<string>) {
    const selected = wanted.flatMap((column) => {
      const command = commandFor(column, methods)
      return command === null ? [] : [{column, command}]
    })
    this.columns = selected.map(({column}) => column)
    this.commands = selected.map(({command}) => command)
    this.#isText = this.columns.map((column) => column === 'trackers' || column in textColumns)
  }

  read(row: RpcRow): NativeRow {
    const native: Record<string, unknown> = {}
    for (let i = 0; i < this.columns.length; i++) {
      const column = this.columns[i]!
      if (!this.#isText[i]) native[column] = numberOf(row[i])
      else native[column] = this.#textOf(row[i], column, native)
    }
    return native as NativeRow
  }

  #textOf(cell: RpcValue | undefined, column: Column, native: {noText?: readonly Column[]}): string {
    if (cell instanceof Uint8Array && !isUtf8(cell)) native.noText = [...(native.noText ?? []), column]
    return textOf(cell)
  }

  /** As single getters for one torrent: method and what follows the hash. */
  getters(): readonly {readonly method: string; readonly args: readonly string[]}[] {
    return this.commands.map((command) => {
      const [method, argument] = command.split('=')
      return {method: method!, args: argument ? [argument] : []}
    })
  }
}

function commandFor(column: Column, methods: ReadonlySet<string>): string | null {
  if (column === 'trackers') return methods.has('t.multicall') ? trackersCommand : null
  const choices: readonly string[] =
    column in textColumns ? textColumns[column as TextColumn] : numberColumns[column as NumberColumn]
  const found = choices.find((choice) => methods.has(choice.split('=')[0]!))
  if (found === undefined) return null
  return found.includes('=') ? found : `${found}=`
}

/** Back from `trackersCommand`: enabled URLs in their order, without rTorrent's own entry for DHT. */
export function trackerUrls(text: string): string[] {
  return text
    .split(/#(?=[01]|$)/)
    .filter((entry) => entry.startsWith('1') && !entry.startsWith('1dht:'))
    .map((entry) => entry.slice(1))
}

/* ───────────────────────────── labels ───────────────────────────── */

/**
 * custom1 holds the label: URI-encoded by ruTorrent, a list of URI-encoded tags with commas by Flood. What is not valid
 * encoding is taken as it is. An empty one may be among them: older versions of ours wrote tags without a category as
 * `,tag`.
 */
export function readLabels(custom1: string): string[] {
  if (custom1 === '') return []
  return custom1.split(',').map((part) => decoded(part.trim()))
}

export function writeLabels(labels: readonly string[]): string {
  return trimEnd(labels.map(encoded).join(','), ',')
}

/** Letters, digits and `-._~` stay; the rest is percent-encoded, also what `encodeURIComponent` leaves: `!'()*`. */
function encoded(label: string): string {
  const wellFormed = label.toWellFormed()
  return encodeURIComponent(wellFormed).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    // Written by a tool that does not encode: a bare percent sign.
    return part
  }
}

/** ruTorrent marks comments so. */
const commentMark = 'VRS24mrker'

export function readComment(custom2: string): string {
  return custom2.startsWith(commentMark) ? decoded(custom2.slice(commentMark.length)) : custom2
}

/* ───────────────────────────── command strings ───────────────────────────── */

/**
 * A value inside a command string, as it follows a `load.*`: these strings are parsed as commands. In quotes, with `"`
 * and `\` escaped, only a `$` at the start is still executed (tried with 17 hostile strings on 0.9.8 and 0.16.17);
 * we send no `$` at all and no control characters.
 * @returns `null` when the value cannot be sent so
 */
export function quoted(value: string): string | null {
  if (/[$\0-\x1f\x7f]/.test(value)) return null
  return `"${value.replace(/[\\"]/g, '\\$&')}"`
}
