/** What a start prints about who is let in, and that it is so: first run, no account, demo. */
import {existsSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {printedTokens} from './access.fixture.ts'
import {askedBy} from './asked-by.fixture.ts'
import {eveIs} from './fleet-harness.fixture.ts'
import {newFolder, Program} from './program.fixture.ts'
import {isFull} from '#test/proof.ts'

let folder: string
let running: Program

beforeEach(() => {
  folder = newFolder()
})
afterEach(async () => {
  await running.end('SIGKILL')
  rmSync(folder, {recursive: true, force: true})
})

async function start(webui: readonly string[], ...args: readonly string[]): Promise<URL> {
  const file = join(folder, 'config.toml')
  writeFileSync(file, ['[WebUI]', ...webui].join('\n'))
  running = new Program(['--config', file, '--data', join(folder, 'data'), '--port', '0', ...args])
  return new URL((await running.api()).url)
}

test('first run: the printed page and command carry the token, and no one becomes administrator without it', async () => {
  const {port} = await start(['Host = "0.0.0.0"', 'UrlBase = "/commodarr"'])
  const printed = /curl (http\S+)\/api\/setup /.exec(running.out)![1]!
  expect(printed).toBe(`http://localhost:${port}/commodarr`)
  expect(running.out).toContain(`No servers yet. Add the first one: ${printed}/settings/servers`)
  const opened = new URL(/Open (\S+) to create your admin account/.exec(running.out)![1]!)
  expect(opened.href).toMatch(`${printed}/setup#token=`)
  const token = printedTokens(running.out).setUp!
  expect(/"token": "(\S+)"/.exec(running.out)![1]).toBe(token)
  const file = join(folder, 'data', 'setup-token')
  expect(running.out).toContain(file)
  expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual([`${token}\n`, 0o600])
  expect(running.out).toContain(`(API description: ${printed}/api/docs)`)

  const here = await askedBy(printed, 'GET', '/api/session')
  expect(here.json).toMatchObject({visitor: null, setup_needed: true})
  const from = (given: object, host = `fleet.lan:${port}`) =>
    askedBy(printed, 'POST', '/api/setup', {headers: {host}, body: {...eveIs, ...given}})
  for (const host of [`fleet.lan:${port}`, `localhost:${port}`, '127.0.0.1', `[::1]:${port}`]) {
    expect(await from({}, host)).toMatchObject({status: 401, json: {code: 'setup_needed'}})
  }
  expect(await from({token: 'x'.repeat(43)})).toMatchObject({status: 401, json: {code: 'sign_in_refused'}})
  const first = await from({token})
  expect(first).toMatchObject({status: 201, json: {visitor: {name: 'Eve', role: 'administrator'}}})
  expect(String(first.headers['set-cookie'])).toMatch(/; Path=\/commodarr; HttpOnly; SameSite=Lax$/)
  expect(existsSync(file)).toBe(false)
  const again = {username: 'Mallory', password: 'an evil summer night'}
  expect(await from({...again, token})).toMatchObject({status: 409, json: {code: 'setup_done'}})
  expect(await askedBy(printed, 'POST', '/api/setup', {body: again})).toMatchObject({status: 409})
})

/** Whatever a page from elsewhere can make a browser send. */
async function nothingForForeignPages(url: string, own: Readonly<Record<string, string>>): Promise<void> {
  for (const headers of [
    {origin: 'http://evil.example'},
    {origin: 'null'},
    {'sec-fetch-site': 'cross-site'},
    {host: 'evil.example'},
    {host: 'evil.example', origin: 'http://evil.example'},
    {origin: 'http://127.0.0.1:1'},
  ]) {
    const sent = {headers: {...own, ...headers}, body: {audit_days: 1}}
    const {status, json} = await askedBy(url, 'PATCH', '/api/settings', sent)
    expect({headers, status, json}).toMatchObject({headers, status: 403, json: {code: 'forbidden'}})
  }
  const form = {
    headers: {...own, origin: 'http://evil.example', 'content-type': 'text/plain'},
    body: {audit_days: 1},
  }
  expect((await askedBy(url, 'POST', '/api/servers/order', form)).status).toBe(403)
  expect((await askedBy(url, 'GET', '/api/settings', {headers: own})).json).toMatchObject({audit_days: 365})
}

/** @returns what a browser sends that opened the printed address; nobody else is let in */
async function entered(url: string): Promise<Readonly<Record<string, string>>> {
  for (const host of [undefined, 'localhost', '127.0.0.1', '[::1]']) {
    const headers = host === undefined ? {} : {host}
    expect((await askedBy(url, 'GET', '/api/session', {headers})).json).toMatchObject({
      visitor: null,
      setup_needed: false,
      ways: {local: true},
    })
    expect((await askedBy(url, 'GET', '/api/servers', {headers})).status).toBe(401)
    const user = {name: 'Mallory', role: 'administrator'}
    expect((await askedBy(url, 'POST', '/api/users', {headers, body: user})).status).toBe(401)
  }
  const token = printedTokens(running.out).local!
  expect(running.out).toContain(`Open ${url}/login#token=${token} to get in.`)
  expect(await askedBy(url, 'GET', '/api/servers', {headers: {'x-api-token': token}})).toMatchObject({
    status: 200,
  })
  const answer = await askedBy(url, 'POST', '/api/session/local', {body: {token}})
  expect(answer).toMatchObject({status: 200, json: {visitor: {via: 'local', role: 'administrator'}}})
  return {
    cookie: answer.headers['set-cookie']![0]!.split(';')[0]!,
    'x-csrf-token': (answer.json as {csrf_token: string}).csrf_token,
  }
}

test('where no account is needed, it stays on this machine whatever the host, and lets in only by what it printed', async () => {
  const {hostname, origin} = await start(['Host = "0.0.0.0"', 'AuthDisabled = true'], '--host', '0.0.0.0')
  expect(hostname).toBe('127.0.0.1')
  expect(running.out).toContain('Listening on this machine only: no login is required')
  expect(running.out).not.toContain('administrator')
  expect(existsSync(join(folder, 'data', 'setup-token'))).toBe(false)
  const own = await entered(origin)
  await nothingForForeignPages(origin, own)
  const change = {headers: {...own, origin}, body: {audit_days: 2}}
  expect(await askedBy(origin, 'PATCH', '/api/settings', change)).toMatchObject({status: 200})
})

test.runIf(isFull)(
  'the demo lets in by the printed address alone, and obeys no page from elsewhere',
  async () => {
    running = new Program(['--demo', '--host', '0.0.0.0', '--port', '0'], {cwd: folder, temporary: folder})
    const {url} = await running.api()
    expect(new URL(url).hostname).toBe('127.0.0.1')
    expect(running.out).toContain('nothing here is real, nothing is kept')
    expect(running.out).not.toContain('/api/setup')
    const own = await entered(url)
    expect((await askedBy(url, 'GET', '/api/session', {headers: own})).json).toMatchObject({demo: true})
    await nothingForForeignPages(url, own)
  },
)

test.runIf(isFull)('a setting can let in all who reach it, and that is said', async () => {
  const {origin} = await start(['Host = "127.0.0.1"', 'AuthDisabled = true', 'AllowInsecureExposure = true'])
  expect(running.out).toContain('No login is required: anyone who reaches this address has full access.')
  expect((await askedBy(origin, 'GET', '/api/session')).json).toMatchObject({visitor: {via: 'local'}})
})
