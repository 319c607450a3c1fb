/**
 * How much of our memory the servers of one owner may take. Whoever may add servers could otherwise add one that invents
 * torrents until nobody has room. Servers of the house are as large as they are.
 *
 *   rows, their texts, different words of all servers of an owner, by what each told ──▶ over it: that server stops, alone
 *
 * It stops in the middle of its list, so nothing is believed gone by that list.
 */
import type {UserId} from '#model/access.ts'
import {ServerFault} from '#model/errors.ts'
import type {Category} from '#model/server.ts'
import type {TorrentPatch, TorrentRecord} from '#model/torrent.ts'
import type {InfoHash, ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'

const MIB = 1024 * 1024

/** Servers of one member of which a history is written, the first ones of the list: each takes 9,000 rows. */
const MOST_HISTORIES = 25

/**
 * Those of which a history is written: all of the house, and as many of each member. What others have of it stays.
 * @param cards in the order of the list
 * @param memberOf `null` = of the house
 */
export function withHistory<S extends {readonly id: ServerId}>(
  servers: readonly S[],
  cards: readonly {readonly id: ServerId; readonly ownerId: UserId | null}[],
  memberOf: (id: UserId | null) => UserId | null,
): readonly S[] {
  const byMember = Map.groupBy(cards, ({ownerId}) => memberOf(ownerId))
  byMember.delete(null)
  const beyond = new Set([...byMember.values()].flatMap((its) => its.slice(MOST_HISTORIES).map(({id}) => id)))
  return servers.filter(({id}) => !beyond.has(id))
}

/** Of one owner, all of his servers together; answers one by one. */
export interface Quota {
  readonly rows: number
  /** Names, paths, messages, tags, categories, in UTF-16 units. */
  readonly text: number
  /**
   * Different tags, trackers and categories. Each is a line of the filters, counted, sorted and written in one go for
   * whoever sees the server: 20,000 take 10 ms, two million would take seconds.
   */
  readonly words: number
  /** Of one list, decompressed. */
  readonly listBytes: Bytes
  /** Of the files of one torrent, of a .torrent file, and of any other answer that is read in pieces; decompressed. */
  readonly answerBytes: Bytes
  /** Of an answer that is parsed in one go, as peers, trackers and pieces of one torrent: 2 MiB are 6,000 peers. */
  readonly shortAnswerBytes: Bytes
}

export const memberQuota: Quota = {
  rows: 50_000,
  text: 64 * MIB,
  words: 20_000,
  listBytes: 128 * MIB,
  answerBytes: 16 * MIB,
  shortAnswerBytes: 2 * MIB,
}

/** What the fleet shows of servers. */
interface ShownTorrents {
  get(key: TorrentKey): TorrentRecord | null
  count(id: ServerId): number
}

interface Held {
  readonly rows: number
  readonly text: number
  readonly words: number
}

const nothing: Held = {rows: 0, text: 0, words: 0}

export class Quotas {
  /** Who pays for it; `null` = nobody, it is of the house. */
  readonly #ownerOf: (id: ServerId) => string | null
  readonly #fleet: ShownTorrents
  readonly #quota: Quota
  readonly #held = new Map<ServerId, Held>()

  constructor(ownerOf: (id: ServerId) => string | null, fleet: ShownTorrents, quota?: Quota) {
    this.#ownerOf = ownerOf
    this.#fleet = fleet
    this.#quota = quota ?? memberQuota
  }

  /** `null` = it has none. */
  of(id: ServerId): Quota | null {
    return this.#ownerOf(id) === null ? null : this.#quota
  }

  /** For a link, which measures what it takes on. */
  meter(id: ServerId): QuotaMeter {
    return new QuotaMeter(id, this.#ownerOf, this.#fleet, {
      hold: (held) => this.#hold(id, held),
      lower: (held) => this.#lower(id, held),
    })
  }

  /** The server is gone, with all that it told. */
  forget(id: ServerId): void {
    this.#held.delete(id)
  }

  /** @throws {ServerFault} over_quota: then it holds what it held, and that goes on */
  #hold(id: ServerId, held: Held): void {
    const before = this.#held.get(id) ?? nothing
    this.#held.set(id, held)
    const isLess = held.rows <= before.rows && held.text <= before.text && held.words <= before.words
    const no = isLess ? null : this.#objection(id)
    if (no === null) return
    this.#held.set(id, before)
    throw no
  }

  /** Never more than it held: who has too much is over it until a list says that it became less. */
  #lower(id: ServerId, {rows, text, words}: Held): void {
    const before = this.#held.get(id)
    // Who was forgotten meanwhile has nothing any more.
    if (before === undefined) return
    this.#held.set(id, {
      rows: Math.min(before.rows, rows),
      text: Math.min(before.text, text),
      words: Math.min(before.words, words),
    })
  }

  #objection(id: ServerId): ServerFault | null {
    const owner = this.#ownerOf(id)
    if (owner === null) return null
    let [rows, text, words] = [0, 0, 0]
    for (const [other, its] of this.#held) {
      if (other !== id && this.#ownerOf(other) !== owner) continue
      rows += its.rows
      text += its.text
      words += its.words
    }
    const {rows: mostRows, text: mostText, words: mostWords} = this.#quota
    if (rows > mostRows) return overQuota(`more than ${mostRows} torrents`)
    if (words > mostWords) return overQuota(`more than ${mostWords} different tags, trackers and categories`)
    return text > mostText ? overQuota(`more than ${mostText / MIB} MiB of names, paths and messages`) : null
  }
}

