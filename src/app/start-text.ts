/** What a person reads when the program starts: plain lines, the next step named. */
import {basename, dirname} from 'node:path'
import {clientKinds, serverKinds} from '#clients/kinds/kinds.ts'
import type {LoadedConfig} from '#config/config.ts'
import {visible} from '#config/document/findings.ts'
import {sectionStates} from '#config/section-states.ts'
import type {ServerView} from '#model/services.ts'
import {version} from './version.ts'

/** @param path of the configuration file; `null` = there is none */
export function headline(path: string | null, demo = false): string {
  const on = demo ? 'a simulated fleet (demo: nothing here is real, nothing is kept)' : path
  return on === null ? `Commodarr ${version}, without a configuration` : `Commodarr ${version} on ${on}`
}

/** Errors and warnings, a line each; notices are for `check-config`. */
export function findingLines({findings}: Pick<LoadedConfig, 'findings'>): string[] {
  const shown = findings.filter(({severity}) => severity !== 'notice')
  const lines = shown.map(({severity, line, path, message}) => {
    const where = [line === null ? null : `line ${line}`, path].filter((part) => part !== null).join(', ')
    return `${severity === 'error' ? '✖' : '!'} ${where}${where && ': '}${message}`
  })
  return lines.length > 0 ? [...lines, '  "npm start -- check-config" shows more.'] : []
}

/**
 * What of the file runs: its Arrs, every section that is off with the reason, and what variables decide. Its servers stand
 * where their links are told.
 */
export function sectionLines(loaded: LoadedConfig): string[] {
  const states = sectionStates(loaded)
  const arrs = states.filter(({isOn, isServer}) => isOn && !isServer).map(({section}) => section)
  const off = states.filter(({isOn}) => !isOn).map(({section, reason}) => `[${section}] (${reason})`)
  const variables = loaded.variables.map(({key, variable}) => `${key} (${variable})`)
  return [
    listed(`${arrs.length} Arr${arrs.length === 1 ? '' : 's'} of the file`, arrs),
    listed(`${off.length} section${off.length === 1 ? '' : 's'} off`, off),
    listed('From the environment', variables),
  ].flatMap((line) => line ?? [])
}

function listed(head: string, names: readonly string[]): string | null {
  if (names.length === 0) return null
  const more = names.length - MOST_LINES
  return visible(`${head}: ${names.slice(0, MOST_LINES).join(', ')}${more > 0 ? `, and ${more} more` : ''}`)
}

/** Of the file, which nobody needs: what is next stands at the end, where it listens. */
export function firstStepLines(loaded: LoadedConfig): string[] {
  return loaded.path === null ? ['', ...firstSteps(loaded).split('\n'), ''] : []
}

/** What an edit of the file did to its servers. */
export function changeLine(
  servers: Readonly<Record<'added' | 'changed' | 'removed', readonly string[]>>,
  keys: readonly string[],
): string {
  const parts = Object.entries(servers).filter(([, ids]) => ids.length > 0)
  const words = parts.map(([what, ids]) => `${what} ${ids.join(', ')}`)
  const named = keys.slice(0, MOST_KEYS).join(', ')
  const more = keys.length > MOST_KEYS ? ` and ${keys.length - MOST_KEYS} more` : ''
  const said = keys.length === 0 ? 'no key has another value' : `${named}${more}`
  return [`the configuration changed: ${said}`, ...words].join('; ')
}

/** The log file names them all. */
const MOST_KEYS = 12

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
/** More are told as figures, and one by one only where somebody has to look. */
const MOST_LINES = 10

/** A line per server: dot, name, kind, address, health in words, torrents. @param address where the pages are */
export function serverLines(servers: readonly ServerView[], color: boolean, address: string): string[] {
  if (servers.length === 0) return [`No servers yet. Add the first one: ${toOpen(address)}/settings/servers`]
  const troubled = servers.filter(({health}) => toneOf(health) === 'bad')
  const isShort = servers.length <= MOST_LINES
  const shown = isShort ? servers : troubled.slice(0, MOST_LINES)
  const width = Math.max(...shown.map(({name}) => name.length))
  const lines = shown.flatMap((server) => serverLine(server, width, color))
  const count = `${servers.length} server${servers.length === 1 ? '' : 's'}`
  if (isShort) return [`${count}:`, ...lines]
  const more = troubled.length - shown.length
  return [
    `${count}: ${healthCounts(servers)}${shown.length > 0 ? '. Needs attention:' : ''}`,
    ...lines,
    ...(more > 0 ? [`  and ${more} more: ${toOpen(address)}/settings/servers`] : []),
  ]
}

