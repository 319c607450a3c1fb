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
    args: {values: {web_ui_password: passkey, add_trackers: url, deep: {proxy: passkey}}},
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
    values: {dht: true, listen_port: 6881, locale: '***'},
  })
  expect(shownArgs({verb: 'setCategory', args: {category: 'films'}})).toEqual({category: 'films'})
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
