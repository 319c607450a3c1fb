import bencode from 'bencode'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {peerAddress} from './daemons/process.ts'
import {makeTorrent} from './torrent-maker.ts'
import {startTracker, type Tracker} from './tracker.ts'

const {hash, torrent} = makeTorrent({name: 'tracked', content: 1_000})
const escapedHash = (of: string) => of.replaceAll(/../g, '%$&')
const escaped = escapedHash(hash)
let tracker: Tracker

beforeAll(async () => {
  tracker = await startTracker({interval: 30, minInterval: 2})
})
afterAll(() => tracker.stop())

async function announce(
  peer: string,
  port: number,
  left: number,
  event = '',
  of = escaped,
): Promise<Record<string, unknown>> {
  const query = `info_hash=${of}&peer_id=${peer.padEnd(20, '-')}&port=${port}&left=${left}&event=${event}&compact=1`
  const answer = await fetch(`${tracker.announceUrl}?${query}`)
  return bencode.decode(new Uint8Array(await answer.arrayBuffer())) as Record<string, unknown>
}

test('peers learn of each other, and of those who stopped no more', async () => {
  expect(await announce('one', 4001, 0)).toMatchObject({
    complete: 1,
    incomplete: 0,
    interval: 30,
    'min interval': 2,
  })
  const reported = await announce('two', 4002, 500)
  expect(reported).toMatchObject({complete: 1, incomplete: 1})
  expect(Buffer.from(reported['peers'] as Uint8Array)).toEqual(
    Buffer.from([...peerAddress().split('.').map(Number), 4001 >> 8, 4001 & 255]),
  )
  await announce('one', 4001, 0, 'stopped')
  expect(await announce('two', 4002, 500)).toMatchObject({complete: 0, incomplete: 1})
  const asked = tracker.log.filter((one) => one.hash === hash)
  expect(asked.slice(-4).map(({event}) => event)).toEqual(['', '', 'stopped', ''])
})

test('a scrape counts without announcing', async () => {
  const other = escapedHash(makeTorrent({name: 'scraped', content: 1_000}).hash)
  await announce('two', 4002, 500, '', other)
  const answer = await fetch(`${tracker.announceUrl.replace('announce', 'scrape')}?info_hash=${other}`)
  const {files} = bencode.decode(new Uint8Array(await answer.arrayBuffer())) as {
    files: Record<string, unknown>
  }
  expect(Object.values(files)).toEqual([{complete: 0, incomplete: 1, downloaded: 0}])
})

test('a .torrent is handed out by URL, and what is not there is 404', async () => {
  const answer = await fetch(tracker.serve('tracked.torrent', torrent), {headers: {cookie: 'a=b'}})
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from(torrent))
  expect(tracker.requests.at(-1)).toEqual({path: '/tracked.torrent', cookie: 'a=b'})
  expect((await fetch(tracker.missingUrl)).status).toBe(404)
})

test('a tracker that refuses says why', async () => {
  const refusing = await startTracker({failure: 'no'})
  const answer = await fetch(`${refusing.announceUrl}?info_hash=${escaped}&peer_id=x&port=1&left=0`)
  expect(await answer.text()).toBe('d14:failure reason2:noe')
  await refusing.stop()
})
