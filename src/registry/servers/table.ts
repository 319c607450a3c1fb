/** How servers of people, and what is kept beside those of the file, lie in the database. */
import {
  deleteGrantsTo,
  deleteServer,
  insertServer,
  moveServers,
  readServers,
  replaceGrants,
  serversOf,
  updateServer,
  type ServerRowChanges,
} from '#store/repositories/servers.ts'
import type {Db} from '#store/store.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {OwnedTable} from '../owned/writes.ts'
import {storedOf, type StoredServer} from './stored.ts'

export const serverTable: OwnedTable<ServerId, StoredServer> = {
  subject: 'server',
  async read(db, sealer, known) {
    const {servers, grants} = await readServers(db)
    const grantsOf = Map.groupBy(grants, ({serverId}) => serverId)
    return servers.map((row) => storedOf(row, grantsOf.get(row.id) ?? [], sealer, known(row.id)))
  },
  put: putServer,
  remove: deleteServer,
  idsOf: serversOf,
  move: moveServers,
  removeGrantsTo: deleteGrantsTo,
}

/** Only what changed: what could not be read must not be written over. */
async function putServer(
  db: Db,
  server: StoredServer,
  before: StoredServer | null,
  now: number,
): Promise<void> {
  const {id, origin, ownerId, own, encrypted, look, grants, createdAt} = server
  const changes: ServerRowChanges = {
    ...look,
    updatedAt: now,
    ...(own !== before?.own && {definition: own}),
    ...(encrypted !== before?.encrypted && {secrets: encrypted}),
  }
  if (before !== null) await updateServer(db, id, changes)
  else
    await insertServer(db, {
      definition: own,
      secrets: encrypted,
      ...look,
      updatedAt: now,
      id,
      origin,
      ownerId,
      createdAt,
    })
  if (before?.grants !== grants) await replaceGrants(db, id, grants)
}
