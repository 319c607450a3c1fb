/** A server's health in sentences: what, since when, what follows, and when it goes on by itself. */
import {clientKinds, isServerKind} from '#clients/kinds/kinds.ts'
import type {LiveServer} from '#model/live.ts'
import {isTrouble} from '#model/server-trouble.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import {ago, until, written} from '../../ui/format.ts'
import {exactTime, timeOfDay} from '../../i18n/format-time.ts'
import {healthLook, isOnline, type Health} from './health-words.ts'

/** As its makers write it. */
export function kindName(kind: string): string {
  return isServerKind(kind) ? clientKinds[kind].label : kind
}

/** "connection refused"; '' = nothing that a word would tell. */
export function causeWords(reason: string): string {
  const key = `server.reason.${reason}`
  return isReasonKey(key) ? text(key) : ''
}

type ReasonKey = Extract<TextKey, `server.reason.${string}`>

const reasonsWithWords: ReadonlySet<string> = new Set([
  'refused',
  'timed_out',
  'dns',
  'unreachable_host',
  'connection_reset',
  'certificate',
  'tls',
  'proxy',
  'not_a_torrent_server',
  'login_page',
  'wrong_path',
  'host_rejected',
  'access_denied',
  'rate_limited',
  'server_error',
  'cut_answer',
  'garbled_answer',
  'answer_too_large',
  'over_quota',
  'session_lost',
  'version_too_old',
  'old_version',
  'list_growing',
  'list_dropped',
  'another_server',
  'slow',
  'secret_unreadable',
  'address_forbidden',
  'wrong_credentials',
  'banned',
  'logins_held',
  'disabled',
])

function isReasonKey(key: string): key is ReasonKey {
  return reasonsWithWords.has(key.slice('server.reason.'.length))
}

/** "Online · 28 ms", "Degraded · answers slowly", "Unreachable for 14 m". */
export function statusLine(server: LiveServer, now: number): string {
  const word = text(healthLook(server).word)
  if (server.status === 'online') {
    return server.latency_ms === null ? word : `${word} · ${milliseconds(server.latency_ms)}`
  }
  if (isOnline(server)) {
    const cause = causeWords(server.reason)
    return cause === '' ? word : `${word} · ${cause}`
  }
  if (!isTrouble(server)) return word
  return text('server.line.for', {word, time: written(ago(server.since, now))})
}

export function milliseconds(value: number): string {
  if (value >= 1000) return `${(value / 1000).toFixed(1)}\u00a0${text('unit.second')}`
  return `${Math.round(value)}\u00a0ms`
}

/** "loft: Unreachable for 14 m, next try in 48 s": for one line that names the server. */
export function serverSentence(server: LiveServer, now: number): string {
  const {next_try_at: at, status, server_name: name} = server
  const line = text('server.line.named', {name, line: statusLine(server, now)})
  if (at === null || at <= now || isOnline({status}) || status === 'banned') return line
  return text('server.line.next', {line, time: written(until(at, now))})
}

/** The whole story in at most three sentences; what a person can do stands in its advice. */
export function troubleSentence(server: LiveServer, now: number): string {
  const parts = [whatHappened(server, now), consequence(server), nextTry(server, now)]
  return parts.filter((part) => part !== '').join(' ')
}

function whatHappened(server: LiveServer, now: number): string {
  const since = momentWords(server.since, now)
  const values = {name: server.server_name, since, kind: kindName(server.server_type)}
  if (server.reason === 'secret_unreadable') return text('server.trouble.locked', values)
  switch (server.status) {
    case 'auth_failed':
      return refusedWords(server, now)
    case 'banned':
      return text('server.trouble.banned', {...values, until: endOfBan(server, now)})
    case 'incompatible':
      return text('server.trouble.incompatible', {...values, version: server.version ?? '?'})
    case 'degraded':
      return degradedWords(server, values)
    case 'warming':
      return text(
        server.reason === 'another_server' ? 'server.trouble.another' : 'server.trouble.warming',
        values,
      )
    case 'paused':
      return text('server.trouble.paused', values)
    default:
      return unreachableWords(server, values)
  }
}

/** A refusal may be a mistake of the moment: one more try, and nothing that looks like guessing. */
function refusedWords({server_name: name, next_try_at: at}: LiveServer, now: number): string {
  if (at === null) return text('server.trouble.auth_failed', {name})
  if (at <= now) return text('server.trouble.auth_failed.trying', {name})
  return text('server.trouble.auth_failed.once', {name, time: written(until(at, now))})
}

function degradedWords(server: LiveServer, values: {name: string; since: string}): string {
  if (server.reason === 'slow' && server.latency_ms !== null) {
    return text('server.trouble.slow', {...values, time: milliseconds(server.latency_ms)})
  }
  const cause = causeWords(server.reason)
  return text('server.trouble.degraded', {...values, cause: cause === '' ? server.detail : cause})
}

function unreachableWords(server: LiveServer, values: {name: string; since: string; kind: string}): string {
  if (answersOtherwise.has(server.reason)) return text('server.trouble.other', values)
  const cause = causeWords(server.reason)
  return cause === ''
    ? text('server.trouble.unreachable', values)
    : text('server.trouble.unreachable-why', {...values, cause})
}

const answersOtherwise: ReadonlySet<string> = new Set([
  'not_a_torrent_server',
  'login_page',
  'garbled_answer',
])

function consequence(server: LiveServer): string {
  if (isOnline(server) || server.torrents === 0) return ''
  return text('server.trouble.rows', {count: server.torrents})
}

function nextTry(server: Health, now: number): string {
  const {next_try_at: at, status} = server
  // Who was refused or banned has read of it already.
  if (
    at === null ||
    status === 'banned' ||
    status === 'auth_failed' ||
    isOnline(server) ||
    !isTrouble(server)
  )
    return ''
  return at <= now
    ? text('server.trouble.trying')
    : text('server.trouble.next', {time: written(until(at, now))})
}

function endOfBan({next_try_at: at}: Health, now: number): string {
  return at === null
    ? text('server.trouble.ban-end')
    : text('server.trouble.ban-until', {time: momentWords(at, now)})
}

const DAY_MS = 86_400_000

/** "06:57" of the last day, else the day too. */
export function momentWords(at: number, now: number): string {
  return Math.abs(now - at) < DAY_MS / 2 ? timeOfDay(at) : exactTime(at, now)
}

/** What somebody may not do here, and whom to ask. @param owner `null` = nobody's own */
export function askWhom(owner: string | null | undefined): string {
  return owner ? text('server.ask-owner', {owner}) : text('server.ask-administrator')
}

type Sought = Pick<LiveServer, 'server_name' | 'server_tags' | 'server_type' | 'status' | 'reason'>

/** Those whose name, tag, kind or health has all the words. */
export function foundServers<S extends Sought>(servers: readonly S[], typed: string): readonly S[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return servers
  return servers.filter((server) => {
    const {server_name: name, server_tags: tags, server_type: kind} = server
    const all = [name, ...tags, kindName(kind), text(healthLook(server).word)].join('\n').toLowerCase()
    return words.every((word) => all.includes(word))
  })
}
