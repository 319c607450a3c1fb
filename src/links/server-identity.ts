/**
 * Is it the daemon that it was? An address, a name and the number of its torrents prove nothing: containers, volumes and
 * ports are exchanged, and then another daemon answers, with torrents of the same hashes perhaps.
 *
 *   unproven ──a list fits──▶ own ──a list of others──▶ doubted ──the same, ten seconds later──▶ another
 *      ▲                       │ ▲                         │                                        │
 *      └── a new connection ───┘ └────── a list fits ──────┴────────────────────────────────────────┤
 *                                                                 a person: it is the same server ──┘
 *
 * What is compared: which of the torrents that we know are in its whole list, and of the same life (a hash that was
 * added at another moment is another torrent); and what daemons tell of themselves that outlives their restarts. The
 * list weighs most: somebody may change a folder, and may bring a daemon up to date. Nothing is sent to a server that
 * is not `own`, and no row of a list of others is taken.
 *
 * A server of a member has to prove more: that its list is not that of a server of somebody else (`others-list.ts`).
 * Until a list has shown that nothing that it tells is taken, and one that is theirs makes it `taken` permanently. When a
 * server that it may turn out to be tells its list later, it has to show it once more, by a list that begins then.
 */
import type {Clock} from '#lib/clock.ts'
import type {ServerStats, ServerTraits} from '#model/server.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {OthersList} from './others-list.ts'

type Standing = 'unproven' | 'own' | 'doubted' | 'another' | 'taken'

interface ServerIdentityDeps {
  readonly clock: Clock
  readonly known: {
    /** Torrents that are shown. */
    count(): number
    has(hash: InfoHash): boolean
    /** `null` = not known. */
    addedAt(hash: InfoHash): EpochMs | null
  }
  /** Torrents that commands of ours removed lately. */
  readonly removedByUs: () => Iterable<InfoHash>
  /** Its kind keeps the moment when a torrent was added over restarts. */
  readonly keepsAddedAt: boolean
  /** As it was known last; `null` = never. */
  readonly traits: ServerTraits | null
  /** Servers whose list it must not have; `null` = it may have any. */
  readonly others: Pick<OthersList, 'begin' | 'lists' | 'isTheirs'> | null
}

/** A whole list beside what we know. */
interface ListedOthers {
  /** Torrents that we know. */
  readonly known: number
  /** Of these it has, of the same life. */
  readonly kept: number
  readonly listed: number
  /** What speaks against it beside the list, 0 to 4. */
  readonly against: number
}

/** So few may all be others: somebody has only a handful of torrents, and exchanged them. */
const FEW = 3
const MOST_SHARE = 0.5
/** From here on it counts what the daemon tells of itself. */
const SOME_SHARE = 0.2
const AGAINST_SURELY = 2
/** Who has more than this still, and went on without a break, is himself, however much came and went. */
const LEAST_SHARE = 0.1
/** Dates of some clients are whole seconds, and rounded. */
const SAME_MOMENT_MS = 2_000
const SURE_AFTER_MS = 10_000
/** A daemon that loads for so long is none that loads. */
const SURE_AT_LAST_MS = 10 * 60_000

export class ServerIdentity {
  readonly #parts: ServerIdentityDeps
  #standing: Standing = 'unproven'
  /** A person answered, and its next list is taken as it is. */
  #isAccepted = false
  #traits: ServerTraits | null
  #seen: ServerTraits = {version: null, defaultSavePath: null, allTime: null}
  /** Of the list that is open. */
  #listed = 0
  #kept = 0
  /** Any torrent was known when it began: else there is nothing to compare. */
  #isKnown = false
  readonly #otherLives = new Set<InfoHash>()
  /** How often it had to be compared again: until now, when the open list began, and when the last one that ended began. */
  #asked = 0
  #askedAtBegin = 0
  #askedAtEnd = 0
  #goesOn = false
  /** Of the lists that were doubted: since when, and since when they are the same. */
  #doubtedSince = 0
  #sameSince = 0
  #doubted = ''

