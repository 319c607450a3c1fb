import {createServer, type AddressInfo} from 'node:net'
import {expect, test} from 'vitest'
import {systemClock} from '#lib/clock.ts'
import type {Acting} from '#model/access.ts'
import {asServerId} from '#model/torrent-key.ts'
import type {DescribedServer} from './draft.ts'
import {accepts, openLocalPorts} from './local-ports.ts'

const found = (open: readonly number[], known: readonly string[] = [], own = 6969) => {
  const by = {access: {servers: known.map(asServerId)}} as unknown as Acting
  const editor = {describe: (id: string) => ({id, url: id}) as unknown as DescribedServer}
  const isOpen = async (port: number) => open.includes(port)
  return openLocalPorts(editor, systemClock, () => own, by, isOpen)
}

test('the usual port of each kind is proposed as it would be entered, if it is open', async () => {
  expect(await found([8080, 9091, 5000, 8112, 1234])).toEqual([
    {kind: 'qbittorrent', url: 'http://127.0.0.1:8080'},
    {kind: 'transmission', url: 'http://127.0.0.1:9091/transmission/rpc'},
    {kind: 'rtorrent', url: 'scgi://127.0.0.1:5000'},
    {kind: 'deluge', url: 'http://127.0.0.1:8112'},
  ])
  expect(await found([])).toEqual([])
})

test('what is here already is not proposed, nor Commodarr itself; the same port elsewhere is another server', async () => {
  const known = ['http://localhost:9091/transmission/rpc', 'http://nas.lan:8112']
  const ports = await found([8080, 9091, 8112], known, 8080)
  expect(ports.map(({kind}) => kind)).toEqual(['deluge'])
})

test('nothing is sent to a port that is tried', async () => {
  const received: unknown[] = []
  const closed: Promise<void>[] = []
  const server = createServer((socket) => {
    socket.on('data', (data) => received.push(data))
    closed.push(new Promise((resolve) => socket.once('close', () => resolve())))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  expect(await accepts(systemClock, port)).toBe(true)
  await new Promise((resolve) => server.close(resolve))
  await Promise.all(closed)
  expect(received).toEqual([])
  expect(await accepts(systemClock, port)).toBe(false)
})
