/**
 * Which runs of the program this database knows, and until when. An Arr may know of a run that is not among them, or of
 * a later time of one that is: then this database is an older copy. That shows in each later run too, as the list is a
 * part of the database. What follows from it is done once, so what is done is written down here as well.
 */
import {z} from 'zod'
import type {Compartment} from '#model/access.ts'
import type {EpochMs} from '#model/units.ts'
import {putSetting, readSettings} from './settings.ts'
import type {Db, Store} from '../store.ts'

/** A time of work that a database does not know of. */
export interface LostTime {
  /** The database is as of this time. */
  readonly from: EpochMs
  readonly to: EpochMs
  /** The run that worked until then; `null` = unknown. */
  readonly run: string | null
}

/** The last moment that the database knows of the run before. */
export interface RunBefore {
  /** `null` = written by a release that kept none. */
  readonly run: string | null
  readonly at: EpochMs
}

interface Moment {
  readonly run: string
  readonly at: EpochMs
}

const reportShape = z.object({
  /** Of its line in the journal. */
  id: z.string(),
  at: z.number(),
  from: z.number(),
  to: z.number(),
  /** How much of what was under way has ended, with the names of some of it. */
  abandoned: z.number(),
  jobs: z.array(z.string()),
})
/** What is shown of an end, until all that was set aside in the lost time is given back. */
export type LostTimeReport = z.infer<typeof reportShape>

const LIST = 'known_runs'
const ENDED = 'lost_time_ended'
const MOST_RUNS = 200
/** Of one compartment. */
const MOST_ENDED_RUNS = 20
const MOST_MEMBERS = 200
/** Of one compartment: those before count as one. */
const MOST_LOST = 20
/** Ours have 36 characters. Anything longer was made up. */
const LONGEST_RUN = 64
/** A database that lost its last moments with the power of its machine is no older copy. */
const SLACK_MS = 120_000

const listShape = z.object({
  /** The run that wrote the list. */
  by: z.string(),
  /** Of runs that are not listed the database knows all until then, and nothing later. */
  floor: z.number(),
  /** Each run with its last moment, the oldest run first. */
  ends: z.array(z.tuple([z.string(), z.number()])),
})
type List = z.infer<typeof listShape>

const endedShape = z.array(
  z.object({
    /** `null` = Commodarr's own part, so all compartments. */
    whose: z.string().nullable(),
    /** What was under way in the lost time until then has ended. `null` = none has ended yet. */
    until: z.number().nullable(),
    /** Runs whose marks are evidence of nothing new, whatever their time. */
    runs: z.array(z.string()),
    /** Each time that the database lacks, and until when that was not known; the newest last. */
    lost: z.array(z.tuple([z.number(), z.number()])).default([]),
    /** `null` = nothing of it is to be given back any more. */
    report: reportShape.nullable().default(null),
  }),
)
type Ended = z.infer<typeof endedShape>[number]

export class KnownRuns {
  readonly #store: Pick<Store, 'write'>
  readonly #floor: EpochMs
  readonly #ends: ReadonlyMap<string, EpochMs>
  #ended: readonly Ended[]

  /** @param before `null` = the database is new. @throws {StorageFault} */
  static async open(store: Pick<Store, 'read' | 'write'>, before: RunBefore | null): Promise<KnownRuns> {
    const settings = await store.read(readSettings)
    const list = listShape.safeParse(settings.get(LIST)).data ?? null
    // A release that keeps no list may have run since: until now other runs than the listed ones may have been.
    const isWhole = list !== null && before !== null && before.run === list.by
    const floor = Math.max(list?.floor ?? 0, isWhole ? 0 : (before?.at ?? 0))
    const ends = new Map(list?.ends)
    if (before !== null && before.run !== null) {
      ends.delete(before.run)
      ends.set(before.run, before.at)
    }
    const all = [...ends]
    const dropped = all.slice(0, -MOST_RUNS).map(([, at]) => at)
    return new KnownRuns(store, {
      floor: Math.max(floor, ...dropped),
      ends: all.slice(-MOST_RUNS),
      ended: endedIn(settings),
    })
  }

  private constructor(
    store: Pick<Store, 'write'>,
    {floor, ends, ended}: Pick<List, 'floor' | 'ends'> & {readonly ended: readonly Ended[]},
  ) {
    this.#store = store
    this.#floor = floor
    this.#ends = new Map(ends)
    this.#ended = ended
  }

