/** The program at a glance. */
import {queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {StatusSchema} from '#http/schemas/status.ts'
import {ask} from './ask.ts'

export type Status = z.output<typeof StatusSchema>

export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({signal}) => ask<Status>('/status', {signal}),
})
