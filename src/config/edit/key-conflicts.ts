/** Keys that were changed elsewhere since a person read them, in the file or in the database. */
import {Secret} from '#model/secret.ts'
import {isTable} from '../document/document.ts'
import {sameValue} from '../schema/diff-servers.ts'
import type {KeyConflict, KnownValues} from './config-file.ts'

/** What is not as it was when a person read it. @param written its keys as they are now, in their tables */
export function conflictsIn(written: unknown, was: KnownValues): KeyConflict[] {
  return Object.entries(was).flatMap(([key, known]) => {
    const now = key
      .split('.')
      .reduce<unknown>((at, part) => (isTable(at) && Object.hasOwn(at, part) ? at[part] : undefined), written)
    return sameValue(plainValue(now), known ?? undefined) ? [] : [{key, now: plainValue(now)}]
  })
}

/** As JSON has it. */
function plainValue(value: unknown): unknown {
  if (value instanceof Secret) return String(value)
  if (Array.isArray(value)) return value.map(plainValue)
  if (!isTable(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainValue(inner)]))
}
