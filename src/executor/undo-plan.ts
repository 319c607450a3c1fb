/**
 * How an action would be undone. Each portion of torrents is looked at before its command goes out; what ended done is
 * kept, torrents with the same way back together.
 */
import type {JournalDecision} from '#journal/decided.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {
  isCopy,
  isRemoval,
  type Actor,
  type AnyTorrentCommand,
  type Confirmed,
  type OrderedCommand,
  type TorrentCommand,
  type TorrentVerbs,
} from '#model/command.ts'
import type {TorrentFile} from '#model/details.ts'
import type {FleetReader, ItemResult} from '#model/services.ts'
import type {TorrentRecord, TorrentState} from '#model/torrent.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import {expectedOf} from './expected.ts'
import {FrozenKeys} from './frozen-keys.ts'
import type {OrderedAs} from './guards/ordered-as.ts'

/** The way back of each torrent of a portion, by the text of its key, and which torrent that is. */
type Look = Map<string, {readonly inverse: Inverse; readonly asOf: OrderedAs | null}>

export interface UndoGroup {
  readonly commands: readonly TorrentCommand[]
  readonly keys: FrozenKeys
}

/** Why what somebody changed since is not put back; for people. */
export const CHANGED_SINCE = 'It was changed since, so it stays as it is.'

/** What was done tells itself that it was undone. */
export function undoneBy({name}: Actor) {
  return {phase: 'undone', message: `${name} undid it.`} as const
}

/** Its data may lie elsewhere afterwards. */
const movesData: ReadonlySet<string> = new Set(['setLocation', 'setCategory', 'setAutoManaged'])

export class UndoPlan {
  readonly #command: OrderedCommand
  readonly #fleet: Pick<FleetReader, 'get'>
  readonly #turns: Pick<TimeSlice, 'due' | 'next'>
  /** @throws {CommodarrError} */
  readonly #files: (key: TorrentKey) => Promise<readonly TorrentFile[]>
  /** How a torrent is now; `null` = its server does not tell of it. */
  readonly #asOf: (key: TorrentKey) => OrderedAs | null
  readonly #groups = new Map<string, UndoGroup>()
  #count = 0
  /** Torrents that the command changed and that cannot be put back: it is not known how they were. */
  readonly unknown = new FrozenKeys()

  constructor(
    command: OrderedCommand,
    fleet: Pick<FleetReader, 'get'>,
    turns: Pick<TimeSlice, 'due' | 'next'>,
    files: (key: TorrentKey) => Promise<readonly TorrentFile[]>,
    asOf: (key: TorrentKey) => OrderedAs | null,
  ) {
    this.#command = command
    this.#fleet = fleet
    this.#turns = turns
    this.#files = files
    this.#asOf = asOf
  }

  /** Torrents that can be put back. */
  get count(): number {
    return this.#count
  }

