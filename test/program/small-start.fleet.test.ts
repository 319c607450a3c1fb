/** What `npm start` holds in memory that nobody uses, by what it loads: megabytes are for `bench/`. */
import {rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {build, pages, program as theProgram} from '../../scripts/builds.mjs'
import {loadsIn, type Loads} from './loads.fixture.ts'
import {newFolder, Program} from './program.fixture.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = newFolder()
let loads: Loads

beforeAll(async () => {
  await Promise.all([pages, theProgram].map((it) => build(root, process.execPath, it)))
  const config = join(folder, 'config.toml')
  writeFileSync(config, '[WebUI]\nAuthDisabled = true\n')
  const args = ['--config', config, '--data', join(folder, 'data'), '--port', '0']
  const program = new Program(args, {isBuilt: true, preload: 'test/program/loads.fixture.ts'})
  const api = await program.api()
  expect((await fetch(api.url)).status).toBe(200)
  expect((await api.list()).total).toBe(0)
  await program.end()
  loads = loadsIn(program.err)
})

afterAll(() => rmSync(folder, {recursive: true, force: true}))

test('without servers there is one thread', () => {
  expect(loads.threads).toBe(0)
})

test.for(['tls', 'https', 'http2', 'internal/deps/undici/undici'])(
  'without an encrypted connection Node does not load its %s',
  (name) => {
    expect(loads.ofNode).toContain('NativeModule http')
    expect(loads.ofNode).not.toContain(`NativeModule ${name}`)
  },
)

test.for(['postgres-connections', 'prometheus-text', 'manager-thread', 'request-thread', 'bcrypt-worker'])(
  'what only some need is not loaded before they do: %s',
  (name) => {
    expect(loads.built).toContain('main')
    expect(loads.built).not.toContain(name)
  },
)
