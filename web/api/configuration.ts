/** What config.toml comes to; for administrators. */
import {queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {ConfigurationSchema} from '#http/schemas/configuration.ts'
import {ask} from './ask.ts'

type Configuration = z.output<typeof ConfigurationSchema>
export type Finding = Configuration['findings'][number]

export const configurationQuery = queryOptions({
  queryKey: ['configuration'],
  queryFn: ({signal}) => ask<Configuration>('/configuration', {signal}),
})
