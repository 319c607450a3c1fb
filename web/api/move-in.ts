/** What was taken over from qBitrr, and what will be different; for administrators. */
import {queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {InheritedItemSchema, MoveInSchema} from '#http/schemas/move-in.ts'
import {ask} from './ask.ts'

export type MoveIn = z.output<typeof MoveInSchema>
export type InheritedItem = z.output<typeof InheritedItemSchema>
export type Difference = MoveIn['differences'][number]

export const moveInQuery = queryOptions({
  queryKey: ['move-in'],
  queryFn: ({signal}) => ask<MoveIn>('/move-in', {signal}),
  staleTime: Number.POSITIVE_INFINITY,
})

/** Items that somebody had requested, or that still have a temporary quality profile. Read when somebody asks. */
export const inheritedItemsQuery = queryOptions({
  queryKey: ['move-in', 'items'],
  queryFn: async ({signal}) => (await ask<{items: InheritedItem[]}>('/move-in/items', {signal})).items,
  staleTime: Number.POSITIVE_INFINITY,
})

/** They only report for a day more; then somebody is asked. */
export async function watchForADay(): Promise<MoveIn> {
  return ask<MoveIn>('/move-in/watch', {method: 'POST'})
}

/** They only report from now on, until somebody lets them act. */
export async function watchWithoutEnd(): Promise<MoveIn> {
  return ask<MoveIn>('/move-in/watch', {method: 'POST', body: {until: null}})
}

/** From now on the rules of the configuration act. @param caution as somebody chose it; `null` = nobody did */
export async function letRulesAct(caution: 'ask' | 'act' | null): Promise<MoveIn> {
  return ask<MoveIn>('/move-in/confirm', {method: 'POST', body: {caution}})
}
