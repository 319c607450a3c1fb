/**
 * Requests made from the routes themselves: whatever a route's schema asks for is filled in, servers and torrents with
 * those that are meant. What a schema does not tell (one of several fields, a name that must be known) is told here by
 * operation, in `hints`.
 */
import {z} from 'zod'
import type {ListedRoute} from '#http/security/route-access.ts'
import type {InfoHash, ServerId} from '#model/torrent-key.ts'
import {leastSample, type Json} from '../http/least-sample.fixture.ts'
import {arrThatUses} from './access-arr.fixture.ts'
import {hashOn, idOf, type AnyServer} from './access-servers.fixture.ts'

/** What a request shall be about. */
interface Target {
  readonly serverId: ServerId
  readonly hash: InfoHash
}

/** The server with the torrent that it alone has. */
export function targetOf(name: AnyServer): Target {
  return {serverId: idOf(name), hash: hashOn(name)}
}

/** Everybody's. */
export const ownPassword = 'correct horse battery'

export interface MadeRequest {
  /** Instead of the rule of its route. */
  readonly rules?: readonly string[] | undefined
  /** Another rule, which holds beside that of its route. */
  readonly alsoRule?: string | undefined
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly payload?: object
}

/** Laid over what the schema gave. */
interface Asked {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Another rule, which holds beside that of its route. */
  readonly alsoRule?: string
}

function copyBody(serverId: string, hash: string): Asked {
  const keys = [{server_id: serverId, info_hash: hash}]
  return {body: {keys, server_id: serverId}, alsoRule: 'add server'}
}

/**
 * By operation (or `METHOD url` for what is not described): requests to make instead of the one that the schema gives.
 * A new route whose request is refused as `bad_request` needs a line here.
 */
