/**
 * Stories: what has the same cause, told as one. Pure. Entries come newest first and are gathered into chains: two of the
 * same cause belong together when at most ten minutes lie between them. So that a rule that acts every few minutes does
 * not tell one story all day, a chain also ends with the hour, unless it runs on within a minute.
 *
 * Whether two actions belong together hangs on the two of them alone, never on where a page begins: a story is the same
 * on every page (docs/decisions/047).
 */
import {createHash} from 'node:crypto'
import type {ArrId} from '#model/arr.ts'
import type {RuleId} from '#model/rule.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {AuditEntry} from './audit.ts'
import {outcomeOf, type EntryOutcome} from './outcomes.ts'
import {isBookkeeping, kindOfAny, type StoryKind} from './story-kinds.ts'

/** Something that happened: a entry of the journal, an import that an Arr tells of, or the end of an outage. */
export interface Happening {
  /** Its place among those of its source; falls from one to the next. */
  readonly place: number
  readonly source: 'journal' | 'others'
  readonly at: EpochMs
  /** What it has in common with the others of its story. */
  readonly cause: string
  readonly kind: StoryKind
  readonly id: string
  readonly name: string | null
  readonly serverId: ServerId | null
  readonly outcome: EntryOutcome
  readonly about:
    | {readonly is: 'entry'; readonly entry: AuditEntry}
    | {readonly is: 'import'; readonly arrId: ArrId; readonly key: TorrentKey | null}
    | {readonly is: 'outage'; readonly beganAt: EpochMs}
}

export interface Story {
  readonly kind: StoryKind
  readonly cause: string
  /** The newest and the oldest of it, epoch ms. */
  readonly at: EpochMs
  readonly fromAt: EpochMs
  /** Newest first, at most `MOST_ITEMS`; `count` says how many there are. */
  readonly items: readonly Happening[]
  readonly count: number
  readonly outcomes: Readonly<Partial<Record<EntryOutcome, number>>>
  readonly servers: ReadonlyMap<ServerId, number>
  /** `null` = no rule. */
  readonly ruleId: RuleId | null
  /** It goes on where reading ended: its figures are lower bounds. */
  readonly isOpen: boolean
}

const MOST_ITEMS = 500
const TOGETHER_MS = 600_000
const RUNNING_MS = 60_000
const HOUR_MS = 3_600_000

/** Of one cause. @param newer, older epoch ms */
function belongTogether(newer: EpochMs, older: EpochMs): boolean {
  const gap = Math.abs(newer - older)
  if (gap > TOGETHER_MS) return false
  return gap <= RUNNING_MS || Math.floor(newer / HOUR_MS) === Math.floor(older / HOUR_MS)
}

/** Of what an action is one of several; whether it went well is part of it. */
export function happeningOf(entry: AuditEntry): Happening {
  const {seq, id, at, name, serverId} = entry
  const outcome = outcomeOf(entry.phase, entry.code)
  const kind = kindOfAny(entry)
  return {
    source: 'journal',
    about: {is: 'entry', entry},
    place: seq,
    cause: causeOf(entry, kind, outcome),
    id,
    at,
    name,
    serverId,
    kind,
    outcome,
  }
}

function causeOf(entry: AuditEntry, kind: StoryKind, outcome: EntryOutcome): string {
  const {actor, ruleId, verb, subject, decided} = entry
  const end = outcome === 'failed' || outcome === 'held' || outcome === 'expired' ? 'not' : 'done'
  const routine = isBookkeeping(entry) ? 'routine' : ''
  if (ruleId !== null) return causeWord(kind, end, routine, 'rule', ruleId, verb, decided?.reason ?? '')
  const {origin, userId, name} = actor
  // Alone what people add, what is done to a thing of its own, and a file of many has its own argument each.
  const hasOwnArgs = kind === 'added' || subject !== 'torrent'
  const args = hasOwnArgs ? '' : isOfFile.has(verb) ? (entry.hash ?? '') : JSON.stringify(entry.args)
  const own = subject === 'torrent' ? '' : `${subject} ${entry.name ?? ''}`
  return causeWord(kind, end, routine, origin, userId ?? name, verb, own, args)
}

/** One dialog does it to many files of a torrent, each as an action of its own. */
const isOfFile: ReadonlySet<string> = new Set(['renameFile', 'renameFolder'])

/** Short, as places of pages carry them. */
export function causeWord(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 16)
}

