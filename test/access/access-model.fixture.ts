/** What follows from the tables of the access matrix, worked out without the code that grants; and what answers say. */
import type {LightMyRequestResponse} from 'fastify'
import type {ListedRoute} from '#http/security/route-access.ts'
import type {Permission, ServerPermission} from '#model/access.ts'
import {
  canaryOf,
  hashOn,
  idOf,
  passkeyOf,
  serverNames,
  type AnyServer,
  type ServerName,
} from './access-servers.fixture.ts'

type Level = '-' | 'view' | 'control' | 'own'

export interface Person {
  readonly who: string
  readonly levels: Readonly<Record<ServerName, Level>>
  /** `null` = nobody knows him. */
  readonly may: ReadonlySet<Permission> | null
}

const letters: Readonly<Record<string, Permission>> = {
  r: 'read',
  c: 'control',
  a: 'add',
  m: 'manage',
  A: 'admin',
}
const levelGives: Readonly<Record<Level, readonly ServerPermission[]>> = {
  '-': [],
  view: ['read'],
  control: ['read', 'control', 'add'],
  own: ['read', 'control', 'add', 'manage'],
}

/** Reads the table of people. */
export function table(text: string): readonly Person[] {
  const [head, ...lines] = text
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((it) => it.trim()))
  const columns = head!.filter((it) => it !== '' && it !== 'may') as ServerName[]
  return lines.map(([who, ...cells]) => {
    const may = cells.pop()!
    return {
      who: who!,
      levels: Object.fromEntries(columns.map((name, at) => [name, cells[at]])) as Person['levels'],
      may: may === 'nobody' ? null : new Set(Array.from(may, (letter) => letters[letter]!)),
    }
  })
}

export type Expected = 'unknown to us' | 'forbidden' | 'not there' | 'let in'

/** What he may see. */
export function seen({levels, may}: Person): readonly ServerName[] {
  return serverNames.filter((name) => may?.has('read') === true && levels[name] !== '-')
}

/** By how he comes in. */
function isHeldBack({who, may}: Person, rule: string): boolean {
  const [isKey, isToken] = [who.startsWith('key'), who === 'token']
  if (rule.endsWith(' everywhere')) return who.endsWith(' of some')
  if (rule.endsWith(' not by key')) return isKey
  if (rule.endsWith(' by session or as administrator')) return isKey && may?.has('admin') !== true
  return rule.endsWith(' by session') && (isKey || isToken)
}

/** What a route with these rules answers him about this server: the first that does not let him in. */
export function expectedOf(
  person: Person,
  given: readonly (string | undefined)[],
  on: AnyServer,
): Expected | undefined {
  const each = given.filter((rule) => rule !== undefined).map((rule) => expectedBy(person, rule, on))
  return each.find((expected) => expected !== 'let in') ?? each[0]
}

/** @param ruling `manage arr with control`: he needs the second right as well, once he is let near */
function expectedBy(person: Person, ruling: string, on: AnyServer): Expected {
  const [rule, more] = ruling.split(' with ') as [string, Permission | undefined]
  const last: Expected = more === undefined || person.may?.has(more) === true ? 'let in' : 'forbidden'
  const [permission, over] = rule.split(' ') as [Permission | 'nothing' | 'visitor', string | undefined]
  // A bad key is refused wherever it is shown.
  if (person.may === null && person.who.startsWith('key')) return 'unknown to us'
  if (permission === 'nothing') return 'let in'
  if (person.may === null) return 'unknown to us'
  if (isHeldBack(person, rule)) return 'forbidden'
  if (permission === 'visitor') return 'let in'
  if (!person.may.has(permission)) return 'forbidden'
  if (over === 'scope' || over === 'program') return last
  // What an Arr does, it does on all servers.
  if (over === 'arr' && person.who.endsWith(' of some')) return 'not there'
  if (on === 'ghost' || person.levels[on] === '-') return 'not there'
  return levelGives[person.levels[on]].includes(permission as ServerPermission) ? last : 'forbidden'
}

