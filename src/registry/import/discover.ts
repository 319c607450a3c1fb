/**
 * Finds servers by asking an Arr which ones it uses. What comes out is a list like any other (`src/registry/import/import.ts` brings it
 * in), and beside each server what a person should know: that it is here already, that its password did not come along,
 * that its address may mean nothing from where we are.
 */
import {isIP} from 'node:net'
import {hasField, type ServerKind} from '#clients/kinds/kinds.ts'
import type {Clock} from '#lib/clock.ts'
import {RateLimiter} from '#lib/rate-limiter.ts'
import type {Acting} from '#model/access.ts'
import type {
  ArrAsker,
  ArrDownloadClient,
  ArrDownloadClients,
  ArrIdentity,
  ArrToAsk,
  ClientPlace,
} from '#model/arr-service.ts'
import {TooManyAttempts} from '#model/errors.ts'
import {type Reach} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {FORMAT, VERSION} from './commodarr.ts'
import {plainDraft, type DescribedServer, type ServerEditor} from '../servers/draft.ts'
import {draftedAddress} from '../servers/draft-address.ts'
import {demandCreating} from '../servers/rights.ts'
import {isBridged, isElsewhere, leadingTo, seenBy} from '../servers/same-place.ts'

export interface DiscoveredServer {
  /** As the Arr calls it. */
  readonly name: string
  readonly implementation: string
  readonly kind: ArrDownloadClient['kind']
  /** In the Arr. */
  readonly enabled: boolean
  readonly url: string | null
  /** Its place in `list`; `null` = it cannot be brought in. */
  readonly item: number | null
  /** One he sees that leads there already. */
  readonly known: {readonly id: ServerId; readonly name: string} | null
  /** Those that he sees and that it may be by another address; none = it certainly is none of them, or it is known. */
  readonly mayBe: readonly PossibleServer[]
  readonly categories: readonly string[]
  /** Why it cannot be brought in; `null` = it can. */
  readonly obstacle: string | null
  readonly missing: readonly string[]
  readonly warnings: readonly string[]
}

/** One that is here, and may be what an Arr uses. */
export interface PossibleServer {
  readonly id: ServerId
  readonly name: string
}

/** An entry of our own list, as `src/registry/import/commodarr.ts` reads it. */
interface FoundEntry {
  readonly name: string
  readonly kind: ServerKind
  readonly url: string
  readonly username: string | null
  /** In clear, where the Arr told it: whoever asked has its key. */
  readonly password?: string
  readonly api_key?: string
  readonly secrets_set: readonly string[]
}

interface Discovery extends ComparedClients {
  readonly arr: ArrIdentity
}

export interface ComparedClients {
  readonly servers: readonly DiscoveredServer[]
  /** To be brought in. */
  readonly list: {
    readonly format: typeof FORMAT
    readonly version: typeof VERSION
    readonly servers: readonly FoundEntry[]
  }
}

export const asksPerMinute = 10
const MINUTE_MS = 60_000

export class ServerDiscovery {
  /** Asks the Arr (`arr-client/api/download-clients.ts`), within the reach it is given. */
  readonly #ask: ArrAsker['clients']
  /** Where requests of this person to an Arr may go (`ServerDirectory.reachForArr`). */
  readonly #reachForArr: (ownerId: Acting['actor']['userId']) => Reach
  readonly #editor: Pick<ServerEditor, 'describe'>
  readonly #allowance: RateLimiter

  constructor(
    ask: ArrAsker['clients'],
    reachForArr: (ownerId: Acting['actor']['userId']) => Reach,
    editor: Pick<ServerEditor, 'describe'>,
    clock: Clock,
  ) {
    this.#ask = ask
    this.#reachForArr = reachForArr
    this.#editor = editor
    this.#allowance = new RateLimiter({clock: clock, times: asksPerMinute, spanMs: MINUTE_MS})
  }

  /** @throws {CommodarrError} forbidden, too_many_attempts, address_forbidden, and whatever ails the Arr */
  async discover(by: Acting, arr: ArrToAsk): Promise<Discovery> {
    demandCreating(by.access)
    const {actor} = by
    const again = this.#allowance.take(actor.userId ?? `${actor.name} ${actor.address ?? ''}`)
    if (again !== null) throw new TooManyAttempts(again, 'Arrs are asked ten times a minute at most.')
    const reach = this.#reachForArr(actor.userId)
    const found = await this.#ask({...arr, reach})
    return {arr: found.arr, ...this.compared(by, found)}
  }

