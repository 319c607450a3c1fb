/** What works beside the main thread; for administrators. */
import {queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {MediaProbeSchema, ProcessSchema, RestartedSchema} from '#http/schemas/processes.ts'
import {ask, pathOf} from './ask.ts'
import {queries} from './queries.ts'

export type Process = z.output<typeof ProcessSchema>

type MediaProbe = z.output<typeof MediaProbeSchema>

const whole = {
  queryKey: ['processes'],
  queryFn: ({signal}: {signal: AbortSignal}) =>
    ask<{processes: Process[]; media_probe: MediaProbe}>('/processes', {signal}),
  refetchInterval: 3_000,
} as const

export const processesQuery = queryOptions({...whole, select: ({processes}) => processes})
export const mediaProbeQuery = queryOptions({...whole, select: ({media_probe: probe}) => probe})

export async function restartProcess(id: string): Promise<void> {
  await ask(pathOf('processes', id, 'restart'), {method: 'POST'})
  await again()
}

/** The clock of the machine is right, and is gone by from now on. */
export async function confirmClock(): Promise<void> {
  await ask<void>('/clock/confirm', {method: 'POST'})
}

/** @param kind `null` = all @returns their ids */
export async function restartProcesses(kind: string | null): Promise<readonly string[]> {
  const body = kind === null ? {} : {kind}
  const {restarted} = await ask<z.output<typeof RestartedSchema>>('/processes/restart', {
    method: 'POST',
    body,
  })
  await again()
  return restarted
}

function again(): Promise<void> {
  return queries.invalidateQueries({queryKey: ['processes']})
}
