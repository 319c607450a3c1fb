/**
 * Our own labels, as rules put them on torrents and take them off: what they say is kept in the database, which is the
 * truth of it, and written on servers as well where that is wanted and they have labels. What stands on a server from a
 * time when it was wanted comes off there with its mark.
 *
 *   rule: tag, untag ─▶ labels of ours? ─ no ─▶ executor
 *                           └ yes ─▶ written, or untag of one that is there? ─ yes ─▶ executor ─ taken ─▶ marks of the torrent
 *                                       └ no (not wanted, no labels there) ──────────────────────────▶ marks
 *
 * Source: qBitrr.
 */
import type {TorrentFacts} from '#automation-state/torrent-facts.ts'
import type {TermedOrder} from '#executor/order-terms.ts'
import type {Clock} from '#lib/clock.ts'
import {markLabels, torrentMarks, type TorrentMark} from '#model/automation-state.ts'
import type {ActionEndPublisher} from '#model/decision.ts'
import type {ItemResult} from '#model/services.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'

interface OwnLabelsDeps {
  readonly executor: {run(order: TermedOrder): Promise<readonly ItemResult[]>}
  readonly ends: ActionEndPublisher
  readonly torrents: Pick<TorrentFacts, 'of' | 'change'>
  readonly clock: Clock
  /** Are they wanted on servers at all? `writesOwnTags` of the configuration. */
  readonly areWritten: () => boolean
  /** The server has labels, any number of a torrent. */
  readonly hasLabels: (id: ServerId) => boolean
  /** What its server says of it, whatever is remembered. */
  readonly tagsOnServer: (key: TorrentKey) => readonly string[]
  /** What is remembered of it is another: who judges it has to know. */
  readonly changed: (key: TorrentKey) => void
}

interface Labelling {
  readonly verb: 'addTags' | 'removeTags'
  readonly own: readonly TorrentMark[]
  readonly others: readonly string[]
}

/** In the executor's place, for what rules order. */
export class OwnLabels {
  readonly #parts: OwnLabelsDeps

  constructor(parts: OwnLabelsDeps) {
    this.#parts = parts
  }

  async run(order: TermedOrder): Promise<readonly ItemResult[]> {
    const labelling = labellingOf(order)
    if (!labelling) return this.#parts.executor.run(order)
    const results = new Map<string, ItemResult>()
    for (const ofServer of Map.groupBy(order.keys, (key) => key.serverId).values()) {
      const parts = Map.groupBy(ofServer, (key) => this.#concernsServer(key, labelling))
      for (const [isWritten, keys] of parts) {
        const some = await this.#label({...order, keys}, labelling, isWritten)
        for (const result of some) results.set(keyText(result.key), result)
      }
    }
    return order.keys.map((key) => results.get(keyText(key))!)
  }

  #concernsServer(key: TorrentKey, {verb, own}: Labelling): boolean {
    const {areWritten, hasLabels, tagsOnServer} = this.#parts
    if (!hasLabels(key.serverId)) return false
    if (areWritten()) return true
    if (verb === 'addTags') return false
    const tags = tagsOnServer(key)
    return own.some((mark) => tags.includes(markLabels[mark]))
  }

  /** @param isWritten on the server as well; of others only what people may see there */
  async #label(order: TermedOrder, labelling: Labelling, isWritten: boolean): Promise<readonly ItemResult[]> {
    const {verb, others} = labelling
    const {executor} = this.#parts
    if (!isWritten && others.length === 0)
      return order.keys.map((key) => this.#markOnly(order, key, labelling))
    const command = isWritten ? order.command : ({verb, args: {tags: others}} as const)
    const results = await executor.run({...order, command})
    for (const {key, result} of results) if (result.outcome === 'done') this.#mark(key, labelling)
    return results
  }

  #markOnly({terms}: TermedOrder, key: TorrentKey, labelling: Labelling): ItemResult {
    const its = terms?.(key)
    const no = its?.objection() ?? null
    if (no) return {key, result: {outcome: 'refused', ...no}}
    this.#mark(key, labelling)
    if (its?.ends) this.#parts.ends.publish({...its.ends, outcome: 'confirmed'})
    return {key, result: {outcome: 'done'}}
  }

  #mark(key: TorrentKey, {verb, own}: Labelling): void {
    const {torrents, clock, changed} = this.#parts
    const before = torrents.of(key)?.marks ?? []
    const others = before.filter((mark) => !own.includes(mark))
    const marks = verb === 'addTags' ? [...others, ...own] : others
    torrents.change(key, {marks}, clock.now())
    changed(key)
  }
}

/** `null` = it is about no label of ours. */
function labellingOf({command}: TermedOrder): Labelling | null {
  if (command.verb !== 'addTags' && command.verb !== 'removeTags') return null
  const {tags} = command.args
  const own = torrentMarks.filter((mark) => tags.includes(markLabels[mark]))
  const names = new Set(own.map((mark) => markLabels[mark]))
  return own.length === 0 ? null : {verb: command.verb, own, others: tags.filter((tag) => !names.has(tag))}
}
