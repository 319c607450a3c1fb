/** How Arrs of people, and with whom those of the file are shared, lie in the database. */
import type {Sealer} from '#accounts/secrets.ts'
import type {ArrId} from '#model/arr.ts'
import type {EpochMs} from '#model/units.ts'
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
import {DraftInvalid} from '../owned/draft.ts'
import type {OwnedTable} from '../owned/writes.ts'
import type {ArrDraft} from './draft.ts'
import {arrOf} from './section.ts'
import {addedArr, rowOf, storedOf, type StoredArr} from './stored.ts'

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

/** Arrs that are there when a database begins, as a person without an account would have added them. */
export type FirstArr = ArrDraft & {readonly id: ArrId}

/** @throws {DraftInvalid} for one that could not be added */
export async function putFirstArrs(
  db: Db,
  first: readonly FirstArr[],
  sealer: Sealer,
  now: EpochMs,
): Promise<void> {
  for (const [position, {id, ...draft}] of first.entries()) {
    const drafted = arrOf(draft, {id, former: null, by: null, knower: null})
    if ('length' in drafted) throw new DraftInvalid('Arr', drafted)
    const about = {id, ownerId: null, position, createdAt: now, ceiling: null, caution: draft.caution ?? null}
    await putArr(db, addedArr(drafted, sealer, about), null, now)
  }
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
