/**
 * Our own labels, as rules put them on torrents and take them off: what they say is kept in the database, which is the
 * truth of it, and written on servers as well where that is wanted and they have labels.
 *
 *   rule: tag, untag ─▶ labels of ours? ─ no ─▶ executor
 *                           └ yes ─▶ written? ─▶ executor ─ taken ─▶ marks of the torrent
 *                                       └ no (`Tagless`, no labels there) ──────▶ marks
 *
 * Source: qbitrr-config.md B.12.
 */
import type {TorrentFacts} from '#automation-state/torrent-facts.ts'
import type {TermedOrder} from '#executor/order-terms.ts'
import type {Clock} from '#lib/clock.ts'
import {markLabels, torrentMarks, type TorrentMark} from '#model/automation-state.ts'
import type {ItemResult} from '#model/services.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'

interface OwnLabelsDeps {
  readonly executor: {run(order: TermedOrder): Promise<readonly ItemResult[]>}
  readonly torrents: Pick<TorrentFacts, 'of' | 'change'>
  readonly clock: Clock
  /** `Tagless` */
  readonly isTagless: () => boolean
  /** The server has labels, any number of a torrent. */
  readonly hasLabels: (id: ServerId) => boolean
  /** What is remembered of it is another: who judges it has to know. */
  readonly changed: (key: TorrentKey) => void
}

interface Labelling {
  readonly verb: 'addTags' | 'removeTags'
  readonly own: readonly TorrentMark[]
  readonly others: readonly string[]
}

/** In the executor's place, for what rules order: one torrent at a time. */
export class OwnLabels {
  readonly #parts: OwnLabelsDeps

  constructor(parts: OwnLabelsDeps) {
    this.#parts = parts
  }

  async run(order: TermedOrder): Promise<readonly ItemResult[]> {
    const {executor, isTagless, hasLabels} = this.#parts
    const labelling = labellingOf(order)
    const [key] = order.keys
    if (!labelling || !key) return executor.run(order)
    const {verb, own, others} = labelling
    if (!isTagless() && hasLabels(key.serverId)) {
      const results = await executor.run(order)
      if (results[0]?.result.outcome === 'done') this.#mark(key, labelling)
      return results
    }
    if (others.length > 0) {
      const results = await executor.run({...order, command: {verb, args: {tags: others}}})
      if (results[0]?.result.outcome === 'done') this.#mark(key, labelling)
      return results
    }
    const no = order.terms?.objection() ?? null
    if (no) return [{key, result: {outcome: 'refused', ...no}}]
    this.#mark(key, {verb, own, others})
    order.terms?.ended('confirmed')
    return [{key, result: {outcome: 'done'}}]
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
