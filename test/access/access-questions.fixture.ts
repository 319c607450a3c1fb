/** What the access matrix asks beside the routes themselves: in other words, by lists, over time. */
import type {ListedRoute} from '#http/security/route-access.ts'
import {facetNames} from '#model/query.ts'
import {startOfTime} from '../http/http-fakes.ts'
import {arrThatUses} from './access-arr.fixture.ts'
import {isAboutServer} from './access-model.fixture.ts'
import {keyOf, ownPassword, requestsFor, targetOf, type MadeRequest} from './access-requests.fixture.ts'
import {canaryOf, commonHash, idOf, type AnyServer, type ServerName} from './access-servers.fixture.ts'

export function isReading(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

export function get(url: string) {
  return {method: 'GET', url} as const
}

export function post(url: string, payload: object) {
  return {method: 'POST', url, payload} as const
}

/** When the history of this house was made. */
export const measured = `from=${startOfTime}&to=${startOfTime + 3_600_000}`

/** What names a server otherwise than in its address, or in words that only its torrents have. */
export function questionsAbout(name: AnyServer): MadeRequest[] {
  const canary = encodeURIComponent(canaryOf(name))
  const reading = [
    `/api/torrents?server_id=${idOf(name)}`,
    `/api/torrents?server_id=-${idOf(name)}`,
    `/api/torrents?category=${canary}%20category&facets=category`,
    `/api/torrents?tag=-${canary}%20tag&facets=tag`,
    `/api/torrents?tracker=${canary}.example&facets=tracker,server`,
    `/api/torrents?q=${canary}&facets=state`,
    `/api/audit?server_id=${idOf(name)}`,
    `/api/audit?q=${canary}`,
    `/api/audit/export?server_id=${idOf(name)}`,
    `/api/journal?server_id=${idOf(name)}`,
    `/api/journal?q=${canary}`,
    `/api/rules/${idOf(name)}`,
    `/api/history?server_id=${idOf(name)}`,
    `/api/history?server_id=${idOf('fileAll')}&server_id=${idOf(name)}`,
    `/api/history/health?server_id=${idOf(name)}`,
  ]
  return [
    ...reading.map(get),
    ...listsNaming(name).flatMap(importsOf),
    post('/api/rules/preview', {rule: ruleAbout({servers: [idOf(name)]})}),
    post('/api/rules/preview', {rule: ruleAbout({trackers: [`${canaryOf(name)}.example`]})}),
    post('/api/torrents/selections', {q: canaryOf(name)}),
    post('/api/torrents/selections', {q: '', servers: [idOf(name)]}),
    post('/api/torrents/selections', {only: [keyOn(name)]}),
    post('/api/torrents/removal-preview', {keys: [keyOn(name)]}),
    post('/api/torrents/copy-preview', {keys: [keyOn(name)], server_id: idOf('fileAll')}),
    post('/api/torrents/copy-preview', {keys: [keyOn('fileAll')], server_id: idOf(name)}),
    post('/api/servers', {kind: 'qbittorrent', name: canaryOf(name), url: urlOf(name)}),
    post('/api/servers/discover', {url: arrThatUses(`${canaryOf(name)}.example`), api_key: 'key'}),
    post('/api/arrs/discover', {url: arrThatUses(`${canaryOf(name)}.example`), api_key: 'key'}),
    post('/api/arrs/discover', {id: idOf(name)}),
    // With the category and the address of one that is there.
    post('/api/arrs', {...arrAt(name), category: 'films'}),
    post('/api/arrs', {...arrAt(name), url: 'http://elsewhere.example:7878'}),
    post('/api/servers/test', {id: idOf(name)}),
    post('/api/servers/test', {kind: 'qbittorrent', url: urlOf(name)}),
    post('/api/servers/order', {ids: [idOf('fileAll'), idOf(name)]}),
    post('/api/keys', {name: 'k', scopes: ['read'], servers: [idOf(name)], password: ownPassword}),
  ]
}

function ruleAbout(scope: object): object {
  const when = {fact: 'name', op: 'ne', value: ''}
  return {name: 'a rule', scope, when, do: [{action: 'stop'}]}
}

function keyOn(name: AnyServer) {
  const {serverId, hash} = targetOf(name)
  return {server_id: serverId, info_hash: hash}
}

function arrAt(name: AnyServer) {
  const canary = canaryOf(name)
  return {
    kind: 'radarr',
    name: 'new',
    url: `http://${canary}.arr:7878`,
    category: `${canary}-films`,
    api_key: 'key',
  }
}

export function urlOf(name: AnyServer): string {
  return `http://${canaryOf(name)}.example:8080`
}

/** By its id, its address, its name, and all of them: an import must not say whether one of them is known. */
function listsNaming(name: AnyServer): object[] {
  const [id, words, url] = [idOf(name), canaryOf(name), urlOf(name)]
  const other = {name: 'something', url: 'http://elsewhere.example:8080'}
  return [
    {...other, id},
    {...other, url},
    {...other, name: words},
    {id, url, name: words, username: 'admin', password: 'guessed', enabled: false},
  ].map((entry) => ({kind: 'qbittorrent', ...entry}))
}

/** Only looked at, done, and instead of what he has. */
function importsOf(entry: object): MadeRequest[] {
  const json = {format: 'commodarr-servers', version: 1, servers: [entry]}
  return [{preview: true}, {preview: false}, {preview: true, mode: 'replace'}].map((how) =>
    post('/api/servers/import', {...how, json}),
  )
}

/** Every route that reads, about his servers and about the torrent that all servers have. */
/**
 * Whether it serves is said to everybody, of whatever servers; why not, only to who may see them. Of what a removal would
 * free it is said that a hidden server was away, as it may have something there: with all servers there it is asked in a
 * test of its own.
 */
const apart: ReadonlySet<string> = new Set(['getReadiness', 'getLinks'])

export async function readings(
  routes: readonly ListedRoute[],
  own: readonly ServerName[],
): Promise<MadeRequest[]> {
  const targets = [...own.map(targetOf), {serverId: idOf('ghost'), hash: commonHash}]
  const reading = routes.filter((route) => route.method === 'GET' && !apart.has(keyOf(route)))
  const requests = reading.flatMap((route) =>
    (isAboutServer(route) ? targets : targets.slice(0, 1)).map((target) => requestsFor(route, target)),
  )
  return [
    ...(await Promise.all(requests)).flat(),
    get(`/api/torrents?facets=${facetNames.join(',')}&sort=server,-size`),
    get('/api/torrents?sort=-size&offset=1&limit=1'),
    get('/api/torrents?state=seeding&tag=common&fields=name,size,tracker_message'),
    // Which servers there are to choose from.
    post('/api/torrents', {magnet: `magnet:?xt=urn:btih:${commonHash}`}),
    get('/api/audit?limit=1'),
    get('/api/journal?limit=1'),
    ...([10, 60, 3600] as const).map((span) => get(`/api/history?${measured}&span=${span}`)),
    get(`/api/history/health?${measured}&limit=2`),
    ...['merge', 'replace'].map((mode) =>
      post('/api/servers/import', {preview: true, mode, text: 'http://elsewhere.example:8080 new'}),
    ),
  ]
}
