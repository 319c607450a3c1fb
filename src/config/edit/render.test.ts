import {join} from 'node:path'
import {expect, test} from 'vitest'
import type {LoadedConfig} from '../config.ts'
import {configOf} from '../config-text.fixture.ts'
import {loadConfig} from '../load.ts'
import {findingsExitCode, renderFindings} from './render.ts'

const fixtures = join(import.meta.dirname, '../../../lab/fixtures/config')

function load(name: string): Promise<LoadedConfig> {
  return loadConfig({path: join(fixtures, name), env: {}, cwd: fixtures, root: fixtures})
}

test('every finding is printed with line and key, grouped by section, with a verdict in the last line', async () => {
  const loaded = await load('faults.toml')
  const text = renderFindings(loaded, {color: false})
  expect(text).toContain(
    '[qBit-Port]\n  error line 21, Port: This value cannot be read, so the section stays off.',
  )
  expect(text).toContain('found "eighty"; accepted: a whole number from 1 to 65535')
  expect(text.split('\n').at(-1)).toBe(
    'Not all of it can be used: 23 errors, 4 warnings, 5 notices. In force: 4 servers, 0 Arrs; off: 16.',
  )
  const printed = text.split('\n').filter((line) => /^ {2}(error|warning|notice) /.test(line))
  expect(printed).toHaveLength(loaded.findings.length)
  expect(findingsExitCode(loaded)).toBe(1)
})

test('a file without faults gets one good line', async () => {
  const loaded = await load('mixed-fleet.toml')
  expect(renderFindings(loaded, {color: false}).split('\n').at(-1)).toBe(
    'All is well. In force: 5 servers, 0 Arrs.',
  )
  expect(findingsExitCode(loaded)).toBe(0)
})

test('what is off is counted as off, with its reason, and nothing is well when nothing runs', async () => {
  const sections =
    '[qBit]\nHost = "h"\nPort = 1\nDisabled = true\n[Radarr]\nManaged = false\n' +
    '[Sonarr]\nURI = "http://s:1"\nAPIKey = "k"\n[Lidarr-Music]\nCategory = "music"\n'
  const loaded = await configOf(sections)
  const text = renderFindings(loaded, {color: false})
  expect(text).toContain(
    'Sections\n  [qBit]          off: Disabled = true\n  [Radarr]        off: Managed = false\n' +
      '  [Sonarr]        off: Managed is not set\n  [Lidarr-Music]  off: Managed is not set',
  )
  expect(loaded.findings.map(({severity, path}) => [severity, path])).toEqual([
    ['warning', 'Sonarr.Managed'],
    ['notice', 'Lidarr-Music.Managed'],
  ])
  expect(text.split('\n').at(-1)).toBe(
    'It can be used: 1 warning, 1 notice. In force: 0 servers, 0 Arrs; off: 4.',
  )
  const silent = await configOf('[qBit]\nHost = "h"\nPort = 1\nDisabled = true\n')
  expect(renderFindings(silent, {color: false})).toContain('no section of it runs. In force: 0 servers')
  const idle = await configOf(
    '[Settings]\nAutoUpdateEnabled = true\n[qBit]\nHost = "h"\nPort = 1\n[WebUI]\nAuthDisabled = false\n',
  )
  expect(renderFindings(idle, {color: false})).not.toContain('All is well')
})

test('variables that decide something are listed with their keys', async () => {
  const loaded = await configOf('', {COMMODARR_PORT: '7000'})
  expect(renderFindings(loaded, {color: false})).toContain(
    'From the environment\n  WebUI.Port by COMMODARR_PORT',
  )
})

test('warnings do not make it fail', async () => {
  const loaded = await load('generation-99.toml')
  expect(renderFindings(loaded, {color: false})).toContain('It can be used: 1 warning')
  expect(findingsExitCode(loaded)).toBe(0)
})

test('colour is only there when it is wanted', async () => {
  const loaded = await load('faults.toml')
  expect(renderFindings(loaded, {color: true})).toContain('\u001b[31merror\u001b[0m')
  expect(renderFindings(loaded, {color: false})).not.toContain('\u001b')
})
