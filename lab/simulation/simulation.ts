/**
 * One seed, so many days: the whole program among simulated servers and Arrs, with people who interfere and everything
 * that breaks. What happens is written down by the world itself; `invariants.ts` looks for what must never happen.
 */
import {rmSync} from 'node:fs'
import {ActingHarness, type WholeBackup} from '#test/program/acting-harness.fixture.ts'
import {seededRandom, type Random} from '../simulators/random.ts'
import {isComplete, type SimTorrent} from '../simulators/sim-torrent.ts'
import type {Restored, Surroundings} from './disturbances.ts'
import {Disks} from './disks.ts'
import {Downloads} from './downloads.ts'
import {NetworkOutages} from './network-outages.ts'
import {paces, type Pace, type PaceName} from './pace.ts'
import {dare} from './dangers.ts'
import {lie} from './lies.ts'
import {OlderStates} from './older-states.ts'
import {
  configOf,
  instanceOf,
  owes,
  ownerIn,
  planOf,
  type Edition,
  type Plan,
  type PlannedArr,
  type PlannedLimits,
} from './plan.ts'
import {
  destroys,
  fingerprint,
  type ArrivedCommand,
  type Happening,
  type JournalLine,
  type Seen,
  type WorldRecord,
} from './record.ts'
import {ServerTroubles} from './server-troubles.ts'
import {heal, makeTrouble} from './trouble.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60_000
/** The command itself, and how far it is. */
const MOST_PER_COMMAND = 5
/** So often it is looked whether all files are there. */
const FILES_MS = 30 * MINUTE_MS
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** At the end everybody is well for so long, ms. */
const SETTLES_MS = 2 * HOUR_MS
/** What began later than this before the end may still be on its way: an action of several steps waits for its Arr. */
const MAY_TAKE_MS = HOUR_MS
/** In so long the list of a server that was in trouble is read again, ms. */
const READ_AGAIN_MS = 15 * MINUTE_MS
/** In leaps a question without an answer is given up at a beat and asked again at the next, and only then is it known. */
const SILENT_BEATS = 4
/** A person who keeps something is told so after the time of any rule, ms. */
const EXPLAINED_MS = 3 * HOUR_MS
const steps = [1, 5, 20, 60, 120] as const

interface Simulated {
  readonly seed: number
  readonly days: number
  readonly record: WorldRecord
  readonly fingerprint: string
  /** The same of its first part alone; `null` = nobody asked for it. */
  readonly beginning: string | null
  /** Requests of the program to servers and Arrs. */
  readonly requests: number
}

type Mode = 'off' | 'simulate' | 'live'

/** All that the program keeps, as of then. */
interface SimulatedBackup {
  readonly at: number
  readonly kept: WholeBackup
  readonly modes: ReadonlyMap<string, Mode>
}

interface SimulateOptions {
  /** Default: in leaps. */
  readonly pace?: PaceName | undefined
  /** Of the world; default: the newest. */
  readonly edition?: Edition | undefined
  /** How long its first part is. */
  readonly beginningDays?: number | undefined
  /** Hears what people and the world do, as it happens. */
  readonly report?: ((text: string) => void) | undefined
}

export async function simulate(
  seed: number,
  days: number,
  {pace = 'leaps', report = () => undefined, beginningDays, edition}: SimulateOptions = {},
): Promise<Simulated> {
  const simulation = new Simulation(planOf(seed, paces[pace].lookMinutes, edition), paces[pace], report)
  return simulation.run(days, beginningDays)
}

/** Only the first part of one: two runs of it are the same, or something follows a clock or an order of its own. */
export async function beginningOf(
  seed: number,
  days: number,
  {pace = 'leaps', edition}: Pick<SimulateOptions, 'pace' | 'edition'>,
): Promise<string> {
  const plan = planOf(seed, paces[pace].lookMinutes, edition)
  return new Simulation(plan, paces[pace], () => undefined).begin(days)
}