  get groups(): readonly UndoGroup[] {
    return [...this.#groups.values()]
  }

  /**
   * How these are now.
   * @param command what they are sent: what was confirmed for them goes for the way back, too
   */
  async look(keys: readonly TorrentKey[], command: AnyTorrentCommand): Promise<Look> {
    const look: Look = new Map()
    if (!isReversible(this.#command.verb)) return look
    for (const key of keys) {
      const before = this.#fleet.get(key)
      const files = before && (await this.#filesOf(key))
      if (before) {
        const now = this.#asOf(key)
        const asOf = now && movesData.has(this.#command.verb) ? {...now, place: 0} : now
        look.set(keyText(key), {inverse: inverseOf(command, before, files), asOf})
      }
      if (this.#turns.due()) await this.#turns.next()
    }
    return look
  }

  /** Keeps the way back of those that ended done. */
  keep(look: Look, results: readonly ItemResult[]): void {
    for (const {key, result} of results) {
      const its = look.get(keyText(key))
      look.delete(keyText(key))
      if (result.outcome !== 'done' || its === undefined || its.inverse === 'nothing') continue
      if (its.inverse === 'unknown') this.unknown.add(key, its.asOf)
      else this.#put(key, its.inverse, its.asOf)
    }
  }

  /** A server that does not tell its files now costs the way back, not the command. */
  async #filesOf(key: TorrentKey): Promise<readonly TorrentFile[] | null> {
    if (this.#command.verb !== 'setFilePriority') return null
    return this.#files(key).catch(() => null)
  }

  #put(key: TorrentKey, commands: readonly TorrentCommand[], asOf: OrderedAs | null): void {
    const text = JSON.stringify(commands)
    const group = this.#groups.get(text) ?? {commands, keys: new FrozenKeys()}
    this.#groups.set(text, group)
    group.keys.add(key, asOf)
    this.#count++
  }
}

/**
 * Does a torrent still show what the command brought about? Who changed it since meant that; putting it back to what it
 * was before would undo his change, not ours. Where the list does not show it: yes.
 * @param back what would undo it: what changes slowly may still be as before
 */
export function stillShows(
  command: OrderedCommand,
  back: readonly TorrentCommand[],
  torrent: TorrentRecord | null,
): boolean {
  if (torrent === null || isRemoval(command) || isCopy(command)) return true
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
  savePath: 0,
  comment: 0,
  downLimit: 1_024,
  upLimit: 1_024,
  ratioLimit: 0.011,
  seedTimeLimit: 60,
  idleLimit: 60,
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

/*
 * What would make a command undone, for one torrent, from what was known of it before. Pure. Unknown is never guessed:
 * a state that does not tell whether the torrent was told to run, or a limit that its server does not tell, has no way
 * back.
 */

/** Commands one after the other; `nothing` = it was so already; `unknown` = nobody can say how it was. */
type Inverse = readonly TorrentCommand[] | 'nothing' | 'unknown'

type Before = Readonly<Omit<TorrentRecord, 'key' | 'seenAt' | 'stale' | 'pending'>>

type Inverses = {
  readonly [V in keyof TorrentVerbs]?: (
    args: Readonly<TorrentVerbs[V]>,
    before: Before,
    files: readonly TorrentFile[] | null,
  ) => Inverse
}

const inverses: Inverses = {
  start: (_, before) => runningBack(before, before.forceStart === true ? 'forced' : 'running'),
  forceStart: (_, before) => runningBack(before, 'forced'),
  stop: (_, before) => runningBack(before, 'stopped'),
  rename: ({name, ...confirmed}, before) =>
    back(before.name, name, (old) => ({verb: 'rename', args: {...onWayBack(confirmed), name: old}})),
  renameFile: ({from, to, ...confirmed}) => [
    {verb: 'renameFile', args: {...onWayBack(confirmed), from: to, to: from}},
  ],
  renameFiles: ({files, ...confirmed}) => [
    {
      verb: 'renameFiles',
      args: {...onWayBack(confirmed), files: files.toReversed().map(({from, to}) => ({from: to, to: from}))},
    },
  ],
  setCategory: ({category, ...confirmed}, before) =>
    back(before.category, category, (old) => ({
      verb: 'setCategory',
      args: {...onWayBack(confirmed), category: old},
    })),
  addTags: ({tags}, before) => ofTags('removeTags', new Set(tags).difference(new Set(before.tags))),
  removeTags: ({tags}, before) => ofTags('addTags', new Set(tags).intersection(new Set(before.tags))),
  setTags: ({tags}, before) =>
    new Set(tags).symmetricDifference(new Set(before.tags)).size === 0
      ? 'nothing'
      : [{verb: 'setTags', args: {tags: before.tags}}],
  setSpeedLimits: (args, {downLimit: down, upLimit: up}) =>
    limitsBack(args, {down, up}, (old) => ({verb: 'setSpeedLimits', args: old})),
  setShareLimits: (
    {acceptsOthers: _acceptsOthers, acceptsDoubt, ...args},
    {ratioLimit: ratio, seedTimeLimit: seedingTime, idleLimit: idleTime},
  ) =>
    limitsBack(args, {ratio, seedingTime, idleTime}, (old) => ({
      verb: 'setShareLimits',
      args: {...old, ...(acceptsDoubt && {acceptsDoubt})},
    })),
  setPriority: ({priority}, before) =>
    back(before.priority, priority, (old) => ({verb: 'setPriority', args: {priority: old}})),
  setSuperSeeding: ({on}, before) =>
    back(before.superSeeding, on, (old) => ({verb: 'setSuperSeeding', args: {on: old}})),
  setSequential: ({on}, before) =>
    back(before.sequential, on, (old) => ({verb: 'setSequential', args: {on: old}})),
  setFirstLast: ({on}, before) =>
    back(before.firstLast, on, (old) => ({verb: 'setFirstLast', args: {on: old}})),
  setAutoManaged: ({on, ...confirmed}, before) =>
    back(before.autoManaged, on, (old) => ({
      verb: 'setAutoManaged',
      args: {...onWayBack(confirmed), on: old},
    })),
  setComment: ({comment}, before) =>
    back(before.comment, comment, (old) => ({verb: 'setComment', args: {comment: old}})),
  setLocation: ({path, moveData, ...confirmed}, before) =>
    back(before.savePath, path, (old) => ({
      verb: 'setLocation',
      args: {...onWayBack(confirmed), moveData, path: old},
    })),
  setFilePriority: filePrioritiesBack,
}

/**
 * What is in doubt for the way there is so for the way back. Whose files lie there is not: what was replaced or touched
 * with a confirmation was named then, and others may have come to the former place since.
 */
function onWayBack({acceptsDoubt}: Confirmed): Confirmed {
  return acceptsDoubt ? {acceptsDoubt} : {}
}

/** Of some verbs nobody knows a way back: a check, an announce, places in a queue, trackers, removals. */
export function isReversible(verb: string): boolean {
  return Object.hasOwn(inverses, verb)
}

/** @param files of the torrent, for priorities of files; `null` = they are not known */
export function inverseOf(
  {verb, args}: AnyTorrentCommand,
  before: Before,
  files: readonly TorrentFile[] | null,
): Inverse {
  const inverse = inverses[verb as keyof TorrentVerbs] as
    | ((args: unknown, before: Before, files: readonly TorrentFile[] | null) => Inverse)
    | undefined
  return inverse ? inverse(args, before, files) : 'unknown'
}

/** With the way back, so that somebody finds it in the journal days later. @param before, files `null` = nobody has it */
export function withInverse(
  decided: JournalDecision,
  command: AnyTorrentCommand,
  before: Before | null,
  files: readonly TorrentFile[] | null,
): JournalDecision {
  if (!isReversible(command.verb) || before === null) return decided
  const inverse = inverseOf(command, before, files)
  const back = inverse === 'nothing' ? [] : inverse === 'unknown' ? null : inverse
  return {...decided, back, addedAt: before.addedAt ?? null}
}

type Running = 'stopped' | 'running' | 'forced'

const saysItRuns: ReadonlySet<TorrentState> = new Set([
  'downloading',
  'stalledDown',
  'seeding',
  'stalledUp',
  'metadata',
  'queuedDown',
  'queuedUp',
])

/** Checking, moving and errors do not tell whether it was told to run. */
export function runningBack(
  {state, forceStart}: Pick<Before, 'state' | 'forceStart'>,
  now: Running,
): Inverse {
  const was: Running | null =
    state === 'stopped' ? 'stopped' : saysItRuns.has(state) ? (forceStart ? 'forced' : 'running') : null
  if (was === null) return 'unknown'
  if (was === now) return 'nothing'
  const verb = was === 'stopped' ? 'stop' : was === 'forced' ? 'forceStart' : 'start'
  return [{verb, args: {}}]
}

/** `null` = this server has no such thing, so nothing is known of how it was. */
function back<T>(old: T | null | undefined, now: T, command: (old: T) => TorrentCommand): Inverse {
  if (old === undefined || old === null) return 'unknown'
  return old === now ? 'nothing' : [command(old)]
}

function ofTags(verb: 'addTags' | 'removeTags', tags: ReadonlySet<string>): Inverse {
  return tags.size === 0 ? 'nothing' : [{verb, args: {tags: [...tags]}}]
}

/** Here `null` is a value: no limit. One unknown limit of those that were set is enough not to know the way back. */
function limitsBack<T extends object>(set: T, old: T, command: (old: T) => TorrentCommand): Inverse {
  const names = (Object.keys(set) as (keyof T)[]).filter((name) => set[name] !== undefined)
  if (names.some((name) => old[name] === undefined)) return 'unknown'
  if (names.every((name) => old[name] === set[name])) return 'nothing'
  return [command(Object.fromEntries(names.map((name) => [name, old[name]])) as T)]
}

function filePrioritiesBack(
  {files: selected, priority}: Readonly<TorrentVerbs['setFilePriority']>,
  _before: Before,
  files: readonly TorrentFile[] | null,
): Inverse {
  const old = new Map(files?.map((file) => [file.index, file.priority]))
  const indexes = new Set(selected)
  if ([...indexes].some((index) => !old.has(index))) return 'unknown'
  const changed = Map.groupBy(
    [...indexes].filter((index) => old.get(index) !== priority),
    (index) => old.get(index)!,
  )
  if (changed.size === 0) return 'nothing'
  return [...changed].map(([was, of]) => ({verb: 'setFilePriority', args: {files: of, priority: was}}))
}
