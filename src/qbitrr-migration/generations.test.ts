/**
 * What each shipped generation of the file becomes, and what the documents of the older program show: its sections, every
 * finding, the differences that are told, and the rules that ask first.
 */
import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {inheritedOf} from '#automation/supervision/inherited-of.fixture.ts'
import type {LoadedConfig} from '#config/config.ts'
import {loadConfig} from '#config/load.ts'
import {sectionStates} from '#config/section-states.ts'
import {arrPresets, categoryPresets} from '#rules/presets/presets.ts'
import {differencesOf} from './differences/differences.ts'
import {isInherited} from './old-folder.ts'

const folder = join(import.meta.dirname, '../../lab/fixtures/config')
const files = readdirSync(folder).filter((name) => name.endsWith('.toml'))

function rulesOf(loaded: LoadedConfig) {
  const {arrs, categories} = inheritedOf(loaded)
  return [...arrs.flatMap((arr) => arrPresets(arr)), ...categories.flatMap((one) => categoryPresets(one))]
}

function becomes(loaded: LoadedConfig): string {
  const states = sectionStates(loaded).map(
    ({section, kind, isOn, reason}) => `[${section}] ${kind ?? 'unknown'} ${isOn ? 'on' : `off: ${reason}`}`,
  )
  const findings = loaded.findings.map(
    ({severity, code, path, line}) => `${severity} ${code} ${line ?? '-'} ${path ?? 'the file'}`,
  )
  const differences = isInherited(loaded, null)
    ? differencesOf(loaded).map(({weight, id}) => `${weight} ${id}`)
    : ['not compared: nothing in it is of qBitrr']
  const rules = rulesOf(loaded)
  const ofMode = (mode: string) => rules.filter((rule) => rule.mode === mode).map(({id}) => id)
  const part = (title: string, lines: readonly string[]) => [title, ...lines.map((line) => `  ${line}`)]
  return [
    ...part('Sections', states),
    ...part('Findings', findings),
    ...part('Differences', differences),
    ...part('Rules that ask first', ofMode('ask')),
    ...part('Rules that act', ofMode('live')),
    '',
  ].join('\n')
}

test.each(files)('%s becomes what is written down in lab/fixtures/config-becomes', async (file) => {
  const loaded = await loadConfig({path: join(folder, file), env: {}, cwd: folder, root: folder})
  expect(loaded.readable).toBe(true)
  await expect(becomes(loaded)).toMatchFileSnapshot(
    join(folder, '../config-becomes', file.replace(/toml$/, 'txt')),
  )
})

test('every generation of qBitrr is recognized, and the files that are ours are not', async () => {
  const ours = new Set(['mixed-fleet.toml'])
  for (const file of files) {
    const loaded = await loadConfig({path: join(folder, file), env: {}, cwd: folder, root: folder})
    expect([file, isInherited(loaded, null)]).toEqual([file, !ours.has(file)])
  }
})