class Simulation {
  readonly #plan: Plan
  readonly #pace: Pace
  readonly #report: (text: string) => void
  readonly #random: Random
  /** Of what is dared, so that all else is as it would be without. */
  readonly #daring: Random
  /** Of the lies of later editions, for the same reason. */
  readonly #lying: Random
  readonly #older: OlderStates
  readonly #happenings: Happening[] = []
  readonly #requests: string[] = []
  readonly #disks: Disks
  readonly #downloads: Downloads
  readonly #troubles = new ServerTroubles()
  /** Searches of each Arr by unit, as they were looked at last. */
  readonly #counted = new Map<string, Readonly<Record<number, number>>>()
  /** Arrs whose library is away, and since when. */
  readonly #librariesAway = new Map<string, number>()
  /** Of the questions to Arrs and servers, up to which they were counted, and when. */
  #asked = {count: 0, sent: 0, at: 0}
  #announced: ArrivedCommand['announced'] = []
  /** When it is looked again whether all files are there, ms. */
  #filesDueAt = 0
  /** What the wall clock was set by, all in all. */
  #clockOffMs = 0
  #requestsToLive = Infinity
  #diesUnheard = false
  /** What people said of rules, as the program keeps it. */
  #modes: ReadonlyMap<string, Mode> = new Map()
  /** That somebody made last, and did not put back. */
  #backup: SimulatedBackup | null = null
  #wasRestored = false
  /** Lines that the program does not know any more. */
  readonly #lostLines: JournalLine[] = []
  /** As they were written, one after the other. */
  readonly #limits: PlannedLimits[]
  readonly #silences: NetworkOutages
  #house: ActingHarness | null = null

