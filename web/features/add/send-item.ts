/**
 * Puts one torrent on one server. Where files were chosen it comes stopped, gets its choice, and only then starts: not a
 * byte of what was left out is asked for. What cannot be chosen leaves it stopped, and says so.
 *
 *   add stopped ─▶ wait for its list of files ─▶ is it the same list? ─▶ priorities ─▶ start
 */
import type {Confirmation} from '#model/command.ts'
import type * as Adding from '../../api/adding.ts'
import {confirmedBy, forPage, Problem, type Confirmed} from '../../api/problem.ts'
import {text} from '../../i18n/text.ts'
import {byPriority, type FileChoice} from './file-choice.ts'
import type {AddItem, FileItem} from './items.ts'

export interface Sent {
  readonly status: 'added' | 'duplicate' | 'pending' | 'failed' | 'unconfirmed'
  /** Why not, or what still is to be done; '' = nothing to say. */
  readonly words: string
  readonly hash: string | null
  /** What adds it anyway after a refusal; absent = nothing does. */
  readonly confirmWith?: Confirmation
}

interface SendDeps {
  readonly api: Pick<typeof Adding, 'addFile' | 'addLink' | 'chooseFiles' | 'filesOn' | 'startTorrent'>
  readonly choice: FileChoice
  /** It starts when its files are chosen. */
  readonly starts: boolean
  readonly options: Adding.AddBody
  readonly wait: (ms: number) => Promise<void>
}

export async function sendItem(item: AddItem, serverId: string, parts: SendDeps): Promise<Sent> {
  const sent = await added(item, serverId, parts)
  const isChoosing = item.kind === 'file' && parts.choice.size > 0 && sent.status === 'added'
  return isChoosing ? withChoice(item, serverId, sent, parts) : sent
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
      await api.chooseFiles(
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
