/** What was taken over from qBitrr, and what will be different; for administrators. */
import {queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {MoveInSchema} from '#http/schemas/move-in.ts'
import {ask} from './ask.ts'

export type MoveIn = z.output<typeof MoveInSchema>
export type Difference = MoveIn['differences'][number]

export const moveInQuery = queryOptions({
  queryKey: ['move-in'],
  queryFn: ({signal}) => ask<MoveIn>('/move-in', {signal}),
  staleTime: Number.POSITIVE_INFINITY,
})

/** From now on the rules of the configuration act. */
export async function letRulesAct(): Promise<MoveIn> {
  return ask<MoveIn>('/move-in/confirm', {method: 'POST'})
}
