/**
 * Facts that cost a request or a look at a disk, looked up here for the managers, which run in threads of their own.
 *
 *   manager ─ ask ─▶ topics ─▶ looks ─▶ questions (kept, shared, tried again) ─▶ lane of the server, or of its disk
 *                      └ rows of the fleet alone: who owns the same content
 *
 * Bounds: `src/lookups/rate-lane.ts` (how many at a time and a minute, managers in turn), `src/lookups/questions.ts` (each once, kept as long as it
 * fits, failures for longer each time). Nothing is asked of a server that is not online.
 */
import {contentUseOf} from '#lookups/content-links.ts'
import {FactResolvers, type LookUpDeps} from '#lookups/fact-resolvers.ts'
import {isUnknown, unknown, type FactResult} from '#lookups/fact-result.ts'
import type {Asker, Read} from '#lookups/questions.ts'
import type {ProbeVerdict} from '#media/probe-verdict.ts'
import type {FactName, FactValue} from '#model/fact.ts'
import type {FileRulesReport, LookUpAnswer, ManagerId} from '#model/manager.ts'
import type {ContentUse} from '#model/services.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import {topics, type ReadFacts} from './fact-topics.ts'

interface LookUpOptions {
  /** Of the manager's section, for `badFiles.*`. */
  readonly rules?: FileRulesReport
  /**
   * Looked at now and ahead of all others: for the executor, right before a command. Disks are read again; what servers
   * told of files and trackers is two seconds old at most (`links/details.ts`).
   */
  readonly fresh?: boolean
}

export class LookUps {
  readonly #parts: LookUpDeps
  readonly #looks: FactResolvers
  /** Who wants to know of what, until it ends. */
  readonly #interests = new Map<ManagerId, Map<string, Interest>>()

  constructor(parts: LookUpDeps) {
    this.#parts = parts
    this.#looks = new FactResolvers(parts)
  }

  /** One answer per fact, in their order. What cannot be known now is answered so; never rejects for its sake. */
  async ask(
    by: ManagerId,
    key: TorrentKey,
    facts: readonly FactName[],
    {rules, fresh = false}: LookUpOptions = {},
  ): Promise<readonly LookUpAnswer[]> {
    const asked = topics.filter((topic) => topic.facts.some((fact) => facts.includes(fact)))
    const interest = this.#begin(by, key)
    const asker = {by, signal: interest.end.signal, fresh}
    try {
      const results = await Promise.all(
        asked.map(async ({facts: of, look}) => {
          const topic = {key, asker, rules: rules ?? null, parts: this.#parts, looks: this.#looks}
          return {of, result: await this.#look(key, asker, () => look(topic))}
        }),
      )
      return facts.map((fact) => this.#answer(key, fact, results.find(({of}) => of.includes(fact))?.result))
    } finally {
      this.#end(by, key, interest)
    }
  }

  /** Which names the bytes of a torrent have, and which torrents have some of them. */
  async contentUse(by: ManagerId, key: TorrentKey): Promise<FactResult<ContentUse>> {
    const interest = this.#begin(by, key)
    const asker = {by, signal: interest.end.signal, fresh: false}
    try {
      return await this.#look(key, asker, () => contentUseOf(key, asker, this.#parts, this.#looks))
    } finally {
      this.#end(by, key, interest)
    }
  }

  /** What ffprobe finds in a file of a torrent. @param file ours, and as large as its server says */
  async probe(
    by: ManagerId,
    key: TorrentKey,
    file: {readonly path: string; readonly size: Bytes},
  ): Promise<FactResult<ProbeVerdict>> {
    const interest = this.#begin(by, key)
    const asker = {by, signal: interest.end.signal, fresh: false}
    try {
      return await this.#look(key, asker, () => this.#looks.probe(key, file, asker))
    } finally {
      this.#end(by, key, interest)
    }
  }

  /** This manager does not want to know any more: its torrent went, or its rules changed; without a key it ended. */
  drop(by: ManagerId, key?: TorrentKey): void {
    const interests = this.#interests.get(by)
    for (const [of, {end}] of interests ?? []) if (!key || of === keyText(key)) end.abort()
  }

  forgetServer(id: ServerId): void {
    this.#looks.forgetServer(id)
  }

  close(): void {
    for (const by of this.#interests.keys()) this.drop(by)
  }

  async #look<T>(key: TorrentKey, {signal}: Asker, look: () => Promise<Read<T>>): Promise<Read<T>> {
    const {clock, fleet} = this.#parts
    const hindrance =
      this.#looks.notOnline(key.serverId) ??
      (fleet.get(key) ? null : unknown('missing', 'Its server does not list it.'))
    if (hindrance) return {...hindrance, at: clock.now(), keptMs: 0}
    try {
      return await look()
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error
      return {...unknown('notRead', 'Who asked does not wait for it any more.'), at: clock.now(), keptMs: 0}
    }
  }

  #answer(key: TorrentKey, fact: FactName, result: ReadFacts | undefined): LookUpAnswer {
    if (!result) return answerOf(key, fact, noLookup, this.#parts.clock.now(), 0)
    const seen = isUnknown(result) ? result : (result.value.get(fact) ?? noLookup)
    return answerOf(key, fact, seen, result.at, result.keptMs)
  }

  #begin(by: ManagerId, key: TorrentKey): Interest {
    const interests = this.#interests.get(by) ?? new Map<string, Interest>()
    this.#interests.set(by, interests)
    const known = interests.get(keyText(key))
    const interest = known && !known.end.signal.aborted ? known : {end: new AbortController(), asks: 0}
    interests.set(keyText(key), interest)
    interest.asks++
    return interest
  }

  #end(by: ManagerId, key: TorrentKey, interest: Interest): void {
    interest.asks--
    const interests = this.#interests.get(by)
    if (interest.asks > 0 || interests?.get(keyText(key)) !== interest) return
    interests.delete(keyText(key))
    if (interests.size === 0) this.#interests.delete(by)
  }
}

interface Interest {
  readonly end: AbortController
  /** Under way. */
  asks: number
}

const noLookup = unknown('notSupported', 'There is no lookup for this fact.')

function answerOf(
  key: TorrentKey,
  fact: FactName,
  seen: FactResult<FactValue>,
  at: number,
  keptMs: number,
): LookUpAnswer {
  if (!isUnknown(seen)) return {key, fact, value: seen.value, at, whyUnknown: null, keptMs}
  const {unknown: reason, detail, server} = seen
  return {key, fact, value: undefined, at, whyUnknown: {reason, detail, ...(server && {server})}, keptMs}
}
