import {expect, test} from 'vitest'
import {foundSettings, isConnecting, settingFrom, settingsIn, unitOf} from './daemon-settings.ts'

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

const noTitle = () => ''

test('settings are found by words of their name and by value', () => {
  expect(foundSettings(settings, 'dl limit', noTitle).map(({name}) => name)).toEqual(['dl_limit'])
  expect(foundSettings(settings, '1024', noTitle).map(({name}) => name)).toEqual(['dl_limit'])
  expect(foundSettings(settings, '', noTitle)).toHaveLength(6)
})

test('a setting keeps the kind of value it has', () => {
  expect(settingFrom('12', 3)).toBe(12)
  expect(settingFrom('', 3)).toBeUndefined()
  expect(settingFrom('true', false)).toBe(true)
  expect(settingFrom('yes', false)).toBeUndefined()
  expect(settingFrom('12', 'a')).toBe('12')
})

test('settings are found by the name that people know, and say what they count', () => {
  const titleOf = (name: string) => (name === 'dl_limit' ? 'Download limit' : '')
  expect(foundSettings(settings, 'download limit', titleOf).map(({name}) => name)).toEqual(['dl_limit'])
  expect([unitOf('dl_limit'), unitOf('speed-limit-up'), unitOf('constructor')]).toEqual(['bytes', 'kb', null])
})

test('what Commodarr reaches a client by is asked about', () => {
  const names = ['web_ui_port', 'use_https', 'bypass_local_auth', 'daemon_port', 'network.scgi.open_port']
  expect(names.filter((name) => !isConnecting(name))).toEqual([])
  expect(['dl_limit', 'listen_port', 'peer-port', 'proxy_port'].filter(isConnecting)).toEqual([])
})
