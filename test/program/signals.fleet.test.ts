/** What supervisors and administrators send to a running program. */
import {rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {newFolder, Program, until} from './program.fixture.ts'

let folder: string
let program: Program | null = null
afterEach(async () => {
  await program?.end('SIGKILL')
  rmSync(folder, {recursive: true, force: true})
})

test('SIGHUP has the configuration read again, and the program goes on', async () => {
  folder = newFolder()
  const path = join(folder, 'config.toml')
  const server = (name: string) => `[qBit-${name}]\nUrl = "http://127.0.0.1:1"\n`
  writeFileSync(path, `AuthDisabled = true\n${server('a')}`.replace(/^/, '[WebUI]\n'))
  program = new Program(['--config', path, '--data', join(folder, 'data'), '--port', '0'])
  const api = await program.api()
  expect((await api.servers()).map(({server_id: id}) => id)).toEqual(['qBit-a'])
  writeFileSync(path, `[WebUI]\nAuthDisabled = true\n${server('a')}${server('b')}`)
  process.kill(program.pid, 'SIGHUP')
  const servers = await until(
    () => api.servers(),
    (all) => all.length === 2,
  )
  expect(servers.map(({server_id: id}) => id)).toEqual(['qBit-a', 'qBit-b'])
  // Who watches the file may have read it before; and what is said comes by another way than the answer.
  await until(
    () => program!.out,
    (out) => out.includes('the configuration is read again (SIGHUP)'),
  )
  expect(await program.end('SIGTERM')).toEqual({code: 0, signal: null})
})
