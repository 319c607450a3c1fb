import {useRef, useState} from 'react'
import * as api from '../../api/adding.ts'
import type {Confirmed} from '../../api/problem.ts'
import {queries} from '../../api/queries.ts'
import {sentOptions, type AddOptions} from './add-options.ts'
import {allWanted, type FileChoice} from './file-choice.ts'
import {sendable, type AddItem} from './items.ts'
import {confirmedAgain, sendItem, type Sent} from './send-item.ts'

interface Order {
  readonly items: readonly AddItem[]
  readonly serverIds: readonly string[]
  readonly options: AddOptions
  readonly choices: ReadonlyMap<string, FileChoice>
}

interface Sending {
  /** `null` = nothing was sent yet. */
  readonly tasks: readonly Task[] | null
  readonly isBusy: boolean
  readonly send: (order: Order) => Promise<readonly Task[]>
  /** The same again for what failed. @param isConfirmed what its refusals asked for, each for its own torrent */
  readonly retry: (isConfirmed?: boolean) => Promise<readonly Task[]>
}

/** Servers are asked at the same time, each for one torrent after the other. */
export function useSending(): Sending {
  const [tasks, setTasks] = useState<readonly Task[] | null>(null)
  const latest = useRef<readonly Task[]>([])
  const order = useRef<Order | null>(null)
  const become = (next: readonly Task[]) => {
    latest.current = next
    setTasks(next)
  }
  const run = async (wanted: readonly Task[]) => {
    const lines = Map.groupBy(wanted, ({serverId}) => serverId)
    await Promise.all([...lines.values()].map((line) => oneByOne(line)))
    void queries.invalidateQueries({queryKey: ['torrents']})
    return latest.current
  }
  const oneByOne = async (line: readonly Task[]) => {
    for (const task of line) {
      become(changedTask(latest.current, {...task, state: 'sending', sent: null}))
      const sent = await sentOf(order.current!, task)
      become(changedTask(latest.current, {...task, state: 'ended', sent}))
    }
  }
  return {
    tasks,
    isBusy: tasks !== null && !isEnded(tasks),
    send: (wish) => {
      order.current = wish
      become(tasksOf(wish))
      return run(latest.current)
    },
    retry: (isConfirmed = false) => {
      const again = repeatable(latest.current).map((task): Task => {
        const confirmed = isConfirmed ? confirmedAgain(task) : task.confirmed
        return {...task, confirmed, state: 'waits', sent: null}
      })
      for (const task of again) become(changedTask(latest.current, task))
      return run(again)
    },
  }
}

function tasksOf({items, serverIds}: Order): readonly Task[] {
  return serverIds.flatMap((serverId) =>
    sendable(items).map(({id: itemId, name}): Task => ({
      itemId,
      name,
      serverId,
      confirmed: {},
      state: 'waits',
      sent: null,
    })),
  )
}

function sentOf({items, options, choices}: Order, {itemId, serverId, confirmed}: Task): Promise<Sent> {
  const item = items.find(({id}) => id === itemId)!
  const choice = choices.get(itemId) ?? allWanted
  return sendItem(item, serverId, {
    api,
    choice,
    starts: options.start !== 'stopped',
    options: {...sentOptions(options, choice.size > 0), ...confirmed},
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  })
}

/** What became of one torrent on one server. */
export interface Task {
  readonly itemId: string
  readonly name: string
  readonly serverId: string
  /** What was confirmed for this one: another one may have been refused for something else. */
  readonly confirmed: Confirmed
  readonly state: 'waits' | 'sending' | 'ended'
  /** `null` until it ended. */
  readonly sent: Sent | null
}

export function isWell({sent}: Task): boolean {
  return sent !== null && (sent.status === 'added' || sent.status === 'pending')
}

function isEnded(tasks: readonly Task[]): boolean {
  return tasks.every(({state}) => state === 'ended')
}

/** Those that can be sent again: what got no answer may be there, and what is there need not. */
export function repeatable(tasks: readonly Task[]): readonly Task[] {
  return tasks.filter(({sent}) => sent?.status === 'failed' && sent.hash === null)
}

function changedTask(tasks: readonly Task[], changed: Task): readonly Task[] {
  return tasks.map((it) => (it.itemId === changed.itemId && it.serverId === changed.serverId ? changed : it))
}
