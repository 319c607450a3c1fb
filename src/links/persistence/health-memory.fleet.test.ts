/** The program is killed right after a server said no: the next one knows, and does not log in. */
import {rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import {Secret} from '#model/secret.ts'
import type {ServerDefinition} from '#model/server.ts'
import {
  newFolder,
  Program,
  sectionsOf,
  until,
  type Api,
  type WireServer,
} from '#test/program/program.fixture.ts'

const name = 'qBit'
/** Has nothing against us. */
const other = 'qBit-other'
let fleet: FleetProcess
let folder: string
let program: Program | undefined

beforeAll(async () => {
  fleet = await startFleetProcess({
    servers: [
      {name, kind: 'qbittorrent', version: '5.1.0', seed: 1, count: 10},
      {name: other, kind: 'qbittorrent', version: '5.1.0', seed: 2, count: 10},
    ],
  })
})
afterAll(() => fleet?.stop())

beforeEach(async () => {
  folder = newFolder()
  await fleet.send(name, {do: 'ban', seconds: 0})
  await fleet.send(name, {do: 'counters', reset: true})
})
afterEach(async () => {
  await program?.end('SIGKILL')
  rmSync(folder, {recursive: true, force: true})
})

async function start(definitions: readonly ServerDefinition[] = fleet.definitions): Promise<Api> {
  const config = join(folder, 'config.toml')
  writeFileSync(config, sectionsOf(definitions))
  program = new Program(['--config', config, '--data', join(folder, 'data'), '--port', '0'])
  return program.api()
}

/** Asked so fast that the program ends at the very moment at which it is told. */
async function killedWhen(api: Api, status: WireServer['health']['status']): Promise<WireServer> {
  const seen = await until(
    () => api.server(name),
    ({health}) => health.status === status,
  )
  await program!.end('SIGKILL')
  return seen
}

/** When the other server, begun in the same moment, is logged in to and read: a program that forgot would long have logged in here, too. */
async function loginsSoon(api: Api): Promise<[string, number]> {
  await until(
    () => api.server(other),
    ({health, torrents}) => health.status === 'online' && torrents === 10,
  )
  const {health} = await api.server(name)
  const {loginsAccepted, loginsRefused} = await fleet.send(name, {do: 'counters'})
  return [health.status, loginsAccepted + loginsRefused]
}

test('a ban is known after kill -9 at the moment in which it is seen', async () => {
  const api = await start()
  await api.online()
  await fleet.send(name, {do: 'ban', seconds: 600})
  await fleet.send(name, {do: 'dropSessions'})
  const before = await killedWhen(api, 'banned')
  await fleet.send(name, {do: 'counters', reset: true})
  const again = await start()
  expect(await loginsSoon(again)).toEqual(['banned', 0])
  expect((await again.server(name)).health.next_try_at).toBe(before.health.next_try_at)
})

test('refused credentials are known after kill -9, and others are tried', async () => {
  const wrong = fleet.definitions.map((one) =>
    one.name === name ? {...one, password: new Secret('wrong')} : one,
  )
  await killedWhen(await start(wrong), 'auth_failed')
  await fleet.send(name, {do: 'counters', reset: true})
  expect(await loginsSoon(await start(wrong))).toEqual(['auth_failed', 0])
  await program!.end('SIGKILL')
  await (await start()).online()
})
