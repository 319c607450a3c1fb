/** What the configuration comes to; for administrators. */
import {queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {ConfigurationSchema} from '#http/schemas/section.ts'
import {ask} from './ask.ts'
import {queries} from './queries.ts'

type Configuration = z.output<typeof ConfigurationSchema>

/** Settings that protect data, and that the file had before and lacks now; `null` = none. Read anew whenever it is asked for. */
export const lostSettingsQuery = queryOptions({
  queryKey: ['configuration', 'lost'],
  queryFn: async ({signal}) => (await ask<Configuration>('/configuration', {signal})).lost,
  staleTime: 0,
})

/** It is meant as it is. @param settings as they were shown */
export async function confirmConfiguration(settings: readonly string[]): Promise<void> {
  await ask<void>('/configuration/confirm', {method: 'POST', body: {settings}})
  await queries.invalidateQueries({queryKey: ['configuration']})
}
