/**
 * The configuration named something that protects when an administrator last accepted it, and does not any more: at a
 * start or after an edit of the file. A file that was cut, and an older copy that was put back, read well, and the
 * default in place of what is gone may remove more. So it is asked before the first act: rules remove and move nothing
 * (`executor/guards/rules/lost-settings.ts`) until somebody confirms it, or it is back.
 *
 *   nothing is kept ─▶ what is named is accepted
 *   all of it is named ─▶ accepted, with what is new
 *   something is gone ──▶ held ─┬─ an administrator confirms what he was shown ─▶ accepted as it is
 *                               └─ it is back ─▶ accepted
 *   the file is missing or could not be read ─▶ held, and nobody can confirm it, until it is read again
 *
 * What people change on the pages is written into the file by us: what is gone by that is accepted with it. Only names are
 * kept: a value that is another one was edited. Source: scenario S58.
 */
import {z} from 'zod'
import type {Config} from '#config/config.ts'
import {
  lostKeys,
  namedPathText,
  namedPathWords,
  protectingKeys,
  withKeys,
  withoutKeys,
  type NamedKeys,
} from '#config/named-keys.ts'
import {LOST_SETTINGS, lostSettingsWords} from '#executor/guards/rules/lost-settings.ts'
import type {Clock} from '#lib/clock.ts'
import type {Actor} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import type {EpochMs} from '#model/units.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import {putSetting, readSettings} from '#store/repositories/settings.ts'
import type {Db, Store} from '#store/store.ts'
import {ActiveAlerts, type AlertBoard} from './active-alerts.ts'

/** Name of the setting. */
const ACCEPTED = 'accepted_configuration'
const CAUSE = 'configuration'
/** Of what is kept; who names more is told of what is gone among the first ones. */
const MOST_KEYS = 20_000
/** In one line; the route tells all. */
const MOST_NAMED = 20

/** Of a configuration that comes into force. */
type Named = Pick<Config, 'named' | 'isRead'>

/** What is asked about. */
interface LostSettingsView {
  readonly since: EpochMs
  /** As a person finds them in the file: `Radarr-4K.Torrent.Trackers[tracker.org]`. */
  readonly settings: readonly string[]
}

export class LostSettings {
  readonly #store: Pick<Store, 'read' | 'write'>
  readonly #clock: Pick<Clock, 'now'>
  readonly #log: {warn(about: object, text: string): void}
  readonly #alerts: ActiveAlerts
  /** In the last configuration that was followed. */
  #named: NamedKeys
  /** Its file was. Otherwise nobody knows what it names. */
  #isRead = false
  /** With what is still asked about; `null` = nothing was ever accepted. */
  #accepted: NamedKeys | null
  #lost: readonly (readonly string[])[] = []
  #words: readonly string[] = []
  #isReportedAsRead = true
  #since: EpochMs = 0
  /** What is being confirmed, without what people have taken out on the pages since. */
  #confirming: NamedKeys = {}
  /** As it is in the database once all writes are over. */
  #written = ''
  #writing: Promise<void> = Promise.resolve()

  private constructor(
    store: Pick<Store, 'read' | 'write'>,
    board: AlertBoard,
    clock: Pick<Clock, 'now'>,
    log: {warn(about: object, text: string): void},
    accepted: NamedKeys | null,
  ) {
    this.#store = store
    this.#clock = clock
    this.#log = log
    this.#alerts = new ActiveAlerts(board)
    this.#accepted = accepted
    this.#named = accepted ?? {}
    this.#written = JSON.stringify(accepted)
  }

  /** @throws {StorageFault} */
  static async open(
    store: Pick<Store, 'read' | 'write'>,
    board: AlertBoard,
    clock: Pick<Clock, 'now'>,
    log: {warn(about: object, text: string): void},
  ): Promise<LostSettings> {
    return new LostSettings(
      store,
      board,
      clock,
      log,
      acceptedIn((await store.read(readSettings)).get(ACCEPTED)),
    )
  }

  /** Of what is gone, as people read it: all rows of a list are one. 0 = rules act as ever. */
  get count(): number {
    return this.#words.length
  }

  /** The file is read, and nothing that protects is gone from it: whoever is not in it is not meant to be. */
  get isSettled(): boolean {
    return this.#isRead && this.#words.length === 0
  }

