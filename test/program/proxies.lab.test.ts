/** What stands in front and says nothing of whom it lets through: a request from this very machine may be anybody's. */
import {connect, createServer, type AddressInfo} from 'node:net'
import {afterEach, describe, expect, test} from 'vitest'
import {startNginx} from '#lab/daemons/nginx.ts'
import {some} from '#test/proof.ts'
import {localHeaders, tokensOf} from './access.fixture.ts'
import {askedBy} from './asked-by.fixture.ts'
import {eveIs} from './fleet-harness.fixture.ts'
import {startTestApp, type TestApp} from './program.fixture.ts'

/** What must be stopped after the test, last started first. */
const started: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of started.splice(0).toReversed()) await stop()
})

/** As `socat`, `ssh -R` and the port drivers of containers do it: bytes as they come. */
async function forward(url: string): Promise<string> {
  const {hostname, port} = new URL(url)
  const server = createServer((from) => {
    const to = connect(Number(port), hostname)
    from.pipe(to).pipe(from)
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const)
      one.on('error', () => other.destroy())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  started.push(() => new Promise((done) => server.close(() => done())))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function nginx(url: string): Promise<string> {
  const front = await startNginx({behind: {http: url}, path: '/', isBare: true})
  started.push(() => front.stop())
  return front.url
}

async function program(isOpen: boolean): Promise<TestApp> {
  const running = await startTestApp({servers: [], isOpen, demo: false})
  started.push(() => running.stop())
  return running
}

describe.each(
  some(1, [
    {name: 'nginx with proxy_pass alone', inFront: nginx},
    {name: 'a forwarded port', inFront: forward},
  ]),
)('behind $name', ({inFront}) => {
  const hosts = [{host: 'public.example'}, {host: 'localhost'}, {host: '127.0.0.1:6969'}]

  test('no one becomes administrator without the printed token', async () => {
    const {app, api} = await program(false)
    const url = await inFront(api.url)
    for (const headers of hosts) {
      expect((await askedBy(url, 'GET', '/api/session', {headers})).json).toMatchObject({setup_needed: true})
      const made = await askedBy(url, 'POST', '/api/setup', {headers, body: eveIs})
      expect(made).toMatchObject({status: 401, json: {code: 'setup_needed'}})
    }
    expect(app.people.users.list()).toEqual([])
    const body = {...eveIs, token: tokensOf(app).setUp!}
    expect((await askedBy(url, 'POST', '/api/setup', {body})).status).toBe(201)
  })

  test('where no account is needed only the printed token lets in', async () => {
    const {app, api} = await program(true)
    const url = await inFront(api.url)
    for (const headers of [...hosts, {origin: 'http://127.0.0.1'}]) {
      const body = {name: 'Mallory', role: 'administrator'}
      const {status} = await askedBy(url, 'POST', '/api/users', {headers, body})
      // A name that is not this machine's is refused before anybody asks who comes.
      expect([401, 403]).toContain(status)
    }
    expect(app.people.users.list()).toEqual([])
    const headers = {host: '127.0.0.1', ...localHeaders(tokensOf(app))}
    expect((await askedBy(url, 'GET', '/api/session', {headers})).json).toMatchObject({
      visitor: {via: 'local'},
    })
  })
})
