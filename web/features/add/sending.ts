/**
 * Puts one torrent on one server. Where files were chosen it comes stopped, gets its choice, and only then starts: not a
 * byte of what was left out is asked for. What cannot be chosen leaves it stopped, and says so.
 *
 *   add stopped ─▶ wait for its list of files ─▶ is it the same list? ─▶ priorities ─▶ start
 */
import {useRef, useState} from 'react'
import type {Confirmation} from '#model/command.ts'
import * as api from '../../api/adding.ts'
import {confirmedBy, forPage, Problem, type Confirmed} from '../../api/problem.ts'
import {queries} from '../../api/queries.ts'
import {text} from '../../i18n/text.ts'
import {counted} from '../actions/action-words.ts'
import {sentOptions, type AddOptions, type StartMode} from './add-options.ts'
import {allWanted, byPriority, sendable, type AddItem, type FileChoice, type FileItem} from './items.ts'

export interface Sent {
  readonly status: 'added' | 'duplicate' | 'pending' | 'failed' | 'unconfirmed'
  /** Why not, or what still is to be done; '' = nothing to say. */
  readonly words: string
  readonly hash: string | null
  /** What adds it anyway after a refusal; absent = nothing does. */
  readonly confirmWith?: Confirmation
}

interface SendDeps {
  readonly api: Pick<typeof api, 'addFile' | 'addLink' | 'selectFiles' | 'filesOn' | 'startTorrent'>
  readonly choice: FileChoice
  /** It starts when its files are chosen. */
  readonly starts: boolean
  readonly options: api.AddBody
  readonly wait: (ms: number) => Promise<void>
}

export async function sendItem(item: AddItem, serverId: string, parts: SendDeps): Promise<Sent> {
  const sent = await added(item, serverId, parts)
  const isSelecting = item.kind === 'file' && parts.choice.size > 0 && sent.status === 'added'
  return isSelecting ? withChoice(item, serverId, sent, parts) : sent
}

async function added(item: AddItem, serverId: string, {api, options}: SendDeps): Promise<Sent> {
  try {
    if (item.kind === 'file') {
      const {
        status,
        info_hash: hash,
        message = '',
        confirm_with,
      } = await api.addFile(serverId, item.file, options)
      return {status, hash, words: forPage(message), ...confirming(confirm_with)}
    }
    const {status, info_hash: hash} = await api.addLink(serverId, item.link, options)
    return {status, hash, words: ''}
  } catch (error) {
    return faultOf(error)
  }
}

/** No answer: it may have been added anyway. */
function faultOf(error: unknown): Sent {
  if (!(error instanceof Problem)) return {status: 'unconfirmed', hash: null, words: text('result.no-answer')}
  const status = error.code === 'unconfirmed' ? 'unconfirmed' : 'failed'
  return {status, hash: null, words: error.message, ...confirming(error.body.confirm_with)}
}

function confirming(confirmWith: Confirmation | undefined): Pick<Sent, 'confirmWith'> {
  return confirmWith === undefined ? {} : {confirmWith}
}

/** What its own refusal asked for, beside what was confirmed for it before: of others nothing is confirmed by that. */
export function confirmedAgain({
  sent,
  confirmed,
}: {
  readonly sent: Sent | null
  readonly confirmed: Confirmed
}): Confirmed {
  return {...confirmed, ...confirmedBy(sent?.confirmWith)}
}

async function withChoice(
  item: FileItem,
  serverId: string,
  sent: Sent,
  {api, choice, starts, wait}: SendDeps,
): Promise<Sent> {
  const hash = sent.hash ?? item.content!.info_hash
  try {
    const places = await placesOn(item, serverId, hash, {api, wait})
    for (const [priority, files] of byPriority(choice)) {
      await api.selectFiles(
        serverId,
        hash,
        files.map((at) => places[at]!),
        priority,
      )
    }
    if (starts) await api.startTorrent(serverId, hash)
    return {...sent, hash}
  } catch (error) {
    const reason = error instanceof Error ? error.message : ''
    return {status: 'failed', hash, words: text('add.not-chosen', {reason})}
  }
}

const TRIES = 30
const PAUSE_MS = 500

/** Index on the server for each place in the file's own list. @throws when the server shows another list, or none */
async function placesOn(
  {content}: FileItem,
  serverId: string,
  hash: string,
  {api, wait}: Pick<SendDeps, 'api' | 'wait'>,
): Promise<readonly number[]> {
  for (let at = 0; ; at++) {
    const files = await api.filesOn(serverId, hash).catch((error: unknown) => {
      if (at + 1 >= TRIES) throw error
      return []
    })
    if (files.length > 0) return placesIn(content!.files, files)
    if (at + 1 >= TRIES) throw new Error(text('add.no-list'))
    await wait(PAUSE_MS)
  }
}

/** By size and order: servers may lay the paths out again, and some leave padding out. */
function placesIn(
  own: readonly {readonly path: string; readonly size: number}[],
  theirs: readonly {readonly index: number; readonly path: string; readonly size: number}[],
): readonly number[] {
  const byPath = new Map(theirs.map((it) => [it.path, it]))
  return own.map(({path, size}, at) => {
    const found = byPath.get(path) ?? theirs.find(({index}) => index === at)
    if (found?.size !== size) throw new Error(text('add.other-list'))
    return found.index
  })
}

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

/**
 * "Added to nas and started: Big Buck Bunny". The name is last: where there is no room for all of it, the rest is read.
 * @param tasks all went well
 * @param where names of servers
 */
export function addedWords(tasks: readonly Task[], where: string, start: StartMode): string {
  const count = new Set(tasks.map(({itemId}) => itemId)).size
  return counted(keyFor(tasks, start), count, {where, name: tasks[0]?.name ?? ''})
}

/** What a server still fetches has not started; what stops by itself may have done so by now. */
function keyFor(tasks: readonly Task[], start: StartMode) {
  if (start === 'stopped') return 'add.stopped'
  const isThere = tasks.every(({sent}) => sent?.status === 'added')
  return start === 'start' && isThere ? 'add.started' : 'add.added'
}