/** Whether it matters which server is meant, or which Arr: beside each server stands one like it. */
export function isAboutServer(route: ListedRoute): boolean {
  return 'over' in route.access && ['server', 'arr', 'torrent', 'keys'].includes(route.access.over)
}

const outcomes: Readonly<Record<string, Expected>> = {
  unauthorised: 'unknown to us',
  forbidden: 'forbidden',
  session_required: 'forbidden',
  // The last things that could refuse what he wants: nothing is written here (`access-people.fixture.ts`).
  storage_read_only: 'let in',
  file_changed: 'let in',
  // Of what was added here the file says nothing.
  not_supported: 'let in',
  // What is asked without an upgrade is let in, and no further.
  upgrade_required: 'let in',
  // Nobody is there (`access-people.fixture.ts`).
  provider_failed: 'let in',
  // No list can be begun, and none is there.
  releases_unknown: 'let in',
  // He is told which servers he may name.
  server_id_required: 'let in',
  server_unknown: 'not there',
  arr_unknown: 'not there',
  profile_switch_unknown: 'not there',
  torrent_not_found: 'not there',
}

/** What an answer is in the words of the tables; anything else is told as it is. */
export function outcomeOf(answer: LightMyRequestResponse, {method, access}: ListedRoute): string {
  const {statusCode: status} = answer
  const isOther = !('over' in access) || access.over === 'program'
  if (method === 'HEAD' && status >= 400) {
    // Who may be refused nowhere by his rights is refused by what he asks.
    const isFaulty = isOther && status !== 401 && (status !== 403 || access.needs === 'nothing')
    return isFaulty ? 'let in' : (ofHead[status] ?? `${status}`)
  }
  if (status === 207) return outcomeOfItems(answer)
  if (status < 400) return 'let in'
  const {code} = answer.json<{code: string}>()
  // What is about no server may find nothing to do: he was let in anyway.
  if (isOther && status > 400 && status < 500 && outcomes[code] === undefined) return 'let in'
  return outcomes[code] ?? `${status} ${code}: ${answer.body}`
}

const ofHead: Readonly<Record<number, Expected>> = {401: 'unknown to us', 403: 'forbidden', 404: 'not there'}

/** Of each torrent, file or server of a list; they must agree. */
function outcomeOfItems(answer: LightMyRequestResponse): string {
  const reported = answer.json<Partial<Record<'results' | 'items', readonly {code?: string | null}[]>>>()
  const all = reported.results ?? reported.items ?? []
  const each = new Set(all.map(({code}) => (code ? (outcomes[code] ?? code) : 'let in')))
  return [...each].join(' and ')
}

/** All that a client is told: status, headers, body. How long the body is it tells itself. */
export function textOf(answer: LightMyRequestResponse): string {
  const {date: _, 'content-length': length, ...headers} = answer.headers
  const isWhole = length === undefined || answer.body === '' || Number(length) === answer.rawPayload.length
  if (!isWhole) throw new Error(`content-length says ${length}, the body has ${answer.rawPayload.length}`)
  return `${answer.statusCode}\n${JSON.stringify(headers)}\n${answer.body}`
}

/** Names, words and passkeys of servers that are not his, in whatever he is told. */
export function leaksIn(reported: string, they: Person, asked: string): readonly string[] {
  const visible = new Set(seen(they))
  return serverNames.flatMap((name) => {
    const hidden = visible.has(name) ? [] : [canaryOf(name), ...unlessAsked(asked, idOf(name), hashOn(name))]
    const commands = expectedBy(they, 'control server', name) === 'let in'
    return [...hidden, ...(commands ? [] : [passkeyOf(name)])].filter((word) => reported.includes(word))
  })
}

/** What he said himself may be said back to him. */
function unlessAsked(asked: string, ...words: readonly string[]): readonly string[] {
  return words.filter((word) => !asked.includes(word))
}
