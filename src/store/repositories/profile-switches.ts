import {
  containerKinds,
  INHERITED,
  isOpenSwitch,
  profileSwitchStates,
  restoreReasons,
  type ProfileSwitch,
} from '#model/profile-switches.ts'
import type {EpochMs} from '#model/units.ts'
import {putAll} from '../rows.ts'
import type {Db} from '../store.ts'
import type {ProfileSwitchTable} from '../tables.ts'

/** Of one statement. */
const AT_ONCE = 250

/** Oldest first. What a later release wrote of another kind is left out. */
export async function readProfileSwitches(db: Db): Promise<readonly ProfileSwitch[]> {
  const rows = await db.selectFrom('profileSwitches').selectAll().orderBy('begunAt').orderBy('id').execute()
  return rows.flatMap((row) => switchOf(row) ?? [])
}

/** @param switches each once */
export async function putProfileSwitches(db: Db, switches: readonly ProfileSwitch[]): Promise<void> {
  await putAll(db, 'profileSwitches', ['id'], switches)
}

export async function deleteProfileSwitches(db: Db, ids: readonly string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += AT_ONCE)
    await db
      .deleteFrom('profileSwitches')
      .where('id', 'in', ids.slice(at, at + AT_ONCE))
      .execute()
}

/** Those that ended before, but for what may still be put back. @returns their ids */
export function expiredSwitches(switches: Iterable<ProfileSwitch>, before: EpochMs): readonly string[] {
  return [...switches].flatMap((one) =>
    isOpenSwitch(one) || one.state === 'kept' || one.id.startsWith(INHERITED) || one.since >= before
      ? []
      : [one.id],
  )
}

/** A state or reason of a later release is one that a person has to look at. */
function switchOf(row: ProfileSwitchTable): ProfileSwitch | null {
  const kind = containerKinds.find((it) => it === row.kind)
  if (kind === undefined) return null
  const state = profileSwitchStates.find((it) => it === row.state) ?? 'needs_you'
  return {...row, kind, state, reason: restoreReasons.find((it) => it === row.reason) ?? null}
}