  /** Beside what an Arr uses, what is here of it in his sight. */
  compared(by: Acting, {arr: identity, clients}: ArrDownloadClients): ComparedClients {
    const seen = seenBy(by.access, (id) => this.#editor.describe(id))
    const found = merged(clients.map((client) => foundAt(client, identity))).map((one) => ({
      ...one,
      known: knownAs(one, seen),
      mayBe: possibleFor(one, seen),
    }))
    const isOwn = ({known}: Found) => known !== null && by.access.may('manage', known.id)
    const listed = found.filter(({obstacle}) => obstacle === null)
    return {
      servers: found.map((one) => shown(one, listed.indexOf(one))),
      list: {
        format: FORMAT,
        version: VERSION,
        servers: listed.map((one) => entryOf(isOwn(one) ? one : {...one, known: null})),
      },
    }
  }

  /** Where a client of an Arr leads, among the servers in his sight. */
  placeOf(by: Acting, client: ArrDownloadClient, identity: ArrIdentity): ClientPlace {
    const {url, warnings} = foundAt(client, identity)
    const {kind} = client
    if (kind === null) return {url, server: 'absent'}
    const seen = seenBy(by.access, (id) => this.#editor.describe(id)).filter((it) => it.kind === kind)
    if (url === null) return {url, server: seen.length === 0 ? 'absent' : 'unknown'}
    const [ours] = leadingTo({kind, url}, seen)
    if (ours) {
      const {id, name, paths} = ours
      return {url, server: {id, name, paths: by.access.may('manage', id) ? paths : []}}
    }
    // An address within the network of the Arr is another one from here.
    const isKnown = (it: DescribedServer) => warnings.length === 0 && isElsewhere({kind, url}, it)
    return {url, server: seen.every(isKnown) ? 'absent' : 'unknown'}
  }
}

interface FoundAt {
  readonly client: ArrDownloadClient
  readonly url: string | null
  readonly obstacle: string | null
  readonly warnings: readonly string[]
}

interface Found extends FoundAt {
  /** The server of ours that it is; `null` = none that he sees. */
  readonly known: DescribedServer | null
  readonly mayBe: readonly PossibleServer[]
}

function foundAt(client: ArrDownloadClient, arr: ArrIdentity): FoundAt {
  const {kind, host, port, tls, urlBase, username, implementation} = client
  if (kind === null) {
    return {client, url: null, obstacle: `${implementation} is no server that is known here.`, warnings: []}
  }
  const {host: seen, warnings} = seenFromHere(host, arr)
  const address = draftedAddress({
    kind,
    username,
    tls: plainDraft.tls,
    address: {scheme: tls ? 'https' : 'http', host: seen, port, path: urlBase === '' ? null : urlBase},
  })
  const url = 'url' in address && host !== '' ? address.url : null
  if (url === null) return {client, url, obstacle: 'Its address cannot be read.', warnings: []}
  return {client, url, obstacle: null, warnings}
}

/** An Arr tells addresses as they are for the Arr. */
function seenFromHere(host: string, arr: ArrIdentity): {host: string; warnings: string[]} {
  const arrHost = plain(new URL(arr.url).hostname)
  const its = plain(host)
  if (isLoopback(its) && !isLoopback(arrHost)) {
    return {
      host: arrHost,
      warnings: [
        `${arr.app} reaches it as ${host}, which is another machine from here; ${arrHost} is taken.`,
      ],
    }
  }
  if (isLoopback(its) && arr.inContainer) {
    return {host, warnings: [`${arr.app} runs in a container: its ${host} may not be this machine.`]}
  }
  const isInner = its !== arrHost && (isShortName(its) || (isBridged(its) && !isBridged(arrHost)))
  return {
    host,
    warnings: isInner
      ? [`${host} is an address within the network of ${arr.app}; it may lead nowhere from here.`]
      : [],
  }
}

function plain(host: string): string {
  return host
    .trim()
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

/** As containers call each other. */
function isShortName(host: string): boolean {
  return isIP(host) === 0 && (!host.includes('.') || host.endsWith('.internal'))
}

/** Two clients of an Arr may be one server with two categories. */
function merged(found: readonly FoundAt[]): FoundAt[] {
  const first = new Map<string, number>()
  const all: FoundAt[] = []
  for (const one of found) {
    const sign = `${String(one.client.kind)} ${one.url ?? String(all.length)}`
    const at = first.get(sign)
    if (at === undefined) {
      first.set(sign, all.length)
      all.push(one)
      continue
    }
    const {client} = all[at]!
    const categories = [...new Set([...client.categories, ...one.client.categories])]
    all[at] = {...all[at]!, client: {...client, categories, enabled: client.enabled || one.client.enabled}}
  }
  return all
}

function knownAs({client: {kind}, url}: FoundAt, seen: readonly DescribedServer[]): DescribedServer | null {
  if (kind === null || url === null) return null
  return leadingTo({kind, url}, seen)[0] ?? null
}

/** Never by its name: by its kind, and an address that may be another one of the same daemon. */
function possibleFor(
  {client: {kind}, url}: FoundAt,
  seen: readonly DescribedServer[],
): readonly PossibleServer[] {
  if (kind === null || url === null || leadingTo({kind, url}, seen).length > 0) return []
  return seen.filter((it) => !isElsewhere({kind, url}, it)).map(({id, name}) => ({id, name}))
}

function shown({client, url, obstacle, warnings, known, mayBe}: Found, at: number): DiscoveredServer {
  const {name, implementation, kind, enabled, categories} = client
  return {
    name,
    implementation,
    kind,
    enabled,
    url,
    categories,
    obstacle,
    warnings,
    item: at === -1 ? null : at,
    known: known && {id: known.id, name: known.name},
    mayBe,
    missing: missingOf(client),
  }
}

function missingOf({masked}: ArrDownloadClient): string[] {
  return masked.map((secret) => (secret === 'apiKey' ? 'api_key' : secret))
}

function entryOf({client, url, known}: Found): FoundEntry {
  // What can be brought in has a kind that there is a client for.
  const {name, username, password, apiKey} = client
  const kind = client.kind!
  // How an Arr calls it and comes in is no reason to change a server that works here.
  if (known) return {name: known.name, kind, url: url!, username: known.username, secrets_set: []}
  return {
    name,
    kind,
    url: url!,
    username,
    secrets_set: missingOf(client),
    ...(password !== null && {password: password.reveal()}),
    ...(apiKey !== null && hasField(kind, 'apiKey') && {api_key: apiKey.reveal()}),
  }
}
