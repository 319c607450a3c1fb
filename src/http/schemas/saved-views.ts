/** Saved views as they travel. Names of columns are checked on the way in. */
import {z} from 'zod'
import {liveLimits} from '#model/live.ts'
import {groupNames} from '#model/query.ts'
import {densities, layouts, viewAudiences, viewLimits, type ViewDefinition} from '#model/saved-view.ts'
import {iconShape} from '#registry/servers/draft-checks.ts'
import {sortable, torrentColumnNames} from './torrent.ts'
import {readOnlyField, at, count, text} from './units.ts'

/** Columns of the list on screen: those of a torrent, and those that are put together of several or of none. */
const shownColumns = [...torrentColumnNames, 'server', 'peers', 'seen_at', 'copies'] as const

const sortNames = new Set<string>(sortable.flatMap((name) => [name, `-${name}`]))

export const sortName = z
  .string()
  .max(64)
  .refine((it) => sortNames.has(it), 'a column of GET /api/torrents, or server; - before it turns it round')

const width = z
  .number()
  .min(viewLimits.leastWidth)
  .max(viewLimits.mostWidth)
  .optional()
  .describe('Absent = as wide as it usually is; px')
const pinned = z.boolean().optional().describe('Stays at the edge')
const hidden = z.boolean().optional().describe('Keeps its place, but is not shown')

export const columnFields = {id: z.enum(shownColumns).describe('Name of the column'), width, pinned, hidden}

const columns = z
  .array(z.strictObject(columnFields))
  .min(1)
  .max(shownColumns.length)
  .refine((all) => new Set(all.map(({id}) => id)).size === all.length, 'each column once')

export const definitionFields = {
  q: z.string().max(liveLimits.queryLength).default('').describe("As in the search box; '' = everything"),
  servers: z
    .array(z.string().min(1).max(200))
    .max(viewLimits.servers)
    .nullable()
    .default(null)
    .describe('Ids of the only servers it shows; null = all that you see'),
  sort: z
    .array(sortName)
    .max(viewLimits.sort)
    .default([])
    .describe('Columns to sort by, first one first, - before a name turns it round'),
  group: z
    .enum(groupNames)
    .nullable()
    .default(null)
    .describe('What rows are put together by; null = nothing'),
  columns: columns.nullable().default(null).describe('In their order; null = as without a view'),
  density: z.enum(densities).nullable().default(null).describe('null = as without a view'),
  layout: z.enum(layouts).default('table').describe('Rows of a table, or cards'),
}

const isShort = (it: object) => Buffer.byteLength(JSON.stringify(it)) <= viewLimits.definitionBytes

const definition = z
  .strictObject(definitionFields)
  .refine(isShort, `at most ${viewLimits.definitionBytes / 1024} KiB as JSON`)
  .describe('What it shows, and how; all of it')

const name = z
  .string()
  .min(1)
  .max(256)
  .describe(`Name, 1 to ${viewLimits.nameLength} characters; you have no two that differ by case alone`)
const icon = z
  .string()
  .regex(iconShape, 'a name of at most 40 letters, digits and dashes')
  .nullable()
  .describe('Name of an icon; null = none')

const audience = z
  .enum(viewAudiences)
  .nullable()
  .describe(
    'Who else sees it, and cannot change it: everyone, administrators, or link = users who have its address; null = no other user',
  )

export const ViewParams = z.strictObject({id: z.string().min(1).max(100).describe('Id of the saved view')})
export const NewView = z.strictObject({
  name,
  icon: icon.default(null),
  definition,
  shared_with: audience.default(null),
})
export const readOnlyOfViews = {
  id: readOnlyField,
  position: readOnlyField,
  created_at: readOnlyField,
  updated_at: readOnlyField,
}
export const ViewChange = z
  .strictObject({name, icon, definition, shared_with: audience})
  .partial()
  .extend(readOnlyOfViews)
export const ViewOrder = z.strictObject({
  ids: z.array(z.string().min(1).max(100)).max(viewLimits.views).describe('Of all your saved views'),
})

export const ViewDefinitionSchema = z
  .object({...definitionFields, q: text("As in the search box; '' = everything")})
  .meta({
    id: 'ViewDefinition',
    description: 'What a saved view shows, and how.',
  }) satisfies z.ZodType<ViewDefinition>

export const SavedViewSchema = z
  .object({
    id: text('Id'),
    name: text('Name'),
    icon: text('Name of an icon; null = none').nullable(),
    definition: ViewDefinitionSchema,
    shared_with: audience,
    position: count('Rank among your views, 0 first'),
    created_at: at('Made'),
    updated_at: at('Changed'),
  })
  .meta({id: 'SavedView', description: 'A view that you saved; others see it if you share it.'})

export const SharedViewSchema = z
  .object({
    id: text('Id'),
    name: text('Name'),
    icon: text('Name of an icon; null = none').nullable(),
    definition: ViewDefinitionSchema.describe(
      'What it shows; of servers only those that you see. It finds only what you may see',
    ),
    owner: z
      .object({name: text('Name')})
      .nullable()
      .describe('Who made it; null = a user without an account'),
    shared_with: z.enum(viewAudiences).describe('Who else sees it'),
    updated_at: at('Changed'),
  })
  .meta({id: 'SharedView', description: 'A view of another user, which only they change.'})