/** A server of a member that would be reached if `members_public_only` were off. */
export interface RestingServer {
  readonly name: string
  readonly url: string
  /** The member. */
  readonly owner: string
}

/** Which servers rest because members have public addresses only, and who may change it; none = no line. */
export function restingLines(servers: readonly RestingServer[], address: string): string[] {
  if (servers.length === 0) return []
  const shown = servers.slice(0, MOST_LINES).map(({name, url, owner}) => `${name} of ${owner} (${url})`)
  const more = servers.length - shown.length
  const [which, they] =
    servers.length === 1
      ? ['1 server of a member rests', 'it is']
      : [`${servers.length} servers of members rest`, 'they are']
  return [
    `${which}, as ${they} at private addresses: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
    `  An administrator may allow these addresses, or all private ones, at ${toOpen(address)}/settings/users`,
    '  (member_addresses and members_public_only of PATCH /api/settings).',
  ]
}

/** "180 online with 12345 torrents, 15 unreachable, 5 paused": the most first. */
function healthCounts(servers: readonly ServerView[]): string {
  const groups = Map.groupBy(servers, ({health}) => health.status)
  return [...groups]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([status, group]) => {
      const words = `${group.length} ${status.replace('_', ' ')}`
      return status === 'online' ? `${words} with ${torrentsInWords(sumOfTorrents(group))}` : words
    })
    .join(', ')
}

function sumOfTorrents(servers: readonly ServerView[]): number {
  return servers.reduce((sum, {torrents}) => sum + torrents, 0)
}

function torrentsInWords(count: number): string {
  return count === 1 ? '1 torrent' : `${count} torrents`
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
      ? torrentsInWords(torrents)
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
 * How the first administrator is made: in the page, or by a command. The token stands behind the #, which no browser
 * sends: no server and no proxy on the way writes it down.
 * @param token good until the next start, or until somebody is administrator
 * @param file where it can be read as well; `null` = nowhere
 */
export function setUpLines(address: string, token: string, file: string | null): string[] {
  const url = toOpen(address)
  const body = `{"username": "…", "password": "…", "token": "${token}"}`
  return [
    `There is no account yet. Open ${url}/setup#token=${token} to create your admin account.`,
    `  The token in it is good until the next start${file === null ? '' : `, and is also in ${file}`}.`,
    `  Without a browser: curl ${url}/api/setup -H 'Content-Type: application/json' -d '${body}'`,
  ]
}

/** Where nobody needs an account. @param token good until Commodarr ends */
export function localAccessLines(address: string, token: string): string[] {
  const url = toOpen(address)
  return [
    `No account is required. Open ${url}/login#token=${token} to get in.`,
    `  The token in it is good until Commodarr ends. For programs: curl -H 'X-API-Token: ${token}' ${url}/api/servers`,
  ]
}

/** Where somebody wished for it in so many words (`AllowInsecureExposure`). */
export const openToAnyoneLines = ['No login is required: anyone who reaches this address has full access.']

/** The smallest section of each kind that a client speaks; every one of them can be used as it stands. */
export const firstSections = serverKinds.map((kind) => clientKinds[kind].section.example).join('\n')

/** What to say when there is no configuration: that none is needed, what one looks like, and where it goes. */
export function firstSteps({expectedPath}: Pick<LoadedConfig, 'expectedPath'>): string {
  return `There is no configuration file, and none is needed: servers are added in the pages and kept in the database.

If you would rather write them down, put a file named ${basename(expectedPath)} into ${dirname(expectedPath)} with them, for example:

${firstSections.trimEnd().replaceAll(/^(?=.)/gm, '    ')}

One section for each server, under any name after the dash; leave out the kinds you do not have.
A config.toml of qBitrr can be used as it is. The file is noticed while Commodarr runs: no restart needed.
To try Commodarr without any server, start it with --demo.`
}
