/** How many torrents are named in one call, and what became of each when they are sent one by one. */
import type {CommandResult} from '#model/command.ts'
import {CommodarrError, ServerFault} from '#model/errors.ts'
import type {InfoHash} from '#model/torrent-key.ts'

export type Outcomes = ReadonlyMap<InfoHash, CommandResult>

export function hashesOf(hashes: readonly InfoHash[]): string {
  return hashes.join('|')
}

/**
 * One call per torrent. What the server refuses is that torrent's outcome. When the server fails in the middle, the
 * rest is not tried; when it fails at the first, the failure is thrown.
 * @throws {CommodarrError} for a single torrent, and what hit the first of them
 */
export async function eachAlone(
  hashes: readonly InfoHash[],
  send: (hash: InfoHash) => Promise<void>,
): Promise<Outcomes | void> {
  const outcomes = new Map<InfoHash, CommandResult>()
  for (const hash of hashes) {
    try {
      await send(hash)
      outcomes.set(hash, {outcome: 'done'})
    } catch (error) {
      if (!(error instanceof CommodarrError) || hashes.length === 1) throw error
      if (error instanceof ServerFault) {
        if (outcomes.size === 0) throw error
        return failRest(outcomes, hashes, error)
      }
      outcomes.set(hash, {outcome: 'failed', code: error.code, message: error.message})
    }
  }
  return outcomes
}

/** The first that is missing may have been done; those after it were never sent. */
function failRest(
  outcomes: Map<InfoHash, CommandResult>,
  hashes: readonly InfoHash[],
  fault: ServerFault,
): Outcomes {
  let mayBeDone = fault.outcomeUnknown
  for (const hash of hashes) {
    if (outcomes.has(hash)) continue
    const outcome = mayBeDone ? 'unconfirmed' : 'failed'
    outcomes.set(hash, {outcome, code: fault.code, message: fault.message})
    mayBeDone = false
  }
  return outcomes
}
