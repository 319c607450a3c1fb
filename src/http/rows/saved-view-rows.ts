/**
 * Saved views on their way out. They may have been written by another version of the program: what is not known (any
 * more) is left out of them, and what cannot be read is as it usually is. A page always gets a view that works.
 */
import {z} from 'zod'
import type {OwnView, SharedView} from '#accounts/saved-views.ts'
import type {Access, UserId} from '#model/access.ts'
import {asServerId} from '#model/torrent-key.ts'
import {viewLimits} from '#model/saved-view.ts'
import {
  columnFields,
  definitionFields,
  sortName,
  type SavedViewSchema,
  type SharedViewSchema,
  type ViewDefinitionSchema,
} from '../schemas/saved-views.ts'

export function savedViewRow(view: OwnView): z.output<typeof SavedViewSchema> {
  const {id, name, icon, position, createdAt, updatedAt} = view
  return {
    id,
    name,
    icon,
    position,
    created_at: createdAt,
    updated_at: updatedAt,
    definition: readDefinition(view.definition),
    shared_with: view.sharedWith,
  }
}

/** Servers that who looks may not see are left out; of none that is left it finds nothing. */
export function sharedViewRow(
  {id, name, icon, definition, owner, sharedWith, updatedAt}: SharedView,
  access: Pick<Access, 'may'>,
  userName: (id: UserId) => string | null,
): z.output<typeof SharedViewSchema> {
  const whole = readDefinition(definition)
  const servers = whole.servers?.filter((it) => access.may('read', asServerId(it))) ?? null
  return {
    id,
    name,
    icon,
    definition: {...whole, servers},
    owner: owner === null ? null : {name: userName(owner) ?? ''},
    shared_with: sharedWith,
    updated_at: updatedAt,
  }
}

/** @param kept any JSON */
export function readDefinition(kept: unknown): z.output<typeof ViewDefinitionSchema> {
  const fields = readable.safeParse(kept)
  return fields.success ? fields.data : readable.parse({})
}

const {servers, group, density, layout} = definitionFields

const column = z.object({
  id: columnFields.id,
  width: columnFields.width.catch(undefined),
  pinned: columnFields.pinned.catch(undefined),
  hidden: columnFields.hidden.catch(undefined),
})

const readable = z.object({
  // Also one that is too long by now, which is told where it is asked for: without it the view would be one of everything.
  q: z.string().catch(''),
  servers: servers.catch(null),
  sort: thoseThatAre(sortName).transform((all) => all.slice(0, viewLimits.sort)),
  group: group.catch(null),
  columns: thoseThatAre(column).transform(eachOnce),
  density: density.catch(null),
  layout: layout.catch('table'),
})

/** Of a list those that can be read; of anything else none. */
function thoseThatAre<S extends z.ZodType>(item: S) {
  return z
    .array(z.unknown())
    .catch([])
    .transform((all) =>
      all.flatMap((it) => {
        const read = item.safeParse(it)
        return read.success ? [read.data] : []
      }),
    )
}

/** Where no column is left, they are as without a view. */
function eachOnce<T extends {readonly id: string}>(columns: readonly T[]): T[] | null {
  const byId = new Map(columns.toReversed().map((it) => [it.id, it]))
  return byId.size === 0 ? null : [...byId.values()].toReversed()
}