const hints: Readonly<Record<string, (target: Target) => readonly Asked[]>> = {
  actOnTorrents: ({serverId, hash}) =>
    [{verb: 'stop'}, {verb: 'remove'}, {verb: 'removeWithData'}, {verb: 'remove', hold_seconds: 60}].map(
      (action) => ({body: {...action, keys: [{server_id: serverId, info_hash: hash}]}}),
    ),
  selectTorrents: ({serverId, hash}) => [
    {body: {q: ''}},
    {body: {only: [{server_id: serverId, info_hash: hash}]}},
  ],
  previewRemoval: ({serverId, hash}) => [{body: {keys: [{server_id: serverId, info_hash: hash}]}}],
  copyTorrents: ({serverId, hash}) => [copyBody(serverId, hash)],
  previewCopies: ({serverId, hash}) => [copyBody(serverId, hash)],
  addTrackers: () => [{body: {tiers: [['udp://elsewhere.example:80']]}}],
  editTracker: () => [{body: {from: 'x', to: 'udp://elsewhere.example:80'}}],
  waitWithRule: () => [{body: {rule_id: 'r1'}}],
  doRuleNow: () => [{body: {rule_id: 'r1'}}],
  addPeers: () => [{body: {peers: ['8.8.8.8:6881']}}],
  banPeers: () => [{body: {peers: ['8.8.8.8:6881']}}],
  addWebSeeds: () => [{body: {urls: ['https://elsewhere.example/']}}],
  changeTorrent: () => [{body: {category: 'x', tags: ['x'], up_limit: 5}}],
  removeTorrent: () => [{}, {query: {delete_data: 'true'}}],
  setServerLimits: () => [{body: {down: 5}}, {body: {alt_speed: true}}],
  setServerPreferences: () => [{body: {dht: true}}],
  addTorrent: ({serverId, hash}) => [
    {body: {server_id: serverId, magnet: `magnet:?xt=urn:btih:${hash}`}},
    {body: {server_id: serverId, url: 'https://elsewhere.example/a.torrent'}},
  ],
  getServerFreeSpace: () => [{}, {query: {path: '/data'}, alsoRule: 'control server'}],
  restoreProfileSwitch: ({serverId}) => [{params: {id: serverId}}],
  getLibraryItem: ({serverId}) => [{params: {arr: serverId, kind: 'movie', id: '17'}}],
  forgetDisk: () => [{body: {path: '/data'}}],
  forgetDepartedServer: () => [{body: {id: 'qBit left 1'}}],
  addServer: () => [{body: newServer}],
  replaceServer: () => [{body: newServer}],
  changeServer: () => [{body: {name: 'renamed'}}, {body: {colour: '#010203'}}],
  changeServerSection: () => sectionChanges({ManagedCategories: ['films']}),
  changeSettingsSection: () => sectionChanges({FreeSpace: '1G'}),
  tryServer: () => [{body: newServer}],
  shareServer: () => [{body: {everyone: 'view', users: []}}],
  importServers: () =>
    [true, false].map((preview) => ({body: {preview, text: 'http://elsewhere.example:8080 new'}})),
  exportServersWithSecrets: () => [{body: {passphrase: ownPassword}}],
  discoverServers: () => [{body: {url: arrThatUses('elsewhere.example'), api_key: 'key'}}],
  addArr: () => [{body: newArr}],
  changeArr: () => [{body: {category: 'other films'}}, {query: {preview: 'true'}, body: {enabled: false}}],
  shareArr: () => [{body: {everyone: 'view', users: []}}],
  discoverArr: () => [{body: {url: arrThatUses('elsewhere.example'), api_key: 'key'}}],
  // Of an Arr that is not there it is not found, whoever asks.
  listAbsentRules: () => [{params: {id: idOf('own')}}],
  actOnArr: () => [{body: {action: 'refresh'}}, {body: {action: 'ignore', download_id: 'A1'}}],
  searchReleases: () => [{body: {unit: 'movie/17'}}],
  searchNow: ({serverId}) => [
    {body: {items: [{arr_id: serverId, unit: 'movie/17'}]}},
    {body: {all: true, arrs: [serverId], dry_run: true}},
  ],
  holdSearches: ({serverId}) => [{body: {items: [{arr_id: serverId, unit: 'movie/17'}], hold: true}}],
  pauseSearches: () => [{body: {}}, {body: {until: 9_000_000_000_000}}],
  answerArrTriage: () => [{body: {items: [{queue_id: 1, action: 'leave'}]}}],
  // Who may not command torrents makes no rules that do.
  addRule: () => [{body: {yaml: newRule}, alsoRule: 'control program'}],
  previewRule: () => [{body: {yaml: newRule}}],
  replaceRule: () => [{body: {yaml: newRule}}],
  changeRule: () => [{body: {mode: 'off'}}],
  addTrackerProfile: () => [{body: newTrackerProfile}],
  importTrackerProfiles: () => [{body: {profiles: [newTrackerProfile]}}],
  getTrackerProfile: () => [{params: {id: 't_0123456789abcdef'}}],
  changeTrackerProfile: () => [{params: {id: 't_0123456789abcdef'}, body: {name: 'new'}}],
  removeTrackerProfile: () => [{params: {id: 't_0123456789abcdef'}}],
  createKey: () => [{body: {name: 'k', password: ownPassword}}],
  changeKey: () => [{body: {expires_at: null, password: ownPassword}}],
  startTwoStep: () => [{body: {password: ownPassword}}],
  endTwoStep: () => [{body: {password: ownPassword, code: '000000'}}],
  orderServers: ({serverId}) => [{body: {ids: [serverId]}}],
  changeView: () => [{body: {name: 'stuck'}}, {body: {definition: {servers: ['any']}}}],
  orderViews: () => [{body: {ids: []}}],
  changePreferences: () => [{body: {theme: 'dark'}}],
  changeOwnPassword: () => [{body: {current: ownPassword, next: 'another horse battery'}}],
  'GET /api/docs/static/*': () => [{params: {'*': 'index.css'}}],
}

const sectionChanges = (settings: object) => [
  {body: {settings}},
  {query: {preview: 'true'}, body: {settings}},
]

const newServer = {
  kind: 'qbittorrent',
  name: 'new',
  url: 'http://elsewhere.example:8080',
  username: 'me',
  password: 'of the new one',
}

