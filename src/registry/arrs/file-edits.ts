/** What a patch of an Arr means for its section in the file: one edit for each key that is to say something else. */
import {editsOf} from '#config/edit/key-edits.ts'
import type {PathEdit} from '#config/edit/toml-edit.ts'
import type {TomlValue} from '#config/edit/toml-text.ts'
import type {ArrPatch} from './draft.ts'

export function fileEditsOf({
  url,
  category,
  skipVerify,
  enabled,
  apiKey,
  settings = {},
}: ArrPatch): PathEdit[] {
  const own: readonly [string, TomlValue | null | undefined][] = [
    ['URI', url],
    ['Category', category],
    ['SkipTLSVerify', skipVerify],
    ['Managed', enabled],
    ['APIKey', apiKey === null || apiKey === undefined ? apiKey : apiKey.reveal()],
  ]
  return [
    ...own.flatMap(([key, value]) => (value === undefined ? [] : [edit([key], value)])),
    ...editsOf(settings),
  ]
}

function edit(path: readonly string[], value: TomlValue | null): PathEdit {
  return {path, value: value ?? undefined}
}
