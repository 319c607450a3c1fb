/** What a start prints about who is let in, and that it is so: first run, no log-in, demo. */
import {rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
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

test('first run: the printed page and command need no token on this machine, from elsewhere the printed token lets in once', async () => {
  const {port} = await start(['Host = "0.0.0.0"', 'UrlBase = "/commodarr"'])
  const printed = /curl (http\S+)\/api\/setup /.exec(running.out)![1]!
  expect(printed).toBe(`http://localhost:${port}/commodarr`)
  expect(running.out).toContain(`Open ${printed}/setup to become administrator`)
  expect(running.out).toContain(`No servers yet. Add the first one: ${printed}/servers`)
  const token = /asks for this token \(.*\): ([\w-]{43})$/m.exec(running.out)![1]!
  expect(running.out).toContain(`(API description: ${printed}/api/docs)`)

  const here = await askedBy(printed, 'GET', '/api/session')
  expect(here.json).toMatchObject({visitor: null, setup_needed: true, setup_token_needed: false})
  const from = (given: object) =>
    askedBy(printed, 'POST', '/api/setup', {headers: {host: `fleet.lan:${port}`}, body: {...eveIs, ...given}})
  expect(await from({})).toMatchObject({status: 401, json: {code: 'setup_needed'}})
  expect(await from({token: 'x'.repeat(43)})).toMatchObject({status: 401, json: {code: 'sign_in_refused'}})
  const first = await from({token})
  expect(first).toMatchObject({status: 201, json: {visitor: {name: 'Eve', role: 'administrator'}}})
  expect(String(first.headers['set-cookie'])).toMatch(/; Path=\/commodarr; HttpOnly; SameSite=Lax$/)
  const again = {username: 'Mallory', password: 'an evil summer night'}
  expect(await from({...again, token})).toMatchObject({status: 409, json: {code: 'setup_done'}})
  expect(await askedBy(printed, 'POST', '/api/setup', {body: again})).toMatchObject({status: 409})
})

/** Whatever a page from elsewhere can make a browser send. */
async function nothingForForeignPages(url: string): Promise<void> {
  for (const headers of [
    {origin: 'http://evil.example'},
    {origin: 'null'},
    {'sec-fetch-site': 'cross-site'},
    {host: 'evil.example'},
    {host: 'evil.example', origin: 'http://evil.example'},
    {origin: 'http://127.0.0.1:1'},
  ]) {
    const {status, json} = await askedBy(url, 'PATCH', '/api/settings', {headers, body: {audit_days: 1}})
    expect({headers, status, json}).toMatchObject({headers, status: 403, json: {code: 'forbidden'}})
  }
  const form = {headers: {origin: 'http://evil.example', 'content-type': 'text/plain'}, body: {audit_days: 1}}
  expect((await askedBy(url, 'POST', '/api/servers/order', form)).status).toBe(403)
  expect((await askedBy(url, 'GET', '/api/settings')).json).toMatchObject({audit_days: 365})
}

test('where nobody has to log in, it stays on this machine whatever the host, says so, and obeys no page from elsewhere', async () => {
  const {hostname, origin} = await start(['Host = "0.0.0.0"', 'AuthDisabled = true'], '--host', '0.0.0.0')
  expect(hostname).toBe('127.0.0.1')
  expect(running.out).toContain('Listening on this machine only: nobody has to log in')
  expect(running.out).toContain('Nobody has to log in: whoever uses this machine may do everything.')
  expect(running.out).not.toContain('administrator')
  expect((await askedBy(origin, 'GET', '/api/session')).json).toMatchObject({
    visitor: {via: 'local', role: 'administrator'},
    setup_needed: false,
  })
  await nothingForForeignPages(origin)
  const own = {headers: {origin}, body: {audit_days: 2}}
  expect(await askedBy(origin, 'PATCH', '/api/settings', own)).toMatchObject({status: 200})
})

test.runIf(isFull)(
  'the demo asks nobody on this machine who he is and says so, and obeys no page from elsewhere',
  async () => {
    running = new Program(['--demo', '--host', '0.0.0.0', '--port', '0'], {cwd: folder, temporary: folder})
    const {url} = await running.api()
    expect(new URL(url).hostname).toBe('127.0.0.1')
    expect(running.out).toContain('nothing here is real, nothing is kept')
    expect(running.out).toContain('Nobody has to log in')
    expect(running.out).not.toContain('/api/setup')
    expect((await askedBy(url, 'GET', '/api/session')).json).toMatchObject({
      visitor: {via: 'local', role: 'administrator'},
      demo: true,
      setup_needed: false,
    })
    await nothingForForeignPages(url)
  },
)
