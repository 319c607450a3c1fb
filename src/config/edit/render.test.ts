import {join} from 'node:path'
import {expect, test} from 'vitest'
import type {LoadedConfig} from '../config.ts'
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
    'Not all of it can be used: 23 errors, 4 warnings, 5 notices. In force: 4 servers, 0 Arrs, 16 off.',
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
