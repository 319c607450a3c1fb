/**
 * What a test found, line by line: what works, and what will hurt later. When something else answers at an address:
 * what it could be, to be knocked at and then offered.
 */
import {clientKinds, hasField, serverKinds} from '#clients/kinds.ts'
import type {Server, ServerTrial} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {bytes, count, written} from '../../../ui/format.ts'
import {milliseconds} from '../server-words.ts'
import {isSamePlace, understand, type Understood} from './address.ts'
import type {ServerForm} from './server-form.ts'

export interface Finding {
  readonly id: string
  readonly tone: 'good' | 'warn' | 'bad'
  readonly words: string
  readonly more?: string
}

const SCARCE_BYTES = 10 * 1024 ** 3

/** @param isKnock nobody logged in: a refused log-in only says that one is needed */
export function trialFindings(
  trial: ServerTrial,
  isKnock: boolean,
  {kind, username, usesKey}: Pick<ServerForm, 'kind' | 'username' | 'usesKey'>,
): readonly Finding[] {
  if (!trial.ok) {
    if (isKnock && needsLogIn(trial)) {
      return [{id: 'log-in', tone: 'good', words: text('server.trial.asks-log-in')}]
    }
    const {advice, detail} = trial
    return [{id: 'cause', tone: 'bad', words: advice, ...(detail !== '' && {more: `“${detail}”`})}]
  }
  const entered = usesKey
    ? text('server.trial.by-key')
    : !hasField(kind, 'username') && !isKnock
      ? text('server.trial.by-password')
      : username.trim() === '' || isKnock
        ? text('server.trial.open')
        : text('server.trial.signed-in', {name: username.trim()})
  return [
    {
      id: 'in',
      tone: 'good',
      words: entered,
      ...(trial.latency_ms !== null && {more: milliseconds(trial.latency_ms)}),
    },
    trial.torrents === null
      ? {id: 'torrents', tone: 'good', words: text('server.trial.uncounted')}
      : {
          id: 'torrents',
          tone: 'good',
          words: text('server.trial.torrents', {count: trial.torrents, shown: count(trial.torrents)}),
        },
    ...spaceFindings(trial.free_space),
    ...(trial.reason === 'none' ? [] : [{id: 'less', tone: 'warn' as const, words: trial.advice}]),
  ]
}

/** It is the right program at the right place; it only wants to know who comes. */
export function needsLogIn({reason}: Pick<ServerTrial, 'reason'>): boolean {
  return reason === 'wrong_credentials'
}

function spaceFindings(free: number | null): readonly Finding[] {
  if (free === null) return []
  const words = text('server.trial.space', {space: written(bytes(free))})
  return [{id: 'space', tone: free < SCARCE_BYTES ? 'warn' : 'good', words}]
}

/** What is known without asking anybody. @param twins names of servers that are the same one */
export function formFindings(
  form: Pick<ServerForm, 'skipVerify' | 'password' | 'username'>,
  understood: Understood,
  twins: readonly string[],
): readonly Finding[] {
  const found: Finding[] = []
  const warn = (id: string, words: string) => found.push({id, tone: 'warn', words})
  if (twins.length > 0) warn('same', text('server.warn.same', {name: twins.join(', ')}))
  if (understood.url.startsWith('scgi:')) warn('scgi', text('server.warn.scgi'))
  else if (understood.isOpen) warn('open', text('server.warn.open'))
  if (form.skipVerify) warn('verify', text('server.warn.verify'))
  return found
}

/**
 * Names of servers that lead there already: seen here at once, and by who tried it, who knows every spelling.
 * @param others servers in sight, but for this one @param trial of just this address; `null` = none
 */
export function twinsOf(
  {kind}: Pick<ServerForm, 'kind'>,
  understood: Understood,
  others: readonly Pick<Server, 'server_name' | 'server_type' | 'url'>[],
  trial: Pick<ServerTrial, 'known'> | null,
): readonly string[] {
  const seen = others.filter((it) => it.server_type === kind && isSamePlace(it.url, understood.url))
  return [...new Set([...seen, ...(trial?.known ?? [])].map(({server_name: name}) => name))]
}

/** The same place, asked in another way. */
export type OtherWay = Pick<ServerForm, 'kind' | 'address'>

/** Somebody answered, and not as this kind does. */
const foreign: ReadonlySet<string> = new Set([
  'not_a_torrent_server',
  'wrong_path',
  'server_error',
  'garbled_answer',
  'cut_answer',
  'host_rejected',
  'connection_reset',
])

export function isForeign({ok, reason}: Pick<ServerTrial, 'ok' | 'reason'>): boolean {
  return !ok && foreign.has(reason)
}

/** Every other kind; also behind a web server where a bare host and port mean SCGI. Nothing twice. */
export function otherWays({kind, address}: OtherWay): readonly OtherWay[] {
  const typed = address.trim()
  const ways = serverKinds.flatMap((other) => {
    const {takesScgi} = clientKinds[other].address
    const isBare = takesScgi && understand(typed, other)?.url.startsWith('scgi://') === true
    const asWeb = {kind: other, address: `http://${typed.replace(/^scgi:\/\//, '')}`}
    return isBare ? [asWeb, {kind: other, address: typed}] : [{kind: other, address: typed}]
  })
  return ways.filter((way) => way.kind !== kind || way.address !== typed)
}