/** @param what there is of the servers of its owner, or of its answer */
export function overQuota(what: string, cause?: unknown): ServerFault {
  return new ServerFault('answer_invalid', 'over_quota', `It has ${what}.`, {cause})
}

interface Holding {
  /** First whether there is room. @throws {ServerFault} over_quota */
  readonly hold: (held: Held) => void
  /** It has no more than this after all. */
  readonly lower: (held: Held) => void
}

/** What one server takes. Never too little; what left is taken off by the next whole list that has all that is shown. */
export class QuotaMeter {
  readonly #id: ServerId
  readonly #ownerOf: (id: ServerId) => string | null
  readonly #fleet: ShownTorrents
  readonly #holding: Holding
  #text = 0
  /** Told, and perhaps not taken yet: which text was shown of each before, and what they added to the text. */
  readonly #known = new Map<InfoHash, number>()
  #added = 0
  #names: Names = {categories: noNames, tags: noNames}
  readonly #words = new ListedWords()
  /** Of the open list. */
  #listed = 0
  #listedText = 0
  #isOpen = false
  /** Asked once a list: those of the house have hundreds of thousands of rows. */
  #isBounded = false

  constructor(
    id: ServerId,
    ownerOf: (id: ServerId) => string | null,
    fleet: ShownTorrents,
    holding: Holding,
  ) {
    this.#id = id
    this.#ownerOf = ownerOf
    this.#fleet = fleet
    this.#holding = holding
  }

  begin(): void {
    this.settle()
    this.#isBounded = this.#hasOwner()
    this.#listed = this.#listedText = 0
    this.#words.begin()
    this.#isOpen = true
  }

