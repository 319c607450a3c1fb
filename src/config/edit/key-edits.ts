/** From keys as JSON, tables within tables, to one edit for each key that is to say something else. */
import {isTable} from '../document/document.ts'
import type {PathEdit} from './toml-edit.ts'
import type {TomlValue} from './toml-text.ts'

/** @param keys `null` in it takes a key out; what is left out stays */
export function editsOf(keys: Readonly<Record<string, unknown>>, above: readonly string[] = []): PathEdit[] {
  return Object.entries(keys).flatMap(([key, value]) => {
    const path = [...above, key]
    return isTable(value) ? editsOf(value, path) : [{path, value: (value as TomlValue | null) ?? undefined}]
  })
}
