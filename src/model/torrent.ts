/**
 * The normalised torrent: one record per (server, hash), the same for every kind of server.
 *
 * Three kinds of nothing, never mixed up: `null` = none on purpose (no limit, never happened, not queued);
 * `undefined` = unknown, we could not see it (the server does not tell, or not yet); `0` and `''` = zero, empty.
 * In a patch a key that is absent means "unchanged" and a key that is present with `undefined` means "unknown now".
 */
import type {FieldValue, torrentFields} from './torrent-fields.ts'
import type {InfoHash, TorrentKey} from './torrent-key.ts'
import type {Bytes, EpochMs, Seconds} from './units.ts'

export const torrentStates = [
  'downloading',
  'stalledDown',
  'seeding',
  'stalledUp',
  'metadata',
  'checking',
  'queuedDown',
  'queuedUp',
  'stopped',
  'moving',
  'error',
  'missingFiles',
  'unknown',
] as const
export type TorrentState = (typeof torrentStates)[number]

const courses: ReadonlyMap<unknown, 'comingIn' | 'seeding'> = new Map<TorrentState, 'comingIn' | 'seeding'>([
  ['downloading', 'comingIn'],
  ['stalledDown', 'comingIn'],
  ['queuedDown', 'comingIn'],
  ['seeding', 'seeding'],
  ['stalledUp', 'seeding'],
  ['queuedUp', 'seeding'],
])

/** A state without whether bytes flow at this moment: those of one course follow each other while nobody does anything. */
export function courseOf(state: unknown): unknown {
  return courses.get(state) ?? state
}

/** So long a torrent may take to find its first peers before anybody is asked to look, ms. */
const CONNECTING_MS = 60_000

/**
 * Does it get nothing because it was added a moment ago? Of no error: that is one at once. What its server dates ahead of
 * our time is of no known age, and not new.
 */
export function isConnecting(state: TorrentState, addedAt: EpochMs | Unknown, now: EpochMs): boolean {
  if (state !== 'stalledDown' || addedAt === undefined) return false
  const age = now - addedAt
  return age >= 0 && age < CONNECTING_MS
}

/** Should somebody look at it: it cannot go on, or nothing comes and it is not only connecting. */
export function needsAttention(state: TorrentState, addedAt: EpochMs | Unknown, now: EpochMs): boolean {
  if (state === 'stalledDown') return !isConnecting(state, addedAt, now)
  return state === 'error' || state === 'missingFiles'
}

export const trackerStatuses = ['ok', 'warning', 'error', 'unreachable', 'none', 'unknown'] as const
export type TrackerStatus = (typeof trackerStatuses)[number]

/** `waiting` and `rejected` are complete and not imported; `none` = there is nothing to import. */
export const importStatuses = ['waiting', 'rejected', 'imported', 'none'] as const
/** How far the Arr of a torrent got with importing it. */
export type ImportStatus = (typeof importStatuses)[number]

export const priorities = ['off', 'low', 'normal', 'high'] as const
export type Priority = (typeof priorities)[number]

/** A limit set on the torrent: a value, `null` = no limit on purpose, `'inherit'` = what the server or category says. */
export type Limit = number | null | 'inherit'

type Unknown = undefined

/** Every column of a torrent, without its key. Sources per kind: `clients/<kind>/normalise.ts`. */
export type TorrentFields = {
  -readonly [F in keyof typeof torrentFields]: FieldValue<(typeof torrentFields)[F]>
}

export type TorrentField = keyof TorrentFields

/** What changed of one torrent, or all that a list said of it. */
export type TorrentPatch = {readonly hash: InfoHash} & {readonly [F in TorrentField]?: TorrentFields[F]}

/** States in which the torrent was told to run. */
export function isRunning(state: TorrentState): boolean {
  return state !== 'stopped' && state !== 'error' && state !== 'missingFiles'
}

const announcesNothing: ReadonlySet<TorrentState> = new Set<TorrentState>([
  'stopped',
  'queuedDown',
  'queuedUp',
  'checking',
  'error',
  'missingFiles',
])

/** Its client announces it to its trackers: only then does what they say go on being said. `undefined` = not known. */
export function isAnnouncing(state: TorrentState): boolean | undefined {
  return state === 'unknown' ? undefined : !announcesNothing.has(state)
}

/** A torrent as readers get it: the key, every column, and how fresh it is. */
export interface TorrentRecord extends TorrentFields {
  readonly key: TorrentKey
  /** When its server last told of it. */
  readonly seenAt: EpochMs
  /** The server's last whole list lacked it, or its server is not online: shown greyed, never concluded from. */
  readonly stale: boolean
  /** Columns that show what a command should bring about, not yet confirmed by the server. */
  readonly pending: readonly TorrentField[]
  /** Why its removal waits, for whoever sees the torrent; absent = none does. */
  readonly removalWaits?: string
}

/**
 * One ratio for every kind of server (each divides by something else): uploaded ÷ downloaded, where a download of
 * less than 1 % of what is held (cross-seeded, copied in) counts as all that is held. Nothing up, nothing down: 0.
 * Unknown when only the divisor is 0 (no limit is ever met by infinity) or a part is not known.
 */
export function ratioOf(uploaded?: Bytes, downloaded?: Bytes, completed?: Bytes): number | undefined {
  if (uploaded === undefined || downloaded === undefined) return undefined
  const held = completed ?? 0
  const divisor = downloaded < held * 0.01 ? held : downloaded
  if (divisor > 0) return uploaded / divisor
  return uploaded > 0 ? undefined : 0
}

