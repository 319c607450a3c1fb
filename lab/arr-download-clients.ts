/**
 * An Arr that answers `system/status` and `downloadclient` alone, with the shapes of the real ones: key in a header,
 * an empty 401 without it, 503 while it starts, secrets as eight asterisks, nulls left out.
 */
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'

interface MadeUpClient {
  readonly name: string
  readonly implementation: string
  readonly enable?: boolean
  readonly protocol?: 'torrent' | 'usenet'
  readonly fields: Readonly<Record<string, unknown>>
}

export interface MadeUpArr {
  readonly app: string
  /** The only version of the API it has. */
  readonly version: 'v1' | 'v3'
  readonly apiKey: string
  readonly clients: readonly MadeUpClient[]
  readonly urlBase?: string
  /** Answers instead of its own, for faults; `false` = go on. */
  readonly instead?: (request: IncomingMessage, response: ServerResponse) => boolean
}

export interface RunningArr {
  /** With its URL base. */
  readonly url: string
  /** `path key` of each request. */
  readonly asked: string[]
  close(): Promise<void>
}

/** On loopback, at a port of its own. */
export async function startArr(arr: MadeUpArr): Promise<RunningArr> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.url ?? ''} ${String(request.headers['x-api-key'] ?? '')}`)
    if (!arr.instead?.(request, response)) answer(arr, request, response)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const {port} = server.address() as AddressInfo
  return {url: `http://127.0.0.1:${port}${arr.urlBase ?? ''}`, asked, close: () => closed(server)}
}

function answer(arr: MadeUpArr, request: IncomingMessage, response: ServerResponse): void {
  const base = arr.urlBase ?? ''
  const path = request.url ?? ''
  // As Kestrel does it: what is not below the base is sent there.
  if (!path.startsWith(base)) return void response.writeHead(307, {location: base + path}).end()
  if (request.headers['x-api-key'] !== arr.apiKey) return void response.writeHead(401).end()
  const below = path.slice(base.length)
  if (below === `/api/${arr.version}/system/status`) return send(response, statusOf(arr))
  if (below === `/api/${arr.version}/downloadclient`) return send(response, arr.clients.map(clientOf))
  send(response, {message: 'NotFound'}, 404)
}

function statusOf({app, urlBase = ''}: MadeUpArr): object {
  return {
    appName: app,
    instanceName: app,
    version: '5.28.0.10274',
    buildTime: '2025-11-14T20:00:00Z',
    isDebug: false,
    isProduction: true,
    isDocker: true,
    isLinux: true,
    mode: 'console',
    branch: 'main',
    authentication: 'forms',
    databaseType: 'sqLite',
    urlBase,
    runtimeName: 'netcore',
  }
}

function clientOf(
  {name, implementation, fields, enable = true, protocol = 'torrent'}: MadeUpClient,
  at: number,
): object {
  return {
    id: at + 1,
    enable,
    protocol,
    priority: 1,
    removeCompletedDownloads: true,
    removeFailedDownloads: true,
    name,
    implementation,
    implementationName: implementation,
    configContract: `${implementation}Settings`,
    fields: Object.entries(fields).map(([field, value], order) => ({
      order,
      name: field,
      label: field,
      type: 'textbox',
      advanced: false,
      privacy: privacyOf(field),
      // Nulls are left out.
      ...(value !== null && {value: privacyOf(field) === 'password' && value !== '' ? '********' : value}),
    })),
    tags: [],
  }
}

function privacyOf(field: string): string {
  if (field === 'password' || field === 'apiKey') return 'password'
  return field === 'username' ? 'userName' : 'normal'
}

function send(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'x-application-version': '5.28.0.10274',
  })
  response.end(JSON.stringify(value, null, 2))
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((done) => server.close(() => done()))
}
