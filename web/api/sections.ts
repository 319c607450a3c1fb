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
export type Configuration = z.output<typeof ConfigurationSchema>
export type SectionKey = z.output<typeof SectionKeySchema>
export type SectionEffect = z.output<typeof SectionEffectSchema>
/** A key of a row. */
export type SettingColumn = Omit<SectionKey, 'group' | 'columns'> & {
  /** What the page itself says of it: the sentence that goes by it. */
  readonly note?: string
}
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

/** Keys as they are to be. */
export interface SettingChange {
  /** What is left out stays; `null` takes a key out. */
  readonly settings: Settings
  /** What they were when the form was opened, by their paths; `null` = absent. */
  readonly was: Settings
}

/** What a change would mean; nothing is done. */
export function previewSection(
  id: string | null,
  change: SettingChange,
  signal: AbortSignal,
): Promise<SectionEffect> {
  return ask(`${sectionPath(id)}?preview=true`, {method: 'PATCH', body: change, signal})
}

export async function changeSection(id: string | null, change: SettingChange): Promise<SectionEffect> {
  const effect = await ask<SectionEffect>(sectionPath(id), {
    method: 'PATCH',
    body: change,
    outlivesPage: true,
  })
  for (const key of ['sections', 'servers', 'rules', 'configuration'])
    void queries.invalidateQueries({queryKey: [key]})
  return effect
}

function sectionPath(id: string | null): string {
  return id === null ? '/sections/settings' : pathOf('servers', id, 'section')
}

/** What config.toml comes to; for administrators. */
export const configurationQuery = queryOptions({
  queryKey: ['configuration'],
  queryFn: ({signal}) => ask<Configuration>('/configuration', {signal}),
})

/** Where the value of a key comes from; absent = nobody set it. */
export type ValueSource =
  | {readonly from: 'file'; readonly line: number | null}
  | {readonly from: 'variable'; readonly variable: string; readonly value: string | null}
  /** It was set on the pages, and Commodarr keeps it. */
  | {readonly from: 'pages'}
export type ValueSources = ReadonlyMap<string, ValueSource>

/** Of the keys of a section of config.toml, by their paths. @param configuration absent = not read, or not to be seen */
export function sourcesOf(configuration: Configuration | undefined, section: string): ValueSources {
  const values = configuration?.values.filter((it) => it.section === section) ?? []
  return new Map(
    values.map(({key, line, variable, value}): [string, ValueSource] => [
      key,
      variable === null ? {from: 'file', line} : {from: 'variable', variable, value},
    ]),
  )
}

/** It is meant as it is. @param settings that it lacks, as they were shown */
export async function confirmConfiguration(settings: readonly string[]): Promise<void> {
  try {
    await ask<void>('/configuration/confirm', {method: 'POST', body: {settings}})
  } finally {
    await queries.invalidateQueries({queryKey: ['configuration']})
  }
}