  constructor(parts: ServerIdentityDeps) {
    this.#parts = parts
    this.#traits = parts.traits
  }

  get standing(): Standing {
    return this.#standing
  }

  /** It may be commanded. Where nothing is known nothing can be mistaken for anything. */
  get isOwn(): boolean {
    if (this.#standing === 'own') return !this.mustCompare
    return this.#parts.others === null && this.#standing === 'unproven' && this.#parts.known.count() === 0
  }

  /** A list of others came, and nothing that is told is taken. */
  get isStrange(): boolean {
    return this.#standing === 'doubted' || this.#standing === 'another' || this.#standing === 'taken'
  }

  /** What it tells waits for the end of a list that proves it. */
  get waits(): boolean {
    return this.#parts.others !== null && !this.isOwn
  }

  /** A whole list has to show once more that it is nobody else's. */
  get mustCompare(): boolean {
    return this.#asked > this.#askedAtEnd
  }

  /** What is known of it; `null` = it never told. */
  get traits(): ServerTraits | null {
    return this.#traits
  }

  /** A server that it may turn out to be has told its list: a list that is open now proves nothing of that. */
  compareAgain(): void {
    this.#asked++
  }

  /** Whoever answers now has to tell its list first. @param version of who does; absent = it could not be asked */
  mayHaveChanged(version?: string): void {
    if (this.#standing === 'own') this.#standing = 'unproven'
    if (version !== undefined) this.#seen = {version, defaultSavePath: null, allTime: null}
  }

  /** It told what changed since its last answer, which nobody else knows. */
  wentOn(): void {
    if (this.#standing === 'unproven') this.#standing = 'own'
    this.#learn()
  }

  observe({defaultSavePath, allTimeDownloaded, allTimeUploaded}: ServerStats): void {
    const hasTotals = allTimeDownloaded !== undefined && allTimeUploaded !== undefined
    this.#seen = {
      ...this.#seen,
      defaultSavePath: defaultSavePath ?? this.#seen.defaultSavePath,
      allTime: hasTotals ? allTimeDownloaded + allTimeUploaded : this.#seen.allTime,
    }
  }

  knows(hash: InfoHash): boolean {
    return this.#parts.known.has(hash)
  }

  /** @param fresh it is unrelated to what came before; else it goes on, and much may have come and gone since */
  beginList(fresh = true): void {
    this.#goesOn = !fresh && this.#standing === 'own'
    this.#askedAtBegin = this.#asked
    this.#listed = 0
    this.#kept = 0
    this.#isKnown = this.#parts.known.count() > 0
    this.#otherLives.clear()
    this.#parts.others?.begin()
  }

  /** @param isFirst of this torrent in this list. @returns whether it waits for the end of the list: it is one that we do not know under a hash that we do, or all do */
  lists(hash: InfoHash, addedAt: EpochMs | null | undefined, isFirst: boolean): boolean {
    const {known, keepsAddedAt, others} = this.#parts
    if (isFirst) {
      this.#listed++
      others?.lists(hash, addedAt ?? null)
      if (this.#isKnown && known.has(hash)) this.#kept++
    }
    if (!this.#isKnown) return this.waits
    if (this.#otherLives.has(hash)) return true
    const before = keepsAddedAt && addedAt ? known.addedAt(hash) : null
    if (isSameMoment(before, addedAt ?? null)) return this.waits
    this.#otherLives.add(hash)
    return true
  }

  /** The list is whole. @param listed all that it listed @returns what it proves */
  endList(listed: Pick<ReadonlySet<InfoHash>, 'has'>): Standing {
    this.#askedAtEnd = this.#askedAtBegin
    if (this.#parts.others?.isTheirs(this.#listed) === true) return (this.#standing = 'taken')
    const known = this.#parts.known.count() - this.#goneByUs(listed)
    const kept = this.#kept - this.#otherLives.size
    const against = this.#traits === null ? 0 : weightAgainst(this.#traits, this.#seen)
    const isAccepted = this.#isAccepted
    this.#isAccepted = false
    const isPossible = !isAccepted && (!this.#goesOn || kept <= known * LEAST_SHARE)
    if (isPossible && areOthers({known, kept, listed: this.#listed, against}))
      return this.#doubt(`${kept}/${this.#listed}`)
    this.#standing = 'own'
    this.#learn()
    return this.#standing
  }

  /** A person says that it is the server that it was. */
  accept(): void {
    this.#traits = null
    this.#isAccepted = true
    this.#standing = 'unproven'
  }

  /**
   * Whoever goes on without a break and lacks what we had it remove is himself, also when that was all it had. A new
   * connection may be to another one, which never had it.
   */
  #goneByUs(listed: Pick<ReadonlySet<InfoHash>, 'has'>): number {
    if (!this.#goesOn) return 0
    const {removedByUs, known} = this.#parts
    let gone = 0
    for (const hash of removedByUs())
      if (known.has(hash) && (!listed.has(hash) || this.#otherLives.has(hash))) gone++
    return gone
  }

  #doubt(what: string): Standing {
    const now = this.#parts.clock.monotonic()
    if (!this.isStrange) this.#doubtedSince = now
    if (!this.isStrange || this.#doubted !== what) this.#sameSince = now
    this.#doubted = what
    if (this.#standing === 'another') return this.#standing
    // Its own list may come bit by bit, and begin with what is new.
    const isSure = now - this.#sameSince >= SURE_AFTER_MS || now - this.#doubtedSince >= SURE_AT_LAST_MS
    this.#standing = isSure ? 'another' : 'doubted'
    return this.#standing
  }

  /** What it has not told this time is as it was. */
  #learn(): void {
    const {version, defaultSavePath, allTime} = this.#seen
    this.#traits = {
      version: version ?? this.#traits?.version ?? null,
      defaultSavePath: defaultSavePath ?? this.#traits?.defaultSavePath ?? null,
      allTime: allTime ?? this.#traits?.allTime ?? null,
    }
  }
}

/** Two moments that a torrent was added; what is not known contradicts nothing. */
export function isSameMoment(one: EpochMs | null, other: EpochMs | null): boolean {
  return one === null || other === null || Math.abs(one - other) <= SAME_MOMENT_MS
}

/** Is this the list of another daemon, by what it has and what it lacks? */
export function areOthers({known, kept, listed, against}: ListedOthers): boolean {
  const missing = known - kept
  const strangers = listed - kept
  if (missing === 0) return false
  // An empty list is hardly ever meant; only a daemon without a past has one permanently.
  if (listed === 0) return missing > FEW && against >= AGAINST_SURELY
  const isMost = missing > known * MOST_SHARE && strangers > listed * MOST_SHARE
  if (isMost) return missing > FEW || against > 0
  const isMuch = missing > known * SOME_SHARE && strangers > listed * SOME_SHARE
  return isMuch && missing > FEW && against >= AGAINST_SURELY
}

/** That a daemon gets newer says nothing, that it forgets what it moved in all its life says most. */
export function weightAgainst(before: ServerTraits, now: ServerTraits): number {
  let weight = 0
  if (isOlder(now.version, before.version)) weight++
  if (isOther(now.defaultSavePath, before.defaultSavePath)) weight++
  // A crash forgets some of it.
  if (before.allTime !== null && now.allTime !== null && now.allTime < before.allTime / 2) weight += 2
  return weight
}

function isOther(now: string | null, before: string | null): boolean {
  return now !== null && before !== null && withoutEnd(now) !== withoutEnd(before)
}

function withoutEnd(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}

function isOlder(now: string | null, before: string | null): boolean {
  if (now === null || before === null) return false
  return new Intl.Collator('en', {numeric: true}).compare(now, before) < 0
}
