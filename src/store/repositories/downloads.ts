import type {DownloadRecord} from '#model/automation-state.ts'
import type {InfoHash, ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {jsonOf, putAll} from '../rows.ts'
import type {Db} from '../store.ts'
import type {DownloadTable} from '../tables.ts'

export async function readDownloads(db: Db): Promise<readonly DownloadRecord[]> {
  const rows = await db.selectFrom('downloads').selectAll().execute()
  return rows.map(asRecord)
}

/** @param records each download of an Arr once */
export async function putDownloads(db: Db, records: readonly DownloadRecord[]): Promise<void> {
  const rows = records.map(({mediaIds, proof, detail, ...same}) => ({
    ...same,
    mediaIds: JSON.stringify(mediaIds),
    proof: jsonText(proof),
    detail: jsonText(detail),
  }))
  await putAll(db, 'downloads', ['arrId', 'downloadId'], rows)
}

/** Of what nothing was heard since before `at`. */
export async function pruneDownloads(db: Db, at: EpochMs): Promise<void> {
  await db.deleteFrom('downloads').where('updatedAt', '<', at).execute()
}

/** A proof that cannot be read is none. */
function asRecord(row: DownloadTable): DownloadRecord {
  const mediaIds = jsonOf(row.mediaIds)
  return {
    ...row,
    serverId: row.serverId as ServerId | null,
    hash: row.hash as InfoHash | null,
    // In doubt the Arr did not grab it.
    ownership: row.ownership === 'owned' ? 'owned' : 'adopted',
    mediaIds: Array.isArray(mediaIds) ? mediaIds.filter((id) => typeof id === 'number') : [],
    proof: row.proof === null ? null : (jsonOf(row.proof) ?? null),
    detail: row.detail === null ? null : (jsonOf(row.detail) ?? null),
  }
}

function jsonText(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value)
}
