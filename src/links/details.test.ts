import {expect, test} from 'vitest'
import type {CallBounds} from '#clients/port.ts'
import {asServerId, type TorrentKey} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {patience} from './budget.ts'
import {detailReaders} from './details.ts'
import type {Link} from './link.ts'
import {memberQuota, type Quota} from './quotas.ts'
import {hash} from './scripted-server.fixture.ts'

const key: TorrentKey = {serverId: asServerId('A'), hash: hash(1)}

/** What each answer may have at most, by what is asked. */
async function mostBytes(quota: Quota | null): Promise<Record<string, number>> {
  const asked: Record<string, CallBounds> = {}
  const details = new Proxy(
    {},
    {
      get:
        (_, what: string) =>
        async (...args: unknown[]) => {
          asked[what] = args.at(-1) as CallBounds
          return {}
        },
    },
  )
  const link = {client: {kind: 'qbittorrent', details}, signal: new AbortController().signal, patience, quota}
  const {torrents, servers} = detailReaders(
    {figuresNow: async () => ({}) as never, room: async () => ({})},
    new VirtualClock(),
    () => link as unknown as Link,
  )
  for (const what of ['files', 'trackers', 'peers', 'webSeeds', 'pieces', 'more', 'exportTorrent'] as const)
    await torrents[what](key)
  await servers.limits(key.serverId)
  await servers.stats(key.serverId)
  await servers.preferences(key.serverId)
  await servers.freeSpace(key.serverId, '/data')
  expect(asked['more']!.maxListBytes).toBe(asked['files']!.maxBytes)
  return Object.fromEntries(Object.entries(asked).map(([what, {maxBytes}]) => [what, maxBytes]))
}

test('what is parsed in one go is short on servers of members, and files may be many', async () => {
  const {answerBytes: long, shortAnswerBytes: short} = memberQuota
  expect(await mostBytes(memberQuota)).toEqual({
    files: long,
    exportTorrent: long,
    trackers: short,
    peers: short,
    webSeeds: short,
    pieces: short,
    more: short,
    limits: short,
    stats: short,
    preferences: short,
    freeSpace: short,
  })
  const ofInstance = new Set(Object.values(await mostBytes(null)))
  expect([...ofInstance]).toEqual([64 * 1024 * 1024])
})