  /** `null` = nothing is gone. */
  view(): LostSettingsView | null {
    if (this.#lost.length === 0) return null
    return {since: this.#since, settings: this.#lost.map(namedPathText)}
  }

  /**
   * Another configuration comes into force: call before it does. It holds from this call on; resolves when it is written.
   * @param isByUs people changed it on the pages, and we wrote the file
   */
  follow({named, isRead}: Named, isByUs = false): Promise<void> {
    const before = this.#named
    this.#named = named
    this.#isRead = isRead
    const accepted = this.#accepted ?? named
    const byUs = isByUs ? lostKeys(before, named) : []
    this.#confirming = withoutKeys(this.#confirming, byUs)
    return this.#settle(withoutKeys(accepted, byUs))
  }

  /**
   * From now on the configuration is accepted as it is. Does nothing when nothing is gone.
   * @param seen `settings` of the view that was shown
   * @throws {CommodarrError} `changed_meanwhile`: something else is gone by now; `not_ready`: the file is not read
   * @throws {StorageFault} then it is not accepted
   */
  async confirm(by: Actor, seen: readonly string[]): Promise<void> {
    // In the order of all writes: an older one must not come behind it.
    const confirmed = this.#writing.then(() => this.#confirmNow(by, seen))
    this.#writing = confirmed.catch(() => undefined)
    await confirmed
    await this.#writing
  }

  async #confirmNow(by: Actor, seen: readonly string[]): Promise<void> {
    const named = this.#named
    const view = this.view()
    if (view === null) return
    if (!this.#isRead) throw new CommodarrError('not_ready', unreadWords(this.#words.length))
    const {settings} = view
    if (seen.length !== settings.length || seen.some((name, at) => name !== settings[at]))
      throw new CommodarrError(
        'changed_meanwhile',
        'The configuration lacks other settings by now. Look at them before you confirm.',
      )
    const now = this.#clock.now()
    this.#confirming = named
    this.#written = JSON.stringify(bounded(named))
    try {
      await this.#store.write(async (db) => {
        await keep(db, named, now)
        const args = {from: settings.length, to: 0, settings: settings.slice(0, MOST_NAMED)}
        const about = {subject: 'process', verb: 'confirm', name: CAUSE, serverId: null, args} as const
        await appendEvent(db, {actor: by, ...about}, now)
      })
    } catch (error) {
      this.#written = ''
      throw error
    }
    // Another edit may have come while it was written. Its own write waits for this one to end.
    void this.#settle(this.#confirming)
  }

  async stop(): Promise<void> {
    await this.#writing
  }

  /** @param accepted what has to be named */
  #settle(accepted: NamedKeys): Promise<void> {
    this.#lost = lostKeys(accepted, this.#named)
    // What was never kept is not asked about; what came new is kept from now on.
    this.#accepted = this.#lost.length === 0 ? this.#named : withKeys(accepted, this.#named)
    const words = namedPathWords(this.#lost)
    const isOther = words.join('\n') !== this.#words.join('\n') || this.#isRead !== this.#isReportedAsRead
    this.#isReportedAsRead = this.#isRead
    if (this.#words.length === 0) this.#since = this.#clock.now()
    this.#words = words
    if (isOther) this.#report()
    return this.#write(this.#accepted)
  }

  #report(): void {
    this.#alerts.end(CAUSE)
    if (this.#words.length === 0) return
    this.#alerts.begin(CAUSE, {
      by: 'Configuration',
      subject: 'process',
      serverId: null,
      name: CAUSE,
      code: LOST_SETTINGS,
      heals: false,
      args: {settings: this.#lost.length, names: this.#words.slice(0, MOST_NAMED)},
      message: this.#isRead ? lostWords(this.#words) : unreadWords(this.#words.length),
    })
  }

  /** What cannot be written is told: until the next start it counts anyway. */
  #write(accepted: NamedKeys): Promise<void> {
    const kept = bounded(accepted)
    const text = JSON.stringify(kept)
    if (text === this.#written) return this.#writing
    this.#written = text
    this.#writing = this.#writing
      .then(() => this.#store.write((db) => keep(db, kept, this.#clock.now())))
      .catch((error: unknown) => {
        this.#written = ''
        this.#log.warn({err: error}, 'what the configuration names could not be written down')
      })
    return this.#writing
  }
}

/** For people, with the ways out. */
function lostWords(names: readonly string[]): string {
  const more = names.length - MOST_NAMED
  const named = `${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return `The configuration no longer has ${lostSettingsWords(names.length)}: ${named}. Rules remove and move nothing until an administrator opens the bell on a page and confirms that this is meant, or until ${names.length === 1 ? 'it is' : 'they are'} back.`
}

/** The same where nobody can say what the file names. */
function unreadWords(settings: number): string {
  return `The configuration file could not be read or is missing; it had ${lostSettingsWords(settings)}. Rules remove and move nothing until it can be read again. If it is meant to be gone, put an empty file in its place and confirm that.`
}

function keep(db: Db, accepted: NamedKeys, now: EpochMs): Promise<void> {
  return putSetting(db, ACCEPTED, bounded(accepted), now)
}

/** The first keys, in the order of the file. */
function bounded(keys: NamedKeys): NamedKeys {
  const left = {keys: MOST_KEYS}
  const some = (all: NamedKeys): NamedKeys =>
    Object.fromEntries(
      Object.entries(all).flatMap(([name, inner]): [string, NamedKeys | true][] => {
        if (left.keys === 0) return []
        left.keys--
        return [[name, inner === true ? inner : some(inner)]]
      }),
    )
  return some(keys)
}

/**
 * What counts today: an earlier version may have called more keys protecting. `null` = nothing is known: none was kept,
 * or it cannot be read.
 */
function acceptedIn(value: unknown): NamedKeys | null {
  const read = acceptedShape.safeParse(value)
  return read.success ? protectingKeys(read.data) : null
}

const acceptedShape: z.ZodType<NamedKeys> = z.lazy(() =>
  z.record(z.string(), z.union([z.literal(true), acceptedShape])),
)
