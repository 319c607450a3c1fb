/** What the program itself takes from the file: how managers start again, and how pages look. Source: qBitrr. */
import {expect, test} from 'vitest'
import {restartRules} from '#automation/supervision/shared-threads.ts'
import {configOf} from '#config/config-text.fixture.ts'
import {looksOf} from './compose-base.ts'

const rulesOf = async (line: string) => restartRules((await configOf(`[Settings]\n${line}\n`)).config)

test.each([
  ['AutoRestartProcesses = false', {isAutomatic: false}],
  ['MaxProcessRestarts = 3', {most: 3}],
  ['ProcessRestartWindow = "10m"', {windowMs: 600_000}],
  ['ProcessRestartDelay = 30', {delayMs: 30_000}],
  ['ProcessRestartDelay = 0', {delayMs: 1_000}],
  ['ProcessSpawnTimeoutSeconds = "1m"', {startMs: 60_000}],
  ['ProcessSpawnTimeoutSeconds = 0', {startMs: 5_000}],
  ['', {isAutomatic: true, most: 5, windowMs: 300_000, delayMs: 5_000, startMs: 30_000}],
])('managers start again as the file says: %s', async (line, expected) => {
  expect(await rulesOf(line)).toMatchObject(expected)
})

test.each([
  ['', []],
  ['Theme = "Dark"', [['theme', 'dark']]],
  [
    'Theme = "Light"\nViewDensity = "Compact"',
    [
      ['theme', 'light'],
      ['density', 'compact'],
    ],
  ],
  ['ViewDensity = "Comfortable"', [['density', 'normal']]],
  // A file that qBitrr wrote has them below the table of the log-in provider.
  ['[WebUI.OIDC]\nTheme = "Light"', [['theme', 'light']]],
])('pages look as the file says, for users who have not set it: %s', async (lines, expected) => {
  const {config} = await configOf(`[WebUI]\n${lines}\n`)
  expect([...looksOf(config.webui, config.said)]).toEqual(expected)
})
