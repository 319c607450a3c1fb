/** What people and the world do to a simulated house, one at a time; who is told to, by chance. */
import type {ActingHarness} from '#test/program/acting-harness.fixture.ts'
import type {Random} from '../simulators/random.ts'
import type {SimTorrent} from '../simulators/sim-torrent.ts'
import type {Disks} from './disks.ts'
import type {Downloads} from './downloads.ts'
import type {OlderStates} from './older-states.ts'
import type {Plan, PlannedArr, PlannedLimits} from './plan.ts'

export interface Surroundings {
  readonly harness: ActingHarness
  readonly plan: Plan
  readonly random: Random
  readonly downloads: Downloads
  readonly disks: Disks
  /** Somebody asks an Arr to search. */
  readonly search: (arr: PlannedArr) => void
  /** How many requests from now on the program is killed at. */
  readonly killAfter: (requests: number) => void
  /** The next command arrives, and the program is killed before it hears so. */
  readonly killUnheard: () => void
  /** Somebody writes other limits, or saves what was written last. */
  readonly configure: (limits?: PlannedLimits) => Promise<void>
  /** The file is cut off at a section for a moment: the program reads it without one of its servers. */
  readonly loseSection: (server: string) => Promise<void>
  /** It has a new life from now on. */
  readonly born: (server: string, hash: string) => Promise<void>
  /** A person has us remove it, in its life of now. */
  readonly ordered: (server: string, hash: string) => void
  /** A person told its Arr to ignore it. */
  readonly ignored: (server: string, hash: string) => void
  /** Somebody copies all that the program keeps. */
  readonly backUp: () => Promise<void>
  /** How old the copy is that somebody made last and did not put back, ms; `null` = there is none. */
  readonly backupAgeMs: () => number | null
  /** The program is stopped for so many ms, the copy is put in the place of what it keeps, and it starts again. */
  readonly restore: (what: Restored, stoppedMs: number) => Promise<void>
  /** What Arrs and servers were like when somebody copied them. */
  readonly older: OlderStates
  /** The world goes on for so many ms. */
  readonly live: (ms: number) => Promise<void>
  /** Somebody says of a rule whether it may act: `off`, `simulate`, or as the configuration says. */
  readonly setMode: (rule: string, mode: 'off' | 'simulate' | 'live') => Promise<string>
  /** Somebody sets the wall clock by so many ms. */
  readonly setClock: (ms: number) => void
  /** The machine sleeps for so many ms. */
  readonly sleep: (ms: number) => void
  /** Its trackers, or whoever is on the internet, cannot be reached by a server from now on, or they can again. */
  readonly silence: (server: string, of: 'trackers' | 'everybody' | 'nobody') => void
}

/** What of it is put back: as our own `restore` does, or as whoever restores a machine does. */
export type Restored = 'the database' | 'the whole data folder'

export type Disturbance = (around: Surroundings) => string | Promise<string>

/** To one torrent of one server. */
export function onTorrent(
  does: string,
  step: (around: Surroundings, server: string, torrent: SimTorrent) => void | Promise<void>,
): Disturbance {
  return async (around) => {
    const {harness, random} = around
    const server = serverIn(harness, random)
    const torrents = [...harness.server(server).world.list()]
    if (torrents.length === 0) return `nobody ${does} anything of ${server}`
    const torrent = random.pick(torrents)
    await step(around, server, torrent)
    return `somebody ${does} ${torrent.hash} of ${server}`
  }
}

export function serverIn(harness: ActingHarness, random: Random): string {
  return random.pick([...harness.servers.keys()])
}

/** Of a torrent that seeds. Two are hardly ever of one size, to the byte; the same one always is. */
export function wholeOf(hash: string) {
  const size = 1e9 + Number.parseInt(hash.slice(0, 6), 16)
  return {state: 'seeding', running: true, size, sizeTotal: size, done: size} as const
}
