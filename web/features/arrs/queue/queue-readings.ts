/** The queues of Arrs as they are asked for, and what is said of those that cannot be read now. */
import {useQueries} from '@tanstack/react-query'
import {arrQueueQuery, type Arr, type ArrQueue} from '../../../api/arrs.ts'
import {exactTime} from '../../../i18n/format-time.ts'
import {text} from '../../../i18n/text.ts'
import {serverTimeOf} from '../../../live/clock.ts'
import {together, type Reading} from '../../../ui/Awaited.tsx'
import {arrHealth, troubleOf} from '../arr-health.ts'
import type {QueueReading} from './queue-lines.ts'

/** @param askedAt by the clock of this machine, epoch ms. @returns `null` = nothing of it is known */
export function readingOf(arr: Arr, queue: ArrQueue, askedAt: number): QueueReading | null {
  const {ready: isReady, rows, read_at: readAt} = queue
  if (!isReady && rows.length === 0) return null
  return {arr, rows, asOf: isReady ? null : readAt, at: serverTimeOf(askedAt)}
}

/** Why its queue is not there, or how old it is; '' = it is as it is. @param now epoch ms */
export function unreadWords(arr: Arr, queue: ArrQueue, now: number): string {
  const {ready: isReady, rows, read_at: readAt, fault} = queue
  if (isReady) return ''
  const {name} = arr
  if (rows.length > 0 && readAt !== null)
    return text('arr.unread.old', {name, fault: fault ?? '', when: exactTime(readAt, now)})
  const health = arrHealth(arr)
  if (health === 'off') return text('arr.unread.off', {name})
  if (health === 'held') return text('arr.unread.held', {name, why: troubleOf(arr)})
  return fault === null ? text('arr.unread.resting', {name}) : text('arr.unread.fault', {name, fault})
}

interface Queues {
  readonly readings: readonly QueueReading[]
  /** Those that cannot be read now, with why; who turned one off knows it. */
  readonly unread: readonly {readonly arr: Arr; readonly queue: ArrQueue}[]
  readonly reading: Reading
  /** Each was answered, or refused. */
  readonly isKnown: boolean
}

/** The queues of all of these. */
export function useQueues(arrs: readonly Arr[]): Queues {
  const asked = useQueries({queries: arrs.map(({id}) => arrQueueQuery(id))})
  const answered = asked.flatMap(({data: queue, dataUpdatedAt}, place) =>
    queue === undefined ? [] : [{arr: arrs[place]!, queue, dataUpdatedAt}],
  )
  return {
    readings: answered.flatMap(({arr, queue, dataUpdatedAt}) => readingOf(arr, queue, dataUpdatedAt) ?? []),
    unread: answered.filter(({arr, queue}) => !queue.ready && arr.enabled),
    reading: together(...asked),
    isKnown: asked.every(({data, error}) => data !== undefined || error !== null),
  }
}
