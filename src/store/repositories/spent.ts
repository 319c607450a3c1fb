import type {SpentRecord} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {jsonOf} from '../json-text.ts'
import {portions} from '../portions.ts'
import {putAll} from '../put-all.ts'
import type {Db} from '../store.ts'

/** Trackers that can not be read are none; the rule and the server are still charged. */
export async function readSpent(db: Db): Promise<readonly SpentRecord[]> {
  const rows = await db.selectFrom('spent').selectAll().orderBy('at').execute()
  return rows.map(({trackers, ruleId, serverId, ...row}) => {
    const read = jsonOf(trackers)
    return {
      ...{...row, ruleId: ruleId as RuleId | null, serverId: serverId as ServerId},
      trackers: Array.isArray(read) ? read.filter((host) => typeof host === 'string') : [],
    }
  })
}

/** A command is charged once, however often it is written. */
export async function putSpent(db: Db, {trackers, ...record}: SpentRecord): Promise<void> {
  await putAll(db, 'spent', ['id'], [{...record, trackers: JSON.stringify(trackers)}])
}

export async function deleteSpent(db: Db, ids: readonly string[]): Promise<void> {
  for (const portion of portions(ids)) await db.deleteFrom('spent').where('id', 'in', portion).execute()
}
