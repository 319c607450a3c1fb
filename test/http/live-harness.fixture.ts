/** A house of many torrents that can be reached over real connections. */
import type {TorrentRecord} from '#model/torrent.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import {fakeHarness, torrent, type FakeHarness} from './http-fakes.ts'
import {LivePage} from './live-client.fixture.ts'

export interface LiveHarness extends FakeHarness {
  readonly address: string
  page(headers?: Record<string, string>): Promise<LivePage>
  /** Puts another record in the place of one. */
  change(row: number, change: Partial<TorrentRecord>): void
  /** A torrent leaves: what its row was nobody is any more. */
  remove(row: number): void
}

export function hashNumber(number: number): InfoHash {
  return asInfoHash(number.toString(16).padStart(40, '0'))!
}

/** Torrents `name 000` … on server `qBit`, one row each. */
export async function liveHarness(
  count: number,
  given: Parameters<typeof fakeHarness>[0] = {},
): Promise<LiveHarness> {
  const harness = await fakeHarness(given)
  const {records} = harness.fleet
  records.length = 0
  for (let at = 0; at < count; at++) records.push(numbered(at))
  const [address] = (await harness.http.listen({host: '127.0.0.1', port: 0})) as [string]
  return {
    ...harness,
    address,
    page: (headers) => LivePage.open(address, headers),
    change: (row, change) => void (records[row] = {...records[row]!, ...change}),
    remove: (row) => void Reflect.deleteProperty(records, row),
  }
}

export function numbered(number: number, server = 'qBit'): TorrentRecord {
  return torrent(server, hashNumber(number), {name: nameOf(number)})
}

export function nameOf(number: number): string {
  return `name ${String(number).padStart(3, '0')}`
}
