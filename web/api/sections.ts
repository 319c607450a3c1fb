/** Sections of the configuration file: of servers, and `[Settings]`. */
import {queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {
  ConfigurationSchema,
  SectionEffectSchema,
  SectionKeySchema,
  SectionSchema,
} from '#http/schemas/section.ts'
import {ask, pathOf} from './ask.ts'
import {queries} from './queries.ts'

type Section = z.output<typeof SectionSchema>
export type SectionKey = z.output<typeof SectionKeySchema>
export type SectionEffect = z.output<typeof SectionEffectSchema>
/** A key of a row. */
export type SettingColumn = Omit<SectionKey, 'group' | 'columns'>
/** Of whatever section. */
export interface SettingKey extends SettingColumn {
  readonly group: string
  readonly columns: readonly SettingColumn[]
}
export type Settings = Readonly<Record<string, unknown>>
export type FileObstacle = NonNullable<Section['obstacle']>

/** They do not change while the program runs. */
export const sectionKeysQuery = queryOptions({
  queryKey: ['section-keys'],
  queryFn: ({signal}) =>
    ask<{readonly server: SectionKey[]; readonly program: SectionKey[]}>('/sections/keys', {signal}),
  staleTime: Infinity,
})

/** @param id of a server; `null` = `[Settings]` */
export const sectionQuery = (id: string | null) =>
  queryOptions({
    queryKey: ['sections', id],
    queryFn: ({signal}) => ask<Section>(sectionPath(id), {signal}),
    staleTime: 0,
  })

/** What a change would mean; nothing is done. */
export function previewSection(
  id: string | null,
  settings: Settings,
  signal: AbortSignal,
): Promise<SectionEffect> {
  return ask(`${sectionPath(id)}?preview=true`, {method: 'PATCH', body: {settings}, signal})
}

/** What is left out stays; `null` takes a key out. */
export async function changeSection(id: string | null, settings: Settings): Promise<SectionEffect> {
  const effect = await ask<SectionEffect>(sectionPath(id), {method: 'PATCH', body: {settings}})
  for (const key of ['sections', 'servers', 'rules']) void queries.invalidateQueries({queryKey: [key]})
  return effect
}

function sectionPath(id: string | null): string {
  return id === null ? '/sections/settings' : pathOf('servers', id, 'section')
}

/** What config.toml comes to; for administrators. */
export const configurationQuery = queryOptions({
  queryKey: ['configuration'],
  queryFn: ({signal}) => ask<z.output<typeof ConfigurationSchema>>('/configuration', {signal}),
})

/** It is meant as it is. @param settings that it lacks, as they were shown */
export async function confirmConfiguration(settings: readonly string[]): Promise<void> {
  try {
    await ask<void>('/configuration/confirm', {method: 'POST', body: {settings}})
  } finally {
    await queries.invalidateQueries({queryKey: ['configuration']})
  }
}