const newArr = {
  kind: 'radarr',
  name: 'new',
  url: 'http://elsewhere.example:7878',
  category: 'new films',
  api_key: 'of-the-new-one',
}

const newRule = 'name: new\nwhen: {fact: complete, op: eq, value: true}\ndo: [{action: stop}]\n'

const newTrackerProfile = {name: 'new', hosts: ['elsewhere.example']}

/** Every request that the route is tried with. Of a torrent one with and one without its server. */
export async function requestsFor(route: ListedRoute, target: Target): Promise<MadeRequest[]> {
  const asked = hints[keyOf(route)]?.(target) ?? [{}]
  const namings = isOfTorrent(route) ? [{}, {server_id: target.serverId}] : [{}]
  return Promise.all(
    asked.flatMap((one) =>
      namings.map(async (naming) => ({
        ...(await requestOf(route, target, {...one, query: {...naming, ...one.query}})),
        rules: 'server_id' in naming ? undefined : unnamedRules[keyOf(route)],
      })),
    ),
  )
}

/** Who does not say on which server a torrent shall go is asked for it, as far as he sees the torrent. */
const unnamedRules: Readonly<Record<string, readonly string[]>> = {
  removeTorrent: ['control scope', 'read torrent'],
}

/** By what a route is called in tables: its operation, or method and address when it is not described. */
export function keyOf({method, url, schema}: ListedRoute): string {
  return 'operationId' in schema ? schema.operationId : `${method === 'HEAD' ? 'GET' : method} ${url}`
}

function isOfTorrent({access}: ListedRoute): boolean {
  return 'over' in access && access.over === 'torrent'
}

async function requestOf(route: ListedRoute, target: Target, asked: Asked): Promise<MadeRequest> {
  const schema = route.schema as {readonly [Part in 'params' | 'querystring' | 'body']?: z.ZodType}
  const fill = (part: z.ZodType | undefined) => (part === undefined ? {} : sampleOf(part, target))
  const params = {...(fill(schema.params) as object), ...asked.params} as Record<string, string>
  const query = {...(fill(schema.querystring) as object), ...asked.query} as Record<string, string>
  const head = {
    method: route.method,
    url: `${addressOf(route.url, params)}${queryOf(query)}`,
    alsoRule: asked.alsoRule,
  }
  if (schema.body === undefined) return head
  const body = asked.body ?? sampleOf(schema.body, target)
  if (isForm(route)) return {...head, ...(await formOf(body as Record<string, unknown>))}
  return {...head, payload: body as object}
}

function addressOf(url: string, params: Readonly<Record<string, string>>): string {
  return url
    .replace('*', () => params['*'] ?? '')
    .replace(/:([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
}

function queryOf(query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString()
  return text === '' ? '' : `?${text}`
}

/* ───────────────────────────── from schemas ───────────────────────────── */

function sampleOf(schema: z.ZodType, target: Target): unknown {
  const json = z.toJSONSchema(schema, {io: 'input', unrepresentable: 'any'}) as Json
  return leastSample(json, '', (name) => byName(name, target), json.$defs ?? {})
}

function byName(name: string, {serverId, hash}: Target): string | undefined {
  if (name === 'server_id' || name === 'id') return serverId
  return name === 'hash' || name === 'info_hash' ? hash : undefined
}

/* ───────────────────────────── forms ───────────────────────────── */

function isForm({schema}: ListedRoute): boolean {
  return 'consumes' in schema && String(schema.consumes).includes('multipart/form-data')
}

async function formOf(
  fields: Readonly<Record<string, unknown>>,
): Promise<Pick<MadeRequest, 'headers' | 'payload'>> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) {
    if (name !== 'file') form.append(name, String(value))
  }
  form.append('file', new Blob([torrentFile]), 'a.torrent')
  const request = new Request('http://localhost/', {method: 'POST', body: form})
  return {headers: Object.fromEntries(request.headers), payload: Buffer.from(await request.arrayBuffer())}
}

const torrentFile = `d4:infod6:lengthi1e4:name1:a12:piece lengthi16384e6:pieces20:${'p'.repeat(20)}ee`
