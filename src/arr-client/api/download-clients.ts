/**
 * Which torrent servers an Arr uses: `system/status` says what it is, `downloadclient` whom it hands its downloads to.
 *
 *   v3  Radarr, Sonarr, Whisparr          v1  Lidarr, Readarr, Prowlarr
 *
 * A client is {name, enable, protocol, implementation, fields: [{name, value}]}. Host, port and user are in clear;
 * passwords and keys come as eight asterisks. The category has another name in every app: movieCategory, tvCategory,
 * musicCategory (Readarr, too), category (Prowlarr).
 * Source: OpenAPI descriptions of Radarr, Sonarr, Lidarr, Readarr, Prowlarr, Whisparr; Radarr's NzbDrone.Core/Download.
 */
import {z} from 'zod'
import {clientKinds, serverKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import type {ArrClientSettings, ClientsOfArr} from '#model/arr.ts'
import type {ArrDownloadClient, ArrDownloadClients} from '#model/arr-service.ts'
import {Secret} from '#model/secret.ts'
import {flag, id, ids, protocol} from './fields.ts'
import {identify} from './identify.ts'
import {notAnArr} from './arr-faults.ts'
import {ArrHttpClient, type ArrAddress, type ArrLimits, type OutgoingPolicy} from './http-client.ts'

const MOST_CLIENTS = 200
const MOST_TEXT = 2_000

const kinds = new Map<string, ServerKind>(
  serverKinds.flatMap((kind) => clientKinds[kind].arr.names.map((name) => [name, kind])),
)

/** @throws {ServerFault} {BadArgument} {CommodarrError} address_forbidden */
export async function readDownloadClients(
  address: ArrAddress,
  policy: OutgoingPolicy,
  limits?: ArrLimits,
): Promise<ArrDownloadClients> {
  const http = new ArrHttpClient(address, policy, limits)
  try {
    const {app, name, version, inContainer, prefix} = await identify(http)
    const clients = clientsOf(await http.probe(`${prefix}/downloadclient`))
    return {arr: {app, name, version, inContainer, url: http.url}, clients}
  } finally {
    await http.close()
  }
}

export const clientsOfArr = z
  .array(
    z.looseObject({id, protocol, removeCompletedDownloads: flag, removeFailedDownloads: flag, tags: ids}),
  )
  .transform((list): ClientsOfArr => ({
    torrent: list
      .filter((it) => it.protocol === 'torrent')
      .map((it): ArrClientSettings => ({
        ...clientOf(it),
        ...placesIn(fieldsOf(it['fields'])),
        id: it.id,
        tags: it.tags,
        removesCompleted: it.removeCompletedDownloads,
        removesFailed: it.removeFailedDownloads,
      })),
    names: list.map((it) => textOf(it, 'name')).filter((name) => name !== ''),
  }))

function clientsOf(answer: unknown): ArrDownloadClient[] {
  if (!Array.isArray(answer)) throw notAnArr()
  return answer
    .slice(0, MOST_CLIENTS)
    .filter((client) => own(client, 'protocol') !== 'usenet' && textOf(client, 'implementation') !== '')
    .map(clientOf)
}

function clientOf(client: unknown): ArrDownloadClient {
  const fields = fieldsOf(own(client, 'fields'))
  const implementation = textOf(client, 'implementation')
  const port = Number(fields.get('port') ?? Number.NaN)
  const secrets = {password: secretOf(fields.get('password')), apiKey: secretOf(fields.get('apiKey'))}
  const unmasked = (secret: Secret | 'masked' | null) => (secret === 'masked' ? null : secret)
  return {
    implementation,
    kind: kinds.get(implementation.toLowerCase()) ?? null,
    enabled: own(client, 'enable') === true,
    name: textOf(client, 'name') || implementation,
    host: textIn(fields, 'host'),
    port: Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : null,
    tls: fields.get('useSsl') === true,
    urlBase: textIn(fields, 'urlBase'),
    username: textIn(fields, 'username') || null,
    password: unmasked(secrets.password),
    apiKey: unmasked(secrets.apiKey),
    masked: (['password', 'apiKey'] as const).filter((name) => secrets[name] === 'masked'),
    categories: categoriesIn(fields),
  }
}

/** By name; of two with one name the first counts. */
function fieldsOf(list: unknown): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>()
  for (const field of Array.isArray(list) ? list.slice(0, 200) : []) {
    const name = textOf(field, 'name')
    if (name !== '' && !fields.has(name)) fields.set(name, own(field, 'value'))
  }
  return fields
}

function categoriesIn(fields: ReadonlyMap<string, unknown>): string[] {
  const names = [...fields.keys()].filter((name) =>
    /^((movie|tv|music|book)(Imported)?C|c)ategory$/.test(name),
  )
  const categories = names.map((name) => textIn(fields, name)).filter((category) => category !== '')
  return [...new Set(categories)]
}

/** Each app has a name of its own for the category of what is downloading. */
export const categoryField = /^((movie|tv|music|book)C|c)ategory$/

/** 0 = started, 1 = started in any case; 2 and its words of two releases. */
const stopped: ReadonlySet<unknown> = new Set([2, 'pause', 'stop'])

/** Each app has its own names; qBittorrent says how it begins in `initialState`, the others in a flag. */
function placesIn(
  fields: ReadonlyMap<string, unknown>,
): Pick<ArrClientSettings, 'category' | 'importedCategory' | 'directory' | 'addsStopped'> {
  const named = (pattern: RegExp) => {
    const name = [...fields.keys()].find((key) => pattern.test(key))
    return name === undefined ? '' : textIn(fields, name)
  }
  return {
    category: named(categoryField),
    importedCategory: named(/^(movie|tv|music|book)ImportedCategory$/),
    directory: named(/^(movie|tv|music|book)Directory$/),
    addsStopped:
      stopped.has(fields.get('initialState')) ||
      fields.get('addPaused') === true ||
      fields.get('addStopped') === true,
  }
}

function secretOf(value: unknown): Secret | 'masked' | null {
  if (typeof value !== 'string' || value === '' || value.length > MOST_TEXT) return null
  return /^\*+$/.test(value) ? 'masked' : new Secret(value)
}

function textIn(fields: ReadonlyMap<string, unknown>, name: string): string {
  return textOf(Object.fromEntries(fields), name)
}

function textOf(value: unknown, key: string): string {
  const text = own(value, key)
  return typeof text === 'string' && text.length <= MOST_TEXT ? text.trim() : ''
}

function own(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined
}
