import {requestedKinds, requestStatuses, type MediaRequest, type RequestedSeason} from '#model/requests.ts'
import {jsonOf, putAll} from '../rows.ts'
import type {Db} from '../store.ts'
import type {RequestTable} from '../tables.ts'

export async function readRequests(db: Db): Promise<readonly MediaRequest[]> {
  return (await db.selectFrom('requests').selectAll().execute()).flatMap((row) => requestOf(row) ?? [])
}

/** @param requests each of a manager once */
export async function putRequests(db: Db, requests: readonly MediaRequest[]): Promise<void> {
  const rows = requests.map(({id, is4k, seasons, ...same}): RequestTable => ({
    ...same,
    requestId: id,
    is4k: is4k ? 1 : 0,
    seasons: JSON.stringify(seasons),
  }))
  await putAll(db, 'requests', ['source', 'requestId'], rows)
}

export async function deleteRequests(
  db: Db,
  requests: readonly Pick<MediaRequest, 'source' | 'id'>[],
): Promise<void> {
  for (const [source, some] of Map.groupBy(requests, (one) => one.source)) {
    const ids = some.map(({id}) => id)
    await db.deleteFrom('requests').where('source', '=', source).where('requestId', 'in', ids).execute()
  }
}

/** `null` = words of a later release: its manager lists it again. */
function requestOf({requestId, is4k, kind, status, seasons, ...same}: RequestTable): MediaRequest | null {
  const [itsKind, itsStatus] = [
    requestedKinds.find((it) => it === kind),
    requestStatuses.find((it) => it === status),
  ]
  const itsSeasons = jsonOf(seasons)
  if (itsKind === undefined || itsStatus === undefined || !Array.isArray(itsSeasons)) return null
  return {
    ...same,
    id: requestId,
    kind: itsKind,
    status: itsStatus,
    is4k: is4k === 1,
    seasons: itsSeasons as readonly RequestedSeason[],
  }
}
