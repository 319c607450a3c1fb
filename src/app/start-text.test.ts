import {describe, expect, test} from 'vitest'
import type {ServerView} from '#model/services.ts'
import {changeLine, listenLines, openDoorLines, serverLines, setUpLines} from './start-text.ts'

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

describe('the command that makes the first administrator works as it is printed', () => {
  for (const address of ['http://0.0.0.0:6969', 'http://[::]:6969', 'http://localhost:6969']) {
    test(`on ${address} it calls this machine by its own name, and needs no token`, () => {
      const [, command, elsewhere] = setUpLines(address, 'the-token', false)
      expect(command).toContain('curl http://localhost:6969/api/setup ')
      expect(command).not.toContain('the-token')
      expect(elsewhere).toContain('"token": "the-token"')
    })
  }

  for (const [address, always] of [
    ['http://192.168.1.5:6969', false],
    ['http://127.0.0.1:6969', true],
  ] as const) {
    test(`on ${address} ${always ? 'behind a proxy' : ''} it has the token in it`, () => {
      const lines = setUpLines(address, 'the-token', always)
      expect(lines).toHaveLength(2)
      expect(lines[1]).toContain(`curl ${address}/api/setup `)
      expect(lines[1]).toContain('"token": "the-token"')
    })
  }
})

test('where nobody has to log in that is said, and for whom it holds', () => {
  expect(openDoorLines(false)).toEqual(['Nobody has to log in: whoever uses this machine may do everything.'])
  expect(openDoorLines(true)).toEqual(['Nobody has to log in: whoever reaches it may do everything.'])
})

test('a server that stays off says why and what to do, unless somebody switched it off', () => {
  const server = (reason: string, advice: string) =>
    ({
      ...{name: 'Attic', kind: 'qbittorrent', url: 'http://attic', version: null, torrents: 0},
      health: {status: 'paused', reason, advice},
    }) as unknown as ServerView
  expect(serverLines([server('secret_unreadable', 'Bring back the key.')], false).slice(1)).toEqual([
    '  ○ Attic  qbittorrent  http://attic  paused, secret unreadable',
    '    Bring back the key.',
  ])
  expect(serverLines([server('disabled', 'This server is switched off.')], false).slice(1)).toEqual([
    '  · Attic  qbittorrent  http://attic  paused, disabled',
  ])
})
