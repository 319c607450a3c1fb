import {once} from 'node:events'
import {createServer, type IncomingMessage} from 'node:http'
import type {AddressInfo} from 'node:net'
import {expect, test} from 'vitest'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {Approved, RemovalCommand} from '#model/command.ts'
import {plainReach, type ServerDefinition} from '#model/server.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import type {TransmissionClient} from './client.ts'
import {eraseTransmission} from './erase.ts'
import {Wire} from './wire.ts'

const [A, B] = ['a', 'b'].map((digit) => digit.repeat(40) as InfoHash) as [InfoHash, InfoHash]
interface Asked {
  readonly method: string
  readonly arguments: {readonly ids: unknown}
}

const command = {verb: 'removeWithData', args: {}} as unknown as Approved<RemovalCommand>

test('a server that reports more torrents than it was asked for does not lose them', async () => {
  const removed: unknown[] = []
  const answer = async (request: IncomingMessage): Promise<string> => {
    const {method, arguments: args} = JSON.parse((await request.toArray()).join('')) as Asked
    if (method === 'torrent-remove') removed.push(args.ids)
    const torrents = [A, B].map((hash) => ({hashString: hash}))
    return JSON.stringify({result: 'success', arguments: {torrents}})
  }
  const server = createServer((request, response) => {
    void answer(request).then((text) => response.end(text))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const definition = {
    url,
    tls: {},
    username: null,
    password: null,
    basicAuth: null,
    httpProxy: null,
    reach: plainReach.anywhere,
  } as unknown as ServerDefinition
  const wire = new Wire({definition, clock: systemClock, turns: new TimeSlice(), metainfo: insideMetainfo})
  await eraseTransmission({wire} as TransmissionClient, [A], command, {timeoutMs: 60_000, maxBytes: 65_536})
  await wire.close()
  server.close()
  expect(removed).toEqual([[A]])
})
