/** Back to where an earlier life stopped: read from what it kept. */
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {latestSamples} from '#store/repositories/samples.ts'
import type {Db} from '#store/store.ts'
import {reopened, type Ladder} from './roll-up.ts'
import {spans} from './sample.ts'

/** As many as fit into the next coarser span; of days only the newest. */
const enough = [6, 60, 24, 1] as const

/**
 * The minute, hour and day that were open, so that they go on as if nothing had happened.
 * @param by only what had ended then: after the clock was set back, later samples are of a time that never was
 */
export async function resumed(db: Db, serverId: ServerId, by: EpochMs): Promise<Ladder> {
  const kept = []
  for (const [step, span] of spans.entries()) {
    kept.push(await latestSamples(db, serverId, span, by, enough[step]!))
  }
  return reopened(kept)
}
