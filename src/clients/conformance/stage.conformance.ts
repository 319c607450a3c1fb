/** What every story of the contract suite works with: one real daemon, our client, a witness, and a replica. */
import {expect} from 'vitest'
import type {LabDaemon} from '#lab/daemons/daemon.ts'
import {waitUntil} from '#lab/daemons/process.ts'
import type {Observer, SeenTorrent} from '#lab/observers/observer.ts'
import {makeTorrent, type MadeTorrent, type TorrentWish} from '#lab/torrent-maker.ts'
import {startTracker, type Tracker} from '#lab/tracker.ts'
import type {AddTorrent, CommandResult, RemovalVerb} from '#model/command.ts'
import {NotSupported} from '#model/errors.ts'
import type {Features, ServerInfo} from '#model/server.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {CallBounds, SyncReport, SyncWant, TorrentClient} from '../port.ts'
import {Replica} from './replica.conformance.ts'

export interface Subject {
  readonly client: TorrentClient
  readonly daemon: LabDaemon
  readonly observe: Observer
  /** The client's removal, which has a door of its own. */
  readonly erase: (hashes: readonly InfoHash[], verb: RemovalVerb) => Promise<Outcomes>
  /** Lets the client believe that time passed, so that what is due only now and then is due now. */
  readonly hurry: (ms: number) => void
  /** False for Transmission to 4.1.0-beta.2: for two minutes after a torrent started, it makes its own announces only. */
  readonly announcesOnDemand: boolean
}

type Outcomes = ReadonlyMap<InfoHash, CommandResult> | void

export const bounds: CallBounds = {timeoutMs: 60_000, maxBytes: 64 * 1024 * 1024}

/** Who asks again and again waits so long in between. */
const ASK_AGAIN_MS = 8_000

/** A hash nobody has. */
export const none = '00000000000000000000000000000000deadbeef' as InfoHash

let count = 0

export class Stage {
  readonly subject: Subject
  readonly client: TorrentClient
  readonly daemon: LabDaemon
  readonly observe: Observer
  readonly erase: Subject['erase']
  /** Another server to trade with. */
  readonly companion: Subject
  /** Answers, and tells nobody of others. */
  readonly tracker: Tracker
  readonly replica = new Replica()
  info: ServerInfo

  static async open(subject: Subject, companion: Subject): Promise<Stage> {
    const tracker = await startTracker({interval: 1_800, minInterval: 1, isSilent: true})
    return new Stage(subject, companion, await subject.client.connect(bounds), tracker)
  }

  private constructor(subject: Subject, companion: Subject, info: ServerInfo, tracker: Tracker) {
    this.subject = subject
    this.client = subject.client
    this.companion = companion
    this.daemon = subject.daemon
    this.observe = subject.observe
    this.erase = subject.erase
    this.info = info
    this.tracker = tracker
  }

  async close(): Promise<void> {
    await this.client.close()
    await this.tracker.stop()
    await this.daemon.dispose()
  }

  /** After a restart, as often as it takes: deluge-web connects to its daemon by itself then, and may be asked in between. */
  async connectAgain(): Promise<void> {
    let last: unknown
    try {
      this.info = await waitUntil('a connection', () =>
        this.client.connect(bounds).catch((error: unknown) => {
          last = error
          return null
        }),
      )
    } catch (error) {
      throw last ?? error
    }
  }

  get features(): Features {
    return this.info.features
  }

  /** A torrent of its own for each test. It has a tracker: without one and without DHT rTorrent takes none. */
  make(wish: Partial<TorrentWish> = {}): MadeTorrent {
    const name = `lab torrent ${process.pid} ${++count}`
    return makeTorrent({name, content: 50_000, trackers: [this.tracker.announceUrl], ...wish})
  }

  /** Three files, two of them in a folder. */
  makeMany(wish: Partial<TorrentWish> = {}): MadeTorrent {
    return this.make({
      content: {'first.bin': 40_000, 'inner/second.bin': 50_000, 'inner/third.bin': 60_000},
      ...wish,
    })
  }

  /** Adds it stopped and without data; resolves when the daemon has it. */
  async addStopped(made: MadeTorrent = this.make(), more: Partial<AddTorrent> = {}): Promise<InfoHash> {
    await this.client.server.addTorrent({source: fileOf(made), start: false, ...more}, bounds)
    await this.until(made.hash, 'it to be there and at rest', (seen) => !seen.checking)
    return made.hash
  }

