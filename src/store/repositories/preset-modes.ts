/** Rules of the configuration that somebody switched off, lets only simulate, or lets act unasked. They outlast the absence of their rule. */
import type {Ceiling} from '#model/access.ts'
import type {RuleId, RuleMode} from '#model/rule.ts'
import type {EpochMs} from '#model/units.ts'
import {putAll} from '../rows.ts'
import type {Db} from '../store.ts'
import {ceilingIn, ceilingText} from './ceilings.ts'

export interface PresetMode {
  readonly ruleId: RuleId
  readonly mode: RuleMode
  readonly changedAt: EpochMs
  /** `null` = by whoever has no account. */
  readonly changedBy: string | null
  /** `null` = no key switched it. */
  readonly ceiling: Ceiling | null
}

export async function readPresetModes(db: Db): Promise<readonly PresetMode[]> {
  const rows = await db.selectFrom('presetModes').selectAll().orderBy('ruleId').execute()
  return rows.map(({ruleId, mode, ceiling, ...row}) => ({
    ...row,
    ruleId: ruleId as RuleId,
    mode: mode as RuleMode,
    ceiling: ceilingIn(ceiling),
  }))
}

export async function putPresetMode(db: Db, row: PresetMode): Promise<void> {
  await putAll(db, 'presetModes', ['ruleId'], [{...row, ceiling: ceilingText(row.ceiling)}])
}

/** It is as the configuration says again. */
export async function deletePresetMode(db: Db, ruleId: RuleId): Promise<void> {
  await db.deleteFrom('presetModes').where('ruleId', '=', ruleId).execute()
}
