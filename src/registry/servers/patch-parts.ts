/** What a change of a server is made of: for the file, for here, for the journal. */
import {sameValue} from '#config/schema/diff-servers.ts'
import type {FileServerPatch} from '#config/edit/config-file.ts'
import type {ServerDefinition} from '#model/server.ts'
import {DraftInvalid, lookFields, type ServerLook, type ServerPatch} from './draft.ts'

/** How it looks stays here, also of servers of the file; the rest is its definition. */
export function split(patch: ServerPatch): {look: Partial<ServerLook>; rest: ServerPatch} {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined)
  const isLook = ([field]: [string, unknown]) => (lookFields as readonly string[]).includes(field)
  return {
    look: Object.fromEntries(given.filter(isLook)),
    rest: Object.fromEntries(given.filter((entry) => !isLook(entry))),
  }
}

/** For the journal, as the API spells them; names alone: what was typed may be a secret. */
export function namesOf(patch: ServerPatch): string[] {
  return Object.entries(patch)
    .filter(([, value]) => value !== undefined)
    .map(([field]) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
}

/** What the file is to say differently. @throws {DraftInvalid} a section can not become another kind */
export function filePatch(before: ServerDefinition, after: ServerDefinition): FileServerPatch {
  const {id: _id, kind: _kind, reach: _reach, obstacle: _obstacle, ...fields} = after
  const changed = Object.entries(fields).filter(
    ([field, value]) => !sameValue(before[field as keyof ServerDefinition], value),
  )
  if (before.kind !== after.kind) {
    throw new DraftInvalid([{field: 'kind', found: after.kind, accepted: before.kind}])
  }
  return Object.fromEntries(changed)
}
