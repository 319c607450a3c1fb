/** How Arrs of people, and with whom those of the file are shared, lie in the database. */
import type {ArrId} from '#model/arr.ts'
import {
  arrsOf,
  deleteArr,
  deleteArrGrantsTo,
  insertArr,
  moveArrs,
  readArrs,
  replaceArrGrants,
  updateArr,
  type ArrRow,
} from '#store/repositories/arrs.ts'
import type {Db} from '#store/store.ts'
import type {OwnedTable} from '../owned/writes.ts'
import {rowOf, storedOf, type StoredArr} from './stored.ts'

export const arrTable: OwnedTable<ArrId, StoredArr> = {
  subject: 'arr',
  async read(db, sealer, known) {
    const {arrs, grants} = await readArrs(db)
    const grantsOf = Map.groupBy(grants, ({arrId}) => arrId)
    return arrs.map((row) => storedOf(row, grantsOf.get(row.id) ?? [], sealer, known(row.id)))
  },
  put: putArr,
  remove: deleteArr,
  idsOf: arrsOf,
  move: moveArrs,
  removeGrantsTo: deleteArrGrantsTo,
}

/** Only what changed: what could not be read must not be written over. */
async function putArr(db: Db, arr: StoredArr, before: StoredArr | null, now: number): Promise<void> {
  const {id, ownerId: _owner, createdAt: _at, secrets, ceiling, ...plain} = rowOf(arr)
  if (before === null) await insertArr(db, {...rowOf(arr), updatedAt: now})
  else {
    const changes: Partial<ArrRow> = {
      ...(arr.own !== before.own && plain),
      ...(arr.encrypted !== before.encrypted && {secrets}),
      ceiling,
      position: plain.position,
      updatedAt: now,
    }
    await updateArr(db, id, changes)
  }
  if (before?.grants !== arr.grants) await replaceArrGrants(db, id, arr.grants)
}
