import type {ServerVerb, TorrentCommand, TorrentVerb} from '#model/command.ts'
import type {FleetReader} from '#model/services.ts'
import {isRunning, type TorrentField, type TorrentPatch, type TorrentRecord} from '#model/torrent.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'

/** What the fleet shows until the server confirms, and what counts as confirmation. `null` = nothing visible to expect. */
interface Expected {
  readonly patch: Omit<TorrentPatch, 'hash'>
  /** A server may answer a start with queued or downloading: is what it says what was asked for? */
  readonly accepts: (field: TorrentField, said: unknown) => boolean
}

export function expectedOf(command: TorrentCommand, torrent: TorrentRecord): Expected | null {
  const exactly = (patch: Expected['patch']): Expected => ({
    patch,
    accepts: (field, said) => sameValue(said, patch[field]),
  })
  switch (command.verb) {
    case 'start':
    case 'forceStart':
      return {
        patch: {state: torrent.complete ? 'stalledUp' : torrent.hasMetadata ? 'stalledDown' : 'metadata'},
        accepts: (_, state) => isRunning(state as TorrentRecord['state']),
      }
    case 'stop':
      return exactly({state: 'stopped'})
    case 'rename':
      return exactly({name: command.args.name})
    case 'setCategory':
      return exactly({category: command.args.category})
    case 'setTags':
      return exactly({tags: sorted(command.args.tags)})
    case 'addTags':
      return exactly({tags: sorted([...torrent.tags, ...command.args.tags])})
    case 'removeTags':
      return exactly({tags: torrent.tags.filter((tag) => !command.args.tags.includes(tag))})
    case 'setSuperSeeding':
      return exactly({superSeeding: command.args.on})
    case 'setSequential':
      return exactly({sequential: command.args.on})
    case 'setFirstLast':
      return exactly({firstLast: command.args.on})
    case 'setAutoManaged':
      return exactly({autoManaged: command.args.on})
    case 'setPriority':
      return exactly({priority: command.args.priority})
    default:
      // Their effect is too slow, too rounded or not in the list.
      return null
  }
}

/**
 * How the end of each command is known. list: its server shows the effect in its list at once, so that is waited for.
 * late: the list shows it when it is done, which may take hours (`late-effects.ts`). answer: the server's yes is all that
 * will ever be known (the effect is not in the list, or rounded).
 */
const knownBy: Readonly<Record<TorrentVerb | ServerVerb, 'list' | 'late' | 'answer'>> = {
  start: 'list',
  forceStart: 'list',
  stop: 'list',
  rename: 'list',
  setCategory: 'list',
  setTags: 'list',
  addTags: 'list',
  removeTags: 'list',
  setSuperSeeding: 'list',
  setSequential: 'list',
  setFirstLast: 'list',
  setAutoManaged: 'list',
  setPriority: 'list',
  remove: 'list',
  removeWithData: 'list',
  recheck: 'answer',
  reannounce: 'answer',
  setLocation: 'late',
  renameFile: 'answer',
  renameFiles: 'answer',
  renameFolder: 'answer',
  setFilePriority: 'answer',
  addTrackers: 'answer',
  editTracker: 'answer',
  removeTrackers: 'answer',
  addPeers: 'answer',
  addWebSeeds: 'answer',
  removeWebSeeds: 'answer',
  setSpeedLimits: 'answer',
  setShareLimits: 'answer',
  moveInQueue: 'answer',
  setComment: 'answer',
  addTorrent: 'late',
  createCategory: 'answer',
  editCategory: 'answer',
  removeCategories: 'answer',
  createTags: 'answer',
  deleteTags: 'answer',
  banPeers: 'answer',
  setGlobalLimits: 'answer',
  setAltSpeed: 'answer',
  setPreferences: 'answer',
}

/** What tells the end of this verb; of what is no command of a server the answer does. */
export function endKnownBy(verb: string): 'list' | 'late' | 'answer' {
  return Object.hasOwn(knownBy, verb) ? knownBy[verb as keyof typeof knownBy] : 'answer'
}

/** Is the effect of this verb waited for? Of all others the answer is the end. */
export function awaitsEffect(verb: string): boolean {
  return endKnownBy(verb) !== 'answer'
}

function sorted(tags: readonly string[]): readonly string[] {
  return [...new Set(tags)].toSorted()
}

function sameValue(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b
  const [left, right] = [sorted(a as string[]), sorted(b as string[])]
  return left.length === right.length && left.every((tag, index) => tag === right[index])
}

/** The fleet as the executor needs it: what it reads, and the expectations it leaves. */
export interface ExpectingFleet extends FleetReader {
  expect(key: TorrentKey, expected: Expected, by: ExpectBy): boolean
  expectRemoved(key: TorrentKey, by: ExpectBy): boolean
  /** The command failed: show again what the server says. */
  withdraw(id: string): void
  onSettled(listener: (settled: Settled) => void): () => void
}

interface ExpectBy {
  readonly id: string
  readonly until: EpochMs
}

export interface Settled {
  readonly id: string
  readonly key: TorrentKey
  readonly outcome: 'confirmed' | 'expired' | 'removed'
}
