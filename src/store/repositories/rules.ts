/** Rules of people, with every revision that there ever was: the journal refers to them. */
import type {Ceiling} from '#model/access.ts'
import type {RuleId, RuleMode} from '#model/rule.ts'
import type {EpochMs} from '#model/units.ts'
import {jsonOf} from '../rows.ts'
import type {Db} from '../store.ts'
import type {RuleTable} from '../tables.ts'
import {ceilingIn, ceilingText} from './ceilings.ts'

export interface RuleRow {
  readonly id: RuleId
  readonly revision: number
  /** `null` = of whoever has no account. */
  readonly ownerId: string | null
  readonly name: string
  readonly mode: RuleMode
  readonly position: number
  /** Of the document's shape. */
  readonly version: number
  /** As JSON; `undefined` = it cannot be read any more. */
  readonly document: unknown
  readonly createdAt: EpochMs
  readonly revisedAt: EpochMs
  readonly revisedBy: string | null
  /** When mode or place were last changed. */
  readonly changedAt: EpochMs
  /** `null` = no key made it. */
  readonly ceiling: Ceiling | null
}

/** The newest revision of each rule that is there, in their order. */
export async function readRules(db: Db): Promise<readonly RuleRow[]> {
  const rows = await db
    .selectFrom('rules')
    .selectAll()
    .where('isCurrent', '=', 1)
    .orderBy('position')
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
  return rows.map(asRow)
}

/** Newest first, also of a rule that was removed. @param most absent = all */
export async function revisionsOfRule(db: Db, id: RuleId, most = -1): Promise<readonly RuleRow[]> {
  const all = db.selectFrom('rules').selectAll().where('id', '=', id).orderBy('revision', 'desc')
  const rows = await (most < 0 ? all : all.limit(most)).execute()
  return rows.map(asRow)
}

/** A new rule, or an edit: those before it stay as what the journal refers to. Two edits of one revision: one fails. */
export async function insertRuleRevision(db: Db, row: RuleRow): Promise<void> {
  const {document, ceiling, ...same} = row
  await db.updateTable('rules').set({isCurrent: 0}).where('id', '=', row.id).execute()
  await db
    .insertInto('rules')
    .values({...same, document: JSON.stringify(document), ceiling: ceilingText(ceiling), isCurrent: 1})
    .execute()
}

/** Without a new revision. @returns was it there */
export async function updateRule(
  db: Db,
  id: RuleId,
  changes: Partial<Pick<RuleRow, 'mode' | 'position' | 'ownerId' | 'ceiling'>>,
  changedAt: EpochMs,
): Promise<boolean> {
  const {ceiling, ...same} = changes
  const done = await db
    .updateTable('rules')
    .set({...same, ...(ceiling !== undefined && {ceiling: ceilingText(ceiling)}), changedAt})
    .where('id', '=', id)
    .where('isCurrent', '=', 1)
    .executeTakeFirst()
  return done.numUpdatedRows > 0n
}

/** Its revisions stay. */
export async function removeRule(db: Db, id: RuleId, changedAt: EpochMs): Promise<void> {
  await db
    .updateTable('rules')
    .set({isCurrent: 0, changedAt})
    .where('id', '=', id)
    .where('isCurrent', '=', 1)
    .execute()
}

/** A rule that was removed, in its last revision. @returns was it so */
export async function restoreRule(
  db: Db,
  {id, revision, ceiling}: Pick<RuleRow, 'id' | 'revision' | 'ceiling'>,
  changedAt: EpochMs,
): Promise<boolean> {
  const done = await db
    .updateTable('rules')
    .set({isCurrent: 1, ceiling: ceilingText(ceiling), changedAt})
    .where('id', '=', id)
    .where('revision', '=', revision)
    .where('isCurrent', '=', 0)
    .executeTakeFirst()
  return done.numUpdatedRows > 0n
}

function asRow({isCurrent: _isCurrent, id, mode, document, ceiling, ...row}: RuleTable): RuleRow {
  return {
    ...row,
    id: id as RuleId,
    mode: mode as RuleMode,
    document: jsonOf(document),
    ceiling: ceilingIn(ceiling),
  }
}
