/**
 * What happened in a simulated world, written down by the world itself: what reached servers and Arrs, and what was true
 * then. Nothing in here comes from what the program believes, but its journal, which stands beside for comparison.
 */
import {createHash} from 'node:crypto'
import type {PlannedDebt} from './plan.ts'

/** Why a download may be given up, as the world knows it. */
export type Cause = 'stalled' | 'metadata' | 'missingFiles' | 'rejected'

/** A torrent as it was when a command arrived. */
export interface Seen {
  readonly hash: string
  /** Of the Arr that grabbed it, or in whose category a person put it; `null` = a person's own. */
  readonly arr: string | null
  readonly isComplete: boolean
  readonly isImported: boolean
  readonly ratio: number
  /** Seconds, as far as its server can tell them to somebody who may have lost what he saw. */
  readonly seedingTime: number
  /** Seconds that it seeded on this server before it was removed and came again, and that `seedingTime` does not hold. */
  readonly seededBefore: number
  /** To a tracker that asks for something, until that is paid. */
  readonly owes: boolean
  /** Since when a person keeps it, ms; `null` = nobody does. */
  readonly keptSince: number | null
  /** A person has us remove this one, or had us remove the one of this hash before it; `null` = nobody. */
  readonly ordered: 'itself' | 'before' | null
  /** Since when a person wants its Arr to ignore it, ms; `null` = nobody does, or it was grabbed again since. */
  readonly ignoredSince: number | null
  /** For so long nobody has seen the library of its Arr, ms; 0 = it is seen, or it is of no Arr. */
  readonly libraryAwayMs: number
  /** With the time since when it is so, ms. */
  readonly causes: Readonly<Partial<Record<Cause, number>>>
}

interface Announced {
  /** Of the line in the journal. */
  readonly seq: number
  readonly hash: string
  readonly rule: string | null
}

export interface ArrivedCommand {
  readonly what: 'command'
  readonly at: number
  readonly server: string
  readonly verb: string
  readonly torrents: readonly Seen[]
  /** Of which the journal said, before the request came, that they are about to be removed from this server; last at the end. */
  readonly announced: readonly Announced[]
  /** Torrents that the server has and does not list, and that nobody may believe to be gone. */
  readonly hidden: number
  /** How long it could be known that its server reaches nobody on the internet, or no tracker, ms; 0 = it does. */
  readonly silentMs: number
}

/** Labels that are taken off are removed too, and nothing is lost. */
export const destroys = (verb: string): boolean => verb === 'remove' || verb === 'removeWithData'

interface Blocklisted {
  readonly what: 'blocklisted'
  readonly at: number
  readonly arr: string
  readonly hash: string
  /** How long its server had been in trouble all the time, ms; 0 = it was well. */
  readonly serverTroubleMs: number
  /** As it was then; `null` = its server has it no more. */
  readonly torrent: Seen | null
}

/** By whom is known: a person, or whoever else. */
export interface Searched {
  readonly what: 'searched'
  readonly at: number
  readonly arr: string
  readonly unit: number
  readonly times: number
  readonly by: 'person' | 'anybody'
}

/** Questions of the program to one Arr or server in one hour, give or take a few minutes. */
interface Asked {
  readonly what: 'asked'
  readonly at: number
  readonly name: string
  readonly isServer: boolean
  readonly count: number
}

/** A file is gone that somebody has: a torrent of a server, or a person (no hash). */
interface FileLost {
  readonly what: 'fileLost'
  readonly at: number
  readonly server: string
  readonly hash: string | null
  readonly path: string
}

/** A torrent was removed and added again by a person: another life of the same hash. */
interface Born {
  readonly what: 'born'
  readonly at: number
  readonly server: string
  readonly hash: string
  /** Of the journal, the last line by then. */
  readonly seq: number
}

/** A person sets the wall clock. */
interface ClockSet {
  readonly what: 'clockSet'
  readonly at: number
}

/** What the program keeps is an older copy from now on: what it did since then, it does not know. */
interface RestoredThen {
  readonly what: 'restored'
  readonly at: number
}

/** An Arr has an older database from now on, or an empty one: what it did since then, it does not know. */
interface ArrRestored {
  readonly what: 'arrRestored'
  readonly at: number
  readonly arr: string
}

/** One line of the journal. Times by the wall clock. */
export interface JournalLine {
  readonly seq: number
  readonly id: string
  readonly at: number
  readonly server: string | null
  readonly hash: string | null
  readonly verb: string
  readonly phase: string
  readonly ruleId: string | null
  /** Of the first line of an action that a rule decided. */
  readonly reason: string | null
}

interface Explained {
  readonly what: 'explained'
  readonly at: number
  readonly hash: string
  readonly sentence: string
}

/** What the program said of a mistake of its own. */
interface Mistake {
  readonly what: 'mistake'
  readonly at: number
  readonly text: string
}

/** A person says whether a rule may act. */
interface ModeSet {
  readonly what: 'mode'
  readonly at: number
  readonly rule: string
  readonly mode: 'off' | 'simulate' | 'live'
  /** Of the last line of the journal by then. */
  readonly seq: number
}

/** The simulation is over, and everybody was well for hours. */
interface End {
  readonly what: 'end'
  readonly at: number
  readonly openSagas: readonly string[]
  readonly openEntries: readonly string[]
  /** Threads of the program that do not run. */
  readonly stopped: readonly string[]
}

/** A person or the world did something. */
interface Reported {
  readonly what: 'told'
  readonly at: number
  readonly text: string
}

export type Happening =
  | ArrivedCommand
  | Blocklisted
  | Searched
  | Asked
  | FileLost
  | Born
  | ClockSet
  | Explained
  | Mistake
  | ModeSet
  | RestoredThen
  | ArrRestored
  | End
  | Reported

export interface WorldRecord {
  readonly happenings: readonly Happening[]
  /** With the lines that were lost when an older copy was put back. */
  readonly journal: readonly JournalLine[]
  readonly limits: {
    /** In force at some time of the simulation: the most that was allowed. Seconds, shares. */
    readonly stalledDelay: number
    readonly maxRatio: number
    readonly maxSeedingTime: number
    readonly needsBoth: boolean
  }
  /** What its tracker asks of a torrent that owes; `null` = none does. */
  readonly debt: PlannedDebt | null
  /** Units of the releases of each Arr, by hash. */
  readonly unitsOf: ReadonlyMap<string, readonly number[]>
}

/** The same run has the same: everything but the ids that are drawn again each time. */
export function fingerprint({happenings, journal}: WorldRecord, requests: readonly string[]): string {
  const hash = createHash('sha256')
  for (const it of happenings) hash.update(`${JSON.stringify(it)}\n`)
  for (const {id: _, ...line} of journal) hash.update(`${JSON.stringify(line)}\n`)
  for (const it of requests) hash.update(`${it}\n`)
  return hash.digest('hex')
}