  constructor(plan: Plan, pace: Pace, report: (text: string) => void) {
    this.#plan = plan
    this.#pace = pace
    this.#limits = [plan.limits]
    this.#silences = new NetworkOutages(plan.servers)
    this.#report = report
    this.#random = seededRandom(plan.seed + 1)
    this.#daring = seededRandom(plan.seed + 8)
    this.#lying = seededRandom(plan.seed + 11)
    this.#disks = new Disks({folds: plan.diskFolds})
    this.#downloads = new Downloads({
      random: seededRandom(plan.seed + 2),
      disks: this.#disks,
      now: () => this.#now,
      seedingSeconds: pace.seedingSeconds,
    })
    this.#older = new OlderStates({
      plan,
      downloads: this.#downloads,
      disks: this.#disks,
      harness: () => this.#inside,
      note: (arr) => this.#note({what: 'arrRestored', at: this.#now, arr}),
    })
  }

  async begin(days: number): Promise<string> {
    await this.#begin()
    try {
      return await this.#beginning(days)
    } finally {
      await this.#inside.stop()
      this.#disks.end()
      this.#dropBackup()
    }
  }

  async run(days: number, beginningDays?: number): Promise<Simulated> {
    const {seed} = this.#plan
    await this.#begin()
    try {
      const beginning = beginningDays === undefined ? null : await this.#beginning(beginningDays)
      while (this.#now < days * DAY_MS) await this.#step()
      this.#reported(await heal(this.#around))
      // What a clock that was set back says was begun later waits until then: for hours, or for days.
      if (this.#clockOffMs !== 0) this.#setClock(-this.#clockOffMs)
      this.#diesUnheard = false
      this.#requestsToLive = Infinity
      if (!this.#inside.isUp) await this.#rise()
      await this.#live(SETTLES_MS)
      await this.#end()
      const record = await this.#record()
      const requests = this.#allRequests
      const whole = fingerprint(record, requests)
      return {seed, days, record, fingerprint: whole, beginning, requests: requests.length}
    } finally {
      await this.#inside.stop()
      this.#disks.end()
      this.#dropBackup()
    }
  }

  async #beginning(days: number): Promise<string> {
    while (this.#now < days * DAY_MS) await this.#step()
    return fingerprint(await this.#record(), this.#allRequests)
  }

  get #allRequests(): readonly string[] {
    return [...this.#requests, ...this.#inside.asked]
  }

  get #inside(): ActingHarness {
    return this.#house!
  }

  /** ms, only grows. */
  get #now(): number {
    return this.#house?.clock.monotonic() ?? 0
  }

  async #begin(): Promise<void> {
    const {seed, servers, arrs, releases} = this.#plan
    const {beatSeconds} = this.#pace
    this.#house = await ActingHarness.start({
      ...(beatSeconds !== undefined && {beatSeconds}),
      seed,
      servers: servers.map((server) => ({...server, skewSeconds: this.#plan.clocksOff[server.name]})),
      arrs: arrs.map((arr) => instanceOf(this.#plan, arr)),
      config: configOf(this.#plan, this.#disks.mount),
      torrents: releases.map(({made}) => made),
      passing: (server, {method, path, body}) => this.#passing(server, `${method} ${path}`, body),
      said: (line) => this.#said(line),
    })
    for (const {instance} of arrs) this.#older.offer(instance.name)
    for (const {name, defaultSavePath} of servers)
      this.#disks.attach(name, this.#inside.server(name).world, defaultSavePath!)
    for (const [name, {world}] of this.#inside.servers) {
      world.commands.onReceived = ({verb}, torrents) => this.#received(name, verb, torrents)
    }
    for (const planned of arrs)
      this.#inside.arr(planned.instance.name).arr.stats.onBlocklisted = (downloadId) =>
        this.#blocklisted(planned, downloadId)
    await this.#letRulesAct()
  }

  /**
   * So many keys of qBitrr in one section count as a file that qBitrr wrote: rules that give up more than qBitrr did ask
   * first there. People let them act, or nothing would ever come of them. Slow downloads nobody wants to be given up.
   */
  async #letRulesAct(): Promise<void> {
    const asking = await this.#inside.api.askingRules()
    for (const id of asking.filter((it) => !it.endsWith('.slow'))) {
      const said = await this.#setMode(id, 'live')
      if (said !== '200') throw new Error(`Nobody can let ${id} act: ${said}`)
    }
  }

  /* ───────────────────────────── the world goes on ───────────────────────────── */

  async #step(): Promise<void> {
    const random = this.#random
    if (!this.#inside.isUp) await this.#rise()
    this.#reported(await makeTrouble(this.#around))
    if (this.#daring.chance(0.5)) {
      const reported = await dare({...this.#around, random: this.#daring})
      if (reported !== null) this.#reported(reported)
    }
    if (this.#plan.lies.length > 0 && this.#lying.chance(0.5))
      this.#reported(await lie({...this.#around, random: this.#lying}))
    this.#lookForTrouble()
    await this.#live(random.pick(steps) * MINUTE_MS)
    if (random.chance(0.4)) this.#reported(await heal(this.#around))
    this.#lookForTrouble()
    await this.#explain()
  }

  /** In small steps while something moves. */
  async #live(ms: number): Promise<void> {
    const end = this.#now + ms
    const tickMs = this.#pace.tickSeconds * SECOND_MS
    while (this.#now < end) {
      const step = Math.min(end - this.#now, this.#downloads.areMoving ? tickMs : 5 * MINUTE_MS)
      await this.#inside.pass(step / SECOND_MS)
      for (const [name, {world, server}] of this.#inside.servers) {
        this.#silences.goOn(name, world, this.#now)
        if (server.isListening && this.#inside.isOnline) this.#downloads.live(name, world, step / SECOND_MS)
      }
      this.#look()
    }
  }

  async #rise(): Promise<void> {
    this.#requestsToLive = Infinity
    this.#diesUnheard = false
    this.#reported('the program starts again')
    await this.#inside.rise()
  }

  get #around(): Surroundings {
    return {
      harness: this.#inside,
      plan: this.#plan,
      random: this.#random,
      downloads: this.#downloads,
      disks: this.#disks,
      search: (arr) => this.#search(arr),
      killAfter: (requests) => (this.#requestsToLive = requests),
      killUnheard: () => (this.#diesUnheard = true),
      configure: async (limits = this.#limits.at(-1)!) => {
        this.#limits.push(limits)
        await this.#inside.reconfigure(configOf(this.#plan, this.#disks.mount, limits))
      },
      loseSection: async (server) => {
        const config = configOf(this.#plan, this.#disks.mount, this.#limits.at(-1), server)
        await this.#inside.reconfigure(config, {[server]: null})
      },
      born: async (server, hash) => {
        const seq = (await this.#journal()).at(-1)?.seq ?? 0
        this.#note({what: 'born', at: this.#now, server, hash, seq})
      },
      ordered: (server, hash) => {
        const torrent = this.#inside.server(server).world.get(hash)
        if (torrent) this.#downloads.order(server, torrent)
      },
      ignored: (server, hash) => {
        const torrent = this.#inside.server(server).world.get(hash)
        if (torrent) this.#downloads.ignore(server, torrent)
      },
      backUp: async () => {
        this.#backup = {at: this.#now, kept: await this.#inside.backUpAll(), modes: this.#modes}
      },
      backupAgeMs: () => this.#backup && this.#now - this.#backup.at,
      restore: (what, stoppedMs) => this.#restore(what, stoppedMs),
      older: this.#older,
      live: (ms) => this.#live(ms),
      setMode: (rule, mode) => this.#setMode(rule, mode),
      setClock: (ms) => this.#setClock(ms),
      sleep: (ms) => {
        this.#inside.clock.sleep(ms)
        this.#note({what: 'clockSet', at: this.#now})
      },
      silence: (server, of) => {
        if (of === 'nobody') this.#silences.end(server)
        else this.#silences.begin(server, of, this.#now)
      },
    }
  }

  #setClock(ms: number): void {
    this.#clockOffMs += ms
    this.#inside.clock.jump(ms)
    this.#note({what: 'clockSet', at: this.#now})
  }

  /** @returns what became of it */
  async #setMode(rule: string, mode: Mode): Promise<string> {
    const body = mode === 'live' ? {mode, confirm: true} : {mode}
    const answer = await this.#inside.answered(this.#inside.api.send('PATCH', `/api/rules/${rule}`, body))
    const seq = (await this.#journal()).at(-1)?.seq ?? 0
    if (answer?.status === 200) {
      this.#modes = new Map(this.#modes).set(rule, mode)
      this.#note({what: 'mode', at: this.#now, rule, mode, seq})
    }
    return String(answer?.status)
  }

  async #restore(what: Restored, stoppedMs: number): Promise<void> {
    const {kept, modes} = this.#backup!
    await this.#inside.crash()
    await this.#live(stoppedMs)
    const before = await this.#journal()
    if (what === 'the database') {
      await this.#inside.restore(kept.database)
      this.#dropBackup()
    } else {
      await this.#inside.restoreAll(kept)
      this.#backup = null
    }
    const known = new Set((await this.#keptJournal()).map(({seq}) => seq))
    this.#lostLines.splice(0, Infinity, ...before.filter(({seq}) => !known.has(seq)))
    this.#note({what: 'restored', at: this.#now})
    this.#wasRestored = true
    // What people said of rules since then is not known either.
    const seq = before.at(-1)?.seq ?? 0
    for (const rule of this.#modes.keys())
      this.#note({what: 'mode', at: this.#now, rule, mode: modes.get(rule) ?? 'live', seq})
    this.#modes = modes
    await this.#rise()
  }

  #dropBackup(): void {
    if (this.#backup) rmSync(this.#backup.kept.folder, {recursive: true, force: true})
    this.#backup = null
  }

  #search({instance: {name, app}}: PlannedArr): void {
    const {arr, isDown} = this.#inside.arr(name)
    // Who came up empty has nothing to search for.
    if (isDown || arr.library.parents.length === 0) return
    const item = this.#random.pick(arr.library.parents)
    const wish =
      app === 'radarr'
        ? (['MoviesSearch', {movieIds: [item.id]}] as const)
        : (['SeriesSearch', {seriesId: item.id}] as const)
    arr.commands.post(wish[0], wish[1], 'manual')
    for (const unit of item.unitIds)
      this.#note({what: 'searched', at: this.#now, arr: name, unit, times: 1, by: 'person'})
  }

  /* ───────────────────────────── what is written down ───────────────────────────── */

  #note(happening: Happening): void {
    this.#happenings.push(happening)
  }

  #reported(text: string): void {
    this.#note({what: 'told', at: this.#now, text})
    this.#report(`${(this.#now / HOUR_MS).toFixed(2).padStart(8)} h  ${text}`)
  }

  /** A request of the program is on its way; what destroys has to stand in the journal by now. */
  async #passing(server: string, what: string, body: Buffer): Promise<void> {
    this.#requests.push(`${this.#now} ${server} ${what}`)
    if (this.#requestsToLive-- <= 0) this.#inside.kill()
    if (!/torrents\/delete/.test(what) && !/torrent[-_]remove|\bd\.erase\b/.test(body.toString('latin1')))
      return
    const rows = await this.#inside.store.read((db) =>
      db
        .selectFrom('journal')
        .select(['seq', 'serverId', 'hash', 'ruleId'])
        .where('phase', '=', 'sending')
        .where('verb', 'like', 'remove%')
        .orderBy('seq')
        .execute(),
    )
    this.#announced = rows.flatMap(({seq, serverId, hash, ruleId}) =>
      serverId === server && hash !== null ? [{seq, hash, rule: ruleId}] : [],
    )
  }

  #received(server: string, verb: string, all: readonly SimTorrent[]): void {
    // An Arr adds what it grabbed, by itself, and says more of it while it does so.
    // What is on its way out, and listed still, nobody can remove once more.
    const {world} = this.#inside.server(server)
    const torrents = all.filter((it) => !this.#inside.isArriving(server, it.hash) && !world.isLeaving(it))
    if (verb === 'addTorrent' || torrents.length === 0) return
    if (this.#diesUnheard) this.#inside.kill()
    this.#lookForTrouble()
    const hidden = this.#troubles.lackingOf(server)
    const seen = torrents.map((torrent) => this.#seen(server, torrent))
    const announced = this.#announced.filter((line) => seen.some(({hash}) => hash === line.hash))
    const silentMs = this.#silences.lengthOf(server, this.#now)
    this.#note({what: 'command', at: this.#now, server, verb, torrents: seen, announced, hidden, silentMs})
    this.#report(
      `${(this.#now / HOUR_MS).toFixed(2).padStart(8)} h  -> ${server} ${verb} ${seen.map(({hash}) => hash).join(' ')}`,
    )
    if (!destroys(verb)) return
    for (const torrent of torrents) this.#downloads.end(server, world, torrent)
    this.#filesDueAt = 0
  }

  #seen(server: string, torrent: SimTorrent): Seen {
    const {hash, uploaded, downloaded, size} = torrent
    const arr = ownerIn(this.#plan, server, torrent)
    const reported = arr === null ? [] : this.#inside.arr(arr).arr.history.of(hash.toUpperCase())
    return {
      hash,
      arr,
      isComplete: isComplete(torrent),
      isImported: reported.some(({event}) => /FolderImported$/i.test(event)),
      ratio: uploaded / Math.max(downloaded, size, 1),
      ...this.#seeding(server, torrent),
      owes: owes(this.#plan, torrent.trackers),
      keptSince: this.#downloads.keptSince(server, hash),
      ordered: this.#downloads.orderedOf(server, hash),
      ignoredSince: wasGrabbedAgain(reported) ? null : this.#downloads.ignoredSince(server, hash),
      libraryAwayMs: arr === null ? 0 : this.#libraryAwayMs(arr),
      causes: this.#downloads.causesOf(server, hash),
    }
  }

  /**
   * Seconds that can be known of: what the server counts. An rTorrent has the time since a torrent was complete alone;
   * a database that was put back may not know the torrent, and then the hours in which the machine slept are in it.
   * Where older copies were put back, that time began in the copy: what the torrent seeded since counts, also in what
   * the server has forgotten.
   */
  #seeding(server: string, torrent: SimTorrent): Pick<Seen, 'seedingTime' | 'seededBefore'> {
    const {world} = this.#inside.server(server)
    const counted = world.seededFor(torrent)
    const seededBefore = this.#downloads.seededBefore(server, torrent.hash)
    const {kind} = this.#plan.servers.find(({name}) => name === server)!
    if (kind !== 'rtorrent' || torrent.completedAt === null) return {seedingTime: counted, seededBefore}
    const sinceComplete = world.now() - torrent.completedAt
    if (this.#wasRestored) return {seedingTime: Math.max(counted, sinceComplete), seededBefore}
    if (!this.#downloads.cameWithACopy(server, torrent.hash)) return {seedingTime: counted, seededBefore}
    const inAllLives = counted + seededBefore
    const seedingTime = Math.max(counted, Math.min(sinceComplete, inAllLives))
    return {seedingTime, seededBefore: inAllLives - seedingTime}
  }

  /** Heard as it happens: how long a server was in trouble is asked for then, and not at the next look. */
  #blocklisted({instance, server}: PlannedArr, downloadId: string): void {
    this.#lookForTrouble()
    const trouble = this.#troubles.of(server)
    const unnoticedMs = trouble?.isSilent ? SILENT_BEATS * (this.#pace.beatSeconds ?? 0) * SECOND_MS : 0
    const serverTroubleMs = trouble ? Math.max(0, this.#now - trouble.since - unnoticedMs) : 0
    const hash = downloadId.toLowerCase()
    const {world} = this.#inside.server(server)
    const it = world.known(hash)
    const torrent = it && !world.isLeaving(it) ? this.#seen(server, it) : null
    this.#note({what: 'blocklisted', at: this.#now, arr: instance.name, hash, serverTroubleMs, torrent})
    this.#report(`${(this.#now / HOUR_MS).toFixed(2).padStart(8)} h  -> ${instance.name} blocklists ${hash}`)
  }

  #libraryAwayMs(arr: string): number {
    const isSeen = this.#inside.arr(arr).arr.libraryDisk === 'here'
    if (isSeen) this.#librariesAway.delete(arr)
    else if (!this.#librariesAway.has(arr)) this.#librariesAway.set(arr, this.#now)
    return this.#now - (this.#librariesAway.get(arr) ?? this.#now)
  }

  /** What became of Arrs since the last look. */
  #look(): void {
    this.#countQuestions()
    this.#lookForTrouble()
    this.#lookForFiles()
    for (const {instance} of this.#plan.arrs) this.#libraryAwayMs(instance.name)
    for (const {instance, server} of this.#plan.arrs) {
      const {arr} = this.#inside.arr(instance.name)
      const before = this.#counted.get(instance.name) ?? {}
      for (const [unit, times] of Object.entries(arr.stats.searches)) {
        const more = times - (before[Number(unit)] ?? 0)
        const searched = {arr: instance.name, unit: Number(unit), times: more, by: 'anybody'} as const
        if (more > 0) this.#note({what: 'searched', at: this.#now, ...searched})
      }
      this.#reject(instance.name, server)
      this.#counted.set(instance.name, {...arr.stats.searches})
    }
  }

  /** After what may have taken some, and now and then. */
  #lookForFiles(): void {
    if (this.#now < this.#filesDueAt) return
    this.#filesDueAt = this.#now + FILES_MS
    if (!this.#disks.isReached) return
    for (const lost of this.#disks.lost()) {
      this.#note({what: 'fileLost', at: this.#now, ...lost})
      this.#report(
        `${(this.#now / HOUR_MS).toFixed(2).padStart(8)} h  lost: ${lost.path} of ${lost.hash} of ${lost.server}`,
      )
    }
  }

  #countQuestions(): void {
    const {asked} = this.#inside
    if (this.#now - this.#asked.at < HOUR_MS) return
    const hour = asked.slice(this.#asked.count)
    const at = this.#now
    for (const {
      instance: {name},
    } of this.#plan.arrs) {
      const its = hour.filter((it) => it.startsWith(`${name}: `))
      // Commands have budgets of their own: each takes some questions how far it is.
      const ofCommands = its.filter((it) => /\/command\b/.test(it))
      const orders = ofCommands.filter((it) => it.startsWith(`${name}: POST `)).length
      const count = its.length - Math.min(ofCommands.length, MOST_PER_COMMAND * orders)
      this.#note({what: 'asked', at, name, isServer: false, count})
    }
    const sent = this.#requests.slice(this.#asked.sent)
    for (const name of this.#inside.servers.keys()) {
      const count = sent.filter((it) => it.split(' ')[1] === name).length
      this.#note({what: 'asked', at, name, isServer: true, count})
    }
    this.#asked = {count: asked.length, sent: this.#requests.length, at}
  }

  /** What the plan of a release does not let in ails its torrent as soon as it is complete. */
  #reject(arr: string, server: string): void {
    for (const release of this.#plan.releases) {
      if (release.arr !== arr || release.import === 'ok') continue
      const torrent = this.#inside.torrent(server, release.made)
      if (torrent && isComplete(torrent)) this.#downloads.rejected(server, torrent.hash)
    }
  }

  #said(line: string): void {
    const {err, msg} = JSON.parse(line) as {
      err?: {type?: string; message?: string; stack?: string}
      msg: string
    }
    const isFault = /Fault|NotFound|Refused|CommodarrError|NotSupported|BadArgument/.test(err?.type ?? '')
    if (isFault) return
    this.#note({what: 'mistake', at: this.#now, text: `${msg} ${err?.type ?? ''} ${err?.message ?? ''}`})
    this.#report(`mistake: ${msg} ${err?.stack ?? ''}`)
  }

  /** Of something that has been kept, and stalled, and on a server that is well, for long. */
  async #explain(): Promise<void> {
    const {harness} = this.#around
    if (!harness.isUp || this.#random.chance(0.7)) return
    for (const {server, instance} of this.#plan.arrs) {
      // A moment after it was in trouble its list may not have been read again.
      if (this.#troubles.wholeForMs(server, this.#now) < READ_AGAIN_MS || harness.arr(instance.name).isDown)
        continue
      if (!harness.configures(server)) continue
      for (const {hash, running} of harness.server(server).world.list()) {
        const keptSince = this.#downloads.keptSince(server, hash)
        const {stalled} = this.#downloads.causesOf(server, hash)
        const isDue = [keptSince, stalled].every(
          (it) => it !== null && it !== undefined && this.#now - it > EXPLAINED_MS,
        )
        if (!isDue || !running) continue
        const path = `/api/torrents/${hash}/explain?server_id=${server}`
        const answer = await harness.answered(harness.api.send('GET', path))
        // Killed meanwhile, or no rule has looked at it yet.
        if (answer?.status !== 200) return
        const {verdict, rules} = answer.body as Explained
        // Where no rule would remove it anyway, its verdict need not say that it is kept.
        const isWanted = rules.some(({outcome, actions}) => outcome === 'due' && actions.some(isGrave))
        if (isWanted) this.#note({what: 'explained', at: this.#now, hash, sentence: verdict.says.text})
        return
      }
    }
  }

  #lookForTrouble(): void {
    for (const [name, {server, world}] of this.#inside.servers)
      this.#troubles.look(name, server, world, this.#now)
  }

  async #end(): Promise<void> {
    const longAgo = this.#now - MAY_TAKE_MS
    const sagas = await this.#inside.store.read((db) =>
      db
        .selectFrom('sagas')
        .select(['kind', 'state'])
        .where('endedAt', 'is', null)
        .where('startedAt', '<', longAgo)
        .orderBy('startedAt')
        .execute(),
    )
    const last = new Map<string, JournalLine>()
    for (const line of await this.#keptJournal()) last.set(line.id, line)
    const open = [...last.values()].filter(
      ({phase, at}) => (phase === 'intended' || phase === 'sending') && at < longAgo,
    )
    const {processes} = await this.#inside.api.get<{processes: readonly {name: string; state: string}[]}>(
      '/api/processes',
    )
    this.#note({
      what: 'end',
      at: this.#now,
      openSagas: sagas.map(({kind, state}) => `${kind} ${state.slice(0, 300)}`),
      openEntries: open.map(({verb, server, hash, phase}) => `${verb} ${server} ${hash} ${phase}`),
      stopped: processes.filter(({state}) => state !== 'running').map(({name}) => name),
    })
  }

  /** Also what the program does not know any more. Lines get numbers that no other one ever had. */
  async #journal(): Promise<readonly JournalLine[]> {
    return [...this.#lostLines, ...(await this.#keptJournal())].toSorted((a, b) => a.seq - b.seq)
  }

  async #keptJournal(): Promise<readonly JournalLine[]> {
    const rows = await this.#inside.store.read((db) =>
      db
        .selectFrom('journal')
        .select(['seq', 'id', 'at', 'serverId', 'hash', 'verb', 'phase', 'ruleId', 'decided'])
        .orderBy('seq')
        .execute(),
    )
    return rows.map(({serverId, decided, ...row}) => ({...row, server: serverId, reason: reasonIn(decided)}))
  }

  async #record(): Promise<WorldRecord> {
    const unitsOf = new Map(this.#plan.releases.map(({made, unitIds}) => [made.hash as string, unitIds]))
    const least = (of: (limits: PlannedLimits) => number) => Math.min(...this.#limits.map(of))
    const limits = {
      stalledDelay: least((it) => it.stalledDelay),
      maxRatio: least((it) => it.maxRatio),
      maxSeedingTime: least((it) => it.maxSeedingTime),
      needsBoth: this.#limits.every((it) => it.needsBoth),
    }
    const {debt} = this.#plan
    return {happenings: this.#happenings, journal: await this.#journal(), limits, debt, unitsOf}
  }
}

/** What the API says of a torrent. */
interface Explained {
  readonly verdict: {readonly says: {readonly text: string}}
  readonly rules: readonly {readonly outcome: string; readonly actions: readonly {readonly class: string}[]}[]
}

function isGrave({class: its}: {readonly class: string}): boolean {
  return its === 'destructive'
}

/** What a person told an Arr to ignore is the Arr's again once that grabs it again: the newest of both events counts. */
function wasGrabbedAgain(reported: readonly {readonly event: string}[]): boolean {
  const ignored = reported.findLastIndex(({event}) => event === 'downloadIgnored')
  return ignored >= 0 && reported.slice(ignored).some(({event}) => event === 'grabbed')
}

function reasonIn(decided: string | null): string | null {
  return decided === null ? null : ((JSON.parse(decided) as {reason?: string}).reason ?? null)
}
