/** What rules decided, with what was known then, as the journal has it. */
import type {JournalDecision} from '#journal/decided.ts'
import {decidedOf} from '#journal/rows.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId, keyText, type InfoHash} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {Recorded} from '#rules/replay.ts'
import {decidedRows, type JournalRow} from '#store/repositories/journal.ts'
import type {Store} from '#store/store.ts'

/** Rows at a time: each has a text of some kilobytes to be read. */
const PORTION = 50

/** Of one rule since then, oldest first. A decision of several actions comes several times. @throws {StorageFault} */
export async function* recordedDecisions(
  store: Pick<Store, 'read'>,
  ruleId: RuleId,
  from: EpochMs,
): AsyncGenerator<Recorded> {
  for (let after = 0; ;) {
    const since = after
    const rows = await store.read((db) => decidedRows(db, {after: since, from, ruleId}, PORTION))
    for (const row of rows) yield recordedIn(row, decidedOf(row)!)
    if (rows.length < PORTION) return
    after = rows.at(-1)!.seq
  }
}

export function recordedIn(
  row: JournalRow,
  {evidence, hold, preconditions}: Pick<JournalDecision, 'evidence' | 'hold' | 'preconditions'>,
): Recorded {
  const serverId = row.serverId === null ? null : asServerId(row.serverId)
  const isTorrent = serverId !== null && row.hash !== null
  const key = isTorrent ? keyText({serverId, hash: row.hash as InfoHash}) : (row.serverId ?? row.id)
  return {
    at: row.at,
    ruleId: row.ruleId as RuleId,
    evidence,
    hold,
    preconditions,
    subject: {kind: isTorrent ? 'torrent' : row.subject === 'path' ? 'path' : 'server', key, serverId},
  }
}
