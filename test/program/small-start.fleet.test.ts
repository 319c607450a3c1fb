/** What `npm start` holds in memory that nobody uses, by what it loads: megabytes are for `bench/`. */
import {readdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {build, folderOf, pages, program as theProgram} from '../../scripts/builds.mjs'
import {loadsIn, nameIn, type Loads} from './loads.fixture.ts'
import {newFolder, Program, until, type Api} from './program.fixture.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = newFolder()

beforeAll(() => Promise.all([pages, theProgram].map((it) => build(root, process.execPath, it))))

afterAll(() => rmSync(folder, {recursive: true, force: true}))

/** @param sections of its configuration @param wait until it did what is looked at */
async function loadsOf(name: string, sections: string, wait: (api: Api) => Promise<unknown>): Promise<Loads> {
  const config = join(folder, `${name}.toml`)
  writeFileSync(config, `[WebUI]\nAuthDisabled = true\n${sections}`)
  const args = ['--config', config, '--data', join(folder, name), '--port', '0']
  const program = new Program(args, {isBuilt: true, preload: 'test/program/loads.fixture.ts'})
  await wait(await program.api())
  await program.end()
  return loadsIn(program.err)
}

describe('without servers', () => {
  let loads: Loads

  beforeAll(async () => {
    loads = await loadsOf('empty', '', async (api) => {
      expect((await fetch(api.url)).status).toBe(200)
      expect((await api.list()).total).toBe(0)
    })
  })

  test('there is one thread', () => {
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
      // One that the build does not have is never loaded.
      expect(readdirSync(folderOf(root, theProgram)).map(nameIn)).toContain(name)
    },
  )
})

test('Arrs of one owner share a thread', async () => {
  const section = (name: string, at: number) => `[${name}]
Managed = true
URI = "http://127.0.0.1:${at + 1}"
APIKey = "${'k'.repeat(32)}"
Category = "${name}"
`
  const arrs = ['Radarr-A', 'Radarr-B', 'Sonarr-A'].map(section).join('')
  const {threads} = await loadsOf('arrs', arrs, (api) =>
    until(
      () => api.get<{processes: readonly {state: string}[]}>('/api/processes'),
      ({processes}) => processes.length === 3 && processes.every(({state}) => state === 'running'),
    ),
  )
  expect(threads).toBe(1)
})
