import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {configOf} from '#config/config-text.fixture.ts'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import {sectionsOf} from '#test/program/program.fixture.ts'
import {checkConnections, renderConnections} from './check-config.ts'

let fleet: FleetProcess
const radarr = createServer((request, response) => {
  const isAllowed = request.headers['x-api-key'] === 'right'
  const answers: Readonly<Record<string, object>> = {
    '/api': {current: 'v3', deprecated: []},
    '/api/v3/system/status': {
      appName: 'Radarr',
      instanceName: 'Mine',
      version: '5.3.6',
      isDocker: false,
      startTime: null,
    },
  }
  const answer = answers[request.url ?? '']
  response.writeHead(isAllowed ? (answer ? 200 : 404) : 401, {'content-type': 'application/json'})
  response.end(JSON.stringify(answer ?? {}))
})

beforeAll(async () => {
  fleet = await startFleetProcess({
    servers: [{name: 'qBit-a', kind: 'qbittorrent', version: '5.1.0', seed: 0, count: 3}],
  })
  await new Promise<void>((done) => radarr.listen(0, '127.0.0.1', done))
})
afterAll(async () => {
  await fleet.stop()
  await new Promise((done) => radarr.close(done))
})

test('everything that is on is asked once, and what is off is not', async () => {
  const url = `http://127.0.0.1:${(radarr.address() as AddressInfo).port}`
  const arr = (name: string, key: string, managed = true) =>
    `[${name}]\nManaged = ${managed}\nURI = "${url}/"\nAPIKey = "${key}"\nCategory = "${name}"\n`
  const {config} = await configOf(sectionsOf(fleet.definitions) + arr('Radarr', 'right'))
  const found = await checkConnections(config)
  expect(found).toEqual([
    {section: 'qBit-a', ok: true, words: 'qbittorrent 5.1.0, 3 torrents'},
    {section: 'Radarr', ok: true, words: 'Radarr 5.3.6'},
  ])
  const wrong = await configOf(
    `[qBit]\nUrl = "http://127.0.0.1:1"\n[qBit-off]\nUrl = "${url}"\nDisabled = true\n${arr('Sonarr', 'right')}`,
  )
  const [server, sonarr, ...rest] = await checkConnections(wrong.config)
  expect(rest).toEqual([])
  expect(server).toMatchObject({section: 'qBit', ok: false})
  expect(server!.words).not.toBe('')
  expect(sonarr).toEqual({
    section: 'Sonarr',
    ok: false,
    words: 'Radarr 5.3.6, and the section is for a sonarr',
  })
  const refused = await checkConnections((await configOf(arr('Radarr', 'secret-key'))).config)
  expect(refused).toMatchObject([{section: 'Radarr', ok: false}])
  expect(renderConnections(refused)).not.toContain('secret-key')
  expect(renderConnections(found)).toBe(
    'Connections\n  ✔ [qBit-a]  qbittorrent 5.1.0, 3 torrents\n  ✔ [Radarr]  Radarr 5.3.6',
  )
})