  /** It is a moment of a run before this one, of which the database has the end. */
  knows({run, at}: Moment): boolean {
    const end = this.#ends.get(run)
    return at <= (end === undefined ? this.#floor : end + SLACK_MS)
  }

  /**
   * What the database lacks, where someone knows of this moment of a run before this one. `null` = nothing, or what was
   * under way then has ended since.
   * @param whose for whom that counts; `null` = for all
   */
  lacks({run, at}: Moment, whose: Compartment): LostTime | null {
    if (run.length > LONGEST_RUN || this.knows({run, at})) return null
    const end = this.#ends.get(run)
    // What has ended for all has ended for each.
    const ended = this.#ended.filter((it) => it.whose === null || it.whose === whose)
    if (ended.some(({until, runs}) => runs.includes(run) || (until !== null && at <= until))) return null
    const earlier = [...this.#ends.values()].filter((it) => it <= at)
    return {from: end ?? (Math.max(this.#floor, ...earlier) || at), to: at, run}
  }

  /**
   * What was under way for them has ended: this and earlier moments are evidence of nothing new.
   * @param now the lost time may lie in the future where the clock was set back, and may have lasted until now
   * @param report `null` = as it was
   * @throws {StorageFault} then it is not noted
   */
  async noteEnded(
    whose: Compartment,
    {run, from, to}: LostTime,
    now: EpochMs,
    report: LostTimeReport | null = null,
  ): Promise<void> {
    await this.#note([whose], now, (it) => ({
      ...it,
      until: Math.max(it.until ?? 0, to, now),
      runs: withRun(it.runs, run),
      // By a clock that was set back since, when it began is not known.
      lost: withLost(it.lost, [from <= now ? from : 0, Math.max(to, now)]),
      report: report ?? it.report,
    }))
  }

  /** What the database lacked for them, or `null` = for all; each until that was known. */
  lostTimes(whose: Compartment): readonly Omit<LostTime, 'run'>[] {
    return this.#ended
      .filter((it) => it.whose === whose)
      .flatMap(({lost}) => lost.map(([from, to]) => ({from, to})))
  }

  /** Whether `lostTimes` has one of any member. */
  lacksOfMembers(): boolean {
    return this.#ended.some(({whose, lost}) => whose !== null && lost.length > 0)
  }

  /** Each end after which something may still be to be given back. */
  unfinished(): readonly {readonly whose: Compartment; readonly report: LostTimeReport}[] {
    return this.#ended.flatMap(({whose, report}) =>
      report === null ? [] : [{whose: whose as Compartment, report}],
    )
  }

  /**
   * All that was set aside is given back there.
   * @param left after an end for all: members on whose servers that is still to be done, with what they are shown
   * @throws {StorageFault} then it is not noted
   */
  async noteGivenBack(
    whose: Compartment,
    left: ReadonlyMap<Compartment, LostTimeReport>,
    now: EpochMs,
  ): Promise<void> {
    await this.#note([whose, ...left.keys()], now, (it) => ({
      ...it,
      report: left.get(it.whose as Compartment) ?? null,
    }))
  }

  /**
   * This run works beside ours, on a copy of the database, and its Arr is left to it. Later marks of it are no evidence
   * that our database is older.
   * @throws {StorageFault} then it is not noted
   */
  async noteCopy(whose: Compartment, run: string, now: EpochMs): Promise<void> {
    const isNoted = this.#ended.some((it) => it.whose === whose && it.runs.includes(run))
    if (isNoted || run.length > LONGEST_RUN) return
    await this.#note([whose], now, (it) => ({...it, runs: withRun(it.runs, run)}))
  }

  /** In the same transaction as the first moment of a run, which replaces the last one of the run before. */
  async put(db: Db, by: string, now: EpochMs): Promise<void> {
    const list: List = {by, floor: this.#floor, ends: [...this.#ends]}
    await putSetting(db, LIST, list, now)
  }

  async #note(whose: readonly Compartment[], now: EpochMs, change: (before: Ended) => Ended): Promise<void> {
    this.#ended = await this.#store.write(async (db) => {
      const all = endedIn(await readSettings(db))
      const isMeant = (it: Ended) => whose.some((one) => one === it.whose)
      const changed = whose.map((one) =>
        change(
          all.find((it) => it.whose === one) ?? {whose: one, until: null, runs: [], lost: [], report: null},
        ),
      )
      const after = [...all.filter((it) => !isMeant(it)), ...changed]
      const [forAll, forMembers] = [true, false].map((is) => after.filter((it) => (it.whose === null) === is))
      const kept = [...forAll!, ...forMembers!.slice(-MOST_MEMBERS)]
      await putSetting(db, ENDED, kept, now)
      return kept
    })
  }
}

function endedIn(settings: ReadonlyMap<string, unknown>): readonly Ended[] {
  return endedShape.safeParse(settings.get(ENDED)).data ?? []
}

/** The newest last. */
function withRun(runs: readonly string[], run: string | null): string[] {
  if (run === null) return [...runs]
  return [...runs.filter((it) => it !== run), run].slice(-MOST_ENDED_RUNS)
}

function withLost(before: Ended['lost'], one: Ended['lost'][number]): Ended['lost'] {
  const all = [...before, one]
  const many = all.splice(0, Math.max(0, all.length - MOST_LOST + 1))
  if (many.length === 0) return all
  return [[Math.min(...many.map(([from]) => from)), Math.max(...many.map(([, to]) => to))], ...all]
}