interface Growing {
  readonly first: Happening
  oldest: Happening
  count: number
  readonly items: Happening[]
  readonly outcomes: Partial<Record<EntryOutcome, number>>
  readonly servers: Map<ServerId, number>
  isOpen: boolean
}

/** What the page before took of a cause: it is not told again. */
export interface Gathered {
  readonly cause: string
  readonly source: Happening['source']
  /** Of the oldest that was gathered. */
  readonly at: EpochMs
  readonly place: number
  /** What follows on it may belong to it too. */
  readonly isOpen: boolean
}

/** Gathers what happened, newest first, into at most so many stories. */
export class StoryGatherer {
  readonly #limit: number
  readonly #stories: Growing[] = []
  readonly #running = new Map<string, Growing>()
  readonly #gathered: Map<string, Gathered>
  #isFull = false

  constructor(limit: number, gathered: readonly Gathered[]) {
    this.#limit = limit
    this.#gathered = new Map(gathered.map((one) => [one.cause, one]))
  }

  /** Of what comes behind these stories nothing was gathered: where the next page begins. */
  get isFull(): boolean {
    return this.#isFull
  }

  /** Whether anything that is told may still grow by what is as old as that. */
  isSettledAt(at: EpochMs): boolean {
    return [...this.#running.values()].every(({oldest}) => oldest.at - at > TOGETHER_MS)
  }

  add(one: Happening): void {
    if (this.#wasGathered(one)) return
    const running = this.#running.get(one.cause)
    if (running && belongTogether(running.oldest.at, one.at)) {
      grow(running, one)
      return
    }
    if (running) this.#running.delete(one.cause)
    if (this.#isFull) return
    if (this.#stories.length === this.#limit) {
      this.#isFull = true
      return
    }
    const story = begun(one)
    this.#stories.push(story)
    this.#running.set(one.cause, story)
  }

  /** Reading ends here: what could go on is marked, and told to the next page. @param lastAt of the last that was read */
  end(
    isTheEnd: boolean,
    lastAt: EpochMs,
  ): {readonly stories: readonly Story[]; readonly gathered: readonly Gathered[]} {
    const mayGoOn = (at: EpochMs) => !isTheEnd && at - lastAt <= TOGETHER_MS
    for (const story of this.#running.values()) story.isOpen = mayGoOn(story.oldest.at)
    const before = [...this.#gathered.values()].map((one) => ({
      ...one,
      isOpen: one.isOpen && mayGoOn(one.at),
    }))
    const own = this.#stories.map(({first: {cause, source}, oldest: {at, place}, isOpen}) => ({
      cause,
      source,
      at,
      place,
      isOpen,
    }))
    // The older one of a cause counts: all that is newer is told.
    const gathered = new Map([...before, ...own].map((one) => [one.cause, one]))
    return {stories: this.#stories.map(storyOf), gathered: [...gathered.values()]}
  }

  #wasGathered({cause, place, at}: Happening): boolean {
    const gathered = this.#gathered.get(cause)
    if (!gathered) return false
    if (place >= gathered.place) return true
    if (gathered.isOpen && belongTogether(gathered.at, at)) {
      this.#gathered.set(cause, {...gathered, at, place})
      return true
    }
    // It stays known: the next page may begin above it.
    if (gathered.isOpen) this.#gathered.set(cause, {...gathered, isOpen: false})
    return false
  }
}

function begun(first: Happening): Growing {
  const story: Growing = {
    first,
    oldest: first,
    count: 0,
    items: [],
    outcomes: {},
    servers: new Map(),
    isOpen: false,
  }
  grow(story, first)
  return story
}

function grow(story: Growing, one: Happening): void {
  const {serverId, outcome} = one
  story.oldest = one
  story.count++
  if (story.items.length < MOST_ITEMS) story.items.push(one)
  story.outcomes[outcome] = (story.outcomes[outcome] ?? 0) + 1
  if (serverId !== null) story.servers.set(serverId, (story.servers.get(serverId) ?? 0) + 1)
}

function storyOf({first, oldest, count, items, outcomes, servers, isOpen}: Growing): Story {
  const {kind, cause, at, about} = first
  const ruleId = about.is === 'entry' ? about.entry.ruleId : null
  return {kind, cause, at, fromAt: oldest.at, items, count, outcomes, servers, ruleId, isOpen}
}
