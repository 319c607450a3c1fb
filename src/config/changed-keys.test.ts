import {expect, test} from 'vitest'
import {changedKeys} from './changed-keys.ts'
import {configOf} from './config-text.fixture.ts'

const file = (radarr: string, settings: string) =>
  `${settings}\n[Radarr]\nManaged = true\nURI = "http://radarr:1"\n${radarr}\n`

test.each([
  [
    'a value',
    'APIKey = "one"',
    '[Settings]\nFreeSpace = "10G"',
    '[Settings]\nFreeSpace = "20G"',
    ['Settings.FreeSpace'],
  ],
  [
    'a key that goes',
    'APIKey = "one"',
    '[Settings]\nFreeSpace = "10G"',
    '[Settings]',
    ['Settings.FreeSpace'],
  ],
  ['a comment alone', 'APIKey = "one"', '[Settings]', '# now\n[Settings]', []],
  ['how pages look', 'APIKey = "one"', '', '[WebUI]\nTheme = "Dark"', ['WebUI.Theme']],
])('%s is named', async (_what, key, one, other, expected) => {
  const [before, after] = [await configOf(file(key, one)), await configOf(file(key, other))]
  expect(changedKeys(before, after)).toEqual(expected)
})

test('a secret is named without what it is, and a key of a table with its table', async () => {
  const before = await configOf(file('APIKey = "first-secret"', ''))
  const after = await configOf(file('APIKey = "other-secret"\n[Radarr.Torrent]\nStalledDelay = 20', ''))
  expect(changedKeys(before, after)).toEqual(['Radarr.APIKey', 'Radarr.Torrent.StalledDelay'])
})
