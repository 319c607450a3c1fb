/** A web server that answers as a real qBittorrent once did: the recordings of `lab/recordings`. */
import {readFileSync} from 'node:fs'
import {fakeServer, type Asked, type FakeServer, type Reply} from './fake-server.fixture.ts'

interface Recorded {
  readonly name: string
  readonly request: {
    readonly method: string
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    readonly form?: Readonly<Record<string, string | number>>
  }
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string | string[]>>
    readonly body: unknown
    readonly truncatedFrom?: number
  }
}

export interface Replay extends FakeServer {
  /** The recorded answer's body, for comparing. */
  body(name: string): unknown
  /** Calls that no recording answers. */
  readonly unanswered: readonly string[]
  /** From now on this call gets the recorded answer of this name. */
  answerWith(path: string, name: string): void
}

export async function replay(version: string): Promise<Replay> {
  const file = new URL(`../../../lab/recordings/qbittorrent-${version}/api.json`, import.meta.url)
  const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded[]
  const selected = new Map<string, Recorded>()
  const unanswered: string[] = []
  const named = (name: string): Recorded => {
    const entry = recorded.find((one) => one.name === name)
    if (!entry) throw new Error(`Nothing was recorded as "${name}" from ${version}.`)
    return entry
  }
  const server = await fakeServer((asked) => {
    const entry = selected.get(asked.path) ?? bestOf(recorded, asked)
    if (entry) return replyOf(entry)
    // Without a session it says the same of each path.
    if (!isLoggedIn(asked)) return replyOf(named('unknown path without login'))
    unanswered.push(`${asked.method} ${asked.path} ${asked.form.toString()}`)
    return {status: 599}
  })
  return {
    ...server,
    unanswered,
    body: (name) => named(name).response.body,
    answerWith: (path, name) => void selected.set(path, named(name)),
  }
}

/** Of the calls whose parameters we all send too, the one with the most of them. */
function bestOf(recorded: readonly Recorded[], asked: Asked): Recorded | undefined {
  const fitting = recorded.filter((entry) => fits(entry, asked, isLoggedIn(asked)))
  return fitting.toSorted((a, b) => params(b).length - params(a).length)[0]
}

function isLoggedIn({path, headers}: Asked): boolean {
  return path.endsWith('/auth/login') || headers.cookie !== undefined
}

function fits({request, response}: Recorded, asked: Asked, isIn: boolean): boolean {
  const [path] = request.path.split('?')
  if (path !== asked.path || (response.status === 403) === isIn) return false
  if (response.truncatedFrom !== undefined || 'origin' in request.headers || 'host' in request.headers)
    return false
  const sent = asked.method === 'POST' ? asked.form : asked.query
  return params({request}).every(([name, value]) => sent.get(name) === value)
}

function params({request}: Pick<Recorded, 'request'>): [string, string][] {
  const query = new URLSearchParams(request.path.split('?')[1])
  const form = Object.entries(request.form ?? {}).map(([name, value]): [string, string] => [
    name,
    String(value),
  ])
  return [...query, ...form]
}

function replyOf({response}: Recorded): Reply {
  const {status, headers, body} = response
  const {'content-type': type = 'text/plain', 'set-cookie': cookie} = headers
  return {
    status,
    headers: {'content-type': type, ...(cookie !== undefined && {'set-cookie': cookie})},
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}
