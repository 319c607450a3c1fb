import type {TrashRecord, TrashState} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import type {InfoHash, ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {jsonOf, putAll} from '../rows.ts'
import type {Db} from '../store.ts'
import type {TrashTable} from '../tables.ts'

/** Newest first. */
export async function readTrash(db: Db): Promise<readonly TrashRecord[]> {
  const rows = await db
    .selectFrom('trash')
    .selectAll()
    .orderBy('setAsideAt', 'desc')
    .orderBy('hash')
    .orderBy('id')
    .execute()
  return rows.map(asRecord)
}

export async function putTrash(db: Db, record: TrashRecord): Promise<void> {
  const {rule, paths, resume, ...same} = record
  const row = {
    ...same,
    ruleId: rule?.id ?? null,
    ruleRevision: rule?.revision ?? null,
    paths: JSON.stringify(paths),
    resume: JSON.stringify(resume),
  }
  await putAll(db, 'trash', ['id'], [row])
}

/** @param metainfo the torrent file, bencoded */
export async function putTrashMetainfo(db: Db, trashId: string, metainfo: Uint8Array): Promise<void> {
  await putAll(
    db,
    'trashMetainfo',
    ['trashId'],
    [{trashId, metainfo: Buffer.from(metainfo).toString('base64')}],
  )
}

/** `null` = none was kept. */
export async function trashMetainfo(db: Db, trashId: string): Promise<Uint8Array | null> {
  const row = await db
    .selectFrom('trashMetainfo')
    .select('metainfo')
    .where('trashId', '=', trashId)
    .executeTakeFirst()
  return row === undefined ? null : new Uint8Array(Buffer.from(row.metainfo, 'base64'))
}

/** With its torrent file. */
export async function deleteTrash(db: Db, id: string): Promise<void> {
  await db.deleteFrom('trash').where('id', '=', id).execute()
}

/** It is of no use to anybody any more. */
export async function deleteTrashMetainfo(db: Db, trashId: string): Promise<void> {
  await db.deleteFrom('trashMetainfo').where('trashId', '=', trashId).execute()
}

export interface TrashEnds {
  readonly restored: EpochMs
  readonly purged: EpochMs
}

/** Forgets what was restored, and what was purged, before these moments. */
export async function pruneTrash(db: Db, before: TrashEnds): Promise<void> {
  for (const state of ['restored', 'purged'] as const)
    await db.deleteFrom('trash').where('state', '=', state).where('stateAt', '<', before[state]).execute()
}

/** What cannot be read of it is empty; it is not forgotten, because its bytes still lie somewhere. */
function asRecord({ruleId, ruleRevision, paths, resume, ...row}: TrashTable): TrashRecord {
  const read = jsonOf(paths)
  return {
    ...row,
    serverId: row.serverId as ServerId,
    hash: row.hash as InfoHash,
    state: row.state as TrashState,
    rule: ruleId === null ? null : {id: ruleId as RuleId, revision: ruleRevision ?? 0},
    paths: Array.isArray(read) ? (read as TrashRecord['paths']) : [],
    resume: jsonOf(resume),
  }
}
