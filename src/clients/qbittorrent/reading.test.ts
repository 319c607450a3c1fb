import {expect, test} from 'vitest'
import {systemClock} from '#lib/clock.ts'
import {plainReach, type ServerDefinition} from '#model/server.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import {fakeServer} from './fake-server.fixture.ts'
import {readTorrents} from './reading.ts'
import {setShareLimits} from './share-limits.ts'
import {Wire} from './wire.ts'

const [A, B] = ['a', 'b'].map((digit) => digit.repeat(40) as InfoHash) as [InfoHash, InfoHash]
const bounds = {timeoutMs: 60_000, maxBytes: 65_536}

test('torrents that a server reports without being asked are not commanded', async () => {
  const server = await fakeServer(({path}) =>
    path.endsWith('/info') ? {body: JSON.stringify([{hash: A}, {hash: B}])} : {},
  )
  const credentials = {username: null, password: null, apiKey: null, basicAuth: null}
  const definition = {url: server.url, tls: {}, ...credentials, httpProxy: null, reach: plainReach.anywhere}
  const wire = new Wire({
    definition: definition as unknown as ServerDefinition,
    clock: systemClock,
    metainfo: insideMetainfo,
  })
  await setShareLimits(wire, await readTorrents(wire, [A], bounds), {ratio: 2}, bounds)
  await wire.close()
  await server.close()
  expect(server.asked.map(({path, form}) => [path, form.get('hashes')])).toEqual([
    ['/api/v2/torrents/info', A],
    ['/api/v2/torrents/setShareLimits', A],
  ])
})
