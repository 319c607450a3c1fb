/**
 * How an action would be undone. Each portion of torrents is looked at before its command goes out; what ended done is
 * kept, torrents with the same way back together.
 */
import type {Turns} from '#lib/time-slice.ts'
import type {TorrentCommand} from '#model/command.ts'
import type {TorrentFile} from '#model/details.ts'
import type {FleetReader, ItemResult} from '#model/services.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import type {AnyTorrentCommand} from './approve.ts'
import {expectedOf} from './expected.ts'
import {FrozenKeys} from './frozen-keys.ts'
import {inverseOf, isReversible, type Inverse} from './inverse.ts'

export interface UndoParts {
  readonly fleet: Pick<FleetReader, 'get'>
  readonly turns: Pick<Turns, 'due' | 'next'>
  /** @throws {CommodarrError} */
  readonly files: (key: TorrentKey) => Promise<readonly TorrentFile[]>
}

/** The way back of each torrent of a portion, by the text of its key. */
export type Look = Map<string, Inverse>

export interface UndoGroup {
  readonly commands: readonly TorrentCommand[]
  readonly keys: FrozenKeys
}

export class UndoPlan {
  readonly #command: AnyTorrentCommand
  readonly #parts: UndoParts
  readonly #groups = new Map<string, UndoGroup>()
  #count = 0
  #unknown = 0

  constructor(command: AnyTorrentCommand, parts: UndoParts) {
    this.#command = command
    this.#parts = parts
  }

  /** Torrents that can be put back. */
  get count(): number {
    return this.#count
  }

  /** Torrents that the command changed and that can not be put back: it is not known how they were. */
  get unknown(): number {
    return this.#unknown
  }

  get groups(): readonly UndoGroup[] {
    return [...this.#groups.values()]
  }

  /** How these are now. */
  async look(keys: readonly TorrentKey[]): Promise<Look> {
    const look: Look = new Map()
    if (!isReversible(this.#command.verb)) return look
    const {fleet, turns} = this.#parts
    for (const key of keys) {
      const before = fleet.get(key)
      const files = before && (await this.#filesOf(key))
      if (before) look.set(keyText(key), inverseOf(this.#command, before, files))
      if (turns.due()) await turns.next()
    }
    return look
  }

  /** Keeps the way back of those that ended done. */
  keep(look: Look, results: readonly ItemResult[]): void {
    for (const {key, result} of results) {
      const inverse = look.get(keyText(key))
      look.delete(keyText(key))
      if (result.outcome !== 'done' || inverse === undefined || inverse === 'nothing') continue
      if (inverse === 'unknown') this.#unknown++
      else this.#put(key, inverse)
    }
  }

  /** A server that does not tell its files now costs the way back, not the command. */
  async #filesOf(key: TorrentKey): Promise<readonly TorrentFile[] | null> {
    if (this.#command.verb !== 'setFilePriority') return null
    return this.#parts.files(key).catch(() => null)
  }

  #put(key: TorrentKey, commands: readonly TorrentCommand[]): void {
    const text = JSON.stringify(commands)
    const group = this.#groups.get(text) ?? {commands, keys: new FrozenKeys()}
    this.#groups.set(text, group)
    group.keys.add(key)
    this.#count++
  }
}

/**
 * Does a torrent still show what the command brought about? Who changed it since meant that; putting it back to what it
 * was before would undo his change, not ours. Where the list does not show it: yes.
 * @param back what would undo it: what changes slowly may still be as before
 */
export function stillShows(
  command: AnyTorrentCommand,
  back: readonly TorrentCommand[],
  torrent: TorrentRecord | null,
): boolean {
  if (torrent === null || command.verb === 'remove' || command.verb === 'removeWithData') return true
  const expected = expectedOf(command, torrent)
  if (expected === null) return isAsLeft(command, back, torrent)
  const fields = Object.keys(expected.patch) as (keyof typeof expected.patch)[]
  return fields.every((field) => expected.accepts(field, torrent[field]))
}

/** Of commands whose effect comes late, or rounded by the server. */
function isAsLeft(command: TorrentCommand, back: readonly TorrentCommand[], torrent: TorrentRecord): boolean {
  const before = back.find(({verb}) => verb === command.verb)
  const old = new Map(before ? lateFields(before) : [])
  return lateFields(command).every(([field, wanted]) => {
    const shown = torrent[field]
    return shown === undefined || isNear(field, shown, wanted) || isNear(field, shown, old.get(field))
  })
}

/** Fields of the list that it is about, and what they shall become. */
function lateFields({verb, args}: TorrentCommand): readonly (readonly [keyof typeof roundedBy, unknown])[] {
  const fields = (() => {
    switch (verb) {
      case 'setLocation':
        return {savePath: args.path}
      case 'setComment':
        return {comment: args.comment}
      case 'setSpeedLimits':
        return {downLimit: args.down, upLimit: args.up}
      case 'setShareLimits':
        return {ratioLimit: args.ratio, seedTimeLimit: args.seedingTime, idleLimit: args.idleTime}
      default:
        return {}
    }
  })()
  return Object.entries(fields).filter(([, value]) => value !== undefined) as never
}

/** By how much servers round: bytes/s, ratio, seconds. */
const roundedBy = {
  ...{savePath: 0, comment: 0},
  ...{downLimit: 1_024, upLimit: 1_024, ratioLimit: 0.011, seedTimeLimit: 60, idleLimit: 60},
} as const

function isNear(field: keyof typeof roundedBy, shown: unknown, wanted: unknown): boolean {
  if (typeof shown === 'number' && typeof wanted === 'number') {
    return Math.abs(shown - wanted) <= roundedBy[field]
  }
  if (field === 'savePath') return withoutEnd(shown) === withoutEnd(wanted)
  return shown === wanted
}

/** Some servers write a folder with a slash at its end. */
function withoutEnd(path: unknown): unknown {
  return typeof path === 'string' ? path.replace(/[/\\]+$/, '') : path
}
