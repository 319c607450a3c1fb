/** What a person reads when the program starts: plain lines, the next step named. */
import type {LoadedConfig} from '#config/config.ts'
import {firstSteps} from '#config/first-steps.ts'
import {isLoopbackHost} from '#http/host-names.ts'
import type {ServerView} from '#model/services.ts'
import {version} from './version.ts'

/** @param path of the configuration file; `null` = there is none */
export function headline(path: string | null, demo = false): string {
  const on = demo ? 'a simulated fleet (demo: nothing here is real, nothing is kept)' : path
  return on === null ? `Commodarr ${version}, without a configuration` : `Commodarr ${version} on ${on}`
}

/** Errors and warnings, a line each; notices are for `check-config`. */
export function findingLines({findings}: LoadedConfig): string[] {
  const shown = findings.filter(({severity}) => severity !== 'notice')
  const lines = shown.map(({severity, line, path, message}) => {
    const where = [line === null ? null : `line ${line}`, path].filter((part) => part !== null).join(', ')
    return `${severity === 'error' ? '✖' : '!'} ${where}${where && ': '}${message}`
  })
  return lines.length > 0 ? [...lines, '  "npm start -- check-config" tells more.'] : []
}

export function firstStepLines(loaded: LoadedConfig): string[] {
  return ['', ...firstSteps(loaded).split('\n')]
}

/** What an edit of the file did to its servers. */
export function changeLine(
  servers: Readonly<Record<'added' | 'changed' | 'removed', readonly string[]>>,
): string {
  const parts = Object.entries(servers).filter(([, ids]) => ids.length > 0)
  const words = parts.map(([what, ids]) => `${what} ${ids.join(', ')}`)
  return ['the configuration changed', ...words].join('; ')
}

export function listenLines(addresses: readonly string[]): string[] {
  return addresses.map(
    (address) => `Listening on ${address}   (API description: ${toOpen(address)}/api/docs)`,
  )
}

/** Where a person at this machine finds what listens there: nobody can open "all addresses". */
function toOpen(address: string): string {
  return address.replace(/\/$/, '').replace(/^http:\/\/(0\.0\.0\.0|\[::\])(?=[:/]|$)/, 'http://localhost')
}

const dots = {good: '●', busy: '◐', bad: '○', off: '·'}

/** A line per server: dot, name, kind, address, health in words, torrents. */
export function serverLines(servers: readonly ServerView[], color: boolean): string[] {
  if (servers.length === 0) return ['No servers are configured yet.']
  const width = Math.max(...servers.map(({name}) => name.length))
  const lines = servers.map((server) => serverLine(server, width, color))
  return [`${servers.length} server${servers.length === 1 ? '' : 's'}:`, ...lines.flat()]
}

function serverLine(
  {name, kind, url, health, version, torrents}: ServerView,
  width: number,
  color: boolean,
): string[] {
  const tone = toneOf(health)
  const dot = color
    ? `\u001b[${{good: 32, busy: 33, bad: 31, off: 90}[tone]}m${dots[tone]}\u001b[0m`
    : dots[tone]
  const what = version === null ? kind : `${kind} ${version}`
  const how =
    health.status === 'online' || health.status === 'warming'
      ? `${torrents} torrents`
      : health.reason.replaceAll('_', ' ')
  const line = `  ${dot} ${name.padEnd(width)}  ${what}  ${url}  ${health.status.replace('_', ' ')}, ${how}`
  return health.advice && tone === 'bad' ? [line, `    ${health.advice}`] : [line]
}

function toneOf({status, reason}: ServerView['health']): keyof typeof dots {
  if (status === 'online') return 'good'
  if (status === 'paused') return reason === 'disabled' ? 'off' : 'bad'
  return status === 'warming' || status === 'degraded' || status === 'connecting' || status === 'unknown'
    ? 'busy'
    : 'bad'
}

/**
 * How the first administrator is made.
 * @param token good once, until the next start
 * @param isAlwaysNeeded also for who comes from this machine
 */
export function setUpLines(address: string, token: string, isAlwaysNeeded: boolean): string[] {
  const url = `${toOpen(address)}/api/setup`
  const ask = (more: string) =>
    `  curl ${url} -H 'Content-Type: application/json' -d '{"username": "…", "password": "…"${more}}'`
  // Who calls this machine by another name than its own counts as somebody from elsewhere.
  if (isAlwaysNeeded || !isLoopbackHost(new URL(url).hostname)) {
    return [
      'Nobody has an account yet. Make the first administrator (the token is good until the next start):',
      ask(`, "token": "${token}"`),
    ]
  }
  return [
    'Nobody has an account yet. Make the first administrator, on this machine:',
    ask(''),
    `  From another machine add "token": "${token}" (good until the next start).`,
  ]
}

/** @param isFromAnywhere also who does not sit at this machine is let in */
export function openDoorLines(isFromAnywhere: boolean): string[] {
  const whoever = isFromAnywhere ? 'whoever reaches it' : 'whoever uses this machine'
  return [`Nobody has to log in: ${whoever} may do everything.`]
}
