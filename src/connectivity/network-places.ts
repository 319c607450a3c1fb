/**
 * The fleet as network places: servers of one machine share a way to the internet, unless one has a tunnel of its own.
 * What a member's servers show counts for them alone: they may make it up.
 */
import type {Fleet} from '#fleet/fleet.ts'
import type {Compartment} from '#model/access.ts'
import type {ServerView} from '#model/services.ts'
import type {TorrentState} from '#model/torrent.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {nothingSeen, type PlaceSeen, type SeenCounts} from './connection.ts'
import type {PlaceName, Places} from './internet-watch.ts'

/** They look for nobody and ask no tracker: that they have no peer says nothing, what trackers said is of before. */
const resting: ReadonlySet<TorrentState> = new Set([
  'stopped',
  'queuedDown',
  'queuedUp',
  'checking',
  'moving',
  'error',
  'missingFiles',
  'unknown',
])

export class NetworkPlaces {
  readonly #fleet: Pick<Fleet, 'rowsOf' | 'rows' | 'serverAt' | 'valueAt' | 'turns'>
  readonly #servers: {
    readonly list: () => readonly ServerView[]
    readonly get: (id: ServerId) => ServerView | null
    /** Others of its machine. */
    readonly neighbours: (id: ServerId) => readonly ServerId[]
  }
  readonly #compartmentOf: (id: ServerId) => Compartment
  /** Who was believed when it was looked at them last. */
  #looked: ReadonlySet<ServerId> = new Set()

  constructor(
    fleet: Pick<Fleet, 'rowsOf' | 'rows' | 'serverAt' | 'valueAt' | 'turns'>,
    servers: {
      readonly list: () => readonly ServerView[]
      readonly get: (id: ServerId) => ServerView | null
      /** Others of its machine. */
      readonly neighbours: (id: ServerId) => readonly ServerId[]
    },
    compartmentOf: (id: ServerId) => Compartment,
  ) {
    this.#fleet = fleet
    this.#servers = servers
    this.#compartmentOf = compartmentOf
  }

  /** Its machine. */
  placeOf(id: ServerId): PlaceName {
    const [place] = [id, ...this.#neighbours(id)].sort()
    return place!
  }

  /** No member's servers alone make it up. */
  isOfInstance(place: PlaceName): boolean {
    const speaker = this.speakerOf(place)
    return speaker === null || this.#compartmentOf(speaker) === null
  }

  /** Its machine, and itself where that has others. */
  placesOf(id: ServerId): Places {
    return [this.placeOf(id), partOf(id)]
  }

  /** A server that is believed, for whom it concerns; `null` = none of that place is. */
  speakerOf(place: PlaceName): ServerId | null {
    return this.#believed().find(({id}) => this.placesOf(id).includes(place))?.id ?? null
  }

  /** Of what servers show that are online; the others say nothing of their connection. */
  async look(): Promise<ReadonlyMap<PlaceName, PlaceSeen>> {
    const places = new Map<PlaceName, PlaceSeen>()
    const believed = this.#believed()
    this.#looked = new Set(believed.map(({id}) => id))
    for (const view of believed) {
      const place = this.placeOf(view.id)
      const own = await this.#seenOf(view)
      const known = places.get(place)
      places.set(place, known ? together(known, own) : own)
      if (this.#neighbours(view.id).length > 0) places.set(partOf(view.id), {...own, isPart: true})
    }
    return places
  }

  /** It is believed, and what it shows was not looked at yet. */
  isNew(id: ServerId): boolean {
    if (this.#looked.has(id)) return false
    const view = this.#servers.get(id)
    return view !== null && isBelieved(view)
  }

  #neighbours(id: ServerId): readonly ServerId[] {
    const own = this.#compartmentOf(id)
    return this.#servers.neighbours(id).filter((it) => this.#compartmentOf(it) === own)
  }

  #believed(): readonly ServerView[] {
    return this.#servers.list().filter(isBelieved)
  }

  async #seenOf({id, stats}: ServerView): Promise<PlaceSeen> {
    const seen = {...nothingSeen}
    for (const row of Array.from(this.#fleet.rowsOf(id))) {
      // A row may be another's by now.
      if (this.#fleet.serverAt(row) === id && this.#fleet.rows.isSeen(row)) this.#count(row, seen)
      if (this.#fleet.turns.due()) await this.#fleet.turns.next()
    }
    return {...seen, isDisconnected: stats?.connection === 'disconnected', isPart: false}
  }

  #count(row: number, seen: {-readonly [K in keyof SeenCounts]: number}): void {
    const tracker = this.#fleet.valueAt(row, 'trackerStatus')
    const isKnown = tracker !== 'unknown' && tracker !== 'none'
    const isFailing = tracker === 'error' || tracker === 'unreachable'
    if (resting.has(this.#fleet.valueAt(row, 'state'))) {
      if (isKnown) seen.restTracked++
      if (isFailing) seen.restFailing++
    } else {
      seen.running++
      if (isKnown) seen.tracked++
      if (isFailing) seen.failing++
      if (tracker === 'unreachable') seen.unreachable++
    }
    const peers =
      (this.#fleet.valueAt(row, 'seedsConnected') ?? 0) + (this.#fleet.valueAt(row, 'peersConnected') ?? 0)
    const flow = (this.#fleet.valueAt(row, 'downSpeed') ?? 0) + (this.#fleet.valueAt(row, 'upSpeed') ?? 0)
    if (peers + flow > 0) seen.alive++
  }
}

function isBelieved({health: {status}, wholeLists}: ServerView): boolean {
  return (status === 'online' || status === 'degraded') && wholeLists > 0
}

/** One that says it is connected, or does not say, outweighs one that is not. */
function together(one: PlaceSeen, other: PlaceSeen): PlaceSeen {
  return {
    tracked: one.tracked + other.tracked,
    failing: one.failing + other.failing,
    unreachable: one.unreachable + other.unreachable,
    restTracked: one.restTracked + other.restTracked,
    restFailing: one.restFailing + other.restFailing,
    running: one.running + other.running,
    alive: one.alive + other.alive,
    isDisconnected: one.isDisconnected && other.isDisconnected,
    isPart: false,
  }
}

/** No server has such an id. */
function partOf(id: ServerId): PlaceName {
  return `only ${id}`
}
