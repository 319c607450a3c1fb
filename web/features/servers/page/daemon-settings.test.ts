import {expect, test} from 'vitest'
import {foundSettings, settingFrom, settingsIn} from './daemon-settings.ts'

const settings = settingsIn({
  dl_limit: 1024,
  dht: true,
  proxy: {host: 'x', password: '***'},
  web_ui_password: '***',
  scan_dirs: ['/a'],
})

test('nested settings are shown by their path and are only read', () => {
  expect(settings.map(({name, isEditable}) => [name, isEditable])).toEqual([
    ['dht', true],
    ['dl_limit', true],
    ['proxy.host', false],
    ['proxy.password', false],
    ['scan_dirs', false],
    ['web_ui_password', false],
  ])
})

test('settings are found by words of their name and by value', () => {
  expect(foundSettings(settings, 'dl limit').map(({name}) => name)).toEqual(['dl_limit'])
  expect(foundSettings(settings, '1024').map(({name}) => name)).toEqual(['dl_limit'])
  expect(foundSettings(settings, '')).toHaveLength(6)
})

test('a setting keeps the kind of value it has', () => {
  expect(settingFrom('12', 3)).toBe(12)
  expect(settingFrom('', 3)).toBeUndefined()
  expect(settingFrom('true', false)).toBe(true)
  expect(settingFrom('yes', false)).toBeUndefined()
  expect(settingFrom('12', 'a')).toBe('12')
})
