/** What was set aside, and what rules ask before they act. */
import {queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {ApprovalListSchema, TrashListSchema} from '#http/schemas/trash.ts'
import {ask, pathOf} from './ask.ts'
import {queries} from './queries.ts'

export type TrashItem = z.output<typeof TrashListSchema>['items'][number]
export type Approval = z.output<typeof ApprovalListSchema>['approvals'][number]

const LOOK_AGAIN_MS = 10_000
/** What is being set aside can be brought back in a moment. */
const LOOK_SOON_MS = 1_000

export const trashQuery = queryOptions({
  queryKey: ['trash'],
  queryFn: async ({signal}) => (await ask<{items: TrashItem[]}>('/trash', {signal})).items,
  refetchInterval: ({state: {data = []}}) => (data.some(isMoving) ? LOOK_SOON_MS : LOOK_AGAIN_MS),
})

function isMoving({under_way: isUnderWay, state}: TrashItem): boolean {
  return isUnderWay || state === 'restoring' || state === 'purging'
}

export const approvalsQuery = queryOptions({
  queryKey: ['approvals'],
  queryFn: async ({signal}) => (await ask<{approvals: Approval[]}>('/approvals', {signal})).approvals,
  refetchInterval: LOOK_AGAIN_MS,
})

export async function restoreFromTrash(id: string): Promise<void> {
  await ask(pathOf('trash', id, 'restore'), {method: 'POST'})
  await queries.invalidateQueries(trashQuery)
}

/** For good. */
export async function purgeFromTrash(id: string): Promise<void> {
  await ask(pathOf('trash', id), {method: 'DELETE'})
  await queries.invalidateQueries(trashQuery)
}

export type ApprovalAnswer = 'approve' | 'decline'

/** @param holdSeconds a yes can be taken back so long: it is done then; 0 = now */
export async function answerApproval(id: string, answer: ApprovalAnswer, holdSeconds = 0): Promise<void> {
  const query = answer === 'approve' && holdSeconds > 0 ? {hold_seconds: holdSeconds} : {}
  await ask(pathOf('approvals', id, answer), {method: 'POST', query})
}

/** Takes an answer back: it is asked again. */
export async function reopenApproval(id: string): Promise<void> {
  await ask(pathOf('approvals', id, 'reopen'), {method: 'POST'})
}
