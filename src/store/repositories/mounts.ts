import type {MountRecord} from '#model/automation-state.ts'
import {putAll} from '../rows.ts'
import type {Db} from '../store.ts'

export async function readMounts(db: Db): Promise<readonly MountRecord[]> {
  const rows = await db.selectFrom('mounts').selectAll().execute()
  return rows.map(({hadFiles, ...row}) => ({...row, hadFiles: hadFiles === 1}))
}

export async function putMounts(db: Db, records: readonly MountRecord[]): Promise<void> {
  const rows = records.map(({hadFiles, ...row}) => ({...row, hadFiles: hadFiles ? 1 : 0}))
  await putAll(db, 'mounts', ['path'], rows)
}

export async function deleteMounts(db: Db, paths: readonly string[]): Promise<void> {
  for (const path of paths) await db.deleteFrom('mounts').where('path', '=', path).execute()
}
