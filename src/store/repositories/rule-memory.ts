import type {
  DeadlineRecord,
  HoldRecord,
  RuleSuspension,
  SpentRecord,
  Strike,
  VerdictRecord,
} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {jsonOf, portions, putAll} from '../rows.ts'
import type {Db} from '../store.ts'
import type {RuleMemoryTable} from '../tables.ts'

/** Named in one statement: SQLite takes an expression of 1,000 parts. */
const KEYS = 50

export type HoldKey = Pick<HoldRecord, 'ruleId' | 'revision' | 'subject'>

/** A row that cannot be read is left out: its hold begins again, which costs time and nothing else. */
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
      ...row,
      state: read.state,
      strikes: read.strikes as Strike[],
      ruleId: ruleId as RuleId,
      serverId: serverId as ServerId | null,
    },
  ]
}

export async function readRuleSuspensions(db: Db): Promise<readonly RuleSuspension[]> {
  const rows = await db.selectFrom('ruleSuspensions').selectAll().execute()
  return rows.map(({ruleId, detail, ...row}) => ({...row, ruleId: ruleId as RuleId, detail: jsonOf(detail)}))
}

export async function putRuleSuspension(db: Db, {detail, ...row}: RuleSuspension): Promise<void> {
  await putAll(db, 'ruleSuspensions', ['ruleId'], [{...row, detail: JSON.stringify(detail)}])
}

export async function deleteRuleSuspension(db: Db, ruleId: RuleId): Promise<void> {
  await db.deleteFrom('ruleSuspensions').where('ruleId', '=', ruleId).execute()
}

/** The newest, oldest first. */
export async function readVerdicts(db: Db, most: number): Promise<readonly VerdictRecord[]> {
  const rows = await db.selectFrom('verdicts').selectAll().orderBy('lastAt', 'desc').limit(most).execute()
  return rows.toReversed().map((row) => ({...row, ruleId: row.ruleId as RuleId}))
}

export async function putVerdicts(db: Db, records: readonly VerdictRecord[]): Promise<void> {
  await putAll(db, 'verdicts', ['journalId'], records)
}

/** Forgets those that were not said again since `at`. */
export async function pruneVerdicts(db: Db, at: EpochMs): Promise<void> {
  await db.deleteFrom('verdicts').where('lastAt', '<', at).execute()
}

/** Oldest first, as they came: what waits for a person is shown and asked again in this order. */
export async function readExpiry(db: Db): Promise<readonly DeadlineRecord[]> {
  const rows = await db
    .selectFrom('expiry')
    .selectAll()
    .orderBy('createdAt')
    .orderBy('kind')
    .orderBy('subject')
    .execute()
  return rows.map(({detail, ...row}) => ({...row, detail: jsonOf(detail)}))
}

/** @param records each subject of a kind once */
export async function putExpiry(db: Db, records: readonly DeadlineRecord[]): Promise<void> {
  const rows = records.map(({detail, ...same}) => ({...same, detail: JSON.stringify(detail)}))
  await putAll(db, 'expiry', ['kind', 'subject'], rows)
}

/** Their ends alone, where they still stand: what else is written of them meanwhile stays. */
export async function moveExpiry(db: Db, records: readonly DeadlineRecord[]): Promise<void> {
  for (const {kind, subject, dueAt} of records)
    await db
      .updateTable('expiry')
      .set({dueAt})
      .where('kind', '=', kind)
      .where('subject', '=', subject)
      .execute()
}

/** The detail alone, where it still stands: its end may be moved meanwhile. */
export async function amendExpiry(db: Db, {kind, subject, detail}: DeadlineRecord): Promise<void> {
  const json = JSON.stringify(detail)
  await db
    .updateTable('expiry')
    .set({detail: json})
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .execute()
}

export async function deleteExpiry(db: Db, kind: string, subjects: readonly string[]): Promise<void> {
  for (const portion of portions(subjects))
    await db.deleteFrom('expiry').where('kind', '=', kind).where('subject', 'in', portion).execute()
}

/** Trackers that cannot be read are none; the rule and the server are still charged. */
export async function readSpent(db: Db): Promise<readonly SpentRecord[]> {
  const rows = await db.selectFrom('spent').selectAll().orderBy('at').execute()
  return rows.map(({trackers, ruleId, serverId, ...row}) => {
    const read = jsonOf(trackers)
    return {
      ...row,
      ruleId: ruleId as RuleId | null,
      serverId: serverId as ServerId,
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
