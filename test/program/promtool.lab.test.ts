/** Prometheus' own judge of metrics, on what the program itself tells. */
import {spawnSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {startFleetProcess} from '#lab/simulators/fleet-process.ts'
import {startTestApp, until} from './program.fixture.ts'

/** What must be stopped after the test, last started first. */
const started: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of started.splice(0).toReversed()) await stop()
})

/** What `promtool` says of a text; '' = nothing. It accepts the text when it ends with 0. */
function judgementOf(text: string): {readonly says: string; readonly accepts: boolean} {
  const {error, status, stdout, stderr} = spawnSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  })
  if (error)
    throw new Error(`promtool (of the Debian package prometheus) could not be started: ${error.message}`)
  return {says: `${stdout}${stderr}`, accepts: status === 0}
}

test('the metrics of servers, rules, disks and the process are accepted without a word', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-promtool-'))
  started.push(() => rmSync(folder, {recursive: true, force: true}))
  mkdirSync(join(folder, 'films'))
  writeFileSync(join(folder, 'films/a.mkv'), '')
  const servers = [
    {name: 'qb', kind: 'qbittorrent', version: '5.1.0', count: 20, seed: 1, changePercentPerSecond: 1},
    {
      name: 'away "box"\\',
      kind: 'transmission',
      version: '4.1.4',
      count: 20,
      seed: 2,
      changePercentPerSecond: 1,
    },
  ] as const
  const fleet = await startFleetProcess({servers: [...servers]})
  started.push(() => fleet.stop())
  const definitions = fleet.definitions.map((it) => ({...it, paths: [{server: '/films', ours: folder}]}))
  const program = await startTestApp({servers: definitions})
  started.push(() => program.stop())
  await program.api.online()
  const {url, headers} = program.api
  const metrics = async () => (await fetch(`${url}/api/metrics`, {headers})).text()
  await until(metrics, (text) => text.includes(`commodarr_disk_up{path="${folder}"} 1`))
  const text = await metrics()
  expect(text).toMatch(/^commodarr_disk_free_bytes\{.*\} \d+$/m)
  expect(text).toMatch(/^commodarr_server_up\{/m)
  expect(text).toMatch(/^process_cpu_seconds_total \d/m)
  expect(judgementOf(text)).toEqual({says: '', accepts: true})
})

test('what is wrong is noticed', () => {
  const wrong = '# TYPE commodarr_polls_total gauge\ncommodarr_polls_total{quantile="0.5"} 1\n'
  const {says, accepts} = judgementOf(wrong)
  expect(accepts).toBe(false)
  expect(says).toContain('commodarr_polls_total')
})