  /** @throws {ServerFault} over_quota */
  row(patch: TorrentPatch): void {
    if (!this.#isBounded) return
    const before = this.#fleet.get({serverId: this.#id, hash: patch.hash})
    const text = textAfter(patch, before)
    const textBefore = shownText(before)
    const more = text - textBefore
    const fresh = this.#words.missing(patch, before)
    // What is there already is told however much there is: else no list would end that shows that it became less.
    if (before === null || more > 0 || fresh.size > 0) this.#require(before === null ? 1 : 0, more, fresh)
    this.#words.add(fresh)
    this.#text += more
    this.#added += more
    if (!this.#known.has(patch.hash)) this.#known.set(patch.hash, textBefore)
    if (!this.#isOpen) return
    this.#listed++
    this.#listedText += text
  }

  /** @throws {ServerFault} over_quota */
  end(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.settle()
    const isAll = this.#fleet.count(this.#id) <= this.#listed
    this.#text = isAll ? this.#listedText : Math.max(this.#text, this.#listedText)
    if (isAll) this.#words.end()
    // What is shown beside the list goes by it, so only the list itself may be too much.
    const held = this.#heldWith(this.#listed, this.#listedText)
    this.#listed = 0
    this.#holding.hold(held)
  }

  /** The list proves nothing, and what was told and is not shown was not taken. */
  breakOff(): void {
    this.#isOpen = false
    this.#listed = 0
    this.settle()
  }

  /** What was told until now was taken, or never will be: of that counts what is shown. */
  settle(): void {
    if (this.#known.size === 0) return
    this.#text -= this.#added
    for (const [hash, before] of this.#known)
      this.#text += shownText(this.#fleet.get({serverId: this.#id, hash})) - before
    this.#known.clear()
    this.#added = 0
    this.#holding.lower(this.#heldWith(this.#rows(0), this.#text))
  }

  /** All that the server has, whether torrents have them or not. @throws {ServerFault} over_quota */
  categories(all: readonly Category[]): void {
    if (!this.#hasOwner()) return
    const text = all.reduce((sum, {name, savePath = ''}) => sum + name.length + savePath.length, 0)
    this.#takeNames({...this.#names, categories: {text, count: all.length}})
  }

  /** The same. */
  tags(all: readonly string[]): void {
    if (!this.#hasOwner()) return
    const text = all.reduce((sum, {length}) => sum + length, 0)
    this.#takeNames({...this.#names, tags: {text, count: all.length}})
  }

  #hasOwner(): boolean {
    return this.#ownerOf(this.#id) !== null
  }

  #takeNames(names: Names): void {
    this.#holding.hold(this.#heldWith(this.#rows(0), this.#text, {names}))
    this.#names = names
  }

  /** @param rows more of them, and more text, and words that were not told yet. @throws {ServerFault} over_quota */
  #require(rows: number, text: number, fresh: ReadonlySet<string>): void {
    this.#holding.hold(this.#heldWith(this.#rows(rows), this.#text + text, {fresh}))
  }

  #heldWith(rows: number, text: number, {names = this.#names, fresh = noWords}: Coming = {}): Held {
    const {categories, tags} = names
    return {
      rows,
      text: text + categories.text + tags.text,
      // What is declared is mostly what torrents have.
      words: Math.max(this.#words.countWith(fresh), categories.count + tags.count),
    }
  }

  #rows(more: number): number {
    return Math.max(this.#fleet.count(this.#id) + more, this.#listed)
  }
}

interface Names {
  readonly categories: {readonly text: number; readonly count: number}
  readonly tags: {readonly text: number; readonly count: number}
}

interface Coming {
  readonly names?: Names
  readonly fresh?: ReadonlySet<string>
}

const noNames = {text: 0, count: 0}
const noWords: ReadonlySet<string> = new Set()

/**
 * The different words of the torrents of one server. All that were told count half until a whole list has all that is
 * shown, as that list may bring others: so a server that became less, or another one, is heard to the end.
 */
class ListedWords {
  /** Since the last whole list began, and in the last list. */
  #known = new Set<string>()
  #listed = this.#known

  begin(): void {
    this.#listed = new Set()
  }

  /** The list has all that is shown. */
  end(): void {
    this.#known = this.#listed
  }

  /** Words of a torrent, once the patch was applied, that the list does not have yet. */
  missing(patch: Texts, before: Texts | null): Set<string> {
    const missing = new Set<string>()
    const look = (word: string | undefined) => {
      if (word !== undefined && word !== '' && !this.#listed.has(word)) missing.add(word)
    }
    for (const field of words) look(patch[field] ?? before?.[field])
    for (const field of lists) for (const word of patch[field] ?? before?.[field] ?? []) look(word)
    return missing
  }

  add(words: ReadonlySet<string>): void {
    for (const word of words) {
      this.#listed.add(word)
      this.#known.add(word)
    }
  }

  /** @param fresh which the list does not have */
  countWith(fresh: ReadonlySet<string>): number {
    let count = this.#known.size
    for (const word of fresh) if (!this.#known.has(word)) count++
    return Math.max(this.#listed.size + fresh.size, Math.ceil(count / 2))
  }
}

const texts = [
  'name',
  'category',
  'message',
  'trackerMessage',
  'comment',
  'createdBy',
  'nativeState',
  'savePath',
  'contentPath',
  'incompletePath',
  'completedPath',
] as const
const lists = ['tags', 'trackerHosts'] as const
const words = ['category', 'trackerHost'] as const

type Texts = Partial<
  Pick<TorrentPatch, (typeof texts)[number] | (typeof lists)[number] | (typeof words)[number]>
>

function shownText(record: TorrentRecord | null): number {
  return record === null ? 0 : textAfter({}, record)
}

/** Of all texts of a torrent, once the patch was applied: what it does not tell stays. */
function textAfter(patch: Texts, before: Texts | null): number {
  let sum = 0
  for (const field of texts) sum += (patch[field] ?? before?.[field] ?? '').length
  for (const field of lists) for (const it of patch[field] ?? before?.[field] ?? []) sum += it.length
  return sum
}