/** Whoever downloaded less of what it has had the rest from elsewhere: clients lose a little of their counts. */
export const LEAST_DOWNLOADED = 0.9

/**
 * What a tracker has counted at least: of what was for the most part there before, uploaded ÷ all that is held. Whoever
 * adds a torrent again over its files downloads a hundredth once more, and its client counts from there.
 * @param ratio as `ratioOf` gives it
 */
export function ratioPaid(
  ratio: number | undefined,
  {uploaded, downloaded, held}: Readonly<Record<'uploaded' | 'downloaded' | 'held', Bytes | undefined>>,
): number | undefined {
  if (ratio === undefined || uploaded === undefined || downloaded === undefined || !held) return ratio
  return downloaded >= held * LEAST_DOWNLOADED ? ratio : Math.min(ratio, uploaded / held)
}

/** Nothing was downloaded into it, and no check found anything. What lies where its files would be is not its own. */
export function neverHadAByte({
  completed,
  downloaded = 0,
}: Pick<TorrentRecord, 'completed' | 'downloaded'>): boolean {
  return completed === 0 && downloaded === 0
}

const MONTH_SECONDS = 30.44 * 86_400

/** Ratio earned per month of activity. */
export function popularityOf(ratio?: number, activeTime?: Seconds): number | undefined {
  if (ratio === undefined || activeTime === undefined || activeTime <= 0) return undefined
  return ratio / (activeTime / MONTH_SECONDS)
}

/**
 * By this two categories are one, however they are written: rules tell no capitals from small letters, and servers no
 * slashes at the ends. `/Films//4K/ ` → `films/4k`. What protects a torrent goes by it: what it owes, what is kept, and
 * which category is whose. What is done to a torrent goes by `isInCategory`.
 */
export function categoryKey(category: string): string {
  return categoryName(category).toLowerCase()
}

/** The same, with its capitals. `/Films//4K/ ` → `Films/4K`. */
function categoryName(category: string): string {
  // As nearly all are, and there are many torrents.
  if (/^[\w.-]+$/.test(category)) return category
  const steps = category.split('/').map((step) => step.trim())
  return steps
    .filter((step) => step !== '')
    .join('/')
    .normalize('NFC')
}

/**
 * How a server may spell a category that a person wrote: with the same capitals, as most servers tell `Films` from
 * `films`, or all in small letters, as some write every category.
 * @param areLowerCase does that server write them so? `null` = any server may be meant
 */
export function spellingsOf(category: string, areLowerCase: boolean | null = null): readonly string[] {
  const name = categoryName(category)
  const forms = [
    ...(areLowerCase === true ? [] : [name]),
    ...(areLowerCase === false ? [] : [name.toLowerCase()]),
  ]
  return [...new Set(forms.flatMap((form) => [form, form.normalize('NFD')]))]
}

/** Is a torrent in a category that a person wrote? Another one that differs in capitals alone may be somebody's own. */
export function isInCategory(reported: string, written: string, below = false): boolean {
  return spellingsOf(written).some((name) => isWithin(reported, name, below))
}

/** The same for what protects: in whatever capitals. */
export function mayBeInCategory(reported: string, written: string, below = false): boolean {
  return isWithin(categoryKey(reported), categoryKey(written), below)
}

function isWithin(category: string, whole: string, below: boolean): boolean {
  return category === whole || (below && whole !== '' && category.startsWith(`${whole}/`))
}

/* Categories and tags as people type them. */

/**
 * What is equal for two labels that a person takes for the same: in any case and any Unicode form, with blanks or
 * characters that nobody sees around them.
 */
export function labelKey(label: string): string {
  // Of ASCII there is one form alone, and all of it is seen.
  if (/^[\0-\x7f]*$/.test(label)) return label.trim().toLowerCase()
  return label
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .trim()
    .toLowerCase()
}

const keepWords: ReadonlySet<string> = new Set(['keep', 'qbitrr-ignored', 'commodarr-ignore'])

/**
 * The word that keeps us away from a torrent, on every kind of server: also where tags are labels. rTorrent has one text
 * for both, whose first part is the category: alone it may be meant as either.
 * @param tags, category as their facts are @returns as the person wrote it; `undefined` = there is none
 */
export function keptBy(tags: unknown, category: unknown): string | undefined {
  const words = [...(Array.isArray(tags) ? (tags as readonly unknown[]) : []), category]
  return words.find((word): word is string => typeof word === 'string' && keepWords.has(labelKey(word)))
}

/**
 * Where its server brings what is not complete once it is; `null` = it lies there already, or nowhere else. qBittorrent tells
 * the folder for incomplete torrents while its files are in there, and where they go as the one it saves to; Deluge the other
 * way around.
 */
export function laterPlace({
  complete,
  contentPath,
  savePath,
  incompletePath,
  completedPath,
}: Partial<
  Pick<TorrentFields, 'complete' | 'contentPath' | 'savePath' | 'incompletePath' | 'completedPath'>
>): string | null {
  if (complete || !contentPath || !savePath) return null
  const [from, to] = [completedPath ? savePath : (incompletePath ?? ''), completedPath || savePath].map(
    (it) => it.replace(/[\\/]+$/, ''),
  )
  if (!from || from === to) return null
  // Its files lie in that folder without one of their own.
  if (completedPath && contentPath.replace(/[\\/]+$/, '') === from) return to!
  return contentPath.startsWith(`${from}/`) ? `${to}/${contentPath.slice(from.length + 1)}` : null
}
