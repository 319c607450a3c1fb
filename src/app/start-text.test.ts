import {describe, expect, test} from 'vitest'
import type {ServerView} from '#model/services.ts'
import {configOf} from '#config/config-text.fixture.ts'
import {
  changeLine,
  findingLines,
  listenLines,
  localAccessLines,
  restingLines,
  sectionLines,
  serverLines,
  setUpLines,
} from './start-text.ts'

test('the start names the Arrs, what is off and why, and what variables decide', async () => {
  const arr = (name: string) => `[${name}]\nManaged = true\nURI = "http://${name}:1"\nAPIKey = "k"\n`
  const loaded = await configOf(
    `${arr('Radarr')}${arr('Sonarr')}${arr('Radar-4K')}[qBit]\nHost = "h"\nPort = 1\nDisabled = true\n`,
    {COMMODARR_PORT: '7000'},
  )
  expect(sectionLines(loaded)).toEqual([
    '2 Arrs of the file: Radarr, Sonarr',
    '2 sections off: [Radar-4K] (its name is not known), [qBit] (Disabled = true)',
    'From the environment: WebUI.Port (COMMODARR_PORT)',
  ])
  expect(findingLines(loaded).join('\n')).toContain('✖ line 9, Radar-4K: ')
  const many = await configOf(Array.from({length: 12}, (_, n) => arr(`Radarr-${n}`)).join(''))
  expect(sectionLines(many)[0]).toMatch(/^12 Arrs of the file: Radarr-0, .*, and 2 more$/)
})

test('an edit of the file is logged with the keys and servers that it touched', () => {
  const nothing = {added: [], changed: [], removed: []}
  expect(changeLine(nothing, [])).toBe('the configuration changed: no key has another value')
  expect(changeLine(nothing, ['Settings.FreeSpace', 'WebUI.Theme'])).toBe(
    'the configuration changed: Settings.FreeSpace, WebUI.Theme',
  )
  expect(changeLine({...nothing, changed: ['qBit'], removed: ['a', 'b']}, ['qBit.Port'])).toBe(
    'the configuration changed: qBit.Port; changed qBit; removed a, b',
  )
  expect(
    changeLine(
      nothing,
      Array.from({length: 15}, (_, n) => `k${n}`),
    ),
  ).toMatch(/k11 and 3 more$/)
})

test('what is printed as an address can be opened, also where everybody may come', () => {
  for (const [address, page] of [
    ['http://0.0.0.0:6969', 'http://localhost:6969/api/docs'],
    ['http://[::]:6969/torrents', 'http://localhost:6969/torrents/api/docs'],
    ['http://127.0.0.1:6969/', 'http://127.0.0.1:6969/api/docs'],
    ['http://192.168.1.5:6969', 'http://192.168.1.5:6969/api/docs'],
  ] as const) {
    expect(listenLines([address])).toEqual([`Listening on ${address}   (API description: ${page})`])
  }
})

describe('the page and the command that make the first administrator work as they are printed', () => {
  for (const [address, url] of [
    ['http://0.0.0.0:6969', 'http://localhost:6969'],
    ['http://[::]:6969', 'http://localhost:6969'],
    ['http://192.168.1.5:6969', 'http://192.168.1.5:6969'],
    ['http://127.0.0.1:6969/commodarr', 'http://127.0.0.1:6969/commodarr'],
  ] as const) {
    test(`on ${address}`, () => {
      expect(setUpLines(address, 'the-token', '/data/setup-token')).toEqual([
        `There is no account yet. Open ${url}/setup#token=the-token to create your admin account.`,
        '  The token in it is good until the next start, and is also in /data/setup-token.',
        `  Without a browser: curl ${url}/api/setup -H 'Content-Type: application/json' -d '{"username": "…", "password": "…", "token": "the-token"}'`,
      ])
    })
  }

  test('without a data folder no file is named', () => {
    expect(setUpLines('http://localhost:6969', 'the-token', null)[1]).toMatch(/until the next start\.$/)
  })
})

test('where no account is needed the address to open is printed, and how programs come in', () => {
  expect(localAccessLines('http://127.0.0.1:6969', 'the-token')).toEqual([
    'No account is required. Open http://127.0.0.1:6969/login#token=the-token to get in.',
    "  The token in it is good until Commodarr ends. For programs: curl -H 'X-API-Token: the-token' http://127.0.0.1:6969/api/servers",
  ])
})

const address = 'http://0.0.0.0:6969'

const server = (name: string, status: string, reason: string, advice = '') =>
  ({
    name,
    kind: 'qbittorrent',
    url: `http://${name.toLowerCase()}`,
    version: null,
    torrents: 7,
    health: {status, reason, advice},
  }) as unknown as ServerView

test('where there is no server the page is named where the first one is added', () => {
  expect(serverLines([], false, address)).toEqual([
    'No servers yet. Add the first one: http://localhost:6969/settings/servers',
  ])
})

test('a server that stays off says why and what to do, unless a user switched it off', () => {
  const lines = (reason: string, advice: string) =>
    serverLines([server('Attic', 'paused', reason, advice)], false, address)
  expect(lines('secret_unreadable', 'Bring back the key.')).toEqual([
    '1 server:',
    '  ○ Attic  qbittorrent  http://attic  paused, secret unreadable',
    '    Bring back the key.',
  ])
  expect(lines('disabled', 'This server is switched off.').slice(1)).toEqual([
    '  · Attic  qbittorrent  http://attic  paused, disabled',
  ])
})

test('one torrent is one', () => {
  const loft = {...server('Loft', 'online', 'none'), torrents: 1}
  expect(serverLines([loft], false, address)[1]).toBe('  ● Loft  qbittorrent  http://loft  online, 1 torrent')
})

test('servers of members that rest at private addresses are named, with who may change it', () => {
  const rests = (name: string) => ({name, url: `http://${name}:8080`, owner: 'mia'})
  expect(restingLines([], address)).toEqual([])
  expect(restingLines([rests('nas')], address)).toEqual([
    '1 server of a member rests, as it is at private addresses: nas of mia (http://nas:8080).',
    '  An administrator may allow these addresses, or all private ones, at http://localhost:6969/settings/users',
    '  (member_addresses and members_public_only of PATCH /api/settings).',
  ])
  const many = Array.from({length: 12}, (_, n) => rests(`nas-${n}`))
  expect(restingLines(many, address)[0]).toMatch(
    /^12 servers of members rest, as they are at private addresses: nas-0 of mia .* and 2 more\.$/,
  )
})

describe('of many servers', () => {
  const many = (count: number, status: string, reason = 'none') =>
    Array.from({length: count}, (_, at) => server(`${status}-${at}`, status, reason))

  test('all that are well are figures alone', () => {
    expect(serverLines([...many(200, 'online'), ...many(1, 'paused', 'disabled')], false, address)).toEqual([
      '201 servers: 200 online with 1400 torrents, 1 paused',
    ])
  })

  test('those a user has to look at are listed one by one, the first ten of them', () => {
    const lines = serverLines([...many(20, 'online'), ...many(13, 'unreachable', 'refused')], false, address)
    expect(lines[0]).toBe('33 servers: 20 online with 140 torrents, 13 unreachable. Needs attention:')
    expect(lines.slice(1, -1)).toHaveLength(10)
    expect(lines[1]).toBe('  ○ unreachable-0  qbittorrent  http://unreachable-0  unreachable, refused')
    expect(lines.at(-1)).toBe('  and 3 more: http://localhost:6969/settings/servers')
  })
})
