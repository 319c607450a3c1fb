import type {HoldRecord, Strike} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {jsonOf} from '../json-text.ts'
import {portions} from '../portions.ts'
import {putAll} from '../put-all.ts'
import type {Db} from '../store.ts'
import type {RuleMemoryTable} from '../tables.ts'

/** Named in one statement: SQLite takes an expression of 1,000 parts. */
const KEYS = 50

export type HoldKey = Pick<HoldRecord, 'ruleId' | 'revision' | 'subject'>

/** A row that can not be read is left out: its hold begins anew, which costs time and nothing else. */
export async function readRuleMemory(db: Db): Promise<readonly HoldRecord[]> {
  const rows = await db.selectFrom('ruleMemory').selectAll().execute()
  return rows.flatMap(asRecord)
}

/** @param records each subject of a rule once */
export async function putRuleMemory(db: Db, records: readonly HoldRecord[]): Promise<void> {
  const rows = records.map(({state, strikes, ...same}) => ({
    ...same,
    state: JSON.stringify(state),
    strikes: JSON.stringify(strikes),
  }))
  await putAll(db, 'ruleMemory', ['ruleId', 'revision', 'subject'], rows)
}

export async function deleteRuleMemory(db: Db, keys: readonly HoldKey[]): Promise<void> {
  for (const portion of portions(keys, KEYS)) {
    await db
      .deleteFrom('ruleMemory')
      .where((eb) => eb.or(portion.map(({ruleId, revision, subject}) => eb.and({ruleId, revision, subject}))))
      .execute()
  }
}

function asRecord({ruleId, serverId, state, strikes, ...row}: RuleMemoryTable): HoldRecord[] {
  const read = {state: jsonOf(state), strikes: jsonOf(strikes)}
  if (read.state === undefined || !Array.isArray(read.strikes)) return []
  return [
    {
      ...{...row, state: read.state, strikes: read.strikes as Strike[]},
      ...{ruleId: ruleId as RuleId, serverId: serverId as ServerId | null},
    },
  ]
}