  /** Puts its payload where the daemon looks for it, adds it and resolves when it is complete. */
  async addComplete(made: MadeTorrent = this.make(), start = true): Promise<InfoHash> {
    made.writePayload(this.daemon.downloadDir)
    await this.client.server.addTorrent({source: fileOf(made), start: true}, bounds)
    // A Transmission 3.00 whose check has just ended starts only then, also when a stop came in between.
    await this.until(
      made.hash,
      'its payload to be found, and it to run',
      (seen) => seen.progress === 1 && !seen.checking && seen.running,
    )
    if (!start) await this.client.control.stop([made.hash], {}, bounds)
    return made.hash
  }

  /** Polls the daemon itself. */
  async until(hash: InfoHash, what: string, check: (seen: SeenTorrent) => boolean): Promise<void> {
    let last: SeenTorrent | null = null
    try {
      await waitUntil(what, async () => {
        last = await this.observe.torrent(hash)
        return last !== null && check(last)
      })
    } catch (error) {
      throw new Error(`${(error as Error).message} The daemon says: ${JSON.stringify(last)}`, {cause: error})
    }
  }

  /**
   * Starts it, and resolves when it runs and goes on to. A Transmission may stop it once more after it ran for a moment,
   * and its client starts it again with the next lists: so it is asked for how long it ran since.
   */
  async startsPermanently(hash: InfoHash, {isAfterStop = false} = {}): Promise<void> {
    await this.step('full')
    const before = this.replica.rows.get(hash)?.activeTime ?? 0
    if (isAfterStop) await this.client.control.stop([hash], {}, bounds)
    await this.client.control.start([hash], {}, bounds)
    const leastSeconds = this.client.kind === 'transmission' ? 3 : 0
    await this.converges('that it runs for good, without an error', ({rows}) => {
      const row = rows.get(hash)
      return row?.state === 'stalledUp' && (row.activeTime ?? 0) - before >= leastSeconds
    })
    await this.until(hash, 'it to run on', (seen) => seen.running)
  }

  step(list: SyncWant['list'] = 'delta'): Promise<SyncReport> {
    return this.client.sync.step({list, attentive: true}, this.replica, {delta: bounds, full: bounds})
  }

  /** Syncs by deltas until our replica shows it, letting the client's slow rounds come due. */
  async converges(what: string, check: (rows: Replica) => boolean): Promise<void> {
    await waitUntil(`the replica to show ${what}`, async () => {
      await this.step()
      if (check(this.replica)) return true
      this.subject.hurry(5_000)
      return false
    })
  }

  /** The daemon shows the effect, and then so does our replica. */
  async shows(
    hash: InfoHash,
    what: string,
    seen: (seen: SeenTorrent) => boolean,
    row: (row: TorrentPatch) => boolean,
  ): Promise<void> {
    await this.until(hash, what, seen)
    try {
      await this.converges(what, ({rows}) => rows.has(hash) && row(rows.get(hash)!))
    } catch (error) {
      throw new Error(`${(error as Error).message} It has: ${JSON.stringify(this.replica.rows.get(hash))}`, {
        cause: error,
      })
    }
  }

  /**
   * Asks for what this server may or may not offer. Not offered: it must have been refused with a reason, and the
   * answer is false.
   */
  async offers(feature: keyof Features, ask: () => Promise<unknown>): Promise<boolean> {
    if (this.features[feature].support !== 'none') {
      allDone(await ask())
      return true
    }
    await this.#refuses(feature, ask)
    return false
  }

  /** The same for a part of what a feature covers: who offers less than all of it may refuse this part. */
  async offersPart(feature: keyof Features, ask: () => Promise<unknown>): Promise<boolean> {
    const answer = await ask().catch((error: unknown) => error)
    if (answer instanceof NotSupported) {
      expect(this.features[feature].support).not.toBe('native')
      await this.#refuses(feature, ask)
      return false
    }
    if (answer instanceof Error) throw answer
    allDone(answer)
    return true
  }

  async #refuses(feature: keyof Features, ask: () => Promise<unknown>): Promise<void> {
    await expect(ask()).rejects.toBeInstanceOf(NotSupported)
    expect(this.features[feature].reason, `${feature} is refused with a reason`).not.toBe('')
  }
}

/** Nothing, or one outcome per torrent that says it was done. */
export function allDone(outcomes: unknown): void {
  if (!(outcomes instanceof Map)) return
  for (const outcome of outcomes.values()) expect(outcome).toEqual({outcome: 'done'})
}

export function fileOf(made: MadeTorrent): AddTorrent['source'] {
  return {torrent: made.torrent, fileName: `${made.name}.torrent`}
}

/** Asks now and then until it shows. Not all the time: to daemons each request puts off what the one before began. */
export async function asksUntil(
  what: string,
  ask: () => Promise<unknown>,
  shows: () => Promise<boolean> | boolean,
): Promise<void> {
  const tries = async () => {
    allDone(await ask())
    return waitUntil(what, shows, ASK_AGAIN_MS).catch(() => false as const)
  }
  await waitUntil(what, tries)
}
