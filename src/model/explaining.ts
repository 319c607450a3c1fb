/** Why something is done or not done: what routes are handed by whoever judges. */
import type {Explanation} from './decision.ts'
import {CommodarrError} from './errors.ts'
import type {TorrentKey} from './torrent-key.ts'

export interface Explainer {
  /** What every rule says of a torrent now. @throws {CommodarrError} not_ready, torrent_not_found */
  explain(key: TorrentKey): Promise<Explanation>
}

/** Whoever judges has not begun, or begins anew. */
export class NotReady extends CommodarrError {
  constructor(about: Readonly<Record<string, unknown>> = {}) {
    super('not_ready', 'The rules have not looked at this yet.', about)
  }
}
