/**
 * How often indexers may be asked, and how often they were, by the Prowlarrs that bring them to Arrs: they count the feeds
 * and other programs as well.
 *
 *   configuration ─▶ follow ─▶ each half hour: limits, counts, those that are blocked ─▶ of: an indexer of an Arr
 *
 * What was read holds while a Prowlarr does not answer: our own questions are counted on top of it.
 */
import type {ProwlarrClient, ProwlarrIndexer} from '#arr-client/api/prowlarr.ts'
import type {ProwlarrConfig} from '#config/schema/schema-prowlarr.ts'
import type {Clock} from '#lib/clock.ts'
import {trimEnd} from '#lib/trim-end.ts'
import {CommodarrError} from '#model/errors.ts'
import {MINUTE, type EpochMs} from '#model/units.ts'
import type {SharedIndexer} from '#searching/search-scheduler.ts'
import type {ActiveAlerts, Notice} from '../alerts/active-alerts.ts'

export interface IndexerLimitsDeps {
  readonly clock: Clock
  readonly log: {error(about: object, text: string): void}
  /** By the name of their section. */
  readonly alerts: Pick<ActiveAlerts, 'begin' | 'end'>
  /** Those of the configuration. */
  readonly prowlarrs: () => readonly ProwlarrConfig[]
  /** @throws {CommodarrError} for an address that nobody may be asked at */
  readonly open: (config: ProwlarrConfig) => ProwlarrClient
}

/** An indexer of an Arr, as far as it tells which one of a Prowlarr it is. */
export interface IndexerOfArr {
  readonly name: string
  /** '' or absent = not known. */
  readonly url?: string
}

export interface CountedIndexer {
  readonly limits: SharedIndexer['limits']
  /** Prowlarr leaves it alone until then; `null` = it does not. */
  readonly blockedUntil: EpochMs | null
}

interface KnownIndexer extends ProwlarrIndexer, CountedIndexer {}

interface Followed {
  readonly config: ProwlarrConfig
  readonly stopping: AbortController
  /** By their number; empty = none was read. */
  indexers: ReadonlyMap<number, KnownIndexer>
  /** So often in a row it was not read. */
  failures: number
}

/** Limits of days and of hours cost a question each: so none is asked more than four times an hour. */
const READ_MS = 30 * MINUTE * 1_000
/** A search of ours that began so lately may not have been counted yet. */
const LATE_MS = 2 * MINUTE * 1_000
const MANY_FAILURES = 2

export class IndexerLimits {
  readonly #deps: IndexerLimitsDeps
  /** By their identity. */
  readonly #followed = new Map<string, Followed>()
  #cancel: () => void = () => undefined
  #isStarted = false

  constructor(deps: IndexerLimitsDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#isStarted = true
    this.follow()
    this.#wait()
  }

  stop(): void {
    this.#isStarted = false
    this.#cancel()
    for (const identity of this.#followed.keys()) this.#drop(identity)
  }

  /** The configuration may be another one. What is new in it is read at once. */
  follow(): void {
    if (!this.#isStarted) return
    const wanted = new Map(this.#deps.prowlarrs().map((config) => [identityOf(config), config]))
    for (const identity of this.#followed.keys()) if (!wanted.has(identity)) this.#drop(identity)
    for (const [identity, config] of wanted) {
      if (this.#followed.has(identity)) continue
      const followed = {config, stopping: new AbortController(), indexers: new Map(), failures: 0}
      this.#followed.set(identity, followed)
      void this.#read(followed)
    }
  }

  /** What is known of it; `null` = it is of no Prowlarr that was read. */
  of({name, url = ''}: IndexerOfArr): CountedIndexer | null {
    const [, base, digits] = /^(.*)\/(\d+)\/?$/.exec(url) ?? []
    if (base === undefined) return null
    const all = [...this.#followed.values()].flatMap(({config, indexers}) => {
      const indexer = indexers.get(Number(digits))
      return indexer ? [{url: config.URI, indexer}] : []
    })
    const here = all.find((one) => sameAddress(one.url, base))
    if (here) return here.indexer
    // Arrs may reach it by another name than we do: then it has to be called as Prowlarr calls it there.
    const called = all.filter(
      ({indexer}) => `${indexer.name} (prowlarr)`.toLowerCase() === name.toLowerCase(),
    )
    return called.length === 1 ? called[0]!.indexer : null
  }

  #drop(identity: string): void {
    const followed = this.#followed.get(identity)
    this.#followed.delete(identity)
    if (followed === undefined) return
    followed.stopping.abort()
    this.#deps.alerts.end(followed.config.id)
  }

  #wait(): void {
    this.#cancel = this.#deps.clock.after(READ_MS, () => {
      for (const followed of this.#followed.values()) void this.#read(followed)
      this.#wait()
    })
  }

  async #read(followed: Followed): Promise<void> {
    const {log, alerts} = this.#deps
    const {config, stopping} = followed
    try {
      followed.indexers = await this.#indexersOf(config, stopping.signal)
      followed.failures = 0
      if (!stopping.signal.aborted) alerts.end(config.id)
    } catch (error) {
      if (stopping.signal.aborted) return
      if (!(error instanceof CommodarrError))
        return log.error({err: error, prowlarr: config.id}, 'a Prowlarr could not be read')
      followed.failures++
      // One that only starts again is not worth a word; a wrong key stays wrong.
      if (followed.failures >= MANY_FAILURES || error.code === 'login_refused')
        alerts.begin(config.id, noticeOf(config, error))
    }
  }

  /** @throws {CommodarrError} */
  async #indexersOf(config: ProwlarrConfig, signal: AbortSignal): Promise<Followed['indexers']> {
    const {clock, open} = this.#deps
    const client = open(config)
    try {
      const indexers = await client.indexers(signal)
      const disabled = await client.disabled(signal)
      const counts = new Map<number, ReadonlyMap<number, number>>()
      const at = clock.monotonic() - LATE_MS
      for (const {limit} of indexers) {
        if (limit === null || counts.has(limit.windowMs)) continue
        counts.set(limit.windowMs, await client.askedSince(clock.now() - limit.windowMs, signal))
      }
      return new Map(
        indexers.map((indexer): [number, KnownIndexer] => {
          const {id, limit} = indexer
          const questions = limit === null ? 0 : (counts.get(limit.windowMs)?.get(id) ?? 0)
          const limits = limit === null ? [] : [{limit, counted: {at, questions}}]
          return [id, {...indexer, limits, blockedUntil: disabled.get(id) ?? null}]
        }),
      )
    } finally {
      await client.close()
    }
  }
}

function noticeOf({id, URI}: ProwlarrConfig, {code, message}: CommodarrError): Notice {
  return {
    by: 'Searches',
    subject: 'process',
    serverId: null,
    name: id,
    code: 'prowlarr_unread',
    heals: code !== 'login_refused',
    args: {url: URI, code},
    message:
      code === 'login_refused'
        ? 'It does not accept its key, so the limits of its indexers are not known. Put the key from Settings → General of the Prowlarr into its section.'
        : `The limits of its indexers could not be read: ${message} What was read before counts until it answers.`,
  }
}

function identityOf({id, URI, APIKey, SkipTLSVerify}: ProwlarrConfig): string {
  return JSON.stringify([id, URI, APIKey.reveal(), SkipTLSVerify])
}

function sameAddress(one: string, other: string): boolean {
  return addressOf(one) === addressOf(other)
}

function addressOf(text: string): string | null {
  if (!URL.canParse(text)) return null
  const {origin, pathname} = new URL(text)
  return origin + trimEnd(pathname, '/')
}
