/** What a patch of an Arr means for its section in the file: one edit for each key that is to say something else. */
import type {FileArrEdit} from '#config/file-arrs.ts'
import type {TomlValue} from '#config/toml-text.ts'
import type {ArrPatch, SectionKeys} from './draft.ts'
import {isKeys} from './keys.ts'

export function fileEditsOf({
  url,
  category,
  skipVerify,
  enabled,
  apiKey,
  settings = {},
}: ArrPatch): FileArrEdit[] {
  const own: readonly [string, TomlValue | null | undefined][] = [
    ['URI', url],
    ['Category', category],
    ['SkipTLSVerify', skipVerify],
    ['Managed', enabled],
    ['APIKey', apiKey === null || apiKey === undefined ? apiKey : apiKey.reveal()],
  ]
  return [
    ...own.flatMap(([key, value]) => (value === undefined ? [] : [edit([key], value)])),
    ...leavesOf(settings, []),
  ]
}

function leavesOf(keys: SectionKeys, above: readonly string[]): FileArrEdit[] {
  return Object.entries(keys).flatMap(([key, value]) =>
    isKeys(value) ? leavesOf(value, [...above, key]) : [edit([...above, key], value as TomlValue | null)],
  )
}

function edit(path: readonly string[], value: TomlValue | null): FileArrEdit {
  return {path, value: value ?? undefined}
}
