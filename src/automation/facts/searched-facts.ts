/**
 * Facts of rules, for who searches the list. What the main thread knows is judged here, by the readers of rules; what
 * Arrs say their managers are asked; what takes a look at a server or a disk is looked up, of a few torrents at a time,
 * and unknown until then.
 *
 *   a search ─ ready ─▶ managers: what does each torrent of yours say to this?   at most every 10 s
 *            ─ judgeOf ─▶ a verdict for each row, for who may see these Arrs and disks
 *            ─ want ─▶ look-ups, or its manager, of what was not looked at lately   for the next time
 */
import type {Fleet} from '#fleet/fleet.ts'
import {timeLimit, type Clock} from '#lib/clock.ts'
import {RateLimiter} from '#lib/rate-limiter.ts'
import type {ArrId} from '#model/arr.ts'
import type {Verdict} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {factOf, type FactName} from '#model/fact.ts'
import {fleetManagerId, type LookUpAnswer, type ManagerId} from '#model/manager.ts'
import type {FactWish} from '#model/query.ts'
import type {Condition} from '#model/rule.ts'
import {asInfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {ArrVerdicts} from '../manager/messages.ts'
import type {LookedUp} from '../manager/torrent-subject.ts'
import type {Managers} from '../supervision/managers.ts'
import type {LookUps} from './look-ups.ts'
import type {RuleWorld} from './rule-world.ts'

/** Ages move on, and what is remembered changes without a row: everybody is judged again so often. */
const AGAIN_MS = 30_000
/** So often managers are asked the same. */
const ASKED_MS = 10_000
/** So long a search waits for managers, and a list that is looked at again soon. */
const WAIT_MS = 5_000
const LIVE_WAIT_MS = 300
/** Conditions whose answers are kept, each five bytes a torrent: those of two searches of the most conditions. */
const MOST_KEPT = 128
/** So many that were not asked lately each person may ask within so long: one is asked of all torrents of all Arrs. */
const MOST_NEW = 200
const NEW_MS = 60_000
/** What was looked up counts so long at least. */
const LOOKED_MS = 60_000
/** Torrents that are looked at for searches at the same time: in all, and for one person. */
const MOST_LOOKS = 200
const MOST_LOOKS_OF_ONE = 50
/** An Arr is asked of its items one after the other: of so many torrents within so long for one person. */
const MOST_ASKED_OF_ONE = 50
const ASKED_OF_MS = 15_000
/** Whose turn look-ups take at servers and disks: that of no manager, whose own look-ups rules wait for. */
const searches = 'searches' as ManagerId

interface SearchedFactsDeps {
  readonly fleet: Fleet
  readonly clock: Clock
  readonly world: Pick<RuleWorld, 'judging' | 'standing'>
  readonly managers: Pick<Managers, 'askAll' | 'managerOf' | 'fileRules'>
  readonly lookUps: Pick<LookUps, 'ask'>
  readonly log: {error(about: object, text: string): void}
}

/** When the torrent that was in a row was looked at. */
interface Look {
  readonly birth: number
  /** From then on each is worth another look; by the duration clock, ms. */
  readonly agedAt: ReadonlyMap<FactName, number>
}

/** What was looked up of it. */
interface Looked extends Look {
  readonly facts: ReadonlyMap<FactName, LookedUp>
}

/** What is to be looked up, and for whom; `undefined` = the program itself. */
interface Wanted {
  readonly facts: readonly FactName[]
  readonly by: string | undefined
}

export class SearchedFacts {
  readonly #parts: SearchedFactsDeps
  readonly #ofArrs = new Map<string, ArrAnswers>()
  readonly #looked = new Map<number, Looked>()
  /** Rows that are being looked at, for whom. */
  readonly #looking = new Map<number, string | undefined>()
  /** What managers were asked to have looked at. */
  readonly #askedOf = new Map<number, Look>()
  /** Of how many, by person. */
  readonly #askedFor: RateLimiter
  /** Conditions that all managers have to be asked again, by person. */
  readonly #newOnes: RateLimiter
  readonly #shared = new AskedLately()
  /** Rises with what was looked up. */
  #looks = 0

  /** Rises when all has to be judged as it is now. */
  #renewals = 0

  constructor(parts: SearchedFactsDeps) {
    this.#parts = parts
    this.#askedFor = new RateLimiter({clock: parts.clock, times: MOST_ASKED_OF_ONE, spanMs: ASKED_OF_MS})
    this.#newOnes = new RateLimiter({clock: parts.clock, times: MOST_NEW, spanMs: NEW_MS})
  }

  /**
   * Resolves when managers answered what their Arrs say of these, or after a while: one of them may hang.
   *
   * @param by who asks; `undefined` = the program itself
   * @throws {CommodarrError} too_expensive: this person asked too much that is new
   */
  async ready(conditions: readonly Condition[], wish: FactWish, by: string | undefined): Promise<void> {
    const asked = conditions.filter((condition) => factsOf(condition).some(isToldByArrs))
    for (const condition of asked) if (by !== undefined) this.#bound(condition, by)
    if (wish === 'act') this.#renewals++
    await Promise.all(asked.map((condition) => this.#answersTo(condition).ask(wish)))
  }

  /** What managers answered is taken in, in pieces: that is of the work of who asks next. */
  *take(condition: Condition): Generator<void, void, void> {
    yield* this.#ofArrs.get(JSON.stringify(condition))?.take() ?? []
  }

  judgeOf(
    condition: Condition,
    sight: {readonly arrs: readonly ArrId[]; readonly disks: readonly ServerId[]},
  ): {
    readonly version: string
    readonly verdict: (row: number) => Verdict
    readonly want: (rows: Iterable<number>, by: string | undefined) => void
  } {
    const {fleet, clock, world} = this.#parts
    const facts = factsOf(condition)
    const lazy = facts.filter((fact) => factOf(fact).cost === 'lazy')
    if (facts.some(isToldByArrs)) {
      const answers = this.#answersTo(condition)
      const {arrId} = fleet.rows.columns
      const seen = new Set<string>(sight.arrs)
      return {
        version: String(answers.version),
        verdict: (row) => (seen.has(arrId.read(row) ?? '') ? answers.verdict(row) : 'unknown'),
        // An Arr that they do not see is asked nothing for them.
        want: (rows, by) =>
          void this.#askToLook(rows, (row) => seen.has(arrId.read(row) ?? ''), {facts: lazy, by}),
      }
    }
    const disks = new Set(sight.disks)
    const judge = world.judging(condition, sight.arrs)
    const isOfDisks = facts.some(isAboutDisks)
    const now = clock.monotonic()
    const {rows} = fleet
    const maySee = (row: number) => !isOfDisks || disks.has(fleet.serverIdOf(rows.servers[row]!))
    const verdict = (row: number): Verdict => {
      if (!maySee(row)) return 'unknown'
      const looked = this.#looked.get(row)
      // What was so counts on until the next look tells otherwise.
      const known = looked?.birth === rows.births[row] ? looked!.facts : nothing
      return lazy.length > 0 && known === nothing ? 'unknown' : judge(row, known)
    }
    const turn = Math.floor(now / AGAIN_MS)
    return {
      version: `${turn} ${this.#renewals} ${lazy.length > 0 ? this.#looks : 0} ${world.standing()}`,
      verdict,
      want: (wanted, by) => this.#lookAt(wanted, maySee, {facts: lazy, by}),
    }
  }

  #bound(condition: Condition, by: string): void {
    if (this.#ofArrs.has(JSON.stringify(condition)) || this.#newOnes.take(by) === null) return
    throw new CommodarrError(
      'too_expensive',
      `Your searches asked ${MOST_NEW} new things of Arrs within a minute. Wait a minute, or search for what you asked before.`,
    )
  }

  #answersTo(condition: Condition): ArrAnswers {
    const name = JSON.stringify(condition)
    const answers = this.#ofArrs.get(name) ?? new ArrAnswers(condition, this.#parts, this.#shared)
    this.#ofArrs.delete(name)
    this.#ofArrs.set(name, answers)
    if (this.#ofArrs.size > MOST_KEPT) this.#ofArrs.delete(this.#ofArrs.keys().next().value!)
    return answers
  }

  /** What its Arr would have to be asked for. */
  async #askToLook(
    rows: Iterable<number>,
    maySee: (row: number) => boolean,
    {facts, by = ''}: Wanted,
  ): Promise<void> {
    if (facts.length === 0) return
    const {fleet, managers, log} = this.#parts
    try {
      const keys: TorrentKey[] = []
      for (const row of rows) {
        const asked = this.#askedOf.get(row)
        if (!maySee(row) || this.#isRecent(asked, row, facts)) continue
        if (this.#askedFor.take(by) !== null) break
        keys.push(fleet.keyAt(row))
        this.#askedOf.set(row, this.#lookOf(row, asked, facts, LOOKED_MS))
      }
      if (keys.length > 0) await managers.askAll('look', {keys, facts})
    } catch (error) {
      log.error({err: error}, 'what a search wants to know could not be asked of managers')
    }
  }

  #lookAt(rows: Iterable<number>, maySee: (row: number) => boolean, {facts, by}: Wanted): void {
    if (facts.length === 0) return
    let room = this.#roomFor(by)
    if (room <= 0) return
    for (const row of rows) {
      const isKnown = this.#looking.has(row) || this.#isRecent(this.#looked.get(row), row, facts)
      if (!maySee(row) || isKnown) continue
      void this.#lookUp(row, facts, by)
      if (--room === 0) return
    }
  }

  /** So many torrents may be looked at for this person now besides those that are. */
  #roomFor(by: string | undefined): number {
    let his = 0
    for (const other of this.#looking.values()) if (other === by) his++
    return Math.min(MOST_LOOKS - this.#looking.size, MOST_LOOKS_OF_ONE - his)
  }

  #isRecent(look: Look | undefined, row: number, facts: readonly FactName[]): boolean {
    const {fleet, clock} = this.#parts
    if (look?.birth !== fleet.rows.births[row]) return false
    const now = clock.monotonic()
    return facts.every((fact) => (look!.agedAt.get(fact) ?? now) > now)
  }

  #lookOf(row: number, before: Look | undefined, facts: readonly FactName[], keptMs: number): Look {
    const {fleet, clock} = this.#parts
    const birth = fleet.rows.births[row]!
    const until = clock.monotonic() + keptMs
    const others = before?.birth === birth ? before.agedAt : []
    return {birth, agedAt: new Map([...others, ...facts.map((fact) => [fact, until] as const)])}
  }

  async #lookUp(row: number, facts: readonly FactName[], by: string | undefined): Promise<void> {
    const {fleet, managers, lookUps, log} = this.#parts
    const birth = fleet.rows.births[row]!
    const before = this.#looked.get(row)
    this.#looking.set(row, by)
    try {
      const key = fleet.keyAt(row)
      const rules = managers.fileRules(managers.managerOf(key) ?? fleetManagerId)
      const answers = await lookUps.ask(searches, key, facts, rules === null ? {} : {rules})
      const known = new Map(before?.birth === birth ? before.facts : [])
      for (const answer of answers) known.set(answer.fact, lookedUp(answer))
      const keptMs = Math.max(LOOKED_MS, ...answers.map((answer) => answer.keptMs))
      if (fleet.rows.births[row] !== birth) return
      this.#looked.set(row, {...this.#lookOf(row, before, facts, keptMs), facts: known})
      this.#looks++
    } catch (error) {
      log.error({err: error}, 'what a search wanted to know could not be looked up')
    } finally {
      this.#looking.delete(row)
    }
  }
}

const nothing: ReadonlyMap<FactName, LookedUp> = new Map()

function lookedUp({value, at, whyUnknown}: LookUpAnswer): LookedUp {
  return {value, at, whyUnknown: whyUnknown?.reason ?? null}
}

/** All facts that a condition names. */
function factsOf(condition: Condition): readonly FactName[] {
  if ('all' in condition) return condition.all.flatMap(factsOf)
  if ('any' in condition) return condition.any.flatMap(factsOf)
  return 'not' in condition ? factsOf(condition.not) : [condition.fact]
}

/** Whose it is, the list knows itself. */
function isToldByArrs(fact: FactName): boolean {
  return fact.startsWith('arr.') && fact !== 'arr.id' && fact !== 'arr.kind'
}

/** Who else uses its bytes, and what lies on a disk, is shown only to people who may remove it. */
function isAboutDisks(fact: FactName): boolean {
  return ['content.', 'path.', 'extraFiles.'].some((begin) => fact.startsWith(begin))
}

const codes: Readonly<Record<string, Verdict>> = {0: 'no', 1: 'yes', 2: 'unknown'}
const [UNKNOWN, NO, YES] = [0, 1, 2]

/** What outlives the answers to a condition, so that one that was forgotten is asked no more often than others. */
class AskedLately {
  /** By the duration clock, asked last at the end. */
  readonly #at = new Map<string, number>()
  #version = 0

  /** A number that no answer had before. */
  nextVersion(): number {
    return ++this.#version
  }

  isIn(name: string, now: number): boolean {
    return now - (this.#at.get(name) ?? Number.NEGATIVE_INFINITY) < ASKED_MS
  }

  mark(name: string, now: number): void {
    this.#at.delete(name)
    this.#at.set(name, now)
    for (const first of this.#at.keys()) {
      if (this.isIn(first, now)) break
      this.#at.delete(first)
    }
  }
}

type ArrAnswersDeps = Pick<SearchedFactsDeps, 'fleet' | 'clock' | 'managers' | 'log'>

/** What managers say to a condition, by row. */
class ArrAnswers {
  readonly #condition: Condition
  readonly #parts: ArrAnswersDeps
  #verdicts = new Uint8Array(0)
  /** Of the torrents that they are of. */
  #births = new Uint32Array(0)
  #asking: Promise<void> | null = null
  #isAnswered = false
  /** What was answered last, until it is taken in. */
  #said: readonly ArrVerdicts[] | null = null
  readonly #name: string
  readonly #shared: AskedLately
  /** Another one with each answer that was taken in. */
  version: number

  constructor(condition: Condition, parts: ArrAnswersDeps, shared: AskedLately) {
    this.#condition = condition
    this.#parts = parts
    this.#name = JSON.stringify(condition)
    this.#shared = shared
    this.version = shared.nextVersion()
  }

  verdict(row: number): Verdict {
    if (row >= this.#births.length || this.#births[row] !== this.#parts.fleet.rows.births[row])
      return 'unknown'
    const code = this.#verdicts[row]
    return code === YES ? 'yes' : code === NO ? 'no' : 'unknown'
  }

  /**
   * Unless that was a moment ago. All lists wait for a live one, so that it waits only for what was never answered. Where
   * something is to be done, what is not answered in time is unknown.
   */
  async ask(wish: FactWish): Promise<void> {
    const {clock} = this.#parts
    if (wish === 'act') {
      // One that is under way may have been answered in part before now.
      await this.#waitFor(WAIT_MS)
      this.#births = new Uint32Array(0)
      this.#said = null
      this.version = this.#shared.nextVersion()
    }
    if (wish === 'act' || !this.#shared.isIn(this.#name, clock.monotonic())) {
      this.#asking ??= this.#ask().finally(() => {
        this.#asking = null
      })
    }
    if (wish !== 'live') await this.#waitFor(WAIT_MS)
    else if (!this.#isAnswered) await this.#waitFor(LIVE_WAIT_MS)
  }

  async #waitFor(ms: number): Promise<void> {
    if (this.#asking === null) return
    const {promise: isLong, resolve} = Promise.withResolvers<void>()
    const end = timeLimit(this.#parts.clock, ms, resolve)
    await Promise.race([this.#asking, isLong])
    end()
  }

  /** Never rejects: a list that is looked at again does not wait for it. */
  async #ask(): Promise<void> {
    const {clock, managers, log} = this.#parts
    this.#shared.mark(this.#name, clock.monotonic())
    try {
      const answers = await managers.askAll('verdicts', {condition: this.#condition})
      this.#said = answers.flat()
      this.#isAnswered = true
    } catch (error) {
      log.error({err: error}, 'what managers say to a search could not be asked')
    }
    this.#shared.mark(this.#name, clock.monotonic())
  }

  /** In pieces: there may be hundreds of thousands. */
  *take(): Generator<void, void, void> {
    const all = this.#said
    if (all === null) return
    const {fleet} = this.#parts
    const room = fleet.rows.births.length
    const [verdicts, births] = [new Uint8Array(room), new Uint32Array(room)]
    for (const {serverId, hashes, verdicts: said} of all) {
      for (let at = 0; at < said.length; at++) {
        if (at % STRIDE === 0) yield
        const row = rowOf(fleet, {serverId, hash: hashes.slice(at * DIGITS, (at + 1) * DIGITS)})
        if (row === null || row >= room) continue
        const verdict = codes[said[at]!] ?? 'unknown'
        verdicts[row] = verdict === 'yes' ? YES : verdict === 'no' ? NO : UNKNOWN
        births[row] = fleet.rows.births[row]!
      }
    }
    // Another answer came meanwhile, or none counts any more.
    if (this.#said !== all) return
    this.#said = null
    this.#verdicts = verdicts
    this.#births = births
    this.version = this.#shared.nextVersion()
  }
}

const STRIDE = 64
const DIGITS = 40

function rowOf(fleet: Fleet, {serverId, hash}: {serverId: ServerId; hash: string}): number | null {
  const known = asInfoHash(hash)
  const key: TorrentKey | null = known === null ? null : {serverId, hash: known}
  return key && fleet.rowOf(key)
}
