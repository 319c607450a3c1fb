import {describe, expect, test} from 'vitest'
import type {ServerView} from '#model/services.ts'
import {configOf} from '#config/config-text.fixture.ts'
import {
  changeLine,
  findingLines,
  listenLines,
  openDoorLines,
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

test('an edit of the file is told with the servers that it touched', () => {
  const nothing = {added: [], changed: [], removed: []}
  expect(changeLine(nothing)).toBe('the configuration changed')
  expect(changeLine({...nothing, changed: ['qBit'], removed: ['a', 'b']})).toBe(
    'the configuration changed; changed qBit; removed a, b',
  )
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
  for (const address of ['http://0.0.0.0:6969', 'http://[::]:6969', 'http://localhost:6969']) {
    test(`on ${address} they call this machine by its own name, and need no token`, () => {
      const [page, token, command] = setUpLines(address, 'the-token', false)
      expect(page).toContain('Open http://localhost:6969/setup to')
      expect(token).toContain('From another machine it asks for this token')
      expect(token).toMatch(/: the-token$/)
      expect(command).toContain('curl http://localhost:6969/api/setup ')
      expect(command).not.toContain('the-token')
    })
  }

  for (const [address, always] of [
    ['http://192.168.1.5:6969', false],
    ['http://127.0.0.1:6969/commodarr', true],
  ] as const) {
    test(`on ${address} ${always ? 'behind a proxy' : ''} the token is needed`, () => {
      const [page, token, command] = setUpLines(address, 'the-token', always)
      expect(page).toContain(`Open ${address}/setup to`)
      expect(token).toBe('  It asks for this token (good until the next start): the-token')
      expect(command).toContain(`curl ${address}/api/setup `)
      expect(command).toContain('"token": "the-token"')
    })
  }
})

test('where nobody has to log in that is said, and for whom it holds', () => {
  expect(openDoorLines(false)).toEqual(['Nobody has to log in: whoever uses this machine may do everything.'])
  expect(openDoorLines(true)).toEqual(['Nobody has to log in: whoever reaches it may do everything.'])
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
    'No servers yet. Add the first one: http://localhost:6969/servers',
  ])
})

test('a server that stays off says why and what to do, unless somebody switched it off', () => {
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

describe('of many servers', () => {
  const many = (count: number, status: string, reason = 'none') =>
    Array.from({length: count}, (_, at) => server(`${status}-${at}`, status, reason))

  test('all that are well are figures alone', () => {
    expect(serverLines([...many(200, 'online'), ...many(1, 'paused', 'disabled')], false, address)).toEqual([
      '201 servers: 200 online with 1400 torrents, 1 paused',
    ])
  })

  test('those somebody has to look at are told one by one, the first ten of them', () => {
    const lines = serverLines([...many(20, 'online'), ...many(13, 'unreachable', 'refused')], false, address)
    expect(lines[0]).toBe('33 servers: 20 online with 140 torrents, 13 unreachable. Somebody has to look at:')
    expect(lines.slice(1, -1)).toHaveLength(10)
    expect(lines[1]).toBe('  ○ unreachable-0  qbittorrent  http://unreachable-0  unreachable, refused')
    expect(lines.at(-1)).toBe('  and 3 more: http://localhost:6969/servers')
  })
})
